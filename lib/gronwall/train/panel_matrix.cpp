#include "gronwall/train/panel_matrix.hpp"

#include "gronwall/linalg/parallel.hpp"

namespace gronwall {

using Eigen::Index;

double* Strips::resize(Index rows, Index columns) {
  rows_ = rows;
  columns_ = columns;
  return memory_.reserve(count() * stride());
}

void Strips::pack(double factor, const Source& a, unsigned threads) {
  double* const data = resize(a.rows(), a.cols());
  parallel_for(
      static_cast<std::size_t>(count()),
      [&](std::size_t i) {
        const Index first = static_cast<Index>(i) * kStrip, rows = std::min(kStrip, rows_ - first);
        double* out = data + static_cast<Index>(i) * stride();
        for (Index k = 0; k < columns_; ++k, out += kStrip) {
          const double* const column = a.data() + k * a.outerStride() + first;
          for (Index j = 0; j < rows; ++j) out[j] = factor * column[j];
          for (Index j = rows; j < kStrip; ++j) out[j] = 0;
        }
      },
      threads);
}

void Strips::pack_transposed(double factor, const Source& a, unsigned threads) {
  double* const data = resize(a.cols(), a.rows());
  parallel_for(
      static_cast<std::size_t>(count()),
      [&](std::size_t i) {
        const Index first = static_cast<Index>(i) * kStrip, rows = std::min(kStrip, rows_ - first);
        double* const out = data + static_cast<Index>(i) * stride();
        for (Index j = 0; j < rows; ++j) {
          const double* const column = a.data() + (first + j) * a.outerStride();
          for (Index k = 0; k < columns_; ++k) out[k * kStrip + j] = factor * column[k];
        }
        for (Index j = rows; j < kStrip; ++j)
          for (Index k = 0; k < columns_; ++k) out[k * kStrip + j] = 0;
      },
      threads);
}

void Strips::combine(std::span<const Strips* const> parts, std::span<const double> factors) {
  double* const data = resize(parts[0]->rows_, parts[0]->columns_);
  const Index size = count() * stride();
  for (Index i = 0; i < size; ++i) data[i] = factors[0] * parts[0]->data()[i];
  for (std::size_t part = 1; part < parts.size(); ++part) {
    const double factor = factors[part];
    const double* const more = parts[part]->data();
    for (Index i = 0; i < size; ++i) data[i] += factor * more[i];
  }
}

void turn_into_panel(const double* tile, Index rows, double* out) {
  for (Index s = 0; s < kPanel; ++s) {
    for (Index row = 0; row < rows; ++row) out[s * kPanel + row] = tile[row * kPanel + s];
    for (Index row = rows; row < kPanel; ++row) out[s * kPanel + row] = 0;
  }
}

void turn_into_strip(const double* tile, double* out) {
  for (Index s = 0; s < kPanel; ++s)
    for (Index row = 0; row < kStrip; ++row) out[s * kStrip + row] = tile[row * kPanel + s];
}

void OuterProducts::start() {
  memory_.reserve(panels() * strips_of(rows_) * kStrip * kPanel);
}

void OuterProducts::add(Index begin, Index end, Index count, const double* left, const double* right,
                        bool first) {
  const Index strips = strips_of(rows_), size = strips * kStrip * kPanel;
  double* const sums = memory_.data();
  BlockedProduct(left, strips, count * kStrip, count)
      .run(
          begin, end, [&](Index p) { return right + p * count * kPanel; },
          [&](Index p) { return sums + p * size; }, !first, [](Index, Index, Index) {});
}

void OuterProducts::write(Index begin, Index end, double factor, Eigen::Map<Eigen::MatrixXd> out) const {
  const Index size = strips_of(rows_) * kStrip * kPanel;
  for (Index panel = begin; panel < end; ++panel) {
    const double* const data = memory_.data() + panel * size;
    const Index first = panel * kPanel, columns = std::min(kPanel, columns_ - first);
    for (Index j = 0; j < columns; ++j) {
      double* const column = out.data() + (first + j) * rows_;
      for (Index i = 0; i < rows_; ++i) column[i] = factor * data[i * kPanel + j];
    }
  }
}

}  // namespace gronwall
