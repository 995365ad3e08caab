// gauss/1 by closed forms. Notation: g = standard Gaussian density, H_n = He_n, h_n = He_n / sqrt(n!).
//
// Values at 0: h_n(0) = 0 for odd n, h_n(0) = -sqrt((n-1)/n) h_(n-2)(0), h_0 = 1, from H_n = z H_(n-1) -
// (n-1) H_(n-2). (H_(n-1) g)' = -H_n g gives E[1_{Z>0} h_n] = h_(n-1)(0) g(0) / sqrt n for n >= 1; it is 1/2
// for n = 0.
//
// identity, polynomial: E[Z^k H_n] = k! / (2^j j!) for k = n + 2j, j >= 0, else 0.
// sin, cos: E[e^(i sqrt(q) Z) H_n] = i^n q^(n/2) e^(-q/2); imaginary and real part.
// gaussian: e^(-q z^2/2) g is (1+q)^(-1/2) times the density of Y = Z / sqrt(1+q), and E[h_2k(Y)] =
//   h_2k(0) (1 - 1/(1+q))^k: generating function E[e^(tY - t^2/2)] = e^(-(1 - 1/(1+q)) t^2/2).
// erf: erf'(y) = (2/sqrt pi) e^(-y^2) is the gaussian activation with 2q for q; L7.
// relu: L7 and the half-line integrals: a_n = sqrt(q/n) h_(n-2)(0) g(0) / sqrt(n-1) for n >= 2, a_1 =
// sqrt(q)/2,
//   a_0 = sqrt(q) g(0). leaky-relu:a is a * identity + (1-a) * relu.
// elu: elu' = 1_{y>0} + e^y 1_{y<0}, so L7 gives a_n = sqrt(q/n) (E[1_{Z>0} h_(n-1)] + G_(n-1)) with
//   G_n = E[e^y 1_{y<0} h_n], y = sqrt(q) Z; G_0 = e^(q/2) Phi(-sqrt q), and by parts
//   G_n = sqrt(q/n) G_(n-1) - h_(n-1)(0) g(0) / sqrt n. a_0 = sqrt(q) g(0) + G_0 - 1/2.

#include "kinds.hpp"

namespace proofs_check {
namespace {

class ClosedForms {
 public:
  ClosedForms(const Activation& phi, const mpq_class& q, long precision)
      : phi_(phi),
        q_exact_(q),
        p_(precision),
        q_(number(q)),
        root_q_(sqrt(q_)),
        density_(sqrt(inverse(number(2) * pi(p_)))),
        damping_(exp(-q_ / number(2))),
        elu_(phi.family == Family::elu ? half_line_exponential(1) : zero_) {
    if (phi.family == Family::gaussian || phi.family == Family::erf) {
      const mpq_class variance = phi.family == Family::erf ? mpq_class(2 * q) : q;
      ratio_ = number(variance / (1 + variance));
      gaussian_ = sqrt(inverse(number(1 + variance)));
    }
  }

  /// a_n for n = 0, 1, 2, ... on successive calls.
  Interval next() {
    const std::uint64_t n = n_++;
    if (n == 0) return first();
    const Interval order = number(n), root_n = sqrt(order), step = root_q_ / root_n;
    const Interval below = number(n - 1);
    scale_ = scale_ * step;  // sqrt(q^n / n!)
    const Interval at_zero = n % 2 == 1 ? zero_ : -sqrt(below / order) * before_last_;
    const Interval last = last_, before_last = before_last_;  // h_(n-1)(0), h_(n-2)(0)
    before_last_ = last;
    last_ = at_zero;
    switch (phi_.family) {
      case Family::identity:
      case Family::polynomial:
        return scale_ * number(moment(n));
      case Family::sin:
        return n % 2 == 0 ? zero_ : sign((n - 1) / 2) * scale_ * damping_;
      case Family::cos:
        return n % 2 == 1 ? zero_ : sign(n / 2) * scale_ * damping_;
      case Family::gaussian:
        if (n % 2 == 1) return zero_;
        gaussian_ = gaussian_ * ratio_;
        return gaussian_ * at_zero;
      case Family::erf: {
        if (n % 2 == 0) return zero_;
        const Interval result = step * number(2) / sqrt(pi(p_)) * gaussian_ * last;
        gaussian_ = gaussian_ * ratio_;
        return result;
      }
      case Family::relu:
        return relu(n, step, before_last, below);
      case Family::leaky_relu:
        return (n == 1 ? number(phi_.slope) * root_q_ : zero_) +
               number(1 - phi_.slope) * relu(n, step, before_last, below);
      case Family::elu: {
        const Interval half_line = n == 1 ? number(mpq_class(1, 2)) : before_last * density_ / sqrt(below);
        const Interval result = step * (half_line + elu_);
        elu_ = step * elu_ - last * density_ / root_n;
        return result;
      }
      default:
        unknown();
    }
  }

  Interval second_moment() const {
    switch (phi_.family) {
      case Family::identity:
        return q_;
      case Family::relu:
        return number(q_exact_ / 2);
      case Family::leaky_relu:
        return number((1 + phi_.slope * phi_.slope) * q_exact_ / 2);
      case Family::elu:  // (e^y - 1)^2 on the negative half line
        return number(q_exact_ / 2 + mpq_class(1, 2)) + half_line_exponential(2) -
               number(2) * half_line_exponential(1);
      case Family::polynomial: {
        const auto& c = phi_.coefficients;
        std::vector<mpq_class> moment{1};  // E[y^(2k)] = (2k-1) q E[y^(2k-2)]
        for (std::size_t k = 1; k < c.size(); ++k) moment.push_back(moment.back() * (2 * k - 1) * q_exact_);
        mpq_class sum = 0;
        for (std::size_t i = 0; i < c.size(); ++i)
          for (std::size_t j = i % 2; j < c.size(); j += 2) sum += c[i] * c[j] * moment[(i + j) / 2];
        return number(sum);
      }
      default:
        unknown();
    }
  }

 private:
  [[noreturn]] void unknown() const {
    not_verified("no closed form is known to the checker for " + phi_.name);
  }
  Interval number(const mpq_class& x) const { return Interval(x, p_); }
  Interval sign(std::uint64_t k) const { return number(k % 2 == 0 ? 1 : -1); }

  Interval first() const {
    switch (phi_.family) {
      case Family::identity:
      case Family::polynomial:
        return number(moment(0));
      case Family::sin:
      case Family::erf:
        return zero_;
      case Family::cos:
        return damping_;
      case Family::gaussian:
        return gaussian_;
      case Family::relu:
        return root_q_ * density_;
      case Family::leaky_relu:
        return number(1 - phi_.slope) * root_q_ * density_;
      case Family::elu:
        return root_q_ * density_ + elu_ - number(mpq_class(1, 2));
      default:
        unknown();
    }
  }
  Interval relu(std::uint64_t n, const Interval& step, const Interval& before_last,
                const Interval& below) const {
    return n == 1 ? root_q_ * number(mpq_class(1, 2)) : step * before_last * density_ / sqrt(below);
  }
  /// E[e^(k y) 1_{y<0}] = e^(k^2 q/2) Phi(-k sqrt q).
  Interval half_line_exponential(long k) const {
    const Interval half = number(mpq_class(1, 2));
    return exp(number(q_exact_ * k * k / 2)) * half * erfc(number(k) * root_q_ * sqrt(half));
  }
  /// E[phi(sqrt(q) Z) H_n] / q^(n/2), which is rational: sum_j c_(n+2j) q^j (n+2j)! / (2^j j!).
  mpq_class moment(std::uint64_t n) const {
    if (phi_.family == Family::identity) return n == 1 ? 1 : 0;
    if (n >= phi_.coefficients.size()) return 0;
    mpq_class sum = 0, factor = 1;
    for (std::uint64_t k = 2; k <= n; ++k) factor *= k;
    for (std::uint64_t j = 0; n + 2 * j < phi_.coefficients.size(); ++j) {
      if (j > 0) factor *= (n + 2 * j) * (n + 2 * j - 1) * q_exact_ / (2 * j);
      sum += phi_.coefficients[n + 2 * j] * factor;
    }
    return sum;
  }

  const Activation& phi_;
  const mpq_class q_exact_;
  const long p_;
  std::uint64_t n_ = 0;
  Interval zero_ = number(0);
  Interval q_, root_q_, density_, damping_;              // q, sqrt q, g(0), e^(-q/2)
  Interval scale_ = number(1);                           // sqrt(q^n / n!)
  Interval last_ = number(1), before_last_ = number(0);  // h_(n-1)(0), h_(n-2)(0)
  Interval ratio_ = number(0), gaussian_ = number(0);
  Interval elu_;  // G_(n-1)
};

}  // namespace

std::vector<Interval> closed_forms(const GaussStatement& s, const Value& witness, const Context& context) {
  witness.require({"method", "precision"});
  const long p = parse_precision(witness);
  const auto words = static_cast<std::uint64_t>(p / 64 + 1);
  const std::uint64_t top = s.entries.back().n, degree = s.phi.coefficients.size();
  context.budget.memory({s.entries.size(), 2 * static_cast<std::uint64_t>(p) + 1024});
  context.budget.work({top + 16, words + 16, words / 8 + 32});
  std::uint64_t number_words = 1 + degree * (64 + bits(s.q)) / 64;  // of the rational sums over a polynomial
  for (const mpq_class& c : s.phi.coefficients) number_words += bits(c) / 64 + 1;
  context.budget.work({degree, degree, number_words, number_words / 8 + 16});
  ClosedForms forms(s.phi, s.q, p);
  std::vector<Interval> found;
  if (s.power == 2) {
    found.push_back(forms.second_moment());
  } else {
    for (std::uint64_t n = 0; n <= top; ++n) {
      const Interval a = forms.next();
      if (s.entries[found.size()].n == n) found.push_back(a);
    }
  }
  const Family f = s.phi.family;
  const bool by_parts = f == Family::relu || f == Family::leaky_relu || f == Family::elu || f == Family::erf;
  if (by_parts && s.power == 1) context.rely_on({7});
  return found;
}

}  // namespace proofs_check
