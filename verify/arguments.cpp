#include "arguments.hpp"

#include <charconv>
#include <cmath>
#include <iostream>
#include <typeinfo>

#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/suggest.hpp"

namespace gronwall::verify {
namespace {

namespace po = boost::program_options;

unsigned parse_index(std::string_view text, const std::string& option, const std::string& whole) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty())
    throw InputError("--" + option + " takes an index or a range like 0:32, not '" + whole + "'");
  return value;
}

/// The parser would take -1 for the largest unsigned number. \throws InputError.
void require_no_negative_for_unsigned(const po::parsed_options& parsed) {
  for (const po::option& option : parsed.options) {
    const po::option_description* description = parsed.description->find_nothrow(option.string_key, false);
    const auto* type = description == nullptr
                           ? nullptr
                           : dynamic_cast<const po::typed_value_base*>(description->semantic().get());
    if (type == nullptr) continue;
    const bool is_unsigned = type->value_type() == typeid(unsigned) ||
                             type->value_type() == typeid(unsigned long) ||
                             type->value_type() == typeid(unsigned long long);
    for (const std::string& text : option.value)
      if (is_unsigned && text.starts_with('-'))
        throw InputError("--" + option.string_key + " must be an integer of at least 0, not " + text);
  }
}

/// "; did you mean '--width'?", or nothing.
std::string suggestion(const std::string& typed, const po::options_description& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back("--" + option->long_name());
  const std::string nearest = nearest_name(typed, names);
  return nearest.empty() ? "" : "; did you mean '" + nearest + "'?";
}

/// The first argument that belongs to no option and is more than the command takes.
std::string stray_argument(const std::vector<std::string>& arguments, const po::options_description& options,
                           std::size_t places) {
  po::positional_options_description any;
  any.add("stray", -1);
  const po::parsed_options parsed =
      po::command_line_parser(arguments).options(options).positional(any).allow_unregistered().run();
  for (const po::option& option : parsed.options)
    if (option.position_key >= static_cast<int>(places)) return option.value.front();
  return "";
}

}  // namespace

bool given(const po::variables_map& values, const std::string& option) {
  return values.count(option) != 0 && !values[option].defaulted();
}

bool parse_arguments(const std::vector<std::string>& arguments, const Usage& usage,
                     po::options_description options, po::variables_map& values,
                     const std::vector<std::string>& positional) {
  options.add_options()("help,h", "show this text");
  po::positional_options_description places;
  for (const std::string& name : positional) places.add(name.c_str(), 1);
  const auto refuse = [&](const std::string& why) {
    throw InputError(why + "\nusage: gronwall " + usage.command + " " + usage.synopsis + "\n'gronwall " +
                     usage.command + " --help' explains the options");
  };
  try {
    const po::parsed_options parsed =
        po::command_line_parser(arguments).options(options).positional(places).run();
    require_no_negative_for_unsigned(parsed);
    po::store(parsed, values);
    if (values.count("help") != 0) {
      std::cout << "gronwall " << usage.command << ": " << usage.summary << "\n\nusage: gronwall "
                << usage.command << ' ' << usage.synopsis << "\n\n"
                << options << '\n'
                << usage.notes;
      return false;
    }
    po::notify(values);
  } catch (const po::unknown_option& error) {
    refuse(error.what() + suggestion(error.get_option_name(), options));
  } catch (const po::too_many_positional_options_error&) {
    refuse("the argument '" + stray_argument(arguments, options, positional.size()) +
           "' belongs to no option");
  } catch (const po::error& error) {
    refuse(error.what());
  }
  return true;
}

void require_effect(const po::variables_map& values, const std::vector<OptionEffect>& effects) {
  for (const OptionEffect& effect : effects)
    for (const std::string& option : effect.options)
      if (!effect.present && given(values, option))
        throw InputError("--" + option + " would have no effect: " + effect.why_not);
}

Rational exact_number(const std::string& text, const std::string& option) {
  try {
    return parse_rational(text);
  } catch (const InputError& error) {
    throw InputError("--" + option + ": " + error.what());
  }
}

Rational positive_number(const std::string& text, const std::string& option) {
  const Rational value = exact_number(text, option);
  if (value <= 0) throw InputError("--" + option + " must be positive, not " + text);
  return value;
}

std::pair<unsigned, unsigned> index_range(const std::string& text, const std::string& option) {
  const auto colon = text.find(':');
  const std::string_view view(text);
  if (colon == std::string::npos) {
    const unsigned n = parse_index(view, option, text);
    return {n, n};
  }
  const unsigned first = parse_index(view.substr(0, colon), option, text);
  const unsigned last = parse_index(view.substr(colon + 1), option, text);
  if (first > last) throw InputError("--" + option + ": the range " + text + " is empty");
  return {first, last};
}

int checked_digits(long digits) {
  constexpr long kMostDigits = 10000;
  if (digits < 1 || digits > kMostDigits)
    throw PrecisionError("--digits must be between 1 and 10000, not " + std::to_string(digits));
  return static_cast<int>(digits);
}

long bits_for_digits(int digits) {
  return static_cast<long>(std::ceil(digits * 3.3219280948873626)) + 1;
}

}  // namespace gronwall::verify
