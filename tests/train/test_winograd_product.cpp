#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <set>

#include "gronwall/train/winograd_product.hpp"

using namespace gronwall;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

constexpr double kUnit = 0x1p-53;

MatrixXd gaussian(Index rows, Index columns, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  return MatrixXd::NullaryExpr(rows, columns, [&] { return normal(random); });
}

/// A matrix of order n times panels, and what was reported of it.
class Product {
 public:
  Product(const MatrixXd& a, bool transposed, const Halves& halves, const MatrixXd& b, bool add,
          unsigned threads)
      : n_(a.rows()), panels_(b.cols() / kPanel) {
    SquareStrips strips;
    if (transposed)
      strips.pack_transposed(2, a, halves, threads);
    else
      strips.pack(2, a, halves, threads);
    // Rows beyond the order hold what no result may depend on.
    const double* const in = fill(in_, [&](Index i, Index s) { return i < n_ ? b(i, s) : 1e300; });
    out = fill(out_, [](Index i, Index s) { return before(i, s); });
    PairedPanels pairs(halves, in, size(), panels_, sums_);
    pairs.pair_up();
    ReusableBuffer scratch;
    strips.multiply(
        pairs, out, size(), add, scratch,
        [&](Index p, Index row, Index rows) {
          for (Index i = row; i < row + rows; ++i) BOOST_TEST(finished.emplace(p, i).second);
          // Later ones must not depend on it any more.
          for (Index e = row * kPanel; e < (row + rows) * kPanel; ++e) {
            results.push_back(out[p * size() + e]);
            out[p * size() + e] += 1;
          }
        },
        [&](Index pair, Index row, Index rows) {
          const bool beyond = row == 2 * halves.half;
          for (const Index panel : {2 * pair, 2 * pair + 1})
            for (const Index from : {row, beyond ? row : row + halves.half})
              for (Index i = from; i < from + rows; ++i) BOOST_TEST(finished.contains({panel, i}));
          paired += (beyond ? 1 : 2) * rows;
        });
  }

  static double before(Index i, Index s) { return static_cast<double>(i % 7 - 2 * (s % 5)); }
  Index rows() const { return strips_of(n_) * kStrip; }
  double operator()(Index i, Index s) const { return out[s / kPanel * size() + i * kPanel + s % kPanel] - 1; }

  double* out;
  std::set<std::pair<Index, Index>> finished;
  std::vector<double> results;
  Index paired = 0;  ///< rows

 private:
  Index size() const { return rows() * kPanel; }
  template <class Entry>
  double* fill(ReusableBuffer& buffer, const Entry& entry) const {
    double* const data = buffer.reserve(panels_ * size());
    for (Index s = 0; s < panels_ * kPanel; ++s)
      for (Index i = 0; i < rows(); ++i) data[s / kPanel * size() + i * kPanel + s % kPanel] = entry(i, s);
    return data;
  }

  Index n_, panels_;
  ReusableBuffer in_, out_, sums_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(winograd_product)

BOOST_AUTO_TEST_CASE(halves_leave_less_than_two_strips) {
  for (const Index order : {Halves::kFewestRows, Index{500}, Index{1000}, Index{1999}, Index{2000}}) {
    const Halves halves(order);
    BOOST_TEST(halves.half % kStrip == 0);
    BOOST_TEST(2 * halves.half + halves.rest == order);
    BOOST_TEST((halves.rest >= 0 && halves.rest < 2 * kStrip));
  }
  BOOST_TEST(Halves(Halves::kFewestRows - 1).half == 0);
}

// All remainders: orders with and without strips and rows beyond the halves, several blocks of strips, panels
// without partner.
BOOST_AUTO_TEST_CASE(it_is_the_product) {
  for (const Index n : {256, 257, 263, 264, 269, 271, 272, 300, 529})
    for (const Index panels : {1, 2, 3, 5})
      for (const bool add : {false, true}) {
        const bool transposed = (n + panels) % 2 == 0;
        const MatrixXd a = gaussian(n, n, 1), b = gaussian(n, panels * kPanel, 2);
        const Product product(a, transposed, Halves(n), b, add, 2);
        MatrixXd exact = transposed ? MatrixXd(2 * a.transpose() * b) : MatrixXd(2 * a * b);
        double worst = 0;
        for (Index s = 0; s < b.cols(); ++s)
          for (Index i = 0; i < n; ++i) {
            if (add) exact(i, s) += Product::before(i, s);
            worst = std::max(worst, std::abs(product(i, s) - exact(i, s)));
          }
        // Entries are sums of n numbers of size 1: their rounding errors add up to about n u.
        BOOST_TEST(worst < 20 * static_cast<double>(n) * kUnit);
        BOOST_TEST(static_cast<Index>(product.finished.size()) == panels * product.rows());
        BOOST_TEST(product.paired == panels / 2 * product.rows());
      }
}

BOOST_AUTO_TEST_CASE(errors_are_a_small_multiple_of_the_plain_products) {
  constexpr Index kOrder = 600, kColumns = 2 * kPanel;
  const MatrixXd a = gaussian(kOrder, kOrder, 3), b = gaussian(kOrder, kColumns, 4);
  using Long = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
  const Long exact = 2 * (a.cast<long double>() * b.cast<long double>());
  double errors[2];
  for (const bool halved : {false, true}) {
    const Product product(a, false, halved ? Halves(kOrder) : Halves(), b, false, 1);
    long double sum = 0;
    for (Index s = 0; s < kColumns; ++s)
      for (Index i = 0; i < kOrder; ++i) sum += (product(i, s) - exact(i, s)) * (product(i, s) - exact(i, s));
    errors[halved] = static_cast<double>(std::sqrt(sum) / exact.norm());
  }
  BOOST_TEST_MESSAGE("relative errors: plain " << errors[0] << ", Winograd " << errors[1]);
  BOOST_TEST(errors[1] > 0);
  BOOST_TEST(errors[1] < 4 * errors[0]);
}

BOOST_AUTO_TEST_CASE(the_number_of_threads_changes_nothing) {
  const MatrixXd a = gaussian(300, 300, 5), b = gaussian(300, 3 * kPanel, 6);
  const Product one(a, true, Halves(300), b, true, 1);
  for (const unsigned threads : {2U, 3U})
    BOOST_TEST(Product(a, true, Halves(300), b, true, threads).results == one.results);
}

BOOST_AUTO_TEST_SUITE_END()
