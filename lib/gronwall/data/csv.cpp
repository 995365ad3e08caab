#include "gronwall/data/csv.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "gronwall/data/exact_scaling.hpp"
#include "gronwall/numbers/counted.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

constexpr int kMaxExactDigits = 18;  // 10^18 < 2^63

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trim(std::string_view field) {
  const auto blank = [](char c) { return c == ' ' || c == '\r'; };
  while (!field.empty() && blank(field.front())) field.remove_prefix(1);
  while (!field.empty() && blank(field.back())) field.remove_suffix(1);
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
    field.remove_prefix(1);
    field.remove_suffix(1);
  }
  return field;
}

bool is_nan_or_infinity(std::string_view field) {
  std::string word(field.substr(field.starts_with('+') || field.starts_with('-') ? 1 : 0));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return word == "nan" || word == "inf" || word == "infinity";
}

/// A decimal as written: 0.d_1 d_2 ... d_k * 10^magnitude with d_1 and d_k non-zero, or zero (no digits).
struct WrittenNumber {
  bool negative = false;
  int significant_digits = 0;
  Decimal value;  ///< exact when significant_digits <= kMaxExactDigits
  long long magnitude = 0;
};

std::optional<WrittenNumber> parse_number(std::string_view field) {
  WrittenNumber number;
  std::size_t i = 0;
  if (i < field.size() && (field[i] == '+' || field[i] == '-')) number.negative = field[i++] == '-';

  bool any_digit = false;
  bool after_point = false;
  long long pending_zeros =
      0;  // zeros after the last non-zero digit, significant only if another digit follows
  long long unit_exponent = 0;  // decimal exponent of the last digit read
  for (; i < field.size() && (is_digit(field[i]) || (field[i] == '.' && !after_point)); ++i) {
    if (field[i] == '.') {
      after_point = true;
      continue;
    }
    any_digit = true;
    if (after_point) --unit_exponent;
    if (field[i] == '0') {
      if (number.significant_digits > 0) ++pending_zeros;
      continue;
    }
    for (long long k = 0; k <= pending_zeros && number.significant_digits <= kMaxExactDigits; ++k) {
      if (++number.significant_digits <= kMaxExactDigits) number.value.mantissa *= 10;
    }
    pending_zeros = 0;
    if (number.significant_digits <= kMaxExactDigits) number.value.mantissa += field[i] - '0';
  }
  if (!any_digit) return std::nullopt;

  long long exponent = 0;
  if (i < field.size() && (field[i] == 'e' || field[i] == 'E')) {
    ++i;
    const bool negative = i < field.size() && field[i] == '-';
    if (i < field.size() && (field[i] == '+' || field[i] == '-')) ++i;
    const std::size_t start = i;
    constexpr long long kSaturation = 1'000'000'000;
    for (; i < field.size() && is_digit(field[i]); ++i) {
      exponent = std::min(kSaturation, exponent * 10 + (field[i] - '0'));
    }
    if (i == start) return std::nullopt;
    if (negative) exponent = -exponent;
  }
  if (i != field.size()) return std::nullopt;
  if (number.significant_digits == 0) return WrittenNumber{};

  // Trailing zeros were not multiplied into the mantissa: the unit is that of the last non-zero digit.
  exponent += unit_exponent + pending_zeros;
  number.magnitude = exponent + number.significant_digits;
  number.value.exponent = static_cast<int>(std::clamp(exponent, -2'000'000'000LL, 2'000'000'000LL));
  if (number.negative) number.value.mantissa = -number.value.mantissa;
  return number;
}

/// Whether a field can only be the name of a column. Mistyped numbers, such as those with a decimal comma,
/// are not.
bool is_word(std::string_view field) {
  return field.find_first_not_of("0123456789+-., ") != std::string_view::npos && !parse_number(field) &&
         !is_nan_or_infinity(field);
}

/// The lines of the text and how they are cut into fields.
class Table {
 public:
  Table(ByteView bytes, const std::string& name) : name_(name) {
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    while (!text.empty() && std::string_view("\r\n ").find(text.back()) != std::string_view::npos) {
      text.remove_suffix(1);
    }
    if (text.empty()) throw InputError(name_ + " is empty; at least one line of numbers is needed");
    for (std::size_t start = 0; start <= text.size();) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      lines_.push_back(text.substr(start, end - start));
      start = end + 1;
    }
    for (const char candidate : {';', '\t', ','}) {
      if (lines_.front().find(candidate) != std::string_view::npos) {
        separator_ = candidate;
        break;
      }
    }
    const std::vector<std::string_view> first = fields(0);
    columns_ = first.size();
    has_header_ =
        std::any_of(first.begin(), first.end(), is_word) &&
        std::all_of(first.begin(), first.end(), [](std::string_view f) { return f.empty() || is_word(f); });
  }

  std::size_t rows() const { return lines_.size() - (has_header_ ? 1 : 0); }
  std::size_t columns() const { return columns_; }
  std::size_t line_of_row(std::size_t row) const { return row + (has_header_ ? 1 : 0); }

  /// The fields of a line (counted from 0), trimmed.
  std::vector<std::string_view> fields(std::size_t line) const {
    std::vector<std::string_view> result;
    result.reserve(columns_);
    const std::string_view text = lines_[line];
    for (std::size_t start = 0; start <= text.size();) {
      const std::size_t end = std::min(text.find(separator_, start), text.size());
      result.push_back(trim(text.substr(start, end - start)));
      start = end + 1;
    }
    return result;
  }

  /// Calls `use(field, line, column)` for every field of the selected rows, in order.
  template <typename Use>
  void for_each_field(RowRange rows, Use use) const {
    for (std::size_t row = rows.first; row < rows.first + rows.count; ++row) {
      const std::size_t line = line_of_row(row);
      const std::vector<std::string_view> row_fields = fields(line);
      if (trim(lines_[line]).empty())
        throw InputError(name_ + ": line " + std::to_string(line + 1) + " is empty: remove it");
      if (row_fields.size() != columns_) {
        throw InputError(name_ + ": line " + std::to_string(line + 1) + " has " +
                         counted(row_fields.size(), "field") + ", but line 1 has " +
                         std::to_string(columns_) + "; every line needs the same number");
      }
      for (std::size_t column = 0; column < columns_; ++column) use(row_fields[column], line, column);
    }
  }

 private:
  std::string name_;
  std::vector<std::string_view> lines_;
  char separator_ = ',';
  std::size_t columns_ = 0;
  bool has_header_ = false;
};

std::string place(const std::string& name, std::size_t line, std::size_t column) {
  return name + ": line " + std::to_string(line + 1) + ", column " + std::to_string(column + 1);
}

WrittenNumber require_number(std::string_view field, const std::string& name, std::size_t line,
                             std::size_t column) {
  if (const auto number = parse_number(field)) return *number;
  const std::string where = place(name, line, column);
  if (field.empty()) throw InputError(where + " is empty; every column needs a number");
  constexpr std::size_t kShown = 40;
  const std::string shown(field.substr(0, kShown));
  if (is_nan_or_infinity(field)) throw InputError(where + " is '" + shown + "'; every number must be finite");
  if (field.find(' ') != std::string_view::npos)
    throw InputError(
        where + ": '" + shown +
        "' is not a decimal number (spaces do not separate columns; comma, semicolon and tab do)");
  throw InputError(
      where + ": '" + shown +
      "' is not a decimal number (columns are separated by comma, semicolon or tab; the decimal sign is "
      "a point)");
}

double nearest_double(std::string_view field, const WrittenNumber& number, const std::string& where) {
  if (field.starts_with('+')) field.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error == std::errc::result_out_of_range) {
    if (number.magnitude > 0) throw InputError(where + " is too large for a double; rescale the data");
    return 0;
  }
  return value;
}

std::vector<double> nearest_doubles(const Table& table, RowRange rows, const std::string& name) {
  std::vector<double> values;
  values.reserve(rows.count * table.columns());
  table.for_each_field(rows, [&](std::string_view field, std::size_t line, std::size_t column) {
    const WrittenNumber number = require_number(field, name, line, column);
    values.push_back(nearest_double(field, number, place(name, line, column)));
  });
  return values;
}

/// The rows that `options` select. Completes `source`.
RowRange select(const Table& table, const ReadOptions& options, PointSource& source) {
  const RowRange rows = select_rows(table.rows(), table.columns(), options, source.name);
  source.description = "CSV, " + std::to_string(table.rows()) + " x " + std::to_string(table.columns());
  source.first_row = rows.first;
  return rows;
}

}  // namespace

bool is_text(ByteView bytes) {
  constexpr std::size_t kExamined = 4096;
  const ByteView head = bytes.first(std::min(bytes.size(), kExamined));
  return !head.empty() && std::none_of(head.begin(), head.end(), [](std::uint8_t c) {
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
  });
}

RealTable parse_csv_table(ByteView bytes, const ReadOptions& options, PointSource source) {
  const Table table(bytes, source.name);
  const RowRange rows = select(table, options, source);
  std::vector<double> values = nearest_doubles(table, rows, source.name);
  return {table.columns(), std::move(values), std::move(source), table.rows()};
}

PointSet parse_csv(ByteView bytes, const ReadOptions& options, PointSource source) {
  const Table table(bytes, source.name);
  const std::size_t dimension = table.columns();
  const RowRange rows = select(table, options, source);

  if (options.quantise_bits) {
    ScaledIntegers scaled = quantise(nearest_doubles(table, rows, source.name), *options.quantise_bits);
    source.quantise_bits = options.quantise_bits;
    return PointSet(dimension, std::move(scaled.values), std::move(source), scaled.scale);
  }

  std::vector<Decimal> values;
  values.reserve(rows.count * dimension);
  table.for_each_field(rows, [&](std::string_view field, std::size_t line, std::size_t column) {
    const WrittenNumber number = require_number(field, source.name, line, column);
    if (number.significant_digits > kMaxExactDigits) {
      throw InputError(place(source.name, line, column) + " has more than " +
                       std::to_string(kMaxExactDigits) +
                       " significant digits; store fewer, or ask for rounding (--quantise BITS)");
    }
    values.push_back(number.value);
  });
  ScaledIntegers scaled = scale_exactly(std::span<const Decimal>(values), dimension, source);
  return PointSet(dimension, std::move(scaled.values), std::move(source), scaled.scale);
}

}  // namespace gronwall
