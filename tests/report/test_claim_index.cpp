#include <boost/test/unit_test.hpp>

#include "gronwall/numbers/error.hpp"
#include "gronwall/report/claim_index.hpp"
#include "sample_records.hpp"

using namespace gronwall;
using namespace report_test;

BOOST_AUTO_TEST_SUITE(claim_index)

BOOST_AUTO_TEST_CASE(verdicts_are_counted) {
  const VerdictCounts counts = count_verdicts(sample_records());
  BOOST_TEST(counts.of(Verdict::proved) == 1u);
  BOOST_TEST(counts.of(Verdict::refuted) == 2u);
  BOOST_TEST(counts.of(Verdict::supported) == 1u);
  BOOST_TEST(counts.of(Verdict::inconclusive) == 1u);
  BOOST_TEST(counts.total() == 5u);
  BOOST_TEST(to_text(counts) == "1 proved, 2 refuted, 1 supported, 1 inconclusive");
  BOOST_TEST(to_text(count_verdicts({})) == "0 proved, 0 refuted, 0 supported, 0 inconclusive");
}

BOOST_AUTO_TEST_CASE(families_keep_the_order_of_first_appearance) {
  const auto records = sample_records();
  const auto families = group_by_family(records);
  BOOST_TEST_REQUIRE(families.size() == 2u);
  BOOST_TEST(families[0].name == "Sphere");
  BOOST_TEST(families[0].records.size() == 3u);
  BOOST_TEST(families[0].records[1] == &records[2]);
  BOOST_TEST(families[0].counts.of(Verdict::refuted) == 1u);
  BOOST_TEST(families[1].name == "Hermite");
  BOOST_TEST(families[1].counts.total() == 2u);
}

BOOST_AUTO_TEST_CASE(corrections_are_found_both_ways) {
  const auto records = sample_records();
  const ClaimIndex index(records);
  BOOST_TEST(index.find("spd.softplus.1000") == &records[0]);
  BOOST_TEST(index.find("hermite-orthonormal") == nullptr);
  BOOST_TEST_REQUIRE(index.corrected_by("spd.softplus.1000").size() == 1u);
  BOOST_TEST(index.corrected_by("spd.softplus.1000")[0] == &records[2]);
  BOOST_TEST(index.corrected_by("spd.gelu.1000").empty());
}

BOOST_AUTO_TEST_CASE(two_records_of_one_claim_are_refused) {
  auto records = sample_records();
  records.push_back(records.front());
  BOOST_CHECK_THROW(ClaimIndex{records}, InputError);
}

BOOST_AUTO_TEST_SUITE_END()
