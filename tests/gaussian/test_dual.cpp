// Dual activations: closed forms against series, series against quadrature on |rho| = 1 and in two
// dimensions, tails, derivatives, degenerate and impossible covariances.
#include <boost/test/unit_test.hpp>
#include <thread>

#include "gronwall/gaussian/dual.hpp"
#include "gronwall/gaussian/product_mean.hpp"
#include "gronwall/numbers/error.hpp"
#include "oracle.hpp"

using namespace gaussian_test;
using namespace gronwall;

namespace {

Rational exact(const char* text) {
  return parse_rational(text);
}

struct Point {
  Rational q1, c, q2;
};
const std::vector<Point> kPoints{{1, exact("0.5"), 1},
                                 {1, 0, 1},
                                 {2, exact("-0.4"), exact("1/3")},
                                 {exact("1/3"), exact("0.5"), 3},
                                 {exact("3/2"), exact("1.4"), exact("3/2")}};

Ball part_of(DualActivation& dual, DualPart part, const Point& p) {
  switch (part) {
    case DualPart::by_c:
      return dual.derivative_by_c(p.q1, p.c, p.q2);
    case DualPart::by_q1:
      return dual.derivative_by_q1(p.q1, p.c, p.q2);
    default:
      return dual.value(p.q1, p.c, p.q2);
  }
}

constexpr DualPart kParts[] = {DualPart::value, DualPart::by_c, DualPart::by_q1};

/// E[phi(u) phi(v)] by the two-dimensional trapezoidal rule in double: 12 digits for smooth phi.
double plain_dual(const Activation& phi, double q1, double c, double q2) {
  const double step = 0.05, s1 = std::sqrt(q1), along = c / s1, across = std::sqrt(q2 - along * along);
  double sum = 0;
  for (double x = -8; x <= 8; x += step) {
    double inner = 0;
    for (double y = -8; y <= 8; y += step) inner += std::exp(-y * y / 2) * phi.value(along * x + across * y);
    sum += std::exp(-x * x / 2) * phi.value(s1 * x) * inner;
  }
  return sum * step * step / (2 * 3.14159265358979323846);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dual)

BOOST_AUTO_TEST_CASE(closed_forms_against_series) {
  for (const char* name : {"sin", "cos", "erf", "gelu", "gaussian", "identity", "polynomial:1,-2,0,1/3"}) {
    DualActivation closed(activation(name), 150, DualMethod::closed_form);
    DualActivation series(activation(name), 110, DualMethod::series);
    for (const DualPart part : kParts)
      for (const Point& p : kPoints) {
        const Ball a = part_of(closed, part, p), b = part_of(series, part, p);
        BOOST_TEST(a.overlaps(b), name << " c=" << to_canonical_text(p.c) << " " << a << " " << b);
        BOOST_TEST(is_accurate(a, 150));
        BOOST_TEST(is_accurate(b, 110));
      }
  }
  // Kinks: the series of the values and of dV/dc converges like rho^n.
  for (const char* name : {"relu", "leaky-relu:1/10", "leaky-relu:-1"}) {
    DualActivation closed(activation(name), 150), series(activation(name), 100, DualMethod::series);
    for (const DualPart part : {DualPart::value, DualPart::by_c})
      for (const Point& p : kPoints)
        BOOST_TEST(part_of(closed, part, p).overlaps(part_of(series, part, p)), name);
    BOOST_CHECK_THROW(part_of(series, DualPart::by_q1, kPoints[0]), InputError);
  }
}

BOOST_AUTO_TEST_CASE(series_against_quadrature_in_the_plane) {
  for (const char* name : {"softplus", "sigmoid", "silu", "tanh", "gelu"}) {
    DualActivation dual(activation(name), 100);
    for (const Point& p : kPoints) {
      const double plain = plain_dual(activation(name), static_cast<double>(p.q1), static_cast<double>(p.c),
                                      static_cast<double>(p.q2));
      BOOST_TEST(std::abs(dual.value(p.q1, p.c, p.q2).midpoint() - plain) < 1e-11,
                 name << " c=" << to_canonical_text(p.c));
    }
  }
}

BOOST_AUTO_TEST_CASE(published_values) {
  DualActivation softplus(activation("softplus"), 145);
  const std::pair<const char*, const char*> rows[] = {
      {"0.5", "0.780078165206943515574039211628741670328144"},
      {"0.99", "0.918314359525400182800212530462705587410780"}};
  for (const auto& [rho, value] : rows) {
    const Ball found = softplus.value(1, exact(rho), 1);
    BOOST_TEST(abs(found - Ball::from(exact(value), 200)).upper() < 0.6e-42);
    BOOST_TEST(found.overlaps(dual_activation(activation("softplus"), 1, exact(rho), 60)));
  }
}

// rho = ±1: one quadrature against the series with r = ±1, against norms, and continuity from inside.
BOOST_AUTO_TEST_CASE(boundary_and_its_neighbourhood) {
  for (const char* name : {"softplus", "tanh", "sigmoid", "silu"}) {
    DualActivation dual(activation(name), 60), series(activation(name), 40, DualMethod::series);
    for (const Point& p : {Point{1, 1, 1}, Point{1, -1, 1}, Point{exact("1/2"), exact("1/4"), exact("1/8")}})
      for (const DualPart part : kParts) {
        const Ball a = part_of(dual, part, p), b = part_of(series, part, p);
        BOOST_TEST(a.overlaps(b), name << " " << a << " " << b);
        BOOST_TEST(is_accurate(a, 60));
        BOOST_TEST(is_accurate(b, 40));
      }
    BOOST_TEST(dual.value(1, 1, 1).overlaps(gaussian_norm(activation(name), Rational(1), 60)));
    const Ball near = dual.value(1, exact("0.999999"), 1), at = dual.value(1, 1, 1);
    // the slope is dV/dc <= L1^2 = at most 1.21 (silu)
    BOOST_TEST(abs(at - near).upper() < 1.3e-6);
    BOOST_TEST(abs(at - near).lower() > 0.02e-6);
    BOOST_TEST(is_accurate(near, 60));
  }
  // elu: closed forms on the boundary against a long series of slow decay.
  DualActivation elu(activation("elu"), 60), coarse(activation("elu"), 14, DualMethod::series);
  for (const Point& p : {Point{1, 1, 1}, Point{2, -1, exact("1/2")}})
    for (const DualPart part : kParts) BOOST_TEST(part_of(elu, part, p).overlaps(part_of(coarse, part, p)));
}

// dV/dc and dV/dq1 are what difference quotients say, also for elu and next to the boundary.
BOOST_AUTO_TEST_CASE(derivatives_against_differences) {
  const Rational h = power_of_two(-40);
  for (const char* name :
       {"softplus", "silu", "tanh", "gelu", "erf", "relu", "leaky-relu:1/10", "elu", "gaussian"}) {
    DualActivation dual(activation(name), 150);
    for (const Point& p : {Point{1, exact("0.5"), 1}, Point{2, exact("-0.4"), exact("1/3")}}) {
      const Ball by_c = ldexp(dual.value(p.q1, p.c + h, p.q2) - dual.value(p.q1, p.c - h, p.q2), 39);
      const Ball by_q1 = ldexp(dual.value(p.q1 + h, p.c, p.q2) - dual.value(p.q1 - h, p.c, p.q2), 39);
      // central differences err by h^2 V'''/6
      BOOST_TEST(abs(by_c - dual.derivative_by_c(p.q1, p.c, p.q2)).upper() < 0x1p-72, name);
      BOOST_TEST(abs(by_q1 - dual.derivative_by_q1(p.q1, p.c, p.q2)).upper() < 0x1p-72, name);
    }
  }
  for (const char* name : {"softplus", "elu", "relu", "gelu"}) {
    DualActivation dual(activation(name), 60);
    for (const DualPart part : {DualPart::by_c, DualPart::by_q1})
      for (const int sign : {1, -1}) {
        const Ball at = part_of(dual, part, {2, sign, exact("1/2")});
        const Ball inside = part_of(dual, part, {2, sign * exact("0.999"), exact("1/2")});
        BOOST_TEST(abs(at - inside).upper() < 0.02, name << " " << at << " " << inside);
      }
  }
}

// The tail of L8 bounds what is left, and is nearly attained when the next term dominates.
BOOST_AUTO_TEST_CASE(tails) {
  const Rational q = exact("1/4");
  HermiteExpansion sine(activation("sin"), q, 300);
  sine.extend(60);
  const Ball rho = Ball::from(exact("1/3"), 300);
  const Ball value = exp(-Ball::from(q, 300)) * sinh(Ball::from(q, 300) * rho);
  Ball sum, power = 1;
  for (unsigned m = 0; m <= 20; ++m) {
    sum += sine.coefficient(0, m) * sine.coefficient(0, m) * power;
    power *= rho;
    const Ball bound = power * sine.tail(0, m), actual = abs(value - sum);
    BOOST_TEST(!certainly(less(bound, actual)), "m=" << m);
    if (m % 2 == 0) BOOST_TEST(actual.midpoint() >= 0.95 * bound.midpoint(), "m=" << m);
  }
  // Tails of the derivatives: E phi'^2 and E phi''^2 less their coefficients, against the next coefficients.
  for (const char* name : {"tanh", "gelu", "elu"}) {
    HermiteExpansion expansion(activation(name), Rational(1), 100);
    expansion.extend(62);
    for (int order = 0; order <= 2; ++order) {
      Ball next;
      for (unsigned n = 11; n <= 60; ++n)
        next += expansion.coefficient(order, n) * expansion.coefficient(order, n);
      const Ball tail = expansion.tail(order, 10);
      BOOST_TEST(!certainly(less(tail, next)), name << " order " << order);
      if (std::string(name) != "elu")
        BOOST_TEST(next.midpoint() >= 0.9 * tail.midpoint(), name << " order " << order);
    }
  }
}

BOOST_AUTO_TEST_CASE(products_at_one_variable) {
  // E[sin(s1 Z) sin(s2 Z)] etc. have closed forms: all pairs of orders for sin.
  const Rational q1 = exact("1/2"), q2 = exact("9/8");  // s1 s2 = 3/4
  const long bits = 200;
  const Ball damping = exp(-ldexp(Ball::from(q1 + q2, bits), -1)), c = Ball::from(exact("3/4"), bits);
  for (int i = 0; i <= 2; ++i)
    for (int j = 0; j <= 2; ++j)
      for (const bool opposite : {false, true}) {
        const int sign = (i == 2) != (j == 2) ? -1 : 1;
        Ball expected;  // E sin sin = damping sinh(±c), E cos cos = damping cosh c, E sin cos = 0
        if (i % 2 == 0 && j % 2 == 0) expected = sign * damping * sinh(opposite ? -c : c);
        if (i % 2 == 1 && j % 2 == 1) expected = damping * cosh(c);
        const Ball found = product_mean(activation("sin"), {i, q1}, {j, q2}, opposite, 100);
        BOOST_TEST(found.overlaps(expected), i << " " << j << " " << found << " " << expected);
        BOOST_TEST(is_accurate(found, 100));
      }
  // At few bits the error of the rule is most of the radius.
  for (const char* name : {"softplus", "tanh", "sigmoid", "sin", "cos", "gelu"})
    for (const int order : {0, 1, 2}) {
      const Ball high = product_mean(activation(name), {order, 1}, {order, 1}, false, 120);
      for (const long few : {1L, 2L, 3L, 5L, 8L, 13L})
        BOOST_TEST(product_mean(activation(name), {order, 1}, {order, 1}, false, few).contains(high),
                   name << " " << few);
    }
  BOOST_CHECK_THROW(product_mean(activation("relu"), {0, 1}, {0, 1}, false, 50), InputError);
}

BOOST_AUTO_TEST_CASE(degenerate_variances) {
  DualActivation softplus(activation("softplus"), 90);
  const Ball ln2 = log(Ball(2).with_bits(150));
  const auto a = hermite_coefficients(activation("softplus"), Rational(3), 0, 2, 120);
  BOOST_TEST(softplus.value(0, 0, 3).overlaps(ln2 * a.at(0)));
  BOOST_TEST(softplus.value(3, 0, 0).overlaps(ln2 * a.at(0)));
  BOOST_TEST(softplus.value(0, 0, 0).overlaps(ln2 * ln2));
  // phi'(0) = 1/2, E phi'(v) = 1/2; phi''(0) = 1/4
  BOOST_TEST(softplus.derivative_by_c(0, 0, 3).contains(exact("1/4")));
  BOOST_TEST(softplus.derivative_by_q1(0, 0, 3).overlaps(a.at(0) / 8));
  BOOST_TEST(softplus.derivative_by_q1(3, 0, 0).overlaps(ln2 * a.at(2) * sqrt(Ball(2).with_bits(120)) / 6));
  DualActivation relu(activation("relu"), 90);
  BOOST_TEST(relu.value(0, 0, 3).contains(Rational(0)));
  BOOST_CHECK_THROW(relu.derivative_by_c(0, 0, 3), InputError);
  BOOST_CHECK_THROW(relu.derivative_by_q1(0, 0, 3), InputError);
}

BOOST_AUTO_TEST_CASE(covariances_in_balls) {
  for (const char* name : {"softplus", "tanh", "relu", "gelu", "elu"}) {
    DualActivation dual(activation(name), 80);
    const Ball q1 = widened(Ball::from(exact("1.1"), 120), ldexp(Ball(1), -12));
    const Ball q2 = widened(Ball::from(exact("0.7"), 120), ldexp(Ball(1), -11));
    const Ball c = widened(Ball::from(exact("0.3"), 120), ldexp(Ball(1), -13));
    const Ball over = dual.value_over(q1, c, q2);
    for (const Rational& x : {q1.lower_rational(), q1.upper_rational()})
      for (const Rational& y : {c.lower_rational(), c.upper_rational()})
        for (const Rational& z : {q2.lower_rational(), q2.upper_rational()})
          BOOST_TEST(over.contains(dual.value(x, y, z)), name);
    BOOST_TEST(log2_radius(over) < -9);
    // thin balls give thin results
    const auto thin = [](const char* text) { return Ball::from(exact(text), 200); };
    BOOST_TEST(is_accurate(dual.value_over(thin("1.1"), thin("0.3"), thin("0.7")), 78), name);
    // on the edge: |c| = sqrt(q1 q2) within the balls
    const Ball edge = dual.value_over(q1, widened(q1, ldexp(Ball(1), -12)), q1);
    BOOST_TEST(edge.overlaps(dual.value(exact("1.1"), exact("1.1"), exact("1.1"))), name);
  }
}

// c moves V at the rate E phi' phi', for tanh and tiny variances 1 = L1^2: L20 is attained.
BOOST_AUTO_TEST_CASE(change_of_the_covariance_is_attained) {
  DualActivation dual(activation("tanh"), 80);
  const Rational q(1, 1000), h(1, 4000);
  const Ball over = dual.value_over(Ball::from(q, 200), widened(Ball(0).with_bits(200), Ball::from(h, 200)),
                                    Ball::from(q, 200));
  const Ball moved = dual.value(q, h, q);
  BOOST_TEST(over.contains(moved));
  BOOST_TEST(std::log2(abs(moved).midpoint()) >= log2_radius(over) - 0.05);
}

// A variance moves V at the rate E phi'' phi / 2: softplus near 0 has phi'' = L2 and phi = |phi(0)|, on
// either side.
BOOST_AUTO_TEST_CASE(change_of_a_variance_is_attained) {
  DualActivation dual(activation("softplus"), 80);
  const Rational tiny(1, 1'000'000), q(1, 1000), h(1, 2000);
  const Ball wide = widened(Ball::from(q, 200), Ball::from(h, 200)), thin = Ball::from(tiny, 200);
  const Ball zero = Ball(0).with_bits(200);
  for (const bool first : {true, false}) {
    const Ball over = first ? dual.value_over(wide, zero, thin) : dual.value_over(thin, zero, wide);
    const Ball end = first ? dual.value(q + h, 0, tiny) : dual.value(tiny, 0, q + h);
    BOOST_TEST(over.contains(end));
    BOOST_TEST(std::log2(abs(end - over.exact_midpoint()).midpoint()) >= log2_radius(over) - 0.1);
  }
}

BOOST_AUTO_TEST_CASE(threads_share_one_object) {
  DualActivation dual(activation("softplus"), 100);
  std::vector<Ball> results(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < results.size(); ++i)
    threads.emplace_back([&, i] { results[i] = dual.value(1, Rational(static_cast<long>(i) + 1, 10), 1); });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < results.size(); ++i)
    BOOST_TEST(results[i].overlaps(
        dual_activation(activation("softplus"), 1, Rational(static_cast<long>(i) + 1, 10), 100)));
}

BOOST_AUTO_TEST_CASE(bad_input) {
  DualActivation dual(activation("softplus"), 50);
  BOOST_CHECK_THROW(dual.value(1, exact("1.0001"), 1), InputError);
  BOOST_CHECK_THROW(dual.value(1, -2, 1), InputError);
  BOOST_CHECK_THROW(dual.value(-1, 0, 1), InputError);
  BOOST_CHECK_THROW(dual.value(0, exact("0.1"), 1), InputError);
  BOOST_CHECK_THROW(dual.value_over(1, 2, 1), InputError);
  BOOST_CHECK_THROW(dual.value_over(-1, 0, 1), InputError);
  BOOST_CHECK_THROW(dual_activation(activation("softplus"), 1, exact("1.5"), 50), InputError);
  BOOST_CHECK_THROW(dual_activation(activation("softplus"), 0, exact("0.5"), 50), InputError);
  BOOST_CHECK_THROW(DualActivation(activation("relu"), 0), PrecisionError);
  BOOST_CHECK_THROW(DualActivation(activation("relu"), 1L << 30), PrecisionError);
  // algebraic decay next to the boundary: refused, not wrong
  BOOST_CHECK_THROW(DualActivation(activation("elu"), 300).value(1, exact("0.99999"), 1), PrecisionError);
  BOOST_CHECK_THROW(DualActivation(activation("relu"), 300, DualMethod::series).value(1, 1, 1),
                    PrecisionError);
  BOOST_CHECK_THROW(DualActivation(activation("softplus"), 50, DualMethod::closed_form).value(1, 0, 1),
                    InputError);
}

BOOST_AUTO_TEST_SUITE_END()
