// limit-depth/1: the infinite-width kernel of the depth-L net, by its recursion, against that of the Neural
// ODE.

#include <algorithm>

#include "kinds.hpp"
#include "limit_grid.hpp"

namespace proofs_check {
namespace {

/// The recursion on points: every step is rounded, and L49 bounds what that does.
class DepthNet {
 public:
  explicit DepthNet(LimitProver& prover)
      : prover_(prover),
        n_(prover.size()),
        step_squared_(prover.tau_squared() / LimitProver::number(n_ * n_)) {}

  /// C at rho = 1; leaves the expansions at its variances in `hermite`.
  Vector state(std::vector<Hermite>& hermite) const {
    // c0 rounded up, since no variance may be below it
    const Interval start = LimitProver::number(greatest(LimitProver::number(prover_.model().c0)));
    return recursion(start, [&](const Vector& field, std::size_t k, std::size_t l) {
      if (l == 0) hermite.push_back(prover_.expand({least(field[k * n_ + k])})[0]);
      return dual(hermite[k], hermite[l], field[k * n_ + l]).value;
    });
  }
  NodalValues at(const mpq_class& rho, const Vector& state) const {
    const std::vector<Hermite>& hermite = prover_.hermite();
    const Interval start = midpoint(LimitProver::number(prover_.model().c0 * rho));
    NodalValues found;
    found.C = rho == 1 ? state : recursion(start, [&](Vector& field, std::size_t k, std::size_t l) {
      Interval& c = field[k * n_ + l];
      c = within(c, hermite[k].q * hermite[l].q);
      field[l * n_ + k] = c;
      return dual(hermite[k], hermite[l], c).value;
    });
    std::vector<DualPair> pairs;  // lower triangle
    for (std::size_t k = 0; k < n_; ++k)
      for (std::size_t l = 0; l <= k; ++l) pairs.push_back(dual(hermite[k], hermite[l], found.C[k * n_ + l]));
    const auto pair = [&pairs](std::size_t k, std::size_t l) -> const DualPair& {
      return pairs[k * (k + 1) / 2 + l];
    };
    found.y = recursion(start, [&](const Vector& field, std::size_t k, std::size_t l) {
      return pair(k, l).slope * field[k * n_ + l];
    });
    found.z = recursion(LimitProver::number(0), [&](const Vector& field, std::size_t k, std::size_t l) {
      return pair(k, l).value + pair(k, l).slope * field[k * n_ + l];
    });
    return found;
  }

 private:
  /// F_kl = start + (tau/L)^2 sum_{i<k, j<l} g_ij; g_kl, l <= k, may depend on F_ij for i, j <= k.
  template <class Integrand>
  Vector recursion(const Interval& start, Integrand integrand) const {
    Vector field(n_ * n_, start);
    for (std::size_t k = 0; k < n_; ++k) {
      Interval sum = LimitProver::number(0);
      for (std::size_t l = 0; l <= k + 1; ++l) {
        // F_(k+1,l) - F_kl is the sum over g_kj, j < l; F_(k,k+1) = F_(k+1,k).
        if (k + 1 < n_) {
          const Interval next = midpoint(field[k * n_ + l] + step_squared_ * sum);
          field[(k + 1) * n_ + l] = field[l * n_ + k + 1] = next;
        }
        if (l <= k) sum = sum + integrand(field, k, l);
      }
    }
    return field;
  }
  /// The point c, moved towards 0 if c^2 > bound.
  static Interval within(const Interval& c, const mpq_class& bound) {
    const mpq_class x = least(c);
    if (x * x <= bound) return c;
    const mpq_class most = least(sqrt(LimitProver::number(bound)));
    return LimitProver::number(x < 0 ? mpq_class(-most) : most);
  }

  LimitProver& prover_;
  std::size_t n_;
  Interval step_squared_;
};

}  // namespace

std::string check_limit_depth(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"T", "activation", "c0", "depths", "rho", "sigma_w"});
  witness.require({"limit", "modes"});
  Budget& budget = context.budget;
  const LimitModel model = parse_limit_model(statement, budget);
  const mpq_class rho = parse_cosine(statement, budget);
  const Modes modes = parse_modes(witness["modes"], budget);
  struct Entry {
    std::uint64_t depth;
    mpq_class lo, hi;
  };
  std::vector<Entry> entries;
  for (const Value& entry : statement["depths"].list()) {
    const std::uint64_t depth = entry.require({"L", "hi", "lo"})["L"].count();
    if (depth == 0 || (!entries.empty() && depth <= entries.back().depth))
      malformed("the depths must be positive and increase");
    if (depth > limit::limit_depth) over_limit("a net is too deep");
    entries.push_back(
        {depth, parse_real(entry["lo"].text(), budget), parse_real(entry["hi"].text(), budget)});
  }
  if (entries.empty()) malformed("limit-depth/1 without depths says nothing");

  const Value& limit = context.use(witness["limit"], {"limit-value/1"});
  const LimitModel of_limit = parse_limit_model(limit, budget);
  if (of_limit.phi.name != model.phi.name || of_limit.tau != model.tau || of_limit.c0 != model.c0 ||
      parse_cosine(limit, budget) != rho)
    not_verified("the limit is about other data");
  const mpq_class value = parse_real(limit["quantities"]["K"]["value"].text(), budget),
                  radius = parse_real(limit["quantities"]["K"]["radius"].text(), budget);
  const Interval continuous = between(value - radius, value + radius, limit_bits);

  NodeValues values;
  const PathBounds path = path_bounds(model, modes, 1, context);  // for every depth (L45)
  for (const auto& [depth, lo, hi] : entries) {
    LimitProver prover(model, modes, path, left_sums(depth, limit_bits), values, context);
    const DepthNet net(prover);
    std::vector<Hermite> hermite;
    const Vector state = net.state(hermite);
    prover.prove_variances(state, std::move(hermite));
    const Interval found =
        Interval(depth, limit_bits) * (prove_values(prover, rho, net.at(rho, state)).K - continuous);
    if (!found.inside(lo, hi))
      not_verified("L (K^L_inf - K_inf) at L = " + std::to_string(depth) + " is enclosed by " + found.text());
  }
  return "the infinite-width kernel of the depth-L net of " + in_words(model) + ", rho = " + spell(rho) +
         ": L (K^L_inf - K_inf) lies in the claimed intervals for " + std::to_string(entries.size()) +
         " depths up to " + std::to_string(entries.back().depth);
}

}  // namespace proofs_check
