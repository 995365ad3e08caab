#pragma once
/// \file Limit kernels as certificates (docs/certificates.md, "The infinite-width limit").

#include <string>

#include "gronwall/certificate/bundle.hpp"
#include "gronwall/kernel/limit_kernel.hpp"

namespace gronwall::verify {

/// The Hermite coefficients that a check of this kernel needs: MODES.
CanonicalJson modes_json(const LimitKernel& kernel, const Ball& end_variance);

/// The nodal values of a witness: GRID; side files `<stem>.state` and `<stem>.values`.
CanonicalJson grid_json(CertificateBundle& bundle, const std::string& stem, const LimitKernel& kernel,
                        const Ball& end_variance, const LimitWitness& witness);

/// The short decimal number, at least `radius`, that statements give.
Rational stated_radius(UpperBound radius);

/// QUANTITIES of numbers and of series; `sigma_v` must be 1.
CanonicalJson quantities_json(const LimitValues& values);
CanonicalJson quantities_json(const LimitSeries& series);

/// The fields `T`, `activation`, `c0`, `sigma_w` that every limit statement has.
CanonicalJson::Object limit_statement(const LimitParameters& parameters);

}  // namespace gronwall::verify
