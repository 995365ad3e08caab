/// \file `gronwall hermite`: rigorous Hermite coefficients.

#include <iostream>

#include "arguments.hpp"
#include "command.hpp"
#include "gronwall/activation/activation.hpp"
#include "gronwall/gaussian/hermite.hpp"
#include "gronwall/numbers/text.hpp"
#include "json_output.hpp"

namespace gronwall::verify {

int run_hermite(const std::vector<std::string>& arguments) {
  namespace po = boost::program_options;
  const Usage usage{
      .command = "hermite",
      .summary = "rigorous Hermite coefficients a_n(q) = E[phi(sqrt(q) z) h_n(z)], h_n orthonormal",
      .synopsis = "--activation NAME [--q Q] [--n A:B] [--digits D]",
      .notes =
          "Each coefficient is printed as an interval that provably contains it, of half-width at most "
          "10^-D.\nCoefficients that vanish by parity are exact zeros.\n\nactivations: " +
          activation_list() +
          "\n\nexamples:\n"
          "  gronwall hermite --activation softplus --q 1 --n 0:32 --digits 50\n"
          "  gronwall hermite --activation leaky-relu:0.1 --n 7 --json\n"};
  po::options_description options("options", 100);
  options.add_options()("activation,a", po::value<std::string>()->required(), "activation function")(
      "q", po::value<std::string>()->default_value("1"), "variance, exact: 2, 0.25, 1/3")(
      "n", po::value<std::string>()->default_value("0:16"), "index or range of indices, both ends included")(
      "digits,d", po::value<long>()->default_value(30), "decimal digits after the point that are certain")(
      "json", "print JSON");
  po::variables_map values;
  if (!parse_arguments(arguments, usage, options, values)) return kSuccess;

  const Activation& phi = activation(values["activation"].as<std::string>());
  const std::string q_text = values["q"].as<std::string>();
  const Rational q = positive_number(q_text, "q");
  const auto [first, last] = index_range(values["n"].as<std::string>(), "n");
  const int digits = checked_digits(values["digits"].as<long>());
  const auto coefficients = hermite_coefficients(phi, q, first, last, bits_for_digits(digits + 1));

  if (values.count("json") != 0) {
    boost::json::array entries;
    for (unsigned n = first; n <= last; ++n) {
      boost::json::object entry{{"n", n}};
      append_enclosure(entry, coefficients.at(n), digits);
      entries.push_back(std::move(entry));
    }
    print_json({{"activation", phi.name()}, {"q", q_text}, {"coefficients", std::move(entries)}});
    return kSuccess;
  }
  std::cout << phi.name() << "(z) = " << phi.formula() << ", q = " << q_text << "\n";
  for (unsigned n = first; n <= last; ++n)
    std::cout << "a_" << n << " in " << interval_text(coefficients.at(n), digits) << '\n';
  return kSuccess;
}

}  // namespace gronwall::verify
