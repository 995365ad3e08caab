#pragma once
/// \file Symmetric matrices block by block.

#include <Eigen/Core>

namespace gronwall {

/// Writes a block of a symmetric matrix at (row, column), and its mirror image; of a block on the diagonal
/// the lower triangle counts.
inline void place_symmetric(Eigen::MatrixXd block, Eigen::Index row, Eigen::Index column,
                            Eigen::MatrixXd& into) {
  if (row == column) block.triangularView<Eigen::StrictlyUpper>() = Eigen::MatrixXd(block.transpose());
  into.block(row, column, block.rows(), block.cols()) = block;
  into.block(column, row, block.cols(), block.rows()) = block.transpose();
}

}  // namespace gronwall
