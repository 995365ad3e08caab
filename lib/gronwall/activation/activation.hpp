#pragma once
/// \file What the library knows about an activation function phi.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gronwall/numbers/real.hpp"

namespace gronwall {

/// `even`: phi(-z) = phi(z). `odd`: phi(-z) = -phi(z). Constants are even, multiples of z odd, other affine
/// functions `neither`.
enum class Parity { neither, even, odd };

/// The decomposition phi(z) = slope * z + constant + rest(z), known exactly, that makes Hermite coefficients
/// vanish by parity: rest even with slope != 0 (softplus, GELU, SiLU, ReLU: one odd coefficient), rest odd
/// with constant != 0 (sigmoid), or plain even/odd. `rest == neither` says that nothing is known.
struct ParitySplit {
  Rational slope = 0;
  Rational constant = 0;
  Parity rest = Parity::neither;
};

/// |phi(x + iy)| <= g0 + g1 |x| (docs/bounds.md, L1).
struct LinearGrowth {
  Ball g0;
  Ball g1;
};

/// Simple poles at ± i pi (first + k * spacing), k = 0, 1, ...; between them run the lines Im z = pi *
/// safe_line * j, j = 1, 2, ..., on which |phi(z)| <= |residue_constant + residue_slope * z| (docs/bounds.md,
/// L6).
struct PoleLattice {
  Rational first_over_pi;
  Rational spacing_over_pi;
  Rational safe_line_over_pi;
  /// Residue at the pole i eta is `residue_constant + residue_slope * (i eta)`.
  int residue_constant;
  int residue_slope;
};

/// Where phi is analytic. `strip_over_pi`: analytic in |Im z| < pi * strip_over_pi; no value means entire.
struct Analyticity {
  bool analytic_on_real_line = false;
  std::optional<Rational> strip_over_pi;
};

/// One activation function in the approximate and in the rigorous world. Immutable; obtained from the
/// catalogue
/// (`activation(name)`), compared by `name()`.
class Activation {
 public:
  virtual ~Activation() = default;

  /// As on the command line and in certificates, parameters in canonical spelling: `softplus`,
  /// `leaky-relu:1/10`.
  virtual std::string name() const = 0;
  /// A formula for people: `log(1 + e^z)`.
  virtual std::string formula() const = 0;

  /// Taylor coefficients phi^(k)(z)/k!, k = 0..order, by recurrence. At a kink (ReLU at 0) the derivative
  /// from the left is taken in the approximate worlds (so phi'(0) = 0 for ReLU); a ball that contains the
  /// kink gets the hull of both sides, and unbounded coefficients beyond the first non-smooth order.
  /// Overflow-safe for |z| <= 1e3 and accurate for tiny z. NaN gives NaN.
  ///
  /// double: `value` and `derivative` err by at most 4 ulp, except where phi' crosses zero (GELU near -0.752,
  /// SiLU near -1.278): there by at most 4 ulp of Phi(z) and of the sigmoid; polynomials as stated at their
  /// formulas. MpFloat: half an ulp and a little, with the same exception; the result has the precision of
  /// `z`. Ball: at an exact point the radius is within 8 units of the last bit; over a wide ball the range is
  /// enclosed tightly (exactly up to rounding where phi is monotone). \throws InputError for order < 0.
  virtual std::vector<double> taylor(double z, int order) const = 0;
  virtual std::vector<MpFloat> taylor(const MpFloat& z, int order) const = 0;
  virtual std::vector<Ball> taylor(const Ball& z, int order) const = 0;

  virtual double value(double z) const = 0;
  virtual MpFloat value(const MpFloat& z) const = 0;
  virtual Ball value(const Ball& z) const = 0;
  /// phi'(z), conventions as for `taylor`.
  virtual double derivative(double z) const = 0;
  virtual MpFloat derivative(const MpFloat& z) const = 0;
  virtual Ball derivative(const Ball& z) const = 0;

  virtual Parity parity() const = 0;
  virtual ParitySplit parity_split() const = 0;
  /// phi(0), exactly where rational; softplus(0) = ln 2 is enclosed.
  virtual Ball at_zero(long bits) const = 0;

  /// Certified global Lipschitz constants: of phi (L1) and of phi' (L2). Closed form or rigorous upper bound;
  /// no value where none exists (phi' of ReLU jumps; z^2 is not Lipschitz). `upper()` of the ball is a valid
  /// constant.
  virtual std::optional<Ball> lipschitz(long bits) const = 0;
  virtual std::optional<Ball> lipschitz_of_derivative(long bits) const = 0;

  virtual Analyticity analyticity() const = 0;
  /// Growth on the closed strip |Im z| <= b (L1); b = 0 is the real line, known for every activation of at
  /// most linear growth. \throws InputError where the strip leaves the domain of analyticity or growth is
  /// faster than linear.
  virtual LinearGrowth growth(const Ball& b) const = 0;
  /// Poles, for meromorphic activations whose poles all lie on the imaginary axis.
  virtual std::optional<PoleLattice> poles() const { return std::nullopt; }
  /// Coefficients c_0, c_1, ... if phi is a polynomial.
  virtual std::optional<std::vector<Rational>> polynomial() const { return std::nullopt; }
};

/// The activation of that name: `softplus tanh sigmoid gelu silu erf sin cos gaussian relu leaky-relu:A elu
/// identity polynomial:C0,C1,...`. Parameters are exact numbers (`leaky-relu:0.1` is `leaky-relu:1/10`). The
/// reference stays valid for the whole run of the program; safe to call from several threads. \throws
/// InputError for unknown names (suggesting the nearest), malformed or missing parameters.
const Activation& activation(std::string_view name);

/// Names for help texts, one per line of the catalogue: `softplus`, ..., `leaky-relu:A`,
/// `polynomial:C0,C1,...`.
std::vector<std::string> activation_names();

}  // namespace gronwall
