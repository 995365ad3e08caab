#pragma once
/// \file Running the built programs as a user would.

#include <boost/json.hpp>
#include <filesystem>
#include <string>

namespace gronwall::test {

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

/// Runs `gronwall ARGUMENTS` through the shell, without input.
Outcome run_gronwall(const std::string& arguments);
/// Runs `proofs-check ARGUMENTS` through the shell, without input.
Outcome run_proofs_check(const std::string& arguments);

/// A folder of its own for one test, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, const std::string& text);

}  // namespace gronwall::test
