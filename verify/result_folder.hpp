#pragma once
/// \file The output folder of a run, which is replaced as a whole or not at all.

#include <filesystem>

namespace gronwall::verify {

/// Files are written into `<target>.partial`; `commit` renames it to `target`. An earlier run in `target`
/// stays in place until then; without `commit` the partial folder is removed.
class ResultFolder {
 public:
  /// \throws FileError if `target` exists and is not the folder of an earlier run (it would be overwritten),
  /// or if the partial folder cannot be made.
  explicit ResultFolder(std::filesystem::path target);
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;
  ~ResultFolder();

  /// Where to write.
  const std::filesystem::path& working() const { return working_; }
  /// \throws FileError; an earlier run is then still in place.
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path working_;
  bool committed_ = false;
};

}  // namespace gronwall::verify
