#pragma once
/// \file Fast double values of phi, phi' and phi'' with proved error bounds.
///
/// The functions of the catalogue promise a few units of the last place, which tests support and nobody has
/// proved (they rest on the system's libm). On the way to `proved` doubles come from here.

#include <array>
#include <atomic>
#include <mutex>
#include <span>
#include <vector>

#include "gronwall/activation/activation.hpp"

namespace gronwall {

/// Piecewise Taylor polynomials of an analytic activation on |z| <= 16, centred at the multiples of 1/16,
/// with coefficients from ball arithmetic and remainders by Cauchy's estimate (docs/bounds.md, L38). Cells
/// are made when they are first needed; arguments outside are evaluated in ball arithmetic one by one. Safe
/// to use from several threads.
class CertifiedTable {
 public:
  static constexpr int kOrders = 3;
  /// Arguments of at most this absolute value are fast.
  static constexpr int kRange = 16;

  /// \throws InputError unless phi is analytic on the real line and grows at most linearly in a strip (L1).
  explicit CertifiedTable(const Activation& phi);

  /// The table of an activation, shared by the whole program.
  static const CertifiedTable& of(const Activation& phi);

  /// `out[i] = phi^(order)(z[i]) + e_i`; returns a bound of the Euclidean norm of `e`, about
  /// `2^-52 |phi^(order)(z)|`. `out` may be `z`.
  /// \throws InputError for order outside [0, 2], unequal lengths, or an argument that is not finite.
  UpperBound evaluate(int order, std::span<const double> z, std::span<double> out) const;

  const Activation& phi() const { return phi_; }

 private:
  static constexpr int kDegree = 12;
  static constexpr int kCellsPerUnit = 16;
  static constexpr int kCells = 2 * kRange * kCellsPerUnit + 1;

  struct Cell {
    double coefficient[kDegree + 1];
    double error;  ///< of the computed value, anywhere in the cell
  };

  const Cell& cell(int order, int index) const;
  void build(int index) const;

  const Activation& phi_;
  Ball strip_;           ///< half-width of the strip of Cauchy's estimate
  LinearGrowth growth_;  ///< in that strip
  mutable std::array<std::vector<Cell>, kOrders> cells_;
  mutable std::array<std::atomic<bool>, kCells> built_{};
  mutable std::mutex mutex_;
};

}  // namespace gronwall
