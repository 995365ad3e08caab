/// \file `gronwall verify` and `gronwall check` from end to end.

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>

#include "program.hpp"

using namespace gronwall::test;
namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

/// A small run of every family on generated points, made once.
struct SmallRun {
  TemporaryFolder folder;
  fs::path results = folder.path() / "results";
  Outcome outcome = run_gronwall(
      "verify --quiet --json --data none --points 60 --dimension 12 --claim slide-hermite-h2 --claim "
      "hermite-orthonormal --claim "
      "dual-expansion-unit-variance --claim dual-expansion.erf --claim one-odd-coefficient.softplus --claim "
      "both-parities-infinite.tanh --claim theorem-11-as-stated --claim corollary-1-two-layer --claim "
      "hexagon-singular.gelu --claim "
      "spd-without-antipodes.tanh.100 --claim spd-distinct.elu.10 --claim gram-lambda-min.softplus --claim "
      "gram-lambda-min.relu --out " +
      results.string());
};

const SmallRun& small_run() {
  static const SmallRun run;
  return run;
}

void copy_folder(const fs::path& from, const fs::path& to) {
  fs::copy(from, to, fs::copy_options::recursive);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_run_decides_certifies_and_reports) {
  const SmallRun& run = small_run();
  BOOST_TEST_MESSAGE(run.outcome.err);
  BOOST_REQUIRE_EQUAL(run.outcome.code, 0);
  const json::value ledger = json::parse(run.outcome.out);
  const json::array& claims = ledger.at("claims").as_array();
  BOOST_TEST(claims.size() == 13U);
  for (const json::value& claim : claims) {
    const std::string verdict(claim.at("verdict").as_string());
    BOOST_TEST((verdict == "proved" || verdict == "refuted"));
    const fs::path certificate =
        run.results / "certificates" / std::string(claim.at("certificate").as_string());
    BOOST_TEST(fs::is_regular_file(certificate));
  }
  BOOST_TEST(fs::is_regular_file(run.results / "report.html"));
  BOOST_TEST(read_text(run.results / "ledger.json").size() > 1000U);
  BOOST_TEST(!fs::exists(run.results.string() + ".partial"));
  BOOST_TEST(run_gronwall("check " + run.results.string()).code == 0);
  BOOST_TEST(run_proofs_check("--all " + (run.results / "certificates").string()).code == 0);
}

BOOST_AUTO_TEST_CASE(every_certificate_is_rejected_after_a_change) {
  const SmallRun& run = small_run();
  BOOST_REQUIRE_EQUAL(run.outcome.code, 0);
  const fs::path certificates = run.results / "certificates";
  std::size_t changed = 0;
  for (const auto& entry : fs::directory_iterator(certificates)) {
    const TemporaryFolder copy;
    copy_folder(certificates, copy.path() / "certificates");
    const fs::path victim = copy.path() / "certificates" / entry.path().filename();
    std::string bytes = read_text(victim);
    // The last digit in the file is data of some kind in each of them: an array element or a digit of a
    // number.
    const std::size_t place =
        entry.path().extension() == ".npy" ? bytes.size() - 1 : bytes.find_last_of("0123456789");
    BOOST_REQUIRE(place != std::string::npos);
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
    write_text(victim, bytes);
    BOOST_TEST_CONTEXT(entry.path().filename()) {
      BOOST_TEST(run_gronwall("check " + copy.path().string()).code != 0);
    }
    ++changed;
  }
  BOOST_TEST(changed > 15U);
}

BOOST_AUTO_TEST_CASE(runs_are_reproducible_byte_for_byte) {
  const SmallRun& run = small_run();
  const TemporaryFolder again;
  const std::string arguments =
      "verify --quiet --data none --points 60 --dimension 12 --claim gram-lambda-min.softplus --out ";
  BOOST_REQUIRE_EQUAL(run_gronwall(arguments + again.file("results")).code, 0);
  const char* name = "certificates/gram-lambda-min.softplus.cert.json";
  BOOST_TEST(read_text(run.results / name) == read_text(again.path() / "results" / name));
}

BOOST_AUTO_TEST_CASE(foreign_folders_are_never_overwritten) {
  const TemporaryFolder folder;
  write_text(folder.file("thesis.txt"), "the only copy");
  const Outcome run =
      run_gronwall("verify --quiet --data none --points 5 --claim tanh-spd --out " + folder.path().string());
  BOOST_TEST(run.code == 3);
  BOOST_TEST(read_text(folder.file("thesis.txt")) == "the only copy");
}

BOOST_AUTO_TEST_CASE(an_earlier_run_is_replaced_as_a_whole) {
  const TemporaryFolder folder;
  const std::string out = folder.file("results");
  BOOST_REQUIRE_EQUAL(
      run_gronwall("verify --quiet --data none --points 5 --claim tanh-spd --out " + out).code, 0);
  BOOST_REQUIRE_EQUAL(
      run_gronwall("verify --quiet --data none --points 5 --claim slide-hermite-h2 --out " + out).code, 0);
  BOOST_TEST(!fs::exists(fs::path(out) / "certificates" / "tanh-spd.cert.json"));
  BOOST_TEST(fs::exists(fs::path(out) / "certificates" / "slide-hermite-h2.cert.json"));
  BOOST_TEST(!fs::exists(out + ".earlier"));
}

BOOST_AUTO_TEST_CASE(an_inconclusive_claim_says_why_and_fails_the_run) {
  const TemporaryFolder folder;
  write_text(folder.file("pair.csv"), "1,0\n-1,0\n");
  const Outcome run = run_gronwall("verify --quiet --json --claim gram-lambda-min.tanh --data " +
                                   folder.file("pair.csv") + " --out " + folder.file("results"));
  BOOST_TEST(run.code == 1);
  const json::value claim = json::parse(run.out).at("claims").at(0);
  BOOST_TEST(std::string(claim.at("verdict").as_string()) == "inconclusive");
  BOOST_TEST(std::string(claim.at("reason").as_string()).find("antipodal") != std::string::npos);
}
