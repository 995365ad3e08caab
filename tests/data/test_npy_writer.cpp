#include "data_testing.hpp"
#include "gronwall/data/npy_writer.hpp"
#include "gronwall/data/read_points.hpp"
#include "gronwall/data/sha256.hpp"

namespace gronwall {
namespace {

using namespace testing;

BOOST_AUTO_TEST_SUITE(npy_writer)

BOOST_AUTO_TEST_CASE(header_is_the_one_of_the_format) {
  const std::vector<std::uint64_t> matrix{2, 3};
  std::string expected("\x93NUMPY\x01\x00\x76\x00", 10);
  expected += "{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }";
  expected += std::string(127 - expected.size(), ' ') + "\n";
  BOOST_TEST(npy_header("<i8", matrix) == expected);
  BOOST_TEST(npy_header("|u1", std::vector<std::uint64_t>{7})
                 .find("'|u1', 'fortran_order': False, 'shape': (7,), }") != std::string::npos);
  BOOST_TEST(npy_header("<f8", std::vector<std::uint64_t>{}).find("'shape': (), }") != std::string::npos);
  const std::vector<std::uint64_t> rank4(4, 4294967295U);
  BOOST_TEST(npy_header("<i8", rank4).size() == 128U);
  check_refused([] { npy_header("<i8", std::vector<std::uint64_t>(40, 9)); }, {"dimensions"});
}

BOOST_AUTO_TEST_CASE(round_trips) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.npy";
  const Integers integers{1, -2, 3, 4000000000, 5, -6};
  const std::string hash = write_npy(path, integers, {2, 3});
  BOOST_TEST(hash == sha256_hex(read_file(path)));
  const PointSet points = read_points(path);
  BOOST_TEST(points.dimension() == 3U);
  BOOST_TEST(coordinates(points) == integers, boost::test_tools::per_element());
  BOOST_TEST(points.source().sha256 == hash);

  write_npy(path, Bytes{0, 255, 7, 8}, {2, 2});
  BOOST_TEST(coordinates(read_points(path)) == (Integers{0, 255, 7, 8}), boost::test_tools::per_element());
  write_npy(path, std::vector<double>{0.5, -2}, {1, 2});
  BOOST_TEST(coordinates(read_points(path)) == (Integers{1, -4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(shape_must_match) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.npy";
  check_refused([&] { write_npy(path, Integers{1, 2, 3}, {2, 2}); }, {"4 elements", "3 were given"});
  check_refused([&] { write_npy(path, Integers{}, {1ULL << 40, 1ULL << 40}); }, {"too large"});
  BOOST_TEST(!std::filesystem::exists(path));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
