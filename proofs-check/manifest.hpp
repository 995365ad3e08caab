#pragma once
#include "check.hpp"

namespace proofs_check {

/// A folder and its manifest.json: names, in order. The manifest agrees with the folder: every listed file is
/// there with the listed sha256, nothing else is, and no claim is listed twice. Throws Failure otherwise.
struct Manifest {
  struct Certificate {
    std::string claim, file, verdict;
  };
  std::vector<Certificate> certificates;
  std::vector<std::string> files;
};
Manifest read_manifest(const std::filesystem::path& folder);

/// The listed certificate must carry the listed claim and verdict.
void require_listed_as(const Manifest::Certificate& listed, const Report& report);
/// Throws Failure (not_verified) if a lemma or side file is not in `used`.
void require_all_used(const Manifest& manifest, const std::set<std::string>& used);

}  // namespace proofs_check
