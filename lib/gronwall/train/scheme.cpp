#include "gronwall/train/scheme.hpp"

#include <array>

#include "gronwall/train/named.hpp"

namespace gronwall {
namespace {

constexpr std::array<double, 1> kEulerA = {0}, kEulerB = {1};
constexpr std::array<double, 2> kMidpointA = {0, 0.5}, kMidpointB = {0, 1};
constexpr std::array<double, 4> kRk4A = {0, 0.5, 0.5, 1}, kRk4B = {1. / 6, 1. / 3, 1. / 3, 1. / 6};

constexpr Scheme kEuler{"euler", 1, kEulerA, kEulerB};
constexpr Scheme kMidpoint{"midpoint", 2, kMidpointA, kMidpointB};
constexpr Scheme kRk4{"rk4", 4, kRk4A, kRk4B};

constexpr std::array<Named<const Scheme*>, 3> kSchemes = {
    {{kEuler.name, &kEuler}, {kMidpoint.name, &kMidpoint}, {kRk4.name, &kRk4}}};

}  // namespace

const Scheme& scheme(const std::string& name) {
  return *value_named<const Scheme*>(kSchemes, name, "scheme");
}

std::vector<std::string> scheme_names() {
  std::vector<std::string> names;
  for (const Named<const Scheme*>& choice : kSchemes) names.emplace_back(choice.name);
  return names;
}

}  // namespace gronwall
