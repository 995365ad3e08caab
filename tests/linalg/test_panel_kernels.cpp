#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "gronwall/linalg/kernel_buffer.hpp"
#include "gronwall/linalg/panel_kernels.hpp"

namespace {

using namespace gronwall;
using dense::Index;
using dense::kPanel;
using dense::kStrip;

struct Numbers {
  explicit Numbers(Index count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    double* const data = buffer.reserve(count);
    for (Index i = 0; i < count; ++i) data[i] = normal(random);
  }
  double operator[](Index i) const { return buffer.data()[i]; }
  ReusableBuffer buffer;
};

constexpr double kEpsilon = 0x1p-53;

}  // namespace

BOOST_AUTO_TEST_SUITE(panel_kernels)

BOOST_AUTO_TEST_CASE(products_agree_with_sums_in_extended_precision) {
  for (const dense::PanelKernels* kernels : dense::runnable_panel_kernels())
    for (const Index depth : {1, 2, 7, 96, 251})
      for (const Index strips : {1, 3})
        for (const bool add : {false, true}) {
          const Index stride = kStrip * depth + 16;
          const Numbers a(depth * kPanel, 1), b(strips * stride, 2), before(strips * kStrip * kPanel, 3);
          Numbers c(strips * kStrip * kPanel, 3);
          kernels->multiply(depth, a.buffer.data(), strips, b.buffer.data(), stride, c.buffer.data(), add,
                            a.buffer.data(), 5);
          for (Index i = 0; i < strips * kStrip; ++i)
            for (Index s = 0; s < kPanel; ++s) {
              long double exact = add ? before[i * kPanel + s] : 0, size = std::abs(exact);
              for (Index k = 0; k < depth; ++k) {
                const long double term = static_cast<long double>(a[k * kPanel + s]) *
                                         b[i / kStrip * stride + k * kStrip + i % kStrip];
                exact += term;
                size += std::abs(term);
              }
              const auto error = std::abs(c[i * kPanel + s] - exact);
              BOOST_REQUIRE_LE(error, 2 * static_cast<double>(depth + 1) * kEpsilon * size);
            }
        }
}

BOOST_AUTO_TEST_CASE(projections_and_what_they_leave_over) {
  for (const dense::PanelKernels* kernels : dense::runnable_panel_kernels())
    for (const Index count : {3, 20})
      for (const Index terms : {1, 2, 3, 5, 8, 9, 19}) {
        if (terms > count) continue;
        const Index stride = kPanel + 48, hat_stride = kPanel + 24;
        const Numbers x(count * stride + kPanel, 4), q(count * terms, 5), factor(count, 6);
        ReusableBuffer hat, scratch;
        hat.reserve(terms * hat_stride);
        scratch.reserve(count * kPanel);
        double energy[2] = {1, 2};  // the kernel adds
        kernels->project(count, x.buffer.data(), stride, factor.buffer.data(), terms, q.buffer.data(),
                         hat.data(), hat_stride, energy, scratch.data());
        long double whole = 1, left_over = 2;
        for (Index s = 0; s < kPanel; ++s) {
          std::vector<long double> exact(static_cast<std::size_t>(terms));
          for (Index p = 0; p < terms; ++p) {
            for (Index l = 0; l < count; ++l)
              exact[static_cast<std::size_t>(p)] +=
                  static_cast<long double>(factor[l]) * q[l * terms + p] * x[l * stride + s];
            BOOST_TEST(std::abs(hat.data()[p * hat_stride + s] - exact[static_cast<std::size_t>(p)]) <
                       1e-13L);
          }
          for (Index l = 0; l < count; ++l) {
            long double rest = static_cast<long double>(factor[l]) * x[l * stride + s];
            whole += rest * rest;
            for (Index p = 0; p < terms; ++p) rest -= exact[static_cast<std::size_t>(p)] * q[l * terms + p];
            left_over += rest * rest;
          }
        }
        BOOST_TEST(std::abs(energy[0] - whole) < 1e-13L * whole);
        BOOST_TEST(std::abs(energy[1] - left_over) < 1e-12L * left_over);
      }
}

BOOST_AUTO_TEST_CASE(a_step_back) {
  constexpr Index kCount = 48;
  for (const dense::PanelKernels* kernels : dense::runnable_panel_kernels()) {
    const Numbers pulled(kCount, 1), base(kCount, 2), adjoint(kCount, 3), slope(kCount, 4);
    Numbers place(kCount, 4), next(kCount, 5), product(kCount, 6);
    kernels->pull_back(kCount, pulled.buffer.data(), base.buffer.data(), adjoint.buffer.data(),
                       place.buffer.data(), next.buffer.data(), product.buffer.data());
    for (Index i = 0; i < kCount; ++i) {
      BOOST_TEST(place[i] == adjoint[i]);
      BOOST_TEST(product[i] == slope[i] * pulled[i]);
      BOOST_TEST(std::abs(next[i] - (base[i] + slope[i] * pulled[i])) < 1e-15);
    }
  }
}

BOOST_AUTO_TEST_CASE(combinations) {
  constexpr Index kCount = 48, kBegin = 8, kEnd = 40;
  const Numbers base(kCount, 1), x(kCount, 2), y(kCount, 3);
  const double factors[] = {3, -0.7};
  const double* const of[] = {x.buffer.data(), y.buffer.data()};
  for (const dense::PanelKernels* kernels : dense::runnable_panel_kernels())
    for (const Index terms : {0, 1, 2}) {
      Numbers out(kCount, 4), in_place(kCount, 1);
      const Numbers before(kCount, 4);
      kernels->combine(kBegin, kEnd, 1.5, base.buffer.data(), terms, factors, of, out.buffer.data());
      kernels->combine(kBegin, kEnd, 1.5, in_place.buffer.data(), terms, factors, of, in_place.buffer.data());
      for (Index i = 0; i < kCount; ++i) {
        const bool inside = kBegin <= i && i < kEnd;
        const double sum = 1.5 * base[i] + (terms > 0 ? 3 * x[i] : 0) - (terms > 1 ? 0.7 * y[i] : 0);
        BOOST_TEST(std::abs(out[i] - (inside ? sum : before[i])) < 4e-15);
        BOOST_TEST(in_place[i] == (inside ? out[i] : base[i]));
      }
    }
}

BOOST_AUTO_TEST_CASE(winograds_sums) {
  constexpr Index kCount = 16;
  const Numbers b11(kCount, 1), b12(kCount, 2), b21(kCount, 3), b22(kCount, 4);
  for (const dense::PanelKernels* kernels : dense::runnable_panel_kernels()) {
    Numbers t1(kCount, 5), t2(kCount, 5), t3(kCount, 5), t4(kCount, 5);
    kernels->winograd_sums(kCount, b11.buffer.data(), b12.buffer.data(), b21.buffer.data(), b22.buffer.data(),
                           t1.buffer.data(), t2.buffer.data(), t3.buffer.data(), t4.buffer.data());
    for (Index i = 0; i < kCount; ++i) {
      BOOST_TEST(t1[i] == b12[i] - b11[i]);
      BOOST_TEST(t2[i] == b22[i] - t1[i]);
      BOOST_TEST(t3[i] == b22[i] - b12[i]);
      BOOST_TEST(t4[i] == b21[i] - t2[i]);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
