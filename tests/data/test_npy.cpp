#include <algorithm>
#include <cstring>
#include <limits>

#include "data_testing.hpp"
#include "gronwall/data/npy.hpp"

namespace gronwall {
namespace {

using namespace testing;

/// An NPY file with this dictionary, padded as NumPy does to a multiple of 64 bytes.
Bytes npy(const std::string& dictionary, const Bytes& data, int major = 1) {
  const std::size_t prefix = major == 1 ? 10 : 12;
  std::string text = dictionary;
  while ((prefix + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  Bytes file = bytes_of("\x93NUMPY");
  file.push_back(static_cast<std::uint8_t>(major));
  file.push_back(0);
  for (std::size_t i = 0; i < prefix - 8; ++i)
    file.push_back(static_cast<std::uint8_t>(text.size() >> (8 * i)));
  return joined(joined(file, bytes_of(text)), data);
}

std::string dictionary(const std::string& descr, const std::string& shape,
                       const std::string& order = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
}

PointSet parse(const Bytes& bytes, const ReadOptions& options = {}) {
  return parse_npy(bytes, options, {.name = "f.npy"});
}

/// The bytes of numbers as they lie in memory (little-endian hosts, as the library requires).
template <typename Number>
Bytes raw(std::initializer_list<Number> numbers) {
  Bytes bytes(numbers.size() * sizeof(Number));
  std::memcpy(bytes.data(), numbers.begin(), bytes.size());
  return bytes;
}

Bytes reversed_groups(Bytes bytes, std::ptrdiff_t size) {
  for (auto i = bytes.begin(); i != bytes.end(); i += size) std::reverse(i, i + size);
  return bytes;
}

template <typename Number>
void check_type(const std::string& type, std::initializer_list<Number> numbers) {
  const Integers expected(numbers.begin(), numbers.end());
  const Bytes little = raw(numbers);
  const std::string shape = "(1, " + std::to_string(numbers.size()) + ")";
  BOOST_TEST(coordinates(parse(npy(dictionary("<" + type, shape), little))) == expected,
             boost::test_tools::per_element());
  BOOST_TEST(coordinates(parse(
                 npy(dictionary(">" + type, shape), reversed_groups(little, sizeof(Number))))) == expected,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE(npy_reader)

BOOST_AUTO_TEST_CASE(element_types) {
  check_type<std::uint8_t>("u1", {0, 255});
  check_type<std::int8_t>("i1", {-128, 127});
  check_type<std::uint16_t>("u2", {1, 65535});
  check_type<std::int16_t>("i2", {-32768, 258});
  check_type<std::uint32_t>("u4", {1, 4294967295U});
  check_type<std::int32_t>("i4", {-2147483647, 16909060});
  check_type<std::uint64_t>("u8", {1, 1ULL << 60});
  check_type<std::int64_t>("i8", {-(1LL << 60), 72623859790382856});
  check_type<float>("f4", {1.0F, -16777215.0F});
  check_type<double>("f8", {1.0, -9007199254740991.0});
}

BOOST_AUTO_TEST_CASE(floats_are_exact) {
  const PointSet points = parse(npy(dictionary("<f8", "(2, 2)"), raw({0.1, 0.25, -1.5, 0.0})));
  // 0.1 = 3602879701896397 * 2^-55
  BOOST_TEST((points.scale() == Scale{2, -55}));
  BOOST_TEST(coordinates(points) == (Integers{3602879701896397, 1LL << 53, -3 * (1LL << 54), 0}),
             boost::test_tools::per_element());
  check_refused([] { parse(npy(dictionary("<f8", "(1, 2)"), raw({1e-300, 1.0}))); }, {"--quantise"});
  const PointSet rounded = parse(npy(dictionary("<f8", "(1, 2)"), raw({1e-300, 0.7})), {.quantise_bits = 4});
  BOOST_TEST(coordinates(rounded) == (Integers{0, 11}), boost::test_tools::per_element());
  BOOST_TEST(rounded.source().quantise_bits.value() == 4);
}

BOOST_AUTO_TEST_CASE(quantised_integers) {
  const Bytes file = npy(dictionary("<i8", "(1, 3)"),
                         raw<std::int64_t>({1000, -3, std::numeric_limits<std::int64_t>::max()}));
  check_refused([&] { parse(file); }, {"column 2", "--quantise"});
  const PointSet rounded = parse(file, {.quantise_bits = 10});
  BOOST_TEST(coordinates(rounded) == (Integers{0, 0, 512}), boost::test_tools::per_element());
  BOOST_TEST((rounded.scale() == Scale{2, 54}));
}

BOOST_AUTO_TEST_CASE(orders_and_ranks) {
  // a[i][j] = 10 i + j, shape (2, 3), stored column by column.
  BOOST_TEST(coordinates(parse(npy(dictionary("|u1", "(2, 3)", "True"), {0, 10, 1, 11, 2, 12}))) ==
                 (Integers{0, 1, 2, 10, 11, 12}),
             boost::test_tools::per_element());
  // a[i][j][k] = 100 i + 10 j + k, shape (2, 2, 3): in Fortran order i runs fastest, then j, then k.
  const Bytes fortran{0, 100, 10, 110, 1, 101, 11, 111, 2, 102, 12, 112};
  const PointSet points = parse(npy(dictionary("|u1", "(2, 2, 3)", "True"), fortran));
  BOOST_TEST(points.dimension() == 6U);
  BOOST_TEST(coordinates(points) == (Integers{0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112}),
             boost::test_tools::per_element());
  BOOST_TEST(coordinates(parse(npy(dictionary("|u1", "(2, 2, 3)", "True"), fortran), {.offset = 1})) ==
                 (Integers{100, 101, 102, 110, 111, 112}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(versions_and_spellings) {
  for (const int major : {1, 2, 3}) {
    BOOST_TEST(parse(npy(dictionary("|u1", "(1, 2)"), {1, 2}, major)).dimension() == 2U);
  }
  check_refused([] { parse(npy(dictionary("|u1", "(1, 2)"), {1, 2}, 4)); }, {"f.npy", "version 4.0"});
  BOOST_TEST(parse(npy(R"({"shape":(1,2),"fortran_order":False,"descr":"|u1"})", {1, 2})).dimension() == 2U);
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  const Bytes file = npy(dictionary("<i2", "(2, 2)"), {1, 0, 2, 0, 3, 0, 4, 0});
  for (std::size_t length = 0; length < file.size(); ++length) {
    const Bytes part(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length));
    check_refused([&] { parse(part); }, {length < 6 ? "not an NPY file" : "truncated"});
  }
  check_refused([&] { parse(joined(file, {0})); }, {"trailing"});
}

BOOST_AUTO_TEST_CASE(bad_contents) {
  const auto refused = [](const std::string& header, std::initializer_list<std::string_view> words) {
    check_refused([&] { parse(npy(header, {1, 2})); }, words);
  };
  refused(dictionary("|u1", "(2,)"), {"f.npy", "1 dimension", "(N, d)"});
  refused(dictionary("|u1", "()"), {"0 dimension"});
  refused(dictionary("|u1", "(0, 2)"), {"0 x 2", "0 bytes"});
  refused(dictionary("|u1", "(2, 18446744073709551615)"), {"impossible shape"});
  refused(dictionary("|u1", "(2, 18446744073709551616)"), {"too large"});
  refused(dictionary("|u1", "(2, -1)"), {"expected a number"});
  refused(dictionary("|u1", "(1, 2"), {"malformed"});
  refused(dictionary("<c8", "(1, 2)"), {"'<c8'", "astype"});
  refused(dictionary("<f2", "(1, 2)"), {"'<f2'"});
  refused(dictionary("|b1", "(1, 2)"), {"'|b1'"});
  refused(dictionary("|O", "(1, 2)"), {"'|O'"});
  refused(dictionary("<u3", "(1, 2)"), {"'<u3'"});
  refused(dictionary("|u1", "(1, 2)", "Perhaps"), {"True or False"});
  refused("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1, 2)}", {"records"});
  refused("{'descr': '|u1', 'fortran_order': False}", {"missing"});
  refused("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1, 2)}",
          {"unexpected key 'descr'"});
  refused("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2), 'more': 1}", {"unexpected key 'more'"});
  refused("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2)} x", {"unexpected text"});
  refused("{'descr: ", {"malformed"});
  refused("", {"malformed"});
  check_refused([] { parse(npy(dictionary("|u1", "(0, 2)"), {})); }, {"no points"});
  check_refused([] { parse(npy(dictionary("|u1", "(2, 0)"), {})); }, {"without coordinates"});
  check_refused([] { parse(npy(dictionary("<u8", "(1, 1)"), raw<std::uint64_t>({1ULL << 63}))); },
                {"9223372036854775808", "64-bit"});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  check_refused(
      [&] {
        parse(npy(dictionary("<f8", "(2, 2)"), raw({0.0, 1.0, nan, 1.0})));
      },
      {"f.npy: row 1, column 0", "NaN"});
  check_refused([&] { parse(npy(dictionary("<f8", "(1, 2)"), raw({0.0, -infinity}))); }, {"infinite"});
  check_refused(
      [&] {
        parse(npy(dictionary("<f8", "(2, 1)"), raw({1.0, nan})), {.quantise_bits = 8});
      },
      {"row 1"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
