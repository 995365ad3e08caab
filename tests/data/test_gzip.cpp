#include "data_testing.hpp"
#include "gronwall/data/gzip.hpp"

namespace gronwall {
namespace {

using namespace testing;

// "1,2\n3,4\n", compressed by another implementation (Python's gzip).
const Bytes kCompressed = from_hex("1f8b080000000000020333d431e232d631e1020047936caf08000000");

BOOST_AUTO_TEST_SUITE(gzip)

BOOST_AUTO_TEST_CASE(decompresses) {
  BOOST_TEST(is_gzip(kCompressed));
  BOOST_TEST(!is_gzip(bytes_of("1,2")));
  BOOST_TEST(gunzip(kCompressed, "f") == bytes_of("1,2\n3,4\n"), boost::test_tools::per_element());
  BOOST_TEST(gunzip(joined(kCompressed, kCompressed), "f") == bytes_of("1,2\n3,4\n1,2\n3,4\n"),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  for (std::size_t length = 0; length < kCompressed.size(); ++length) {
    check_refused([&] { gunzip(ByteView(kCompressed).first(length), "f"); }, {"truncated"});
  }
}

// Every bit after the header: refused, or one of the few that pad the last byte of the stream and mean
// nothing.
BOOST_AUTO_TEST_CASE(corruption_is_refused) {
  constexpr std::size_t kHeader = 10;
  int accepted = 0;
  for (std::size_t bit = 8 * kHeader; bit < 8 * kCompressed.size(); ++bit) {
    Bytes corrupt = kCompressed;
    corrupt[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    try {
      BOOST_TEST(gunzip(corrupt, "f") == bytes_of("1,2\n3,4\n"), boost::test_tools::per_element());
      ++accepted;
    } catch (const InputError&) {
    }
  }
  BOOST_TEST(accepted < 8);
  check_refused([&] { gunzip(joined(kCompressed, bytes_of("x")), "f"); }, {"trailing"});
}

BOOST_AUTO_TEST_CASE(size_limit) {
  BOOST_TEST(gunzip(kCompressed, "f", 8).size() == 8U);
  check_refused([&] { gunzip(kCompressed, "f", 7); }, {"more than 7 bytes"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
