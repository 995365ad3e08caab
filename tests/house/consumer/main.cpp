// What a user of the installed package would write: rigorous numbers and points.
#include <iostream>

#include "gronwall/data/inspect.hpp"
#include "gronwall/data/random_points.hpp"
#include "gronwall/numbers/ball.hpp"
#include "gronwall/numbers/text.hpp"

int main() {
  const gronwall::PointSet points = gronwall::random_points(3, 5, 1);
  const bool distinct = gronwall::inspect(points).distinct();
  const gronwall::Ball third = gronwall::Ball::from(gronwall::parse_rational("1/3"), 64);
  std::cout << points.size() << (distinct ? " distinct" : "") << " points; 1/3 is at least "
            << gronwall::decimal_bounds(third, 15).lo << '\n';
}
