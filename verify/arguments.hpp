#pragma once
/// \file Command-line parsing shared by the subcommands.

#include <boost/program_options.hpp>
#include <string>
#include <utility>
#include <vector>

#include "gronwall/numbers/exact.hpp"

namespace gronwall::verify {

/// A subcommand's usage text: shown by `--help`, and hinted at by every usage error.
struct Usage {
  std::string command;
  std::string summary;
  std::string synopsis;
  /// Lines printed after the options: examples and notes.
  std::string notes;
};

/// Parses `arguments` against `options` (to which `--help` is added) and the positional option names.
/// Prints the help text and returns false if `--help` was given.
/// \throws InputError for unknown or malformed options, and for a negative number where none can be.
bool parse_arguments(const std::vector<std::string>& arguments, const Usage& usage,
                     boost::program_options::options_description options,
                     boost::program_options::variables_map& values,
                     const std::vector<std::string>& positional = {});

/// Whether the command line has the option: defaults do not count.
bool given(const boost::program_options::variables_map& values, const std::string& option);

/// Options, whether they have an effect beside the others, and why not.
struct OptionEffect {
  std::vector<std::string> options;
  bool present;
  std::string why_not;
};
/// An option without effect is a misunderstanding. \throws InputError for the first that was given.
void require_effect(const boost::program_options::variables_map& values,
                    const std::vector<OptionEffect>& effects);

/// An exact number such as `2`, `-0.25`, `1/3`. \throws InputError naming the option.
Rational exact_number(const std::string& text, const std::string& option);
/// The same above 0, such as `2`, `0.25`, `1/3`. \throws InputError naming the option.
Rational positive_number(const std::string& text, const std::string& option);
/// `a:b` (both ends included) or a single index. \throws InputError naming the option.
std::pair<unsigned, unsigned> index_range(const std::string& text, const std::string& option);
/// Decimal digits asked for. \throws PrecisionError outside 1..10,000.
int checked_digits(long digits);
/// Bits that hold 10^-digits.
long bits_for_digits(int digits);

}  // namespace gronwall::verify
