#pragma once
/// \file Running the built programs as a user would.

#include <boost/json.hpp>
#include <filesystem>
#include <string>

#include "../shared/temporary_folder.hpp"

namespace gronwall::test {

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

/// Runs `gronwall ARGUMENTS` through the shell, without input.
Outcome run_gronwall(const std::string& arguments);
/// What `gronwall ARGUMENTS --json` prints; it must succeed.
boost::json::value run_json(const std::string& arguments);
/// Runs `proofs-check ARGUMENTS` through the shell, without input.
Outcome run_proofs_check(const std::string& arguments);

using testing::TemporaryFolder;

std::string read_text(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, const std::string& text);

}  // namespace gronwall::test
