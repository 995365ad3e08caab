// The unproved estimate of the limit kernel against closed forms and against proved enclosures.
#include <boost/test/unit_test.hpp>

#include "gronwall/kernel/limit_estimate.hpp"
#include "gronwall/kernel/limit_kernel.hpp"
#include "gronwall/numbers/error.hpp"

namespace {

using namespace gronwall;

LimitParameters parameters_of(const char* name, const Rational& time = 1) {
  LimitParameters parameters;
  parameters.activation = &activation(name);
  parameters.T = time;
  return parameters;
}

/// theory 0.5: K_inf = sum (m + 2) tau^(2m) / (m!)^2 for the identity at rho = 1.
Rational identity_kernel(const Rational& tau) {
  Rational sum = 0, term = 1;
  for (long m = 0; m < 60; ++m) {
    sum += (m + 2) * term;
    term *= tau * tau / (Rational(m + 1) * (m + 1));
  }
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(limit_estimate)

BOOST_AUTO_TEST_CASE(double_lies_in_the_proved_interval_but_for_rounding) {
  for (const char* name : {"softplus", "tanh", "gelu", "erf", "sin"}) {
    const LimitParameters parameters = parameters_of(name);
    const LimitEstimate<double> estimate(parameters);
    const LimitKernel kernel(parameters, LimitOptions{.radius = 1e-9});
    for (const Rational& rho : {Rational(1), Rational(1) / 3, Rational(-1) / 2}) {
      const LimitValues proved = kernel.at(rho);
      const DepthKernel<double> at = estimate.at(rho);
      BOOST_TEST_CONTEXT(name << " at " << to_canonical_text(rho)) {
        BOOST_TEST(std::abs(at.C_TT - proved.C_TT.midpoint()) < 2e-11);
        BOOST_TEST(std::abs(at.Sigma - proved.Sigma.midpoint()) < 2e-11);
        BOOST_TEST(std::abs(at.K_W - proved.K_W.midpoint()) < 1e-9);
        BOOST_TEST(std::abs(at.K_U - proved.K_U.midpoint()) < 1e-9);
        BOOST_TEST(std::abs(at.K - proved.K_inf.midpoint()) < 1e-9);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(fifty_digits) {
  constexpr long kBits = 180;
  const Rational tau = Rational(3) / 4;
  const MpFloat found = LimitEstimate<MpFloat>(parameters_of("identity", tau), 0, kBits).at(1).K;
  const Ball error = Ball::exact(found, kBits) - Ball::from(identity_kernel(tau), 2 * kBits);
  BOOST_TEST(error.magnitude().value() < 1e-50);
}

BOOST_AUTO_TEST_CASE(more_nodes_give_the_same_digits) {
  constexpr long kBits = 120;
  const LimitParameters parameters = parameters_of("erf", Rational(1) / 2);
  const MpFloat coarse = LimitEstimate<MpFloat>(parameters, 24, kBits).at(Rational(1) / 2).K,
                fine = LimitEstimate<MpFloat>(parameters, 30, kBits).at(Rational(1) / 2).K;
  const Ball difference = Ball::exact(coarse, kBits) - Ball::exact(fine, kBits);
  BOOST_TEST(difference.magnitude().value() < 1e-24);
}

BOOST_AUTO_TEST_CASE(bad_input) {
  BOOST_CHECK_THROW(LimitEstimate<double>(parameters_of("gelu"), 1), InputError);
  BOOST_CHECK_THROW(LimitEstimate<double>(parameters_of("gelu"), 1000), InputError);
  BOOST_CHECK_THROW(LimitEstimate<double>(parameters_of("gelu")).at(Rational(3) / 2), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
