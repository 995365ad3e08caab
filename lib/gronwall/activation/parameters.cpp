#include "gronwall/activation/parameters.hpp"

namespace gronwall {

std::vector<Rational> parse_list(std::string_view text) {
  std::vector<Rational> numbers;
  for (;;) {
    const std::size_t comma = text.find(',');
    numbers.push_back(parse_rational(text.substr(0, comma)));
    if (comma == std::string_view::npos) return numbers;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace gronwall
