#include "gronwall/activation/certified_table.hpp"

#include <cmath>
#include <map>
#include <memory>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

constexpr long kBits = 96;
/// Added and subtracted, it rounds a double below 2^51 to the nearest integer. (Adding one half and cutting
/// off would put the double just below one half into the wrong cell.)
constexpr double kRounder = 0x1.8p52;

/// Where the double `approximation` stands for a number in `exact`.
UpperBound distance(const Ball& exact, double approximation) {
  return (exact - Ball::exact(approximation)).magnitude();
}

/// `(j + order)! / j!`
long falling(int j, int order) {
  long product = 1;
  for (int k = 1; k <= order; ++k) product *= j + k;
  return product;
}

double nearest(const Ball& value) {
  const double x = value.midpoint();
  if (!std::isfinite(x)) throw PrecisionError("an activation left the range of doubles");
  return x;
}

/// Half-width of a strip well inside the domain of analyticity.
Ball cauchy_strip(const Activation& phi) {
  const Analyticity analyticity = phi.analyticity();
  if (!analyticity.analytic_on_real_line)
    throw InputError(phi.name() +
                     " is not analytic: rigorous flows need softplus, tanh, sigmoid, gelu, silu, erf, sin, "
                     "cos, gaussian or identity");
  const Rational inside(9, 10);
  return analyticity.strip_over_pi ? Ball::pi(kBits) * Ball::from(inside * *analyticity.strip_over_pi, kBits)
                                   : Ball::from(2, kBits);
}

/// Value of the polynomial at u; at most 2j + 2 roundings meet the term of degree j >= 1, and one that of
/// degree 0. Two interleaved Horner schemes halve the chain of dependent operations.
template <std::size_t Length>
double polynomial(const double (&c)[Length], double u) {
  static_assert(Length == 13);
  const double w = u * u;
  const double odd = c[1] + w * (c[3] + w * (c[5] + w * (c[7] + w * (c[9] + w * c[11]))));
  const double even = c[2] + w * (c[4] + w * (c[6] + w * (c[8] + w * (c[10] + w * c[12]))));
  return c[0] + u * (odd + u * even);
}

}  // namespace

CertifiedTable::CertifiedTable(const Activation& phi)
    : phi_(phi), strip_(cauchy_strip(phi)), growth_(phi.growth(strip_)) {
  for (auto& cells : cells_) cells.resize(kCells);
}

const CertifiedTable& CertifiedTable::of(const Activation& phi) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const CertifiedTable>> tables;
  const std::lock_guard lock(mutex);
  auto& table = tables[phi.name()];
  if (!table) table = std::make_unique<const CertifiedTable>(phi);
  return *table;
}

const CertifiedTable::Cell& CertifiedTable::cell(int order, int index) const {
  const auto place = static_cast<std::size_t>(index);
  if (!built_[place].load(std::memory_order_acquire)) {
    const std::lock_guard lock(mutex_);
    if (!built_[place].load(std::memory_order_relaxed)) build(index);
    built_[place].store(true, std::memory_order_release);
  }
  return cells_[static_cast<std::size_t>(order)][place];
}

void CertifiedTable::build(int index) const {
  const Ball centre = Ball::from(Rational(index - kRange * kCellsPerUnit, kCellsPerUnit), kBits);
  const std::vector<Ball> taylor = phi_.taylor(centre, kDegree + kOrders - 1);
  const Ball radius = Ball::from(Rational(1, 2 * kCellsPerUnit), kBits);
  const UpperBound r = radius.magnitude();
  const Ball largest = growth_.g0 + growth_.g1 * (abs(centre) + radius + strip_);
  for (int order = 0; order < kOrders; ++order) {
    Cell& cell = cells_[static_cast<std::size_t>(order)][static_cast<std::size_t>(index)];
    // bound: L38
    const Ball remainder =
        largest / pow(strip_, kDegree + 1 + order) * falling(kDegree + 1, order) * pow(radius, kDegree + 1);
    UpperBound error = remainder.magnitude() + UpperBound(0x1p-1000);
    UpperBound power(1.0);
    for (int j = 0; j <= kDegree; ++j) {
      const Ball exact = taylor[static_cast<std::size_t>(j + order)] * falling(j, order);
      const double rounded = nearest(exact);
      cell.coefficient[j] = rounded;
      const UpperBound roundings = gamma(j == 0 ? 1.0 : 2.0 * j + 2.0);
      error += power * (distance(exact, rounded) + roundings * UpperBound(std::abs(rounded)));
      power *= r;
    }
    cell.error = error.value();
  }
}

UpperBound CertifiedTable::evaluate(int order, std::span<const double> z, std::span<double> out) const {
  if (order < 0 || order >= kOrders) throw InputError("a table holds the derivatives of order 0, 1 and 2");
  if (z.size() != out.size()) throw InputError("a table needs one place for each argument");
  double squares = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double x = z[i];
    if (std::abs(x) <= kRange) {
      const double nearest_centre = (x * kCellsPerUnit + kRounder) - kRounder;
      const Cell& here = cell(order, static_cast<int>(nearest_centre) + kRange * kCellsPerUnit);
      const double u = x - nearest_centre / kCellsPerUnit;  // exact (Sterbenz)
      out[i] = polynomial(here.coefficient, u);
      squares += here.error * here.error;
      continue;
    }
    if (!std::isfinite(x)) throw InputError("an activation's argument is not a finite number");
    const Ball argument = Ball::exact(x, kBits);
    const Ball exact = order == 0   ? phi_.value(argument)
                       : order == 1 ? phi_.derivative(argument)
                                    : 2 * phi_.taylor(argument, 2)[2];
    out[i] = nearest(exact);
    const double error = distance(exact, out[i]).value();
    squares += error * error;
  }
  // Squares and sum of non-negative terms: relative error below gamma_{count+1}, underflow below 2^-1000.
  const auto count = static_cast<double>(z.size());
  return sqrt(UpperBound(squares) * (UpperBound(1.0) + gamma(2 * count + 4)) +
              UpperBound(count) * UpperBound(0x1p-1070));
}

}  // namespace gronwall
