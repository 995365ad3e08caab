#pragma once
/// \file Three-valued truth: what a rigorous comparison can say.

namespace gronwall {

/// `yes`: proved for every value the operands can take. `no`: disproved for every value. `unknown`: the
/// enclosures are too wide to tell. There is no conversion to bool: say which of the three you mean.
enum class Truth { no, unknown, yes };

constexpr Truth negate(Truth t) {
  return t == Truth::yes ? Truth::no : t == Truth::no ? Truth::yes : Truth::unknown;
}

constexpr bool certainly(Truth t) {
  return t == Truth::yes;
}
constexpr bool possibly(Truth t) {
  return t != Truth::no;
}

}  // namespace gronwall
