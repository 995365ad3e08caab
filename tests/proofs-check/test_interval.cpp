// Intervals: every operation contains the exact result and is as narrow as its precision allows.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <random>

#include "interval.hpp"
#include "writer.hpp"

namespace {
using namespace proofs_check;

mpq_class rational(mpfr_srcptr x) {
  mpq_class q;
  mpfr_get_q(q.get_mpq_t(), x);
  return q;
}
/// x rounded to p bits, down or up, as a rational.
mpq_class rounded(const mpq_class& x, long p, mpfr_rnd_t round) {
  mpfr_t f;
  mpfr_init2(f, p);
  mpfr_set_q(f, x.get_mpq_t(), round);
  const mpq_class q = rational(f);
  mpfr_clear(f);
  return q;
}
Interval make(const mpq_class& lo, const mpq_class& hi, long p = 8) {
  return between(lo, hi, p);
}

/// Are the endpoints those of the exact image [lo, hi], rounded once outward to p bits?
bool is_tight(const Interval& x, const mpq_class& lo, const mpq_class& hi, long p) {
  return rational(x.lo()) == rounded(lo, p, MPFR_RNDD) && rational(x.hi()) == rounded(hi, p, MPFR_RNDU);
}
}  // namespace

BOOST_AUTO_TEST_SUITE(interval)

BOOST_AUTO_TEST_CASE(construction) {
  for (const long p : {2L, 8L, 53L, 200L}) {
    const mpq_class third(1, 3);
    const Interval x(third, p);
    BOOST_TEST((rational(x.lo()) < third && third < rational(x.hi())));
    BOOST_TEST(is_tight(x, third, third, p));
  }
  const Interval exact(mpq_class(5, 8), 200);  // stored in few bits, works in many
  BOOST_TEST((rational(exact.lo()) == mpq_class(5, 8) && rational(exact.hi()) == mpq_class(5, 8)));
  BOOST_TEST(is_tight(exact * Interval(mpq_class(1, 3), 200),
                      rounded(mpq_class(1, 3), 200, MPFR_RNDD) * mpq_class(5, 8),
                      rounded(mpq_class(1, 3), 200, MPFR_RNDU) * mpq_class(5, 8), 200));
  BOOST_TEST(is_tight(inverse(Interval(3, 200)), mpq_class(1, 3), mpq_class(1, 3), 200));
  Interval a(1, 10), b(2, 10);
  a = b;
  b = std::move(a);
  a = b;
  BOOST_TEST((rational(a.lo()) == 2 && rational(b.hi()) == 2));
}

// Every sign pattern of the endpoints, at a precision at which nearly every result must be rounded.
BOOST_AUTO_TEST_CASE(arithmetic_knife_edge) {
  std::vector<mpq_class> ends;
  for (const int k : {-13, -11, -3, -1, 0, 1, 3, 11, 13}) ends.push_back(mpq_class(k) / 8);
  const long p = 4;
  int count = 0;
  for (const mpq_class& a : ends)
    for (const mpq_class& b : ends)
      for (const mpq_class& c : ends)
        for (const mpq_class& d : ends) {
          if (a > b || c > d) continue;
          const Interval x = make(a, b, p), y = make(c, d, p);
          const mpq_class products[] = {a * c, a * d, b * c, b * d};
          bool good = is_tight(x + y, a + c, b + d, p) && is_tight(x - y, a - d, b - c, p) &&
                      is_tight(-x, -b, -a, p) &&
                      is_tight(x * y, *std::min_element(products, products + 4),
                               *std::max_element(products, products + 4), p) &&
                      is_tight(min(x, y), std::min(a, c), std::min(b, d), p) &&
                      is_tight(max(x, y), std::max(a, c), std::max(b, d), p);
          const mpq_class least = a > 0 ? a : b < 0 ? mpq_class(-b) : mpq_class(0);
          const mpq_class most = std::max(mpq_class(-a), b);
          good = good && is_tight(abs(x), least, most, p) &&
                 is_tight(square(x), least * least, most * most, p) &&
                 is_tight(power(x, 3), a * a * a, b * b * b, p) && is_tight(power(x, 0), 1, 1, p);
          if (c > 0 || d < 0) {
            good = good && is_tight(inverse(y), 1 / d, 1 / c, p);
            const Interval quotient = x / y;
            for (const mpq_class& u : {a, b})
              for (const mpq_class& v : {c, d})
                good = good && rational(quotient.lo()) <= u / v && u / v <= rational(quotient.hi());
          } else {
            BOOST_CHECK_THROW(inverse(y), Failure);
          }
          BOOST_REQUIRE_MESSAGE(
              good, "[" << a.get_d() << "," << b.get_d() << "] [" << c.get_d() << "," << d.get_d() << "]");
          ++count;
        }
  BOOST_TEST(count == 45 * 45);
}

// sum + a b in place: it contains the exact result at every sign pattern, and is rounded twice at most.
BOOST_AUTO_TEST_CASE(add_product_knife_edge) {
  std::vector<mpq_class> ends;
  for (const int k : {-13, -11, -3, -1, 0, 1, 3, 11, 13}) ends.push_back(mpq_class(k) / 8);
  const long p = 4;
  const mpq_class start(5, 64);
  for (const mpq_class& a : ends)
    for (const mpq_class& b : ends)
      for (const mpq_class& c : ends)
        for (const mpq_class& d : ends) {
          if (a > b || c > d) continue;
          const mpq_class products[] = {a * c, a * d, b * c, b * d};
          const mpq_class least = *std::min_element(products, products + 4),
                          most = *std::max_element(products, products + 4);
          Interval sum = make(start, start, p), wide = make(start, start, 100);
          sum.add_product(make(a, b, p), make(c, d, p));
          wide.add_product(make(a, b, p), make(c, d, p));
          BOOST_REQUIRE(
              is_tight(sum, start + rounded(least, p, MPFR_RNDD), start + rounded(most, p, MPFR_RNDU), p));
          BOOST_REQUIRE(is_tight(wide, start + least, start + most, 100));
          wide.set_zero();
          wide.add_product(make(c, d, p), make(a, b, p));
          BOOST_REQUIRE(is_tight(wide, least, most, 100));
        }
  const Interval huge = exp(exp(exp(Interval(10, 53))));  // [.., infinity]
  Interval sum = make(0, 0, 53);
  sum.add_product(huge, make(-1, 1, 53));
  BOOST_TEST((mpfr_inf_p(sum.lo()) && mpfr_inf_p(sum.hi())));
  sum.set_zero();
  sum.add_product(Interval(0, 53), huge);
  BOOST_TEST((mpfr_zero_p(sum.lo()) && mpfr_zero_p(sum.hi())));
}

BOOST_AUTO_TEST_CASE(points_and_hulls) {
  for (const long p : {2L, 8L, 64L, 200L})
    for (const mpq_class& lo : {mpq_class(-7, 3), mpq_class(0), mpq_class(1, 3), mpq_class(5)})
      for (const mpq_class& width : {mpq_class(0), mpq_class(1, 1000), mpq_class(9, 7)}) {
        const Interval x = make(lo, lo + width, p), m = midpoint(x), d = deviation(x, m);
        BOOST_TEST((mpfr_equal_p(m.lo(), m.hi()) && mpfr_lessequal_p(x.lo(), m.lo()) &&
                    mpfr_lessequal_p(m.lo(), x.hi())));
        const mpq_class most = std::max(mpq_class(rational(x.hi()) - rational(m.lo())),
                                        mpq_class(rational(m.lo()) - rational(x.lo())));
        BOOST_TEST(is_tight(d, -most, most, p));
        BOOST_TEST((most <= rational(x.hi()) - rational(x.lo())));
      }
  BOOST_CHECK_THROW(midpoint(exp(exp(exp(Interval(10, 53))))), Failure);
  const Interval hull = from_to(make(-3, 1), make(0, 5));
  BOOST_TEST((rational(hull.lo()) == -3 && rational(hull.hi()) == 5));
  BOOST_CHECK_THROW(from_to(make(2, 3), make(0, 1)), Failure);
  BOOST_TEST(is_tight(scaled(INT64_MIN, -63, 64), -1, -1, 64));
  BOOST_TEST(is_tight(scaled(INT64_MAX, 3, 8), mpq_class(INT64_MAX) * 8, mpq_class(INT64_MAX) * 8, 8));
  BOOST_TEST(is_tight(scaled(5, -1, 64), mpq_class(5, 2), mpq_class(5, 2), 64));
}

// Monotone functions against MPFR at three times the precision; images of wide intervals by their ends.
BOOST_AUTO_TEST_CASE(functions) {
  struct Case {
    Interval (*f)(const Interval&);
    int (*reference)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
    double from, to;
    bool decreasing;
  };
  const Case cases[] = {{sqrt, mpfr_sqrt, 0, 9, false},      {exp, mpfr_exp, -40, 40, false},
                        {expm1, mpfr_expm1, -40, 40, false}, {log, mpfr_log, 1e-9, 50, false},
                        {log1p, mpfr_log1p, -.99, 9, false}, {tanh, mpfr_tanh, -9, 9, false},
                        {tan, mpfr_tan, -1.5, 1.5, false},   {erf, mpfr_erf, -5, 5, false},
                        {erfc, mpfr_erfc, -5, 9, true},      {asin, mpfr_asin, -1, 1, false}};
  std::mt19937_64 random(7);
  for (const Case& c : cases)
    for (int i = 0; i < 200; ++i) {
      const long p = std::uniform_int_distribution<long>(5, 120)(random);
      std::uniform_real_distribution<double> points(c.from, c.to);
      mpq_class a = points(random), b = points(random);
      if (a > b) std::swap(a, b);
      if (i % 3 == 0) b = a;
      const Interval x = make(a, b, 60), y = c.f(x * Interval(1, p));
      mpfr_t lo, hi;
      mpfr_init2(lo, 3 * p + 60);
      mpfr_init2(hi, 3 * p + 60);
      c.reference(lo, c.decreasing ? x.hi() : x.lo(), MPFR_RNDN);
      c.reference(hi, c.decreasing ? x.lo() : x.hi(), MPFR_RNDN);
      const mpq_class slack = power_of_two(-std::max(p, 60L) + 1);
      const mpq_class l = rational(lo), h = rational(hi);
      BOOST_REQUIRE((rational(y.lo()) <= l && h <= rational(y.hi())));
      BOOST_REQUIRE((rational(y.lo()) >= l - abs(l) * slack && rational(y.hi()) <= h + abs(h) * slack));
      mpfr_clear(lo);
      mpfr_clear(hi);
    }
}

BOOST_AUTO_TEST_CASE(sine_and_cosine) {
  std::mt19937_64 random(8);
  for (int i = 0; i < 2000; ++i) {
    const double a = std::uniform_real_distribution<double>(-10, 10)(random);
    const double width = std::ldexp(1.0, std::uniform_int_distribution<int>(-60, 3)(random));
    const Interval x = make(mpq_class(a), mpq_class(a) + mpq_class(width), 80);
    const double inner = a + width * std::uniform_real_distribution<double>(0, 1)(random);
    for (const bool sine : {true, false}) {
      const Interval y = sine ? sin(x) : cos(x);
      const double value = sine ? std::sin(inner) : std::cos(inner);
      BOOST_REQUIRE(mpfr_get_d(y.lo(), MPFR_RNDD) <= value + 1e-14);
      BOOST_REQUIRE(mpfr_get_d(y.hi(), MPFR_RNDU) >= value - 1e-14);
      BOOST_REQUIRE(mpfr_get_d(y.hi(), MPFR_RNDU) - mpfr_get_d(y.lo(), MPFR_RNDD) <= 2 * width + 1e-14);
      BOOST_REQUIRE((mpfr_cmp_si(y.lo(), -1) >= 0 && mpfr_cmp_si(y.hi(), 1) <= 0));
    }
  }
  const Interval huge = sin(exp(exp(Interval(40, 64))));  // no attempt to reduce modulo pi
  BOOST_TEST((mpfr_cmp_si(huge.lo(), -1) == 0 && mpfr_cmp_si(huge.hi(), 1) == 0));
}

BOOST_AUTO_TEST_CASE(domains) {
  const auto straddling = make(-1, 1);
  BOOST_CHECK_THROW(log(straddling), Failure);
  BOOST_CHECK_THROW(log(Interval(0, 8)), Failure);
  BOOST_CHECK_THROW(log1p(make(-1, 1)), Failure);
  BOOST_CHECK_THROW(sqrt(make(mpq_class(-1, 1000), 1)), Failure);
  BOOST_CHECK_NO_THROW(sqrt(make(0, 1)));
  BOOST_CHECK_THROW(asin(make(0, mpq_class(9, 8))), Failure);
  BOOST_CHECK_THROW(tan(make(0, mpq_class(13, 8))), Failure);
  BOOST_CHECK_THROW(inverse(make(0, 1)), Failure);
  BOOST_CHECK_THROW(power(make(0, 1), -1), Failure);
  BOOST_TEST(is_tight(power(make(2, 4), -2), mpq_class(1, 16), mpq_class(1, 4), 8));
}

BOOST_AUTO_TEST_CASE(infinite_ends) {
  const Interval huge = exp(exp(exp(Interval(60, 64))));  // [a large number, +infinity]
  BOOST_TEST(mpfr_inf_p(huge.hi()));
  BOOST_TEST(mpfr_number_p(huge.lo()));
  BOOST_TEST(is_tight(huge * Interval(0, 64), 0, 0, 64));
  const Interval small = inverse(huge);
  BOOST_TEST((mpfr_zero_p(small.lo()) && mpfr_number_p(small.hi())));
  const Interval difference = huge - huge;
  BOOST_TEST((mpfr_inf_p(difference.lo()) && mpfr_inf_p(difference.hi())));
  BOOST_TEST(!huge.inside(0, power_of_two(1000)));
  BOOST_TEST((possible_orders(huge, Interval(1, 64)) == greater));
}

BOOST_AUTO_TEST_CASE(inside_and_orders) {
  const Interval x = make(1, 2), unit = symmetric(make(-3, 1));
  BOOST_TEST(x.inside(1, 2));
  BOOST_TEST(!x.inside(mpq_class(1001, 1000), 2));
  BOOST_TEST(!x.inside(1, mpq_class(1999, 1000)));
  BOOST_TEST((rational(unit.lo()) == -1 && rational(unit.hi()) == 1));
  BOOST_TEST(possible_orders(x, x) == (less | equal | greater));
  BOOST_TEST(possible_orders(Interval(1, 8), Interval(1, 8)) == equal);
  BOOST_TEST(possible_orders(make(0, 1), x) == (less | equal));
  BOOST_TEST(possible_orders(x, make(0, 1)) == (equal | greater));
  BOOST_TEST(possible_orders(make(0, mpq_class(1, 2)), x) == less);
  BOOST_TEST(certainly_less(make(0, mpq_class(1, 2)), x));
  BOOST_TEST(!certainly_less(make(0, 1), x));
  // A rational strictly between two neighbouring floats is neither below nor above the float interval around
  // it.
  BOOST_TEST(possible_orders(Interval(mpq_class(1, 3), 53), Interval(mpq_class(1, 3), 200)) ==
             (less | equal | greater));
}

BOOST_AUTO_TEST_SUITE_END()
