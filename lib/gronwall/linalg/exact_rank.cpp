#include "gronwall/linalg/exact_rank.hpp"

#include <utility>

#include "gronwall/numbers/error.hpp"

namespace gronwall {

namespace {

/// Integer row echelon form with the same row space; columns of the pivots, one for each non-zero row.
struct Echelon {
  std::vector<std::vector<Integer>> rows;
  std::vector<std::size_t> pivots;
  std::size_t columns = 0;
};

std::vector<Integer> cleared(const std::vector<Rational>& row) {
  Integer common = 1;
  for (const Rational& x : row) common = lcm(common, Integer(denominator(x)));
  std::vector<Integer> result;
  for (const Rational& x : row) result.push_back(Integer(numerator(x)) * (common / Integer(denominator(x))));
  return result;
}

Echelon echelon_form(const RationalRows& matrix) {
  Echelon form;
  form.columns = matrix.empty() ? 0 : matrix.front().size();
  for (const auto& row : matrix) {
    if (row.size() != form.columns) throw InputError("the rows of the matrix have different lengths");
    form.rows.push_back(cleared(row));
  }
  auto& rows = form.rows;
  Integer previous = 1;
  for (std::size_t column = 0; column < form.columns && form.pivots.size() < rows.size(); ++column) {
    const std::size_t top = form.pivots.size();
    std::size_t pivot = top;
    while (pivot < rows.size() && rows[pivot][column] == 0) ++pivot;
    if (pivot == rows.size()) continue;
    std::swap(rows[top], rows[pivot]);
    for (std::size_t i = top + 1; i < rows.size(); ++i) {
      for (std::size_t j = column + 1; j < form.columns; ++j)
        // Sylvester's identity: every entry is a minor of the matrix, so the division is exact.
        rows[i][j] = (rows[top][column] * rows[i][j] - rows[i][column] * rows[top][j]) / previous;
      rows[i][column] = 0;
    }
    previous = rows[top][column];
    form.pivots.push_back(column);
  }
  rows.resize(form.pivots.size());
  return form;
}

}  // namespace

std::size_t exact_rank(const RationalRows& matrix) {
  return echelon_form(matrix).pivots.size();
}

std::optional<std::vector<Integer>> exact_null_vector(const RationalRows& matrix) {
  const Echelon form = echelon_form(matrix);
  if (form.pivots.size() == form.columns) return std::nullopt;
  std::size_t dependent = 0;
  while (dependent < form.pivots.size() && form.pivots[dependent] == dependent) ++dependent;
  // Columns before the first dependent one are pivots: solve for them from the last row up.
  std::vector<Rational> solution(form.columns, Rational(0));
  solution[dependent] = 1;
  for (std::size_t row = dependent; row-- > 0;) {
    Rational sum = 0;
    for (std::size_t j = row + 1; j <= dependent; ++j) sum += Rational(form.rows[row][j]) * solution[j];
    solution[row] = -sum / Rational(form.rows[row][row]);
  }
  std::vector<Integer> result = cleared(solution);
  Integer content = 0;
  for (const Integer& x : result) content = gcd(content, x);
  for (Integer& x : result) x /= content;
  return result;
}

}  // namespace gronwall
