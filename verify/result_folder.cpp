#include "result_folder.hpp"

#include <system_error>

#include "gronwall/numbers/error.hpp"

namespace gronwall::verify {
namespace {

namespace fs = std::filesystem;

/// Marks the folder of a run, finished or not.
constexpr const char* kMark = "gronwall-run";

bool may_replace(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return true;
  return fs::is_directory(fs::symlink_status(folder, error)) &&
         (fs::is_empty(folder, error) || fs::exists(folder / kMark, error));
}

fs::path with_suffix(const fs::path& path, const char* suffix) {
  fs::path result = path;
  result += suffix;
  return result;
}

void require_replaceable(const fs::path& folder) {
  if (!may_replace(folder))
    throw FileError(
        folder.string() +
        " exists and is not the folder of an earlier run: choose another one with --out, or remove it");
}

}  // namespace

ResultFolder::ResultFolder(fs::path target) : target_(std::move(target)) {
  if (!target_.has_filename()) target_ = target_.parent_path();
  if (target_.empty()) throw FileError("the output folder needs a name");
  working_ = with_suffix(target_, ".partial");
  require_replaceable(target_);
  require_replaceable(working_);
  std::error_code error;
  fs::remove_all(working_, error);
  fs::create_directories(working_, error);
  if (error) throw FileError("cannot create the folder " + working_.string() + ": " + error.message());
  fs::create_directory(working_ / kMark, error);
  if (error) throw FileError("cannot write to the folder " + working_.string() + ": " + error.message());
}

ResultFolder::~ResultFolder() {
  std::error_code ignored;
  if (!committed_) fs::remove_all(working_, ignored);
}

void ResultFolder::commit() {
  const fs::path earlier = with_suffix(target_, ".earlier");
  std::error_code error;
  const bool replace = fs::exists(target_, error);
  if (replace) {
    require_replaceable(earlier);
    fs::remove_all(earlier, error);
    fs::rename(target_, earlier, error);
    if (error)
      throw FileError("cannot move the earlier run " + target_.string() + " aside: " + error.message());
  }
  fs::rename(working_, target_, error);
  if (error) {
    std::error_code ignored;
    if (replace) fs::rename(earlier, target_, ignored);
    throw FileError("cannot create " + target_.string() + ": " + error.message());
  }
  committed_ = true;
  if (replace) fs::remove_all(earlier, error);
}

}  // namespace gronwall::verify
