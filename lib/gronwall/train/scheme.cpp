#include "gronwall/train/scheme.hpp"

#include <array>

#include "gronwall/train/named.hpp"

namespace gronwall {
namespace {

constexpr std::array<double, 1> kEulerC = {0}, kEulerA = {0}, kEulerB = {1};

constexpr std::array<double, 2> kMidpointC = {0, 1. / 2}, kMidpointB = {0, 1};
constexpr std::array<double, 4> kMidpointA = {0, 0, 1. / 2, 0};

constexpr std::array<double, 4> kRk4C = {0, 1. / 2, 1. / 2, 1}, kRk4B = {1. / 6, 1. / 3, 1. / 3, 1. / 6};
constexpr std::array<double, 16> kRk4A = {0,      0,      0, 0,  //
                                          1. / 2, 0,      0, 0,  //
                                          0,      1. / 2, 0, 0,  //
                                          0,      0,      1, 0};

constexpr std::array<double, 6> kDopri5C = {0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1};
constexpr std::array<double, 6> kDopri5B = {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84};
constexpr std::array<double, 36> kDopri5A = {0,
                                             0,
                                             0,
                                             0,
                                             0,
                                             0,  //
                                             1. / 5,
                                             0,
                                             0,
                                             0,
                                             0,
                                             0,  //
                                             3. / 40,
                                             9. / 40,
                                             0,
                                             0,
                                             0,
                                             0,  //
                                             44. / 45,
                                             -56. / 15,
                                             32. / 9,
                                             0,
                                             0,
                                             0,  //
                                             19372. / 6561,
                                             -25360. / 2187,
                                             64448. / 6561,
                                             -212. / 729,
                                             0,
                                             0,  //
                                             9017. / 3168,
                                             -355. / 33,
                                             46732. / 5247,
                                             49. / 176,
                                             -5103. / 18656,
                                             0};

constexpr std::array<double, 7> kButcher6C = {0, 1. / 3, 2. / 3, 1. / 3, 1. / 2, 1. / 2, 1};
constexpr std::array<double, 7> kButcher6B = {11. / 120, 0,        27. / 40, 27. / 40,
                                              -4. / 15,  -4. / 15, 11. / 120};
constexpr std::array<double, 49> kButcher6A = {
    0,        0,        0,        0,        0,      0,         0,  //
    1. / 3,   0,        0,        0,        0,      0,         0,  //
    0,        2. / 3,   0,        0,        0,      0,         0,  //
    1. / 12,  1. / 3,   -1. / 12, 0,        0,      0,         0,  //
    -1. / 16, 9. / 8,   -3. / 16, -3. / 8,  0,      0,         0,  //
    0,        9. / 8,   -3. / 8,  -3. / 4,  1. / 2, 0,         0,  //
    9. / 44,  -9. / 11, 63. / 44, 18. / 11, 0,      -16. / 11, 0};

constexpr Scheme kEuler{"euler", 1, kEulerC, kEulerA, kEulerB};
constexpr Scheme kMidpoint{"midpoint", 2, kMidpointC, kMidpointA, kMidpointB};
constexpr Scheme kRk4{"rk4", 4, kRk4C, kRk4A, kRk4B};
constexpr Scheme kDopri5{"dopri5", 5, kDopri5C, kDopri5A, kDopri5B};
constexpr Scheme kButcher6{"butcher6", 6, kButcher6C, kButcher6A, kButcher6B};

constexpr std::array<Named<const Scheme*>, 5> kSchemes = {{{kEuler.name, &kEuler},
                                                           {kMidpoint.name, &kMidpoint},
                                                           {kRk4.name, &kRk4},
                                                           {kDopri5.name, &kDopri5},
                                                           {kButcher6.name, &kButcher6}}};

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
