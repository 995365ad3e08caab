#pragma once
/// \file Certificates spd/1 for Gram matrices of power-series kernels.

#include <string>
#include <utility>
#include <vector>

#include "claims/context.hpp"

namespace gronwall::verify {

/// What a certificate says about the matrix, besides its bound.
struct GramStatement {
  std::vector<double> kernel;                   ///< b_n, certified lower bounds of the coefficients
  CanonicalJson::Object matrix;                 ///< the statement's `matrix`
  std::pair<std::string, CanonicalJson> lemma;  ///< key and reference of the certificate behind the b_n
};

/// Certifies `lambda_min(K) >= c` from the minorant of `bound`; returns c, or 0 (and no certificate) if no
/// positive bound can be certified.
double certify_gram(ClaimContext& context, ClaimRecord& record, const GramBound& bound,
                    GramStatement statement);

/// The sentence about it. \param lo c in decimal.
std::string gram_reason(const std::string& lo, std::size_t points);

}  // namespace gronwall::verify
