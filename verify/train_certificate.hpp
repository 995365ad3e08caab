#pragma once
/// \file Proofs of what the monitor of a run encloses.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "gronwall/certificate/tangent_certificate.hpp"

namespace gronwall::verify {

/// A bound that proofs-check has accepted, or why there is none.
struct MonitorProof {
  std::optional<double> lambda_min;
  std::string why_not;
};

/// Removes certificates of epochs after `epoch`, which a resumed run is to reach anew. \throws FileError.
void drop_certificates_after(const std::filesystem::path& run, std::uint64_t epoch);

/// Certifies a positive lower bound of lambda_min of `kernel` in the folder `certificates/epoch-N` of the run
/// (replacing one that is there), and has proofs-check check it. The folder is there only if the bound is
/// proved. \throws FileError when it cannot be written.
MonitorProof prove_lambda_min(const std::filesystem::path& run, std::uint64_t epoch,
                              const TangentKernel& kernel, const EnclosedProduct& enclosure);

}  // namespace gronwall::verify
