#pragma once
/// \file Arrays of numbers in certificates.

#include <string>
#include <vector>

#include "gronwall/certificate/bundle.hpp"

namespace gronwall::verify {

/// `ARRAY`: integers times `2^scale`, the integers in a side file named after `stem`.
inline CanonicalJson array_json(CertificateBundle& bundle, const std::string& stem,
                                const std::vector<std::int64_t>& values,
                                const std::vector<std::uint64_t>& shape, long scale) {
  return CanonicalJson::Object{
      {"entries", bundle.add_array(stem, std::span<const std::int64_t>(values), shape)},
      {"scale", Rational(scale)}};
}

}  // namespace gronwall::verify
