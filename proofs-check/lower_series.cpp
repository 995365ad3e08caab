#include "lower_series.hpp"

#include <algorithm>

namespace proofs_check {

namespace {
[[noreturn]] void too_large() {
  over_limit("a number is too large for the fixed point of the series");
}
Fixed from_integer(const mpz_class& x) {
  const mpz_class high = x >> 64, low = x - (high << 64);
  return (static_cast<Fixed>(high.get_ui()) << 64) + low.get_ui();
}
}  // namespace

Fixed fixed_below(const mpq_class& x) {
  if (x <= 0) return 0;
  if (x >= power_of_two(fixed_top)) too_large();
  return from_integer(floor(x * power_of_two(fixed_bits)));
}
Fixed fixed_below(const Interval& x) {
  if (!x.positive()) return 0;
  if (mpfr_cmp_ui(x.lo(), 1U << fixed_top) >= 0) too_large();
  mpfr_t shifted;
  mpfr_init2(shifted, mpfr_get_prec(x.lo()));
  mpfr_mul_2ui(shifted, x.lo(), fixed_bits, MPFR_RNDD);
  mpz_class integer;
  mpfr_get_z(integer.get_mpz_t(), shifted, MPFR_RNDD);
  mpfr_clear(shifted);
  return from_integer(integer);
}
mpq_class rational(Fixed x) {
  return mpq_class(to_mpz(static_cast<int128>(x))) * power_of_two(-fixed_bits);
}

LowerSeries product(const LowerSeries& a, const LowerSeries& b, std::size_t shift) {
  LowerSeries c(a.size());
  const auto first = [](const LowerSeries& x) {
    return static_cast<std::size_t>(std::find_if(x.begin(), x.end(), [](Fixed y) { return y != 0; }) -
                                    x.begin());
  };
  const std::size_t i0 = first(a), j0 = first(b);
  for (std::size_t m = i0 + j0; m + shift < c.size(); ++m) {
    LowerSum total;
    for (std::size_t i = i0; i + j0 <= m; ++i) total.add(a[i], b[m - i]);
    c[m + shift] = total.value();
  }
  return c;
}
Fixed sum(const LowerSeries& a) {
  Fixed total = 0;
  for (const Fixed x : a) total += x;
  return total;
}

LowerComposition::LowerComposition(LowerSeries r, bool odd) : r_(std::move(r)), odd_(odd) {
  LowerSeries one(r_.size());
  one[0] = Fixed{1} << fixed_bits;
  powers_.push_back(one);
  powers_.push_back(product(r_, r_, odd ? 1 : 0));
}

LowerSeries LowerComposition::in_squares(const std::vector<Fixed>& e) {
  std::size_t terms = e.size();
  while (terms > 0 && e[terms - 1] == 0) --terms;
  // Blocks of `block` terms in known powers, put together by Horner's rule in R^block.
  std::size_t block = 2;
  while (block * block < terms) ++block;
  while (powers_.size() < std::min(terms, block + 1)) powers_.push_back(product(powers_.back(), powers_[1]));
  LowerSeries result(r_.size());
  for (std::size_t start = (terms + block - 1) / block * block; start > 0;) {
    start -= block;
    if (start + block < terms) result = product(result, powers_[block]);
    for (std::size_t m = 0; m < result.size(); ++m) {
      LowerSum total;
      for (std::size_t i = start; i < std::min(start + block, terms); ++i)
        total.add(e[i], powers_[i - start][m]);
      result[m] += total.value();
    }
  }
  return result;
}

LowerSeries LowerComposition::operator()(const std::vector<Fixed>& b) {
  std::vector<Fixed> even, odd;
  for (std::size_t n = 0; n < b.size(); ++n) (n % 2 == 0 ? even : odd).push_back(b[n]);
  const bool has_even = std::any_of(even.begin(), even.end(), [](Fixed x) { return x != 0; });
  if (odd_) return has_even ? in_squares(even) : product(r_, in_squares(odd));
  LowerSeries result = in_squares(even);
  const LowerSeries rest = product(r_, in_squares(odd));
  for (std::size_t m = 0; m < result.size(); ++m) result[m] += rest[m];
  return result;
}

}  // namespace proofs_check
