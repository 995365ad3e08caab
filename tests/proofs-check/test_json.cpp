// The canonical parser: one spelling a value, every other byte refused.
#include <boost/test/unit_test.hpp>

#include "json.hpp"
#include "writer.hpp"

namespace {
using namespace proofs_check;

Exit parse(const std::string& bytes) {
  try {
    parse_json(bytes);
    return Exit::verified;
  } catch (const Failure& failure) {
    return failure.exit;
  }
}
std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}
}  // namespace

BOOST_AUTO_TEST_SUITE(json)

BOOST_AUTO_TEST_CASE(valid) {
  for (const std::string text :
       {"0", "7", "10", "999999999999999999", "\"\"", "\" !#[]^~\"", "[]", "{}", "[0]", "[[],{}]",
        R"({"a":1})", R"({"A":1,"a":2,"aa":3,"b":[]})", R"({"":0,"a":{"b":{"c":"d"}}})"})
    BOOST_CHECK_MESSAGE(parse(text) == Exit::verified, text);
}

BOOST_AUTO_TEST_CASE(invalid) {
  for (const std::string text : {"",
                                 " ",
                                 "00",
                                 "01",
                                 "-1",
                                 "+1",
                                 "1.0",
                                 "1e3",
                                 "1000000000000000000",
                                 "true",
                                 "null",
                                 "0 ",
                                 " 0",
                                 "0\n",
                                 "\"",
                                 "\"\\n\"",
                                 "\"\\\"\"",
                                 "\"\t\"",
                                 "\"\x7f\"",
                                 "\"\xc3\xa9\"",
                                 "[",
                                 "]",
                                 "[,]",
                                 "[0,]",
                                 "[0 ]",
                                 "[0, 1]",
                                 "[0]]",
                                 "[0}",
                                 "{",
                                 "{}{}",
                                 "{,}",
                                 R"({"a"})",
                                 R"({"a":})",
                                 R"({"a":1,})",
                                 R"({a:1})",
                                 R"({"a" :1})",
                                 R"({"a":1 })",
                                 R"({"b":1,"a":2})",
                                 R"({"a":1,"a":2})",
                                 R"({"aa":1,"a":2})",
                                 R"({1:2})",
                                 "\"a\"\"b\"",
                                 "\xef\xbb\xbf{}",
                                 "'a'",
                                 "0x1",
                                 "1_000"})
    BOOST_CHECK_MESSAGE(parse(text) == Exit::malformed, text);
  BOOST_TEST(parse(std::string("0\0", 2)) == Exit::malformed);
  BOOST_TEST(parse(std::string("\"a\0\"", 4)) == Exit::malformed);
}

BOOST_AUTO_TEST_CASE(limits) {
  BOOST_TEST(parse(nested(16)) == Exit::verified);
  BOOST_TEST(parse(nested(17)) == Exit::over_limit);
  BOOST_TEST(parse(std::string(1 << 20, '[')) == Exit::over_limit);
  std::string many = "[0";
  for (int i = 2; i < 1000000; ++i) many += ",0";
  BOOST_TEST(parse(many + "]") == Exit::verified);
  BOOST_TEST(parse(many + ",0]") == Exit::over_limit);
}

BOOST_AUTO_TEST_CASE(access) {
  const Value v = parse_json(R"({"a":1,"b":"x","c":[2,3]})");
  BOOST_TEST(v["a"].count() == 1U);
  BOOST_TEST(v["b"].text() == "x");
  BOOST_TEST(v["c"].list()[1].count() == 3U);
  BOOST_CHECK_THROW(v["d"], Failure);
  BOOST_CHECK_THROW(v["a"].text(), Failure);
  BOOST_CHECK_THROW(v["b"].count(), Failure);
  BOOST_CHECK_THROW(v["b"].list(), Failure);
  BOOST_CHECK_THROW(v["c"]["x"], Failure);
  BOOST_CHECK_THROW(v["c"].members(), Failure);
  BOOST_CHECK_NO_THROW(v.require({"a", "b", "c"}));
  BOOST_CHECK_THROW(v.require({"a", "b"}), Failure);
  BOOST_CHECK_THROW(v.require({"a", "b", "c", "d"}), Failure);
  BOOST_CHECK_THROW(v["a"].require({}), Failure);
}

BOOST_AUTO_TEST_SUITE_END()
