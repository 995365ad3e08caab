#pragma once
/// \file Certificates of limit kernels that several claims rest on: solved and written once for each run.

#include <string>

#include "claims/context.hpp"

namespace gronwall::verify {

/// All scales are 1.
LimitParameters limit_parameters(const std::string& name, const Rational& time = 1);

/// Radii of certificates: nodal values of 62 bits carry them with room to spare.
inline constexpr LimitOptions kLimitOptions{.radius = 1e-12};

/// The limit kernel, solved at the first call.
const LimitKernel& solved_limit(ClaimContext& context, const std::string& name, const Rational& time = 1);

/// limit-value/1 at rho. \param values gets what it says.
CertificateDraft limit_value_draft(ClaimContext& context, const std::string& stem, const LimitKernel& kernel,
                                   const Rational& rho, LimitValues& values);

/// The draft as a lemma; returns the reference for certificates that use it.
CanonicalJson add_lemma(ClaimContext& context, const std::string& stem, CertificateDraft draft);

/// Certifies the power series of K_inf at T = 1 for the record's claim, limit-series/1, and keeps it for
/// `certified_limit_kernel`.
LimitSeries certify_limit_series(ClaimContext& context, ClaimRecord& record, const std::string& name);

/// The certified kernel K_inf at T; made as a lemma (limit-series/1, for ReLU limit-relu/1) where no claim
/// has made it.
const CertifiedKernel& certified_limit_kernel(ClaimContext& context, const std::string& name,
                                              const Rational& time);

}  // namespace gronwall::verify
