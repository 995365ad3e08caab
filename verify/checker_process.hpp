#pragma once
/// \file Running the independent checker as a process of its own.

#include <filesystem>
#include <iosfwd>
#include <vector>

namespace gronwall::verify {

/// The folders with a `manifest.json`: `folder` itself or its `certificates` (of `gronwall verify`), else all
/// that are in one of the two (of `gronwall train --monitor`, by their epochs). \throws InputError if there
/// is none.
std::vector<std::filesystem::path> certificate_folders(const std::filesystem::path& folder);

/// Runs `proofs-check --all FOLDER`, copies what it prints to `out`, and returns its exit code.
/// The program is looked for beside this one, in the build tree, then on the PATH. Ctrl-C does not reach it.
/// \throws FileError if it cannot be run.
int run_checker(const std::filesystem::path& folder, std::ostream& out);
/// \throws FileError if it cannot be run.
void require_checker();

}  // namespace gronwall::verify
