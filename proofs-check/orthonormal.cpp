// orthonormal/1: E[He_m He_n] = n! delta_mn, that is E[h_m h_n] = delta_mn, by integer moments.

#include "kinds.hpp"

namespace proofs_check {

std::string check_orthonormal(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"degree"});
  witness.require({});
  const std::uint64_t degree = statement["degree"].count();
  context.budget.work({degree + 1, degree + 1, degree + 1, degree / 4 + 16});
  context.budget.memory({degree + 1, degree + 1, 16 * degree + 1024});

  std::vector<mpz_class> moment(2 * degree + 1, 0);  // E[Z^k] = (k-1) E[Z^(k-2)]
  moment[0] = 1;
  for (std::uint64_t k = 2; k <= 2 * degree; k += 2) moment[k] = (k - 1) * moment[k - 2];
  std::vector<std::vector<mpz_class>> hermite{{1}};  // He_(n+1) = x He_n - n He_(n-1)
  for (std::uint64_t n = 0; n < degree; ++n) {
    std::vector<mpz_class> next(n + 2, 0);
    for (std::uint64_t k = 0; k <= n; ++k) next[k + 1] = hermite[n][k];
    for (std::uint64_t k = 0; n > 0 && k < n; ++k) next[k] -= n * hermite[n - 1][k];
    hermite.push_back(next);
  }
  mpz_class factorial = 1;
  for (std::uint64_t m = 0; m <= degree; ++m) {
    if (m > 0) factorial *= m;
    std::vector<mpz_class> against(degree + 1, 0);  // E[He_m Z^k]
    for (std::uint64_t k = 0; k <= degree; ++k)
      for (std::uint64_t i = 0; i <= m; ++i) against[k] += hermite[m][i] * moment[i + k];
    for (std::uint64_t n = m; n <= degree; ++n) {
      mpz_class product = 0;
      for (std::uint64_t k = 0; k <= n; ++k) product += hermite[n][k] * against[k];
      if (product != (m == n ? factorial : mpz_class(0)))
        not_verified("E[He_m He_n] is wrong for m, n = " + std::to_string(m) + ", " + std::to_string(n));
    }
  }
  return "E[h_m h_n] = delta_mn for m, n <= " + std::to_string(degree);
}

}  // namespace proofs_check
