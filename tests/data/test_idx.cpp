#include "data_testing.hpp"
#include "gronwall/data/idx.hpp"

namespace gronwall {
namespace {

using namespace testing;

PointSet parse(const Bytes& bytes, const ReadOptions& options = {}) {
  return parse_idx(bytes, options, {.name = "f.idx"});
}

// 3 images of 2 x 2 bytes.
const Bytes kImages = from_hex(
    "00000803"
    "00000003"
    "00000002"
    "00000002"
    "000102ff"
    "04050607"
    "08090a0b");

BOOST_AUTO_TEST_SUITE(idx)

BOOST_AUTO_TEST_CASE(images) {
  const PointSet points = parse(kImages);
  BOOST_TEST(points.size() == 3U);
  BOOST_TEST(points.dimension() == 4U);
  BOOST_TEST(coordinates(points) == (Integers{0, 1, 2, 255, 4, 5, 6, 7, 8, 9, 10, 11}),
             boost::test_tools::per_element());
  BOOST_TEST((points.scale() == Scale{2, 0}));
  BOOST_TEST(points.source().description == "IDX u1, 3 x 2 x 2");
}

BOOST_AUTO_TEST_CASE(selection) {
  const PointSet points = parse(kImages, {.offset = 1, .limit = 1});
  BOOST_TEST(coordinates(points) == (Integers{4, 5, 6, 7}), boost::test_tools::per_element());
  BOOST_TEST(points.source_row(0) == 1U);
  BOOST_TEST(parse(kImages, {.offset = 1, .limit = 100}).size() == 2U);
  check_refused([&] { parse(kImages, {.offset = 3}); }, {"3 points", "offset of 3"});
  check_refused([&] { parse(kImages, {.limit = 0}); }, {"limit of 0"});
  check_refused([&] { parse(kImages, {.quantise_bits = 0}); }, {"0 bits", "between 1 and 52"});
  check_refused([&] { parse(kImages, {.quantise_bits = 53}); }, {"53 bits"});
}

BOOST_AUTO_TEST_CASE(element_types_are_big_endian) {
  const auto one_row = [](std::string_view type, std::string_view data) {
    return parse(joined(from_hex(std::string("0000") + std::string(type) + "02" + "00000001" + "00000002"),
                        from_hex(data)));
  };
  BOOST_TEST(coordinates(one_row("09", "ff7f")) == (Integers{-1, 127}), boost::test_tools::per_element());
  BOOST_TEST(coordinates(one_row("0b", "ff000102")) == (Integers{-256, 258}),
             boost::test_tools::per_element());
  BOOST_TEST(coordinates(one_row("0c", "80000000000000ff")) == (Integers{-2147483648LL, 255}),
             boost::test_tools::per_element());
  const PointSet floats = one_row("0d", "3f000000c0400000");  // 0.5, -3
  BOOST_TEST(coordinates(floats) == (Integers{1, -6}), boost::test_tools::per_element());
  BOOST_TEST((floats.scale() == Scale{2, -1}));
  BOOST_TEST(coordinates(one_row("0e", "3ff0000000000000c000000000000000")) == (Integers{1, -2}),
             boost::test_tools::per_element());
  check_refused([&] { one_row("0d", "7fc000003f800000"); }, {"f.idx: row 0, column 0", "NaN"});
  check_refused([&] { one_row("0e", "3ff0000000000000fff0000000000000"); }, {"row 0, column 1", "infinite"});
}

BOOST_AUTO_TEST_CASE(one_point_is_a_point_set) {
  BOOST_TEST(parse(from_hex("00000802"
                            "00000001"
                            "00000001"
                            "2a"))
                 .size() == 1U);
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  for (std::size_t length = 0; length < kImages.size(); ++length) {
    const Bytes part(kImages.begin(), kImages.begin() + static_cast<std::ptrdiff_t>(length));
    check_refused([&] { parse(part); }, {length < 4 ? "not an IDX file" : "truncated"});
  }
  check_refused([&] { parse(joined(kImages, {0})); }, {"12 bytes", "13", "trailing"});
}

BOOST_AUTO_TEST_CASE(bad_headers) {
  check_refused([] { parse(from_hex("00010803")); }, {"not an IDX file"});
  check_refused(
      [] {
        parse(
            from_hex("00000a02"
                     "00000001"
                     "00000001"
                     "2a"));
      },
      {"not an IDX file"});
  check_refused(
      [] {
        parse(
            from_hex("00000801"
                     "00000002"
                     "0102"));
      },
      {"f.idx", "labels", "(N, d)"});
  check_refused(
      [] {
        parse(
            from_hex("00000802"
                     "00000000"
                     "00000005"));
      },
      {"no points"});
  check_refused(
      [] {
        parse(
            from_hex("00000802"
                     "00000005"
                     "00000000"));
      },
      {"without coordinates"});
  // A hostile header: 2^32 - 1 in every one of three dimensions overflows, in two it exceeds the file.
  check_refused(
      [] {
        parse(
            from_hex("00000803"
                     "ffffffff"
                     "ffffffff"
                     "ffffffff"));
      },
      {"impossible shape"});
  check_refused(
      [] {
        parse(
            from_hex("00000802"
                     "ffffffff"
                     "ffffffff"));
      },
      {"truncated"});
  check_refused(
      [] {
        parse(
            from_hex("00000804"
                     "00000000"
                     "ffffffff"
                     "ffffffff"
                     "ffffffff"));
      },
      {"no points"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
