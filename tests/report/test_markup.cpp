#include <boost/test/unit_test.hpp>
#include <stdexcept>

#include "gronwall/report/html.hpp"
#include "gronwall/report/markup.hpp"
#include "gronwall/report/unicode.hpp"
#include "markup_checker.hpp"
#include "sample_records.hpp"

using namespace gronwall;
using namespace report_test;

BOOST_AUTO_TEST_SUITE(markup)

BOOST_AUTO_TEST_CASE(escaping) {
  BOOST_TEST(escape_markup("a < b & c > \"d\" 'e'") == "a &lt; b &amp; c &gt; &quot;d&quot; &#39;e&#39;");
  BOOST_TEST(escape_markup("&lt;") == "&amp;lt;");
  BOOST_TEST(escape_markup("\x1b\xff") == "\uFFFD\uFFFD");
  BOOST_TEST(escape_markup("ρ∞") == "ρ∞");
}

BOOST_AUTO_TEST_CASE(addresses) {
  BOOST_TEST(encode_url_segment("spd.softplus-1_0~.json") == "spd.softplus-1_0~.json");
  BOOST_TEST(encode_url_segment("../a b\"?#%ρ") == "..%2Fa%20b%22%3F%23%25%CF%81");
}

BOOST_AUTO_TEST_CASE(anchors_are_safe_and_distinct) {
  BOOST_TEST(claim_anchor("spd.softplus-1000") == "claim-spd.softplus-1000");
  BOOST_TEST(claim_anchor("a b") == "claim-a_32_b");
  BOOST_TEST(claim_anchor("a_32_b") == "claim-a_95_32_95_b");
  BOOST_TEST(claim_anchor("a\"><").find_first_of("\"<>& ") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_writer_reads_back_as_written) {
  const std::string text = hostile_text();
  Markup markup;
  markup.open("div", {{"title", text}}).text(text).leaf("code", text).empty("br").close();
  const auto elements = read_markup(markup.finished());
  BOOST_TEST_REQUIRE(elements.size() == 3u);
  BOOST_TEST(elements[0].attributes.at("title") == clean_text(text));
  BOOST_TEST(elements[1].text == clean_text(text));
}

BOOST_AUTO_TEST_CASE(unbalanced_use_is_refused) {
  Markup markup;
  BOOST_CHECK_THROW(markup.close(), std::logic_error);
  markup.open("p");
  BOOST_CHECK_THROW(markup.finished(), std::logic_error);
}

// The checker of the tests itself: it must refuse what the report must not contain.
BOOST_AUTO_TEST_CASE(the_checker_refuses_bad_markup) {
  for (const char* bad :
       {"<a><b></a></b>", "<a>", "<a></a><b/>", "<a x=1/>", "<a x=\"1\" x=\"2\"/>", "<a>&nbsp;</a>",
        "<a> & </a>", "<a> > </a>", "<a x=\"<\"/>", "<1/>", "text", "", "<a>\x1b</a>", "<!-- --><a/>"}) {
    BOOST_CHECK_THROW(read_markup(bad), MarkupError);
  }
  BOOST_TEST(read_markup("<a x=\"&lt;\">t<b/></a>").size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
