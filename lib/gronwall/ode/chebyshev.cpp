#include "gronwall/ode/chebyshev.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "gronwall/numbers/error.hpp"

namespace gronwall {

ChebyshevTables::ChebyshevTables(int m, long bits) : degree(m) {
  constexpr int kLeast = 2, kMost = 1000;
  if (m < kLeast || m > kMost) throw InputError("the degree of an interpolant must lie between 2 and 1000");
  const Eigen::Index rows = m + 2, nodes = m + 1;
  // cos and sin of l pi/m for l = 0..2m-1 serve every entry.
  std::vector<Ball> cosine, sine;
  for (int l = 0; l < 2 * m; ++l) {
    const Ball angle = Ball::pi(bits) * Ball::from(Rational(l, m), bits);
    const bool half = 2 * l == m || 2 * l == 3 * m;
    cosine.push_back(l == 0 ? Ball(1) : l == m ? Ball(-1) : half ? Ball(0) : cos(angle));
    sine.push_back(l == 0 || l == m ? Ball(0) : sin(angle));
  }
  const auto at = [&](const std::vector<Ball>& table, Eigen::Index k, Eigen::Index j) {
    return table[static_cast<std::size_t>((k * j) % (2 * m))];
  };
  values.resize(rows, nodes);
  derivatives.resize(rows, nodes);
  coefficients.resize(nodes, nodes);
  for (Eigen::Index k = 0; k < rows; ++k)
    for (Eigen::Index j = 0; j < nodes; ++j) {
      values(k, j) = at(cosine, k, j);
      if (j == 0)
        derivatives(k, j) = Ball(k * k);
      else if (j == m)
        derivatives(k, j) = Ball(k % 2 == 0 ? -k * k : k * k);
      else  // T_k' = k sin(k theta) / sin(theta)
        derivatives(k, j) = k * at(sine, k, j) / at(sine, 1, j);
    }
  for (Eigen::Index j = 0; j < nodes; ++j)
    for (Eigen::Index l = 0; l < nodes; ++l) {
      const int halvings = (j == 0 || j == m ? 1 : 0) + (l == 0 || l == m ? 1 : 0);
      coefficients(j, l) = ldexp(Ball::from(Rational(2, m), bits) * at(cosine, l, j), -halvings);
    }
  // int T_k T_l = 1/(1 - (k+l)^2) + 1/(1 - (k-l)^2) for even k + l, else 0.
  moments.resize(rows, nodes);
  for (Eigen::Index k = 0; k < rows; ++k)
    for (Eigen::Index j = 0; j < nodes; ++j) {
      Ball sum = Ball::from(0, bits);
      for (Eigen::Index l = k % 2; l < nodes; l += 2) {
        const Rational weight =
            Rational(1, 1 - (k + l) * (k + l)) + Rational(1, 1 - (k - l) * (k - l));
        sum += Ball::from(weight, bits) * coefficients(j, l);
      }
      moments(k, j) = sum;
    }
}

const ChebyshevTables& chebyshev_tables(int degree) {
  static std::mutex mutex;
  static std::map<int, std::unique_ptr<const ChebyshevTables>> tables;
  constexpr long kBits = 128;
  const std::lock_guard lock(mutex);
  auto& table = tables[degree];
  if (!table) table = std::make_unique<const ChebyshevTables>(degree, kBits);
  return *table;
}

UpperBound lebesgue_constant(int degree) {
  constexpr long kBits = 64;
  // bound: L27
  return (1 + 2 / Ball::pi(kBits) * log(Ball::from(degree + 1, kBits))).magnitude();
}

}  // namespace gronwall
