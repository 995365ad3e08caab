#include "gronwall/kernel/nodal_field.hpp"

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

/// x = the integer multiple of 2^scale nearest to its midpoint, at least 0 on request.
void round_to_unit(arb_ptr x, long scale, bool non_negative) {
  arf_ptr mid = arb_midref(x);
  arf_mul_2exp_si(mid, mid, -scale);
  fmpz_t integer;
  fmpz_init(integer);
  arf_get_fmpz(integer, mid, ARF_RND_NEAR);
  if (non_negative && fmpz_sgn(integer) < 0) fmpz_zero(integer);
  arf_set_fmpz(mid, integer);
  arf_mul_2exp_si(mid, mid, scale);
  fmpz_clear(integer);
  mag_zero(arb_radref(x));
}

/// The integer x 2^-scale; x must be a multiple of the unit or is rounded down.
void in_units(fmpz_t result, arb_srcptr x, long scale) {
  arf_t mid;
  arf_init(mid);
  arf_mul_2exp_si(mid, arb_midref(x), -scale);
  arf_get_fmpz(result, mid, ARF_RND_FLOOR);
  arf_clear(mid);
}

}  // namespace

void NodalField::set(std::size_t i, std::size_t j, const ArbVector& entry) {
  for (std::size_t s = 0; s < slots_.size(); ++s) {
    arb_set(slots_[s].at(i * nodes_ + j), entry.at(s));
    arb_set(slots_[s].at(j * nodes_ + i), entry.at(s));
  }
}

ArbVector NodalField::gather(std::size_t i, std::size_t j) const {
  ArbVector entry(slots_.size());
  for (std::size_t s = 0; s < slots_.size(); ++s) arb_set(entry.at(s), at(s, i, j));
  return entry;
}

Eigen::MatrixXd norms(const NodalField& field) {
  const auto n = static_cast<Eigen::Index>(field.nodes());
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(n, n);
  mag_t size;
  mag_init(size);
  for (std::size_t i = 0; i < field.nodes(); ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      UpperBound sum;
      for (std::size_t s = 0; s < field.slots(); ++s) {
        arb_get_mag(size, field.at(s, i, j));
        sum += UpperBound(mag_get_d(size));
      }
      const auto row = static_cast<Eigen::Index>(i), column = static_cast<Eigen::Index>(j);
      result(row, column) = result(column, row) = sum.value();
    }
  mag_clear(size);
  return result;
}

NodalField rounded(const NodalField& field, long scale, bool non_negative) {
  NodalField result = field;
  for (std::size_t s = 0; s < field.slots(); ++s)
    for (std::size_t i = 0; i < result.slot(s).size(); ++i)
      round_to_unit(result.slot(s).at(i), scale, non_negative);
  return result;
}

NodalField rounded(const ApproximateField& field, std::size_t nodes, long scale, bool non_negative) {
  NodalField result(nodes, field.size());
  for (std::size_t s = 0; s < field.size(); ++s)
    for (std::size_t i = 0; i < nodes; ++i)
      for (std::size_t j = 0; j < nodes; ++j) {
        // The two triangles of a product in double may differ in the last bit.
        const auto row = static_cast<Eigen::Index>(std::max(i, j)),
                   column = static_cast<Eigen::Index>(std::min(i, j));
        arb_ptr entry = result.slot(s).at(i * nodes + j);
        arb_set_d(entry, field[s](row, column));
        round_to_unit(entry, scale, non_negative);
      }
  return result;
}

void limit_to_cone(NodalField& c, const std::vector<Ball>& variances, long scale) {
  const std::size_t n = c.nodes();
  fmpz_t sum, term, limit, other;
  fmpz_init(sum), fmpz_init(term), fmpz_init(limit), fmpz_init(other);
  bool is_near = true;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      in_units(limit, variances[i].raw(), scale);
      in_units(other, variances[j].raw(), scale);
      fmpz_mul(limit, limit, other);
      fmpz_sqrt(limit, limit);  // rounded down
      fmpz_zero(sum);
      std::size_t largest = 0;
      for (std::size_t s = 0; s < c.slots(); ++s) {
        in_units(term, c.at(s, i, j), scale);
        fmpz_abs(term, term);
        fmpz_add(sum, sum, term);
        if (arf_cmpabs(arb_midref(c.at(s, i, j)), arb_midref(c.at(largest, i, j))) > 0) largest = s;
      }
      fmpz_sub(sum, sum, limit);
      if (fmpz_sgn(sum) <= 0) continue;
      // By less than 2^-20 of the limit: what approximation in double explains.
      fmpz_fdiv_q_2exp(other, limit, 20);
      if (fmpz_cmp(sum, other) > 0) is_near = false;
      ArbVector entry = c.gather(i, j);
      in_units(term, entry.at(largest), scale);
      if (fmpz_sgn(term) > 0)
        fmpz_sub(term, term, sum);
      else
        fmpz_add(term, term, sum);
      arb_set_fmpz(entry.at(largest), term);
      arb_mul_2exp_si(entry.at(largest), entry.at(largest), scale);
      c.set(i, j, entry);
    }
  fmpz_clear(sum), fmpz_clear(term), fmpz_clear(limit), fmpz_clear(other);
  if (!is_near)
    throw PrecisionError("the approximate limit kernel is not positive semidefinite at a pair of nodes");
}

}  // namespace gronwall
