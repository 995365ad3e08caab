#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "gronwall/numbers/error.hpp"
#include "gronwall/report/display_number.hpp"
#include "gronwall/report/html.hpp"
#include "gronwall/report/plot.hpp"
#include "gronwall/report/stylesheet.hpp"
#include "gronwall/report/unicode.hpp"
#include "markup_checker.hpp"
#include "sample_records.hpp"

using namespace gronwall;
using namespace report_test;

namespace {

constexpr std::string_view kDocumentType = "<!DOCTYPE html>\n";

std::vector<Element> read_page(std::span<const ClaimRecord> records, const RunInfo& run) {
  const std::string page = render_html(records, run);
  BOOST_TEST_REQUIRE(page.starts_with(kDocumentType));
  return read_markup(std::string_view(page).substr(kDocumentType.size()));
}

std::vector<Element> with_class(const std::vector<Element>& elements, std::string_view style) {
  std::vector<Element> found;
  for (const Element& element : elements) {
    const auto attribute = element.attributes.find("class");
    if (attribute != element.attributes.end() && attribute->second == style) found.push_back(element);
  }
  return found;
}

bool contains_text(const std::vector<Element>& elements, const std::string& text) {
  return std::any_of(elements.begin(), elements.end(), [&text](const Element& element) {
    return element.text.find(text) != std::string::npos;
  });
}

/// Ids are unique and every link within the page has its target.
void check_links(const std::vector<Element>& elements) {
  const auto ids = attribute_values(elements, "id");
  const std::set<std::string> unique(ids.begin(), ids.end());
  BOOST_TEST(unique.size() == ids.size());
  for (const std::string& target : attribute_values(elements, "href")) {
    BOOST_TEST_INFO(target);
    BOOST_TEST((target.starts_with("certificates/") ||
                (target.starts_with("#") && unique.contains(target.substr(1)))));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(html)

BOOST_AUTO_TEST_CASE(the_page_is_well_formed_and_self_contained) {
  const auto elements = read_page(sample_records(), sample_run());
  check_links(elements);
  for (const char* forbidden : {"script", "link", "img", "iframe", "object", "base"}) {
    BOOST_TEST(named(elements, forbidden).empty());
  }
  BOOST_TEST(attribute_values(elements, "src").empty());
  const std::string style = named(elements, "style").at(0).text;
  for (const char* forbidden : {"url(", "@import", "@font-face", "http"}) {
    BOOST_TEST(style.find(forbidden) == std::string::npos);
  }
  for (const char* required : {"prefers-color-scheme: dark", "@media print", "@media (max-width"}) {
    BOOST_TEST(style.find(required) != std::string::npos);
  }
  BOOST_TEST(std::count(style.begin(), style.end(), '{') == std::count(style.begin(), style.end(), '}'));
}

BOOST_AUTO_TEST_CASE(style_sheets_may_stand_in_xml_and_html) {
  for (const std::string_view style : {page_stylesheet(), plot_stylesheet()}) {
    BOOST_TEST(style.find_first_of("<&") == std::string_view::npos);
  }
}

BOOST_AUTO_TEST_CASE(the_first_screen_says_what_was_checked) {
  const auto elements = read_page(sample_records(), sample_run());
  const auto counts = with_class(elements, "count");
  BOOST_TEST_REQUIRE(counts.size() == 4u);
  BOOST_TEST(counts[0].text == "1");
  BOOST_TEST(counts[1].text == "2");
  BOOST_TEST(contains_text(elements, "Fashion-MNIST, 1,000 images"));
  BOOST_TEST(contains_text(elements, sample_run().checker));
  BOOST_TEST(contains_text(elements, "accepts every certificate"));
  BOOST_TEST(contains_text(elements, sample_run().command));
  BOOST_TEST(named(elements, "title").at(0).text ==
             "Gronwall: 5 claims, 1 proved, 2 refuted, 1 supported, 1 inconclusive");
}

BOOST_AUTO_TEST_CASE(the_verdict_of_the_checker_has_three_states) {
  RunInfo run = sample_run();
  run.checker_accepted = false;
  BOOST_TEST(with_class(read_page({}, run), "checker rejected").size() == 1u);
  BOOST_TEST(!contains_text(read_page({}, run), "accepts every certificate"));
  run.checker.clear();
  run.checker_accepted = true;  // meaningless when the checker did not run
  BOOST_TEST(with_class(read_page({}, run), "checker not-run").size() == 1u);
  BOOST_TEST(!contains_text(read_page({}, run), "accepts every certificate"));
}

BOOST_AUTO_TEST_CASE(every_claim_has_a_row_a_section_and_its_certificate) {
  const auto records = sample_records();
  const auto elements = read_page(records, sample_run());
  BOOST_TEST(with_class(elements, "claim").size() == 2 * records.size());
  for (const ClaimRecord& record : records) {
    const auto ids = attribute_values(elements, "id");
    BOOST_TEST(std::count(ids.begin(), ids.end(), claim_anchor(record.text.id)) == 1);
    const auto links = attribute_values(elements, "href");
    const auto expected = record.certificate.empty() ? 0 : 2;
    BOOST_TEST(std::count(links.begin(), links.end(), "certificates/" + record.certificate) == expected);
    BOOST_TEST(contains_text(elements, record.reason));
  }
  BOOST_TEST(contains_text(elements, "[0.123456789012345678901, 0.123456789012345678902]"));
  BOOST_TEST(contains_text(elements, short_evidence_value(records[0].evidence[0])));
}

BOOST_AUTO_TEST_CASE(false_statements_stand_next_to_their_corrections) {
  const auto elements = read_page(sample_records(), sample_run());
  const auto pairs = with_class(elements, "statements two");
  BOOST_TEST(pairs.size() == 2u);
  for (std::size_t i = 0; i + 2 < elements.size(); ++i) {
    const auto style = elements[i].attributes.find("class");
    if (style != elements[i].attributes.end() && style->second == "statements two") {
      BOOST_TEST(elements[i + 1].attributes.at("class") == "statement refuted");
    }
  }
  BOOST_TEST(contains_text(elements, "True without antipodal pairs."));
  const auto links = attribute_values(elements, "href");
  const std::string anchor = "#" + claim_anchor("spd.softplus.1000");
  BOOST_TEST(std::count(links.begin(), links.end(), anchor) ==
             3);  // ledger row, its correction note, the section
  BOOST_TEST(contains_text(elements, "(not part of this run)"));
}

BOOST_AUTO_TEST_CASE(tables_and_figures_are_accessible) {
  const auto elements = read_page(sample_records(), sample_run());
  BOOST_TEST(named(elements, "caption").size() == named(elements, "table").size());
  for (const Element& header : named(elements, "th")) BOOST_TEST(header.attributes.contains("scope"));
  BOOST_TEST(named(elements, "figcaption").size() == named(elements, "figure").size());
  BOOST_TEST(named(elements, "figure").size() == 3u);
  for (const Element& svg : named(elements, "svg")) BOOST_TEST(svg.attributes.at("aria-label").size() > 20u);
  BOOST_TEST(named(elements, "html").at(0).attributes.at("lang") == "en");
  BOOST_TEST(named(elements, "h1").size() == 1u);
  BOOST_TEST(contains_text(elements, "Not drawn: 9 values, zero or negative on a logarithmic axis."));
}

BOOST_AUTO_TEST_CASE(hostile_texts_cannot_leave_their_place) {
  ClaimRecord hostile = hostile_record();
  RunInfo run;
  const std::string text = hostile_text();
  run = {text, text, text, text, text, text, 1, 1, text, true};
  const auto elements = read_page({&hostile, 1}, run);
  check_links(elements);
  for (const char* forbidden : {"script", "img"}) BOOST_TEST(named(elements, forbidden).empty());
  BOOST_TEST(attribute_values(elements, "onload").empty());
  BOOST_TEST(contains_text(elements, clean_text(text)));
  const auto links = attribute_values(elements, "href");
  for (const std::string& link : links) BOOST_TEST(link.find("../") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_records) {
  const auto elements = read_page({}, RunInfo{});
  BOOST_TEST(contains_text(elements, "This run checked no claim."));
  BOOST_TEST(named(elements, "table").empty());
  BOOST_TEST(contains_text(elements, "not run"));
}

BOOST_AUTO_TEST_CASE(two_records_of_one_claim_are_refused) {
  auto records = sample_records();
  records.push_back(records.front());
  BOOST_CHECK_THROW(render_html(records, sample_run()), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
