#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <limits>

#include "gronwall/report/json_text.hpp"
#include "gronwall/report/ledger.hpp"
#include "gronwall/report/unicode.hpp"
#include "sample_records.hpp"

using namespace gronwall;
using namespace report_test;
namespace json = boost::json;

namespace {

std::vector<std::string> keys_of(const json::value& value) {
  std::vector<std::string> keys;
  for (const auto& member : value.as_object()) keys.emplace_back(member.key());
  return keys;
}

std::string text_at(const json::value& value, std::string_view key) {
  return std::string(value.at(key).as_string());
}

using Keys = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(ledger)

BOOST_AUTO_TEST_CASE(both_layouts_read_back_to_the_same_value) {
  const auto records = sample_records();
  const std::string compact = ledger_json(records, sample_run(), JsonLayout::compact);
  const std::string pretty = ledger_json(records, sample_run());
  BOOST_TEST((json::parse(compact) == json::parse(pretty)));
  BOOST_TEST(compact.find('\n') == std::string::npos);
  BOOST_TEST(pretty.find("\n  \"run\": {\n    \"version\": \"0.1.0\",\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_order_of_keys_is_fixed) {
  const json::value ledger = json::parse(ledger_json(sample_records(), sample_run()));
  BOOST_TEST(keys_of(ledger) == (Keys{"format", "run", "counts", "claims"}));
  BOOST_TEST(keys_of(ledger.at("run")) == (Keys{"version", "command", "data", "data_sha256", "machine",
                                                "date", "seconds", "seed", "checker"}));
  BOOST_TEST(keys_of(ledger.at("counts")) == (Keys{"proved", "refuted", "supported", "inconclusive"}));
  for (const json::value& claim : ledger.at("claims").as_array()) {
    BOOST_TEST(keys_of(claim) == (Keys{"id", "family", "title", "source", "statement", "hypotheses", "check",
                                       "verdict", "reason", "evidence", "correction", "corrected_by",
                                       "certificate", "seconds", "figures"}));
  }
}

BOOST_AUTO_TEST_CASE(every_field_of_a_record_is_in_the_ledger) {
  const auto records = sample_records();
  const json::value ledger = json::parse(ledger_json(records, sample_run()));
  const json::array& claims = ledger.at("claims").as_array();
  BOOST_TEST_REQUIRE(claims.size() == records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const ClaimRecord& record = records[i];
    const json::value& claim = claims[i];
    BOOST_TEST(text_at(claim, "id") == record.text.id);
    BOOST_TEST(text_at(claim, "family") == record.text.family);
    BOOST_TEST(text_at(claim, "statement") == record.text.statement);
    BOOST_TEST(claim.at("hypotheses").as_array().size() == record.text.hypotheses.size());
    BOOST_TEST(text_at(claim, "verdict") == to_text(record.verdict));
    BOOST_TEST(text_at(claim, "reason") == record.reason);
    BOOST_TEST(claim.at("certificate").is_null() == record.certificate.empty());
    BOOST_TEST(claim.at("corrected_by").is_null() == record.text.corrected_by.empty());
    BOOST_TEST(claim.at("seconds").to_number<double>() == record.seconds);
    BOOST_TEST(claim.at("evidence").as_array().size() == record.evidence.size());
    BOOST_TEST_REQUIRE(claim.at("figures").as_array().size() == record.figures.size());
    for (std::size_t f = 0; f < record.figures.size(); ++f) {
      const json::value& figure = claim.at("figures").at(f);
      BOOST_TEST(figure.at("log_y").as_bool() == record.figures[f].log_y);
      for (std::size_t s = 0; s < record.figures[f].series.size(); ++s) {
        for (std::size_t k = 0; k < record.figures[f].series[s].y.size(); ++k) {
          BOOST_TEST(figure.at("series").at(s).at("y").at(k).to_number<double>() ==
                     record.figures[f].series[s].y[k]);
        }
      }
    }
  }
  BOOST_TEST((claims[0].at("evidence").at(0) == json::value{{"label", "a_999(1)²"},
                                                            {"lo", "0.123456789012345678901"},
                                                            {"hi", "0.123456789012345678902"}}));
  BOOST_TEST(keys_of(claims[0].at("evidence").at(0)) == (Keys{"label", "lo", "hi"}));
  BOOST_TEST((claims[0].at("evidence").at(1) == json::value{{"label", "points"}, {"value", "1000"}}));
}

BOOST_AUTO_TEST_CASE(the_run_and_the_checker) {
  RunInfo run = sample_run();
  run.seed = std::numeric_limits<unsigned long>::max();
  BOOST_TEST(json::parse(ledger_json({}, run)).at("run").at("seed").to_number<std::uint64_t>() == run.seed);
  const auto checker = [](const RunInfo& info) {
    return json::parse(ledger_json({}, info)).at("run").at("checker");
  };
  BOOST_TEST(checker(run).at("ran").as_bool());
  BOOST_TEST(checker(run).at("accepted").as_bool());
  run.checker_accepted = false;
  BOOST_TEST(!checker(run).at("accepted").as_bool());
  run.checker.clear();
  run.checker_accepted = true;  // meaningless when the checker did not run
  BOOST_TEST(!checker(run).at("ran").as_bool());
  BOOST_TEST(!checker(run).at("accepted").as_bool());
  BOOST_TEST(checker(run).at("message").is_null());
}

BOOST_AUTO_TEST_CASE(an_empty_run) {
  const json::value ledger = json::parse(ledger_json({}, RunInfo{}));
  BOOST_TEST(ledger.at("claims").as_array().empty());
  BOOST_TEST(ledger.at("counts").at("proved").to_number<int>() == 0);
}

BOOST_AUTO_TEST_CASE(hostile_texts_read_back_cleaned) {
  const ClaimRecord hostile = hostile_record();
  const json::value claim = json::parse(ledger_json({&hostile, 1}, RunInfo{})).at("claims").at(0);
  BOOST_TEST(text_at(claim, "statement") == clean_text(hostile_text()));
}

BOOST_AUTO_TEST_CASE(numbers_as_text) {
  const double smallest = std::numeric_limits<double>::denorm_min();
  for (const double x : {0.1, -1.0 / 3, 1e300, smallest, 123456789.0, 0.0}) {
    BOOST_TEST(json::parse(to_json_text(x)).to_number<double>() == x);
  }
  BOOST_TEST(to_json_text(0.1) == "0.1");
  BOOST_TEST(to_json_text(std::numeric_limits<double>::quiet_NaN()) == "null");
  BOOST_TEST(to_json_text(std::numeric_limits<double>::infinity()) == "null");
}

BOOST_AUTO_TEST_CASE(layouts) {
  const json::value value{
      {"a", {1, 2.5, nullptr}}, {"b", json::object()}, {"c", json::array()}, {"d", {"x", true}}};
  BOOST_TEST(to_json_text(value, JsonLayout::compact) ==
             R"({"a":[1,2.5,null],"b":{},"c":[],"d":["x",true]})");
  BOOST_TEST(
      to_json_text(value) ==
      "{\n  \"a\": [1, 2.5, null],\n  \"b\": {},\n  \"c\": [],\n  \"d\": [\n    \"x\",\n    true\n  ]\n}");
}

BOOST_AUTO_TEST_SUITE_END()
