/// \file `gronwall dual`: rigorous dual activation.

#include <iostream>
#include <optional>

#include "arguments.hpp"
#include "command.hpp"
#include "gronwall/activation/activation.hpp"
#include "gronwall/gaussian/dual.hpp"
#include "gronwall/numbers/error.hpp"
#include "json_output.hpp"

namespace gronwall::verify {
namespace {

/// Guard bits for a covariance rho sqrt(q1 q2) that is not rational: its enclosure must not cost accuracy.
constexpr long kCovarianceGuard = 64;

struct Correlated {
  Rational q1;
  Rational q2;
  Rational rho;

  /// c = rho sqrt(q1 q2), if rational.
  std::optional<Rational> covariance() const {
    const auto root = exact_sqrt(q1 * q2);
    return root ? std::optional<Rational>(rho * *root) : std::nullopt;
  }
};

Ball value_of(DualActivation& dual, const Correlated& at, long bits) {
  if (const auto c = at.covariance()) return dual.value(at.q1, *c, at.q2);
  const Ball tolerance = ldexp(Ball(1), -bits);
  // Near |rho| = 1 the value depends on the covariance like a square root: more bits for the covariance help.
  for (long precision = 2 * bits + kCovarianceGuard, attempt = 0; attempt < 3; precision *= 2, ++attempt) {
    const Ball value =
        dual.value_over(Ball::from(at.q1, precision),
                        Ball::from(at.rho, precision) * sqrt(Ball::from(at.q1 * at.q2, precision)),
                        Ball::from(at.q2, precision));
    const Ball radius = value.is_finite() ? value - value.exact_midpoint() : Ball(1);
    if (certainly(less_equal(radius, tolerance))) return value;
  }
  throw PrecisionError(
      "these digits are out of reach where the covariance rho sqrt(q1 q2) is irrational and |rho| = 1 or "
      "nearly; take q1 and q2 "
      "whose product is the square of a rational number");
}

Rational correlation(const std::string& text) {
  Rational rho;
  try {
    rho = parse_rational(text);
  } catch (const InputError& error) {
    throw InputError(std::string("--rho: ") + error.what());
  }
  if (abs(rho) > 1) throw InputError("--rho is a correlation, between -1 and 1, not " + text);
  return rho;
}

}  // namespace

int run_dual(const std::vector<std::string>& arguments) {
  namespace po = boost::program_options;
  const Usage usage{.command = "dual",
                    .summary = "rigorous dual activation E[phi(u) phi(v)], (u, v) centred Gaussian",
                    .synopsis = "--activation NAME --rho R [--q1 Q1] [--q2 Q2] [--digits D]",
                    .notes =
                        "(u, v) has variances q1, q2 and correlation rho, all exact numbers. The result is "
                        "an interval that\n"
                        "provably contains the value, of half-width at most 10^-D.\n\nactivations: " +
                        activation_list() +
                        "\n\nexamples:\n"
                        "  gronwall dual --activation softplus --rho 0.99 --digits 100\n"
                        "  gronwall dual --activation erf --q1 1 --q2 2 --rho -1/3 --derivatives --json\n"};
  po::options_description options("options", 100);
  options.add_options()("activation,a", po::value<std::string>()->required(), "activation function")(
      "q1", po::value<std::string>()->default_value("1"), "variance of u")(
      "q2", po::value<std::string>()->default_value("1"), "variance of v")(
      "rho", po::value<std::string>()->required(), "correlation, in [-1, 1]")(
      "digits,d", po::value<long>()->default_value(30), "decimal digits after the point that are certain")(
      "derivatives", "also dV/dc = E[phi'(u) phi'(v)] and dV/dq1 = E[phi''(u) phi(v)]/2")("json",
                                                                                          "print JSON");
  po::variables_map values;
  if (!parse_arguments(arguments, usage, options, values)) return kSuccess;

  const Activation& phi = activation(values["activation"].as<std::string>());
  const std::string q1_text = values["q1"].as<std::string>();
  const std::string q2_text = values["q2"].as<std::string>();
  const std::string rho_text = values["rho"].as<std::string>();
  const Correlated at{positive_number(q1_text, "q1"), positive_number(q2_text, "q2"), correlation(rho_text)};
  const int digits = checked_digits(values["digits"].as<long>());
  const long bits = bits_for_digits(digits + 1);
  DualActivation dual(phi, bits);

  const Ball value = value_of(dual, at, bits);
  boost::json::object result{{"activation", phi.name()},
                             {"q1", q1_text},
                             {"q2", q2_text},
                             {"rho", rho_text},
                             {"value", enclosure_json(value, digits)}};
  std::string text = "E[phi(u) phi(v)] in " + interval_text(value, digits) + '\n';
  if (values.count("derivatives") != 0) {
    const auto c = at.covariance();
    if (!c)
      throw InputError(
          "--derivatives needs q1 q2 to be the square of a rational number, as 1 and 2.25 or 2 and 8");
    const Ball by_c = dual.derivative_by_c(at.q1, *c, at.q2);
    const Ball by_q1 = dual.derivative_by_q1(at.q1, *c, at.q2);
    result["derivative_by_c"] = enclosure_json(by_c, digits);
    result["derivative_by_q1"] = enclosure_json(by_q1, digits);
    text += "dV/dc = E[phi'(u) phi'(v)] in " + interval_text(by_c, digits) +
            "\ndV/dq1 = E[phi''(u) phi(v)]/2 in " + interval_text(by_q1, digits) + '\n';
  }
  if (values.count("json") != 0)
    print_json(result);
  else
    std::cout << phi.name() << "(z) = " << phi.formula() << ", q1 = " << q1_text << ", q2 = " << q2_text
              << ", rho = " << rho_text << '\n'
              << text;
  return kSuccess;
}

}  // namespace gronwall::verify
