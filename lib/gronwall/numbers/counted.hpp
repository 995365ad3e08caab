#pragma once
/// \file "1 input", "2 inputs".

#include <concepts>
#include <string>

namespace gronwall {

/// `count` and `noun`, whose plural ends in s.
std::string counted(std::integral auto count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace gronwall
