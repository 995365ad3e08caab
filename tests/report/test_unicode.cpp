#include <boost/test/unit_test.hpp>
#include <random>

#include "gronwall/report/unicode.hpp"

using namespace gronwall;

BOOST_AUTO_TEST_SUITE(unicode)

BOOST_AUTO_TEST_CASE(every_code_point_survives_a_round_trip) {
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    if (code >= 0xD800 && code <= 0xDFFF) continue;
    const std::u32string text(1, code);
    if (decode_utf8(encode_utf8(text)) != text)
      BOOST_ERROR("code point " << static_cast<unsigned long>(code));
  }
}

BOOST_AUTO_TEST_CASE(ill_formed_bytes_are_replaced_one_by_one) {
  const std::u32string bad = U"\uFFFD";
  BOOST_TEST((decode_utf8("\x80") == bad));
  BOOST_TEST((decode_utf8("\xff"
                          "a") == bad + U"a"));
  BOOST_TEST((decode_utf8("\xc0\x80") == bad + bad));                      // overlong null
  BOOST_TEST((decode_utf8("\xe0\x80\xaf") == bad + bad + bad));            // overlong slash
  BOOST_TEST((decode_utf8("\xf0\x82\x82\xac") == bad + bad + bad + bad));  // overlong euro sign
  BOOST_TEST((decode_utf8("\xed\xa0\x80") == bad + bad + bad));            // surrogate
  BOOST_TEST((decode_utf8("\xf4\x90\x80\x80") == bad + bad + bad + bad));  // beyond U+10FFFF
  BOOST_TEST((decode_utf8("\xe2\x82") == bad + bad));                      // cut short
  BOOST_TEST((decode_utf8("\xe2(\xa1") == bad + U"(" + bad));
}

BOOST_AUTO_TEST_CASE(clean_text_keeps_text_and_drops_controls) {
  BOOST_TEST(clean_text("ρ ≤ 1\n\tφ") == "ρ ≤ 1\n\tφ");
  BOOST_TEST(clean_text("a\x1b[31mb\x07\x7f") == "a\uFFFD[31mb\uFFFD\uFFFD");
  BOOST_TEST(clean_text("a\u202Eb\u2066c\u009B") == "a\uFFFDb\uFFFDc\uFFFD");
  BOOST_TEST(clean_text("\uFFFE\U0001FFFF") == "\uFFFD\uFFFD");
  BOOST_TEST(clean_text(std::string(1, '\0')) == "\uFFFD");
  BOOST_TEST(one_line("  a \n\t b\n") == "a b");
  BOOST_TEST(one_line(" \n ").empty());
}

BOOST_AUTO_TEST_CASE(widths) {
  BOOST_TEST(display_width("") == 0);
  BOOST_TEST(display_width("a_n(q)²") == 7);
  BOOST_TEST(display_width("λ_min ≥ 0") == 9);
  BOOST_TEST(display_width("e\u0301") == 1);
  BOOST_TEST(display_width("漢字") == 4);
  BOOST_TEST(display_width("\U0001F600") == 2);
}

BOOST_AUTO_TEST_CASE(fitting_gives_exactly_the_width) {
  BOOST_TEST(fit_to_width("abc", 5) == "abc  ");
  BOOST_TEST(fit_to_width("abcde", 5) == "abcde");
  BOOST_TEST(fit_to_width("abcdef", 5) == "ab...");
  BOOST_TEST(fit_to_width("漢字漢字", 6) == "漢... ");  // half a wide character does not fit
  BOOST_TEST(fit_to_width("ρρρρρρ", 5) == "ρρ...");
}

BOOST_AUTO_TEST_CASE(wrapping_loses_nothing_and_never_exceeds_the_width) {
  BOOST_TEST((wrap_to_width("aa bb cc", 5) == std::vector<std::string>{"aa bb", "cc"}));
  BOOST_TEST((wrap_to_width("", 5) == std::vector<std::string>{""}));
  BOOST_TEST((wrap_to_width("abcdefgh ij", 5) == std::vector<std::string>{"abcde", "fgh", "ij"}));
  std::mt19937 random(1);
  for (int trial = 0; trial < 500; ++trial) {
    std::string text;
    for (unsigned i = 0; i < random() % 60; ++i) {
      constexpr const char* kPieces[] = {"a", "ρ", " ", "漢", "e\u0301", "x "};
      text += kPieces[random() % 6];
    }
    const int width = 2 + static_cast<int>(random() % 20);
    std::string joined;
    for (const std::string& line : wrap_to_width(text, width)) {
      BOOST_TEST(display_width(line) <= width);
      joined += line;
    }
    const auto without_spaces = [](std::string s) {
      std::erase(s, ' ');
      return s;
    };
    BOOST_TEST(without_spaces(joined) == without_spaces(text));
  }
}

BOOST_AUTO_TEST_SUITE_END()
