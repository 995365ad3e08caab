#pragma once
/// \file Running the independent checker as a process of its own.

#include <filesystem>
#include <iosfwd>

namespace gronwall::verify {

/// The folder that holds `manifest.json`: `folder` itself or its `certificates`.
/// \throws FileError if neither has one.
std::filesystem::path certificates_folder(const std::filesystem::path& folder);

/// Runs `proofs-check --all FOLDER`, copies what it prints to `out`, and returns its exit code.
/// The program is looked for beside this one, in the build tree, then on the PATH. \throws FileError if it
/// cannot be run.
int run_checker(const std::filesystem::path& folder, std::ostream& out);

}  // namespace gronwall::verify
