// Exact reals: one spelling a value.
#include <boost/test/unit_test.hpp>

#include "real.hpp"
#include "sha256.hpp"
#include "writer.hpp"

namespace {
using namespace proofs_check;

Exit parse(const std::string& text) {
  try {
    Budget budget;
    parse_real(text, budget);
    return Exit::verified;
  } catch (const Failure& failure) {
    return failure.exit;
  }
}
mpq_class real(const std::string& text) {
  Budget budget;
  return parse_real(text, budget);
}
}  // namespace

BOOST_AUTO_TEST_SUITE(real_numbers)

BOOST_AUTO_TEST_CASE(valid) {
  BOOST_TEST((real("0") == 0));
  BOOST_TEST((real("-17") == -17));
  BOOST_TEST((real("3*2^-1") == mpq_class(3, 2)));
  BOOST_TEST((real("-1*2^-10") == mpq_class(-1, 1024)));
  BOOST_TEST((real("1/3") == mpq_class(1, 3)));
  BOOST_TEST((real("-22/7") == mpq_class(-22, 7)));
  BOOST_TEST((real("1/6") == mpq_class(1, 6)));
  BOOST_TEST((real("18446744073709551616") == mpq_class(mpz_class(1) << 64)));
  BOOST_TEST((real("1*2^-64") == mpq_class(1, mpz_class(1) << 64)));
  for (const std::string text : {"0", "5", "-5", "7*2^-3", "-7*2^-3", "9/10", "-9/10", "1*2^-1000000"})
    BOOST_TEST(spell(real(text)) == text);
}

BOOST_AUTO_TEST_CASE(invalid) {
  for (const std::string text :
       {"",         "-",     "+1",      "-0",      "00",   "01",      "-01",    " 1",     "1 ",
        "1.5",      "1e3",   "0x1",     "1/2",     "3/4",  "2/6",     "0/3",    "1/1",    "1/0",
        "1/-3",     "1/+3",  "-1/-3",   "1/03",    "/3",   "1/",      "1/3/5",  "2*2^-1", "0*2^-1",
        "1*2^-0",   "1*2^1", "1*2^-01", "1*2^--1", "1*2^", "1*2^-",   "1*3^-1", "*2^-1",  "1*2^-1*2^-1",
        "1/3*2^-1", "--1",   "1-",      "inf",     "nan",  "\xd9\xa1"})
    BOOST_CHECK_MESSAGE(parse(text) == Exit::malformed, text);
}

BOOST_AUTO_TEST_CASE(limits) {
  BOOST_TEST(parse("1*2^-1000000") == Exit::verified);
  BOOST_TEST(parse("1*2^-1000001") == Exit::over_limit);
  BOOST_TEST(parse("1*2^-99999999999999999999999999") == Exit::over_limit);
  BOOST_TEST(parse(std::string(20000, '7')) == Exit::verified);
  BOOST_TEST(parse(std::string(20001, '7')) == Exit::over_limit);
  BOOST_TEST(parse("-" + std::string(20000, '7')) == Exit::verified);
  BOOST_TEST(parse("1/" + std::string(20001, '7')) == Exit::over_limit);
  Budget budget;
  BOOST_TEST(parse_exponent("-1000000", budget) == -1000000);
  BOOST_CHECK_THROW(parse_exponent("1000001", budget), Failure);
  BOOST_CHECK_THROW(parse_exponent("1*2^-1", budget), Failure);
  BOOST_CHECK_THROW(parse_integer("1/3", budget), Failure);
}

BOOST_AUTO_TEST_CASE(budget_is_finite) {
  Budget budget;
  BOOST_CHECK_THROW(
      {
        for (int i = 0; i < 100000; ++i) parse_real("1*2^-1000000", budget);
      },
      Failure);
  Budget other;
  BOOST_CHECK_NO_THROW(other.work({limit::operations}));
  BOOST_CHECK_THROW(other.work({1}), Failure);
  Budget third;
  BOOST_CHECK_THROW(third.work({limit::operations, 2}), Failure);
  BOOST_CHECK_THROW(third.work({1ULL << 63, 1ULL << 63, 1ULL << 63}), Failure);
  BOOST_CHECK_NO_THROW(third.work({1ULL << 20, 0}));
}

BOOST_AUTO_TEST_CASE(helpers) {
  BOOST_TEST((proofs_check::floor(mpq_class(-1, 2)) == -1));
  BOOST_TEST((proofs_check::floor(mpq_class(7, 2)) == 3));
  BOOST_TEST((power_of_two(-3) == mpq_class(1, 8)));
  BOOST_TEST((power_of_two(70) == mpz_class(1) << 70));
  const int128 big = (static_cast<int128>(1) << 126) + 12345;
  BOOST_TEST((to_mpz(big) == (mpz_class(1) << 126) + 12345));
  BOOST_TEST((to_mpz(-big) == -((mpz_class(1) << 126) + 12345)));
  BOOST_TEST((to_mpz(static_cast<int128>(1) << 127) == -(mpz_class(1) << 127)));
  BOOST_TEST((to_mpz(0) == 0));
}

// FIPS 180-4 examples and lengths around the block boundary (values of sha256sum).
BOOST_AUTO_TEST_CASE(sha256_vectors) {
  BOOST_TEST(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  BOOST_TEST(sha256(std::string(1000000, 'a')) ==
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  for (std::size_t size = 50; size < 140; ++size) {  // in pieces as in one
    const std::string text(size, 'x');
    Sha256 pieces;
    for (std::size_t at = 0; at < size; at += 7)
      pieces.update(text.data() + at, std::min<std::size_t>(7, size - at));
    BOOST_TEST(pieces.hex() == sha256(text));
  }
}

BOOST_AUTO_TEST_SUITE_END()
