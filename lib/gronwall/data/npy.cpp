#include "gronwall/data/npy.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

constexpr std::array<std::uint8_t, 6> kMagic = {0x93, 'N', 'U', 'M', 'P', 'Y'};

/// Reads the dictionary literal of an NPY header, such as {'descr': '<i8', 'fortran_order': False, 'shape':
/// (2, 3), }.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  ArrayLayout parse() {
    expect('{');
    while (!accept('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr" && !has_type_) {
        element_type();
        has_type_ = true;
      } else if (key == "fortran_order" && !has_order_) {
        layout_.fortran_order = boolean();
        has_order_ = true;
      } else if (key == "shape" && !has_shape_) {
        shape();
        has_shape_ = true;
      } else {
        fail("unexpected key '" + key + "'");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (position_ != text_.size()) fail("unexpected text after the dictionary");
    if (!has_type_ || !has_order_ || !has_shape_) fail("one of 'descr', 'fortran_order', 'shape' is missing");
    return layout_;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(name_ + " (NPY) has a malformed header: " + what +
                     "; save the array again with numpy.save");
  }

  void skip_space() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\n')) ++position_;
  }

  bool accept(char c) {
    skip_space();
    if (position_ >= text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  void expect(char c) {
    if (!accept(c)) fail(std::string("expected '") + c + "' at byte " + std::to_string(position_));
  }

  std::string quoted() {
    skip_space();
    if (position_ >= text_.size() || (text_[position_] != '\'' && text_[position_] != '"'))
      fail("expected a string");
    const char quote = text_[position_++];
    const std::size_t end = text_.find(quote, position_);
    if (end == std::string_view::npos) fail("a string does not end");
    const std::string_view content = text_.substr(position_, end - position_);
    position_ = end + 1;
    return std::string(content);
  }

  bool boolean() {
    skip_space();
    for (const auto& [word, value] : {std::pair<std::string_view, bool>{"True", true}, {"False", false}}) {
      if (text_.substr(position_).starts_with(word)) {
        position_ += word.size();
        return value;
      }
    }
    fail("expected True or False");
  }

  void element_type() {
    skip_space();
    if (position_ < text_.size() && text_[position_] == '[') {
      throw InputError(name_ + " (NPY) holds records; points need one number type, such as float64 or uint8");
    }
    const std::string descr = quoted();
    const bool valid = descr.size() == 3 && std::string_view("<>|=").find(descr[0]) != std::string_view::npos;
    const std::size_t bytes = valid ? static_cast<std::size_t>(descr[2] - '0') : 0;
    const bool power = bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
    if (valid && power && (descr[1] == 'u' || descr[1] == 'i')) {
      layout_.type = {descr[1] == 'u' ? NumberKind::kUnsigned : NumberKind::kSigned, bytes};
    } else if (valid && descr[1] == 'f' && (bytes == 4 || bytes == 8)) {
      layout_.type = {NumberKind::kFloat, bytes};
    } else {
      throw InputError(name_ + " (NPY) has elements of type '" + descr +
                       "'; supported are u1 u2 u4 u8, i1 i2 i4 i8, f4 and f8 (convert with numpy's astype)");
    }
    layout_.big_endian = descr[0] == '>';
  }

  std::uint64_t count() {
    skip_space();
    const std::size_t start = position_;
    std::uint64_t value = 0;
    for (; position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9'; ++position_) {
      const auto digit = static_cast<std::uint64_t>(text_[position_] - '0');
      if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
          __builtin_add_overflow(value, digit, &value)) {
        fail("an extent of the shape is too large");
      }
    }
    if (position_ == start) fail("expected a number in the shape");
    return value;
  }

  void shape() {
    expect('(');
    while (!accept(')')) {
      layout_.shape.push_back(count());
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
  }

  std::string_view text_;
  std::string name_;
  std::size_t position_ = 0;
  ArrayLayout layout_;
  bool has_type_ = false;
  bool has_order_ = false;
  bool has_shape_ = false;
};

}  // namespace

bool is_npy(ByteView bytes) {
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

ArrayLayout parse_npy_header(ByteView bytes, const std::string& name) {
  if (!is_npy(bytes)) throw InputError(name + " is not an NPY file: it does not begin with \\x93NUMPY");
  const auto truncated = [&] {
    return InputError(name + " (NPY) ends inside its header: the file is truncated; copy or save it again");
  };
  constexpr std::size_t kVersionEnd = 8;
  if (bytes.size() < kVersionEnd) throw truncated();
  const int major = bytes[6];
  if (major < 1 || major > 3 || bytes[7] != 0) {
    throw InputError(name + " (NPY) has version " + std::to_string(major) + "." + std::to_string(bytes[7]) +
                     "; known are 1.0, 2.0 and 3.0");
  }
  const std::size_t length_bytes = major == 1 ? 2 : 4;
  const std::size_t text_start = kVersionEnd + length_bytes;
  if (bytes.size() < text_start) throw truncated();
  std::size_t text_length = 0;
  for (std::size_t i = length_bytes; i > 0; --i) text_length = text_length << 8 | bytes[kVersionEnd + i - 1];
  if (bytes.size() - text_start < text_length) throw truncated();

  const auto* text = reinterpret_cast<const char*>(bytes.data() + text_start);
  ArrayLayout layout = HeaderParser({text, text_length}, name).parse();
  layout.data_offset = text_start + text_length;
  return layout;
}

RealTable parse_npy_table(ByteView bytes, const ReadOptions& options, PointSource source) {
  const ArrayLayout layout = parse_npy_header(bytes, source.name);
  return decode_table(layout, bytes, options, "NPY", std::move(source));
}

PointSet parse_npy(ByteView bytes, const ReadOptions& options, PointSource source) {
  const ArrayLayout layout = parse_npy_header(bytes, source.name);
  return decode_points(layout, bytes, options, "NPY", std::move(source));
}

}  // namespace gronwall
