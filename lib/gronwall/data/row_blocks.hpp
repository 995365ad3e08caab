#pragma once
/// \file
/// The bytes of a matrix row by row, as files hold them; Eigen holds matrices column by column.

#include <Eigen/Core>
#include <algorithm>

#include "gronwall/data/file_io.hpp"

namespace gronwall {

using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Rows that are handled at once: about 4 MiB.
inline Eigen::Index rows_per_block(Eigen::Index columns) {
  constexpr Eigen::Index kNumbers = 1 << 19;
  return std::max<Eigen::Index>(1, kNumbers / std::max<Eigen::Index>(1, columns));
}

/// Calls `use` with the bytes of `matrix` in C order, block after block: never a copy of the whole.
template <typename Use>
void for_each_row_block(const Eigen::Ref<const Eigen::MatrixXd>& matrix, Use use) {
  const Eigen::Index step = rows_per_block(matrix.cols());
  RowMajorMatrix block;
  for (Eigen::Index first = 0; first < matrix.rows(); first += step) {
    block = matrix.middleRows(first, std::min(step, matrix.rows() - first));
    use(ByteView(reinterpret_cast<const std::uint8_t*>(block.data()),
                 static_cast<std::size_t>(block.size()) * sizeof(double)));
  }
}

}  // namespace gronwall
