#include <boost/test/unit_test.hpp>
#include <sstream>

#include "gronwall/report/table.hpp"
#include "gronwall/report/unicode.hpp"
#include "sample_records.hpp"

using namespace gronwall;
using namespace report_test;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string without_colour(std::string text) {
  for (std::size_t start = text.find('\x1b'); start != std::string::npos; start = text.find('\x1b')) {
    text.erase(start, text.find('m', start) - start + 1);
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(table)

BOOST_AUTO_TEST_CASE(the_table_of_the_sample) {
  auto records = sample_records();
  records[0].evidence[0] = {"a_999(1)²", "0.1234", "0.1235"};
  BOOST_TEST(render_table(records, 80) ==
             "Sphere\n"
             "  spd.softplus.1000     proved        a_999(1)²: [0.1234, 0.1235]\n"
             "  theorem-11-as-stated  refuted       λ_min: 0\n"
             "  spd.gelu.1000         inconclusive  The enclosure of the coefficient contains\n"
             "                                      0 at 200 bits; a precision of 800 bits\n"
             "                                      would settle it.\n"
             "\n"
             "Hermite\n"
             "  slide-hermite-h2      refuted       Reason of slide-hermite-h2.\n"
             "  rate-monte-carlo      supported     slope ≈ -0.5\n"
             "\n"
             "1 proved, 2 refuted, 1 supported, 1 inconclusive\n");
}

BOOST_AUTO_TEST_CASE(digits_give_way_before_an_enclosure_is_cut) {
  auto records = sample_records();
  records[0].evidence[0] = {std::string(20, 'e'), "0.123456789012345678901", "0.123456789012345678902"};
  const std::string narrow = render_table(records, 80);
  const std::string wide = render_table(records, 120);
  for (const std::string& text : {narrow, wide}) BOOST_TEST(lines_of(text)[1].ends_with("]"));
  BOOST_TEST(display_width(lines_of(narrow)[1]) < display_width(lines_of(wide)[1]));
}

BOOST_AUTO_TEST_CASE(no_line_exceeds_the_width) {
  auto records = sample_records();
  records.push_back(hostile_record());
  records.back().text.family = std::string(300, 'f');
  records.push_back(sample_records()[3]);
  records.back().text.id = std::string(200, 'x') + "漢字";
  records.back().reason = std::string(200, 'y') + " λ_min " + std::string(50, 'z');
  for (int width = 60; width <= 200; ++width) {
    for (const std::string& line : lines_of(render_table(records, width))) {
      BOOST_TEST(display_width(line) <= width);
    }
  }
  BOOST_TEST(render_table(records, -5) == render_table(records, 60));
}

BOOST_AUTO_TEST_CASE(colour_only_when_asked_and_nothing_else_changes) {
  auto records = sample_records();
  records.push_back(hostile_record());
  const std::string plain = render_table(records, 100, false);
  const std::string coloured = render_table(records, 100, true);
  BOOST_TEST(plain.find('\x1b') == std::string::npos);
  BOOST_TEST(coloured.find('\x1b') != std::string::npos);
  BOOST_TEST(without_colour(coloured) == plain);
}

BOOST_AUTO_TEST_CASE(an_empty_list_still_counts) {
  BOOST_TEST(render_table({}, 80) == "0 proved, 0 refuted, 0 supported, 0 inconclusive\n");
}

BOOST_AUTO_TEST_SUITE_END()
