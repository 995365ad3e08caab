#pragma once
// The kinds of certificates. Each function checks that `witness` proves `statement`; it returns the fact in
// words and throws Failure otherwise. docs/certificates.md defines the fields.

#include "check.hpp"

namespace proofs_check {

using KindCheck = std::string (*)(const Value& statement, const Value& witness, const Context& context);

std::string check_gauss(const Value& statement, const Value& witness, const Context& context);
std::string check_gauss_zero(const Value& statement, const Value& witness, const Context& context);
std::string check_spd(const Value& statement, const Value& witness, const Context& context);
std::string check_singular(const Value& statement, const Value& witness, const Context& context);
std::string check_sphere_spd(const Value& statement, const Value& witness, const Context& context);
std::string check_mehler(const Value& statement, const Value& witness, const Context& context);
std::string check_orthonormal(const Value& statement, const Value& witness, const Context& context);
std::string check_refute(const Value& statement, const Value& witness, const Context& context);
std::string check_well_posed(const Value& statement, const Value& witness, const Context& context);
std::string check_ode(const Value& statement, const Value& witness, const Context& context);
std::string check_flow_bounds(const Value& statement, const Value& witness, const Context& context);
std::string check_perturbation(const Value& statement, const Value& witness, const Context& context);
std::string check_rate_limit(const Value& statement, const Value& witness, const Context& context);
std::string check_rate(const Value& statement, const Value& witness, const Context& context);
std::string check_gradient(const Value& statement, const Value& witness, const Context& context);
std::string check_kink(const Value& statement, const Value& witness, const Context& context);
std::string check_limit_value(const Value& statement, const Value& witness, const Context& context);
std::string check_limit_series(const Value& statement, const Value& witness, const Context& context);
std::string check_limit_depth(const Value& statement, const Value& witness, const Context& context);
std::string check_limit_spd(const Value& statement, const Value& witness, const Context& context);
std::string check_limit_relu(const Value& statement, const Value& witness, const Context& context);
std::string check_limit_structure(const Value& statement, const Value& witness, const Context& context);
std::string check_correlation(const Value& statement, const Value& witness, const Context& context);
std::string check_variance_growth(const Value& statement, const Value& witness, const Context& context);

GaussStatement parse_gauss_statement(const Value& statement, Budget& budget);
/// The field `precision` of a witness: at least 2 bits.
long parse_precision(const Value& witness);
/// Enclosures of the coefficients s.entries, by closed forms (closed_forms.cpp) or by the trapezoidal rule.
std::vector<Interval> closed_forms(const GaussStatement& s, const Value& witness, const Context& context);
std::vector<Interval> trapezoid(const GaussStatement& s, const Value& witness, const Context& context);

}  // namespace proofs_check
