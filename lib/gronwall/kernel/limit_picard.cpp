#include "gronwall/kernel/limit_picard.hpp"

#include <algorithm>
#include <cmath>

#include "gronwall/linalg/parallel.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Poly = std::vector<double>;

constexpr int kMostSweeps = 200;

void multiply_short(const double* a, const double* b, double* result, std::size_t length) {
  std::fill(result, result + length, 0.0);
  for (std::size_t i = 0; i < length; ++i)
    if (a[i] != 0)
      for (std::size_t j = 0; i + j < length; ++j) result[i + j] += a[i] * b[j];
}

/// sum_j u_j d^j, as compose_series.
Poly compose(const Poly& u, const Poly& d) {
  const std::size_t length = d.size(), count = u.size();
  const auto baby = std::max<std::size_t>(1, static_cast<std::size_t>(std::sqrt(static_cast<double>(count))));
  std::vector<Poly> powers(baby + 1, Poly(length, 0.0));
  powers[0][0] = 1;
  for (std::size_t b = 1; b <= baby; ++b)
    multiply_short(powers[b - 1].data(), d.data(), powers[b].data(), length);
  Poly result(length, 0.0), product(length);
  for (std::size_t block = (count + baby - 1) / baby; block-- > 0;) {
    multiply_short(result.data(), powers[baby].data(), product.data(), length);
    for (std::size_t b = 0; b < baby && block * baby + b < count; ++b) {
      const double factor = u[block * baby + b];
      if (factor != 0)
        for (std::size_t i = 0; i < length; ++i) product[i] += factor * powers[b][i];
    }
    result.swap(product);
  }
  return result;
}

struct PairDual {
  Poly value, slope;
};

PairDual dual_at(const PicardProblem& problem, std::size_t k, std::size_t l, const Poly& c) {
  const Poly &a = problem.modes[k], &b = problem.modes[l];
  const std::size_t terms = a.size();
  const double root = std::sqrt(problem.variances[k] * problem.variances[l]);
  if (!problem.is_series) {
    const double r = std::clamp(c[0] / root, -1.0, 1.0);
    double value = 0, slope = 0;
    for (std::size_t n = terms; n-- > 0;) {
      slope = slope * r + value;
      value = value * r + a[n] * b[n];
    }
    return {{value}, {slope / root}};
  }
  Poly scaled = c;
  for (double& x : scaled) x /= root;
  PairDual result;
  if (problem.shape.stride == 1) {
    Poly v(terms), derivative(terms - 1);
    for (std::size_t n = 0; n < terms; ++n) {
      v[n] = a[n] * b[n];
      if (n > 0) derivative[n - 1] = static_cast<double>(n) * v[n];
    }
    result = {compose(v, scaled), compose(derivative, scaled)};
  } else {
    const std::size_t length = scaled.size();
    Poly square(length), inner(length, 0.0), odd, derivative;
    multiply_short(scaled.data(), scaled.data(), square.data(), length);
    std::copy(square.begin(), square.end() - 1, inner.begin() + 1);
    for (std::size_t n = 1; n < terms; n += 2) {
      odd.push_back(a[n] * b[n]);
      derivative.push_back(static_cast<double>(n) * odd.back());
    }
    const Poly outer = compose(odd, inner);
    result.value.resize(length);
    multiply_short(outer.data(), scaled.data(), result.value.data(), length);
    result.slope = compose(derivative, inner);
  }
  for (double& x : result.slope) x /= root;
  return result;
}

ApproximateField zeros(const PicardProblem& problem) {
  const auto n = static_cast<Index>(problem.rule->size);
  return ApproximateField(problem.shape.slots, Eigen::MatrixXd::Zero(n, n));
}

Poly gather(const ApproximateField& field, Index i, Index j) {
  Poly result;
  for (const Eigen::MatrixXd& slot : field) result.push_back(slot(i, j));
  return result;
}

/// initial + tau^2 J f J^T
ApproximateField integrated(const PicardProblem& problem, const ApproximateField& f, bool with_initial) {
  const Eigen::MatrixXd& j = problem.rule->approximate_integrals;
  ApproximateField result;
  for (std::size_t s = 0; s < f.size(); ++s) {
    Eigen::MatrixXd slot = problem.tau_squared * (j * f[s] * j.transpose());
    if (with_initial) slot.array() += problem.initial[s];
    result.push_back(std::move(slot));
  }
  return result;
}

double change(const ApproximateField& a, const ApproximateField& b) {
  double sum = 0;
  for (std::size_t s = 0; s < a.size(); ++s) sum += (a[s] - b[s]).cwiseAbs().maxCoeff();
  return sum;
}
double magnitude(const ApproximateField& a) {
  double sum = 0;
  for (const Eigen::MatrixXd& slot : a) sum += slot.cwiseAbs().maxCoeff();
  return sum;
}

}  // namespace

ApproximateDual approximate_dual(const PicardProblem& problem, const ApproximateField& c) {
  ApproximateDual result{zeros(problem), zeros(problem)};
  const std::size_t n = problem.rule->size;
  parallel_for(n, [&](std::size_t row) {
    for (std::size_t column = 0; column <= row; ++column) {
      const auto i = static_cast<Index>(row), j = static_cast<Index>(column);
      const PairDual dual = dual_at(problem, row, column, gather(c, i, j));
      for (std::size_t s = 0; s < dual.value.size(); ++s) {
        result.value[s](i, j) = result.value[s](j, i) = dual.value[s];
        result.slope[s](i, j) = result.slope[s](j, i) = dual.slope[s];
      }
    }
  });
  return result;
}

ApproximateField picard_state(const PicardProblem& problem, ApproximateField start) {
  ApproximateField c = start.empty() ? integrated(problem, zeros(problem), true) : std::move(start);
  double before = HUGE_VAL;
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    ApproximateField next = integrated(problem, approximate_dual(problem, c).value, true);
    const double moved = change(next, c);
    c = std::move(next);
    if (!(moved > 1e-16 * magnitude(c)) || (moved < 1e-13 * magnitude(c) && moved >= before)) break;
    before = moved;
  }
  return c;
}

ApproximateField picard_linear(const PicardProblem& problem, const ApproximateField& slope,
                               const ApproximateField* source, bool with_initial) {
  const auto product = [&problem, &slope](const ApproximateField& f) {
    if (!problem.is_series) return ApproximateField{slope[0].cwiseProduct(f[0])};
    ApproximateField result = zeros(problem);
    for (std::size_t a = 0; a < f.size(); ++a)
      for (std::size_t b = 0; a + b < f.size(); ++b) result[a + b] += slope[a].cwiseProduct(f[b]);
    return result;
  };
  ApproximateField f = integrated(problem, zeros(problem), with_initial);
  double before = HUGE_VAL;
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    ApproximateField inside = product(f);
    if (source != nullptr)
      for (std::size_t s = 0; s < inside.size(); ++s) inside[s] += (*source)[s];
    ApproximateField next = integrated(problem, inside, with_initial);
    const double moved = change(next, f);
    f = std::move(next);
    if (!(moved > 1e-16 * magnitude(f)) || (moved < 1e-13 * magnitude(f) && moved >= before)) break;
    before = moved;
  }
  return f;
}

}  // namespace gronwall
