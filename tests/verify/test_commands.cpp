/// \file The commands for people: output, JSON, help, errors and exit codes.

#include <boost/test/unit_test.hpp>

#include "json_intervals.hpp"
#include "program.hpp"

using namespace gronwall::test;
using gronwall::parse_rational;
using gronwall::Rational;
namespace json = boost::json;

namespace {

/// Whether `value` = {"lo","hi"} encloses `expected` in a width of at most `width`.
bool encloses(const json::value& value, const Rational& expected, const Rational& width) {
  const Rational lo = lower(value), hi = upper(value);
  return lo <= expected && expected <= hi && hi - lo <= width;
}

}  // namespace

BOOST_AUTO_TEST_CASE(hermite_json_has_the_documented_form) {
  const Outcome run = run_gronwall("hermite --activation softplus --q 1 --n 0:5 --digits 50 --json");
  BOOST_REQUIRE_EQUAL(run.code, 0);
  const json::value value = json::parse(run.out);
  BOOST_TEST(text_of(value.at("activation")) == "softplus");
  BOOST_TEST(text_of(value.at("q")) == "1");
  const json::array& coefficients = value.at("coefficients").as_array();
  BOOST_REQUIRE_EQUAL(coefficients.size(), 6U);
  BOOST_TEST(coefficients[5].at("n").to_number<int>() == 5);
  // softplus(z) - softplus(-z) = z: a_1 = 1/2, a_3 = a_5 = 0, exactly.
  BOOST_TEST(encloses(coefficients[1], Rational(1, 2), Rational(0)));
  BOOST_TEST(encloses(coefficients[3], Rational(0), Rational(0)));
  BOOST_TEST(encloses(coefficients[5], Rational(0), Rational(0)));
  // theory.md S23
  BOOST_TEST(encloses(coefficients[0], lower(coefficients[0]), parse_rational("2e-50")));
  BOOST_TEST(abs(lower(coefficients[0]) - parse_rational("0.80606")) < parse_rational("1e-5"));
  BOOST_TEST(abs(lower(coefficients[2]) - parse_rational("0.14610")) < parse_rational("1e-5"));
}

BOOST_AUTO_TEST_CASE(dual_json_has_the_documented_form) {
  const Outcome run = run_gronwall("dual --activation softplus --q1 1 --q2 1 --rho 0.99 --digits 30 --json");
  BOOST_REQUIRE_EQUAL(run.code, 0);
  const json::value value = json::parse(run.out);
  BOOST_TEST(text_of(value.at("rho")) == "0.99");
  BOOST_TEST(text_of(value.at("q1")) == "1");
  // numerics.md 2b
  const Rational expected = parse_rational("0.918314359525400182800212530462705587410780");
  BOOST_TEST(encloses(value.at("value"), expected, parse_rational("3e-30")));
}

BOOST_AUTO_TEST_CASE(dual_of_cos_at_full_correlation_is_the_closed_form) {
  // E[cos(u)^2] = (1 + e^-2)/2 at q = 1
  const Outcome run = run_gronwall("dual --activation cos --rho 1 --digits 20 --json");
  BOOST_REQUIRE_EQUAL(run.code, 0);
  BOOST_TEST(encloses(json::parse(run.out).at("value"), parse_rational("0.56766764161830634594699"),
                      parse_rational("3e-20")));
}

BOOST_AUTO_TEST_CASE(kernel_proves_a_positive_bound_on_generated_points) {
  const Outcome run =
      run_gronwall("kernel --data none --points 40 --dimension 10 --activation softplus --json");
  BOOST_REQUIRE_EQUAL(run.code, 0);
  const json::value value = json::parse(run.out);
  const Rational lo = lower(value.at("lambda_min"));
  const Rational hi = upper(value.at("lambda_min"));
  BOOST_TEST(lo > 0);
  BOOST_TEST(lo <= hi);
  BOOST_TEST(hi < 1);
}

BOOST_AUTO_TEST_CASE(kernel_writes_the_gram_matrix) {
  const TemporaryFolder folder;
  const std::string points = folder.file("points.csv");
  write_text(points, "1,0\n0,1\n-1,1\n");
  const Outcome run =
      run_gronwall("kernel --data " + points + " --activation relu --npy " + folder.file("gram.npy"));
  BOOST_REQUIRE_EQUAL(run.code, 0);
  const std::string bytes = read_text(folder.file("gram.npy"));
  BOOST_REQUIRE_EQUAL(bytes.size(), 128U + 9 * sizeof(double));
  double first = 0;
  std::copy_n(bytes.data() + 128, sizeof first, reinterpret_cast<char*>(&first));
  BOOST_TEST(first == 0.5, boost::test_tools::tolerance(1e-14));  // E[relu(z)^2] = 1/2
}

BOOST_AUTO_TEST_CASE(help_is_helpful_and_succeeds) {
  for (const std::string command : {"", "verify ", "check ", "hermite ", "dual ", "kernel "}) {
    const Outcome run = run_gronwall(command + "--help");
    BOOST_TEST(run.code == 0);
    BOOST_TEST(run.out.find("usage: gronwall") != std::string::npos);
    BOOST_TEST(run.err.empty());
  }
}

BOOST_AUTO_TEST_CASE(bad_usage_is_refused_with_advice) {
  const auto refused = [](const std::string& arguments, int code, const std::string& words) {
    const Outcome run = run_gronwall(arguments);
    BOOST_TEST_CONTEXT(arguments << " printed: " << run.err) {
      BOOST_TEST(run.code == code);
      BOOST_TEST(run.out.empty());
      BOOST_TEST(run.err.find(words) != std::string::npos);
    }
  };
  refused("", 2, "usage");
  refused("hermit", 2, "unknown command");
  refused("hermite --activation softpluss", 2, "did you mean 'softplus'");
  refused("hermite", 2, "activation");
  refused("hermite --activation softplus --q 0", 2, "positive");
  refused("hermite --activation softplus --q nan", 2, "--q");
  refused("hermite --activation softplus --n 5:2", 2, "empty");
  refused("hermite --activation softplus --n x", 2, "range like 0:32");
  refused("hermite --activation softplus --digits 1000000000", 4, "--digits");
  refused("dual --activation softplus --rho 1.5", 2, "rho");
  refused("dual --activation softplus --rho 0.5 --q1 -1", 2, "positive");
  refused("dual --activation relu --q1 2 --q2 3 --rho -1", 4, "irrational");
  refused("kernel --activation softplus --data no-such-file.csv", 3, "no-such-file.csv");
  refused("verify --claim theorem-11-as-statedd", 2, "did you mean 'theorem-11-as-stated'");
  refused("verify --family spheres", 2, "did you mean 'sphere'");
  refused("check no-such-folder", 2, "there is no folder no-such-folder");
}

BOOST_AUTO_TEST_CASE(bad_points_are_refused_with_their_rows) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& name, const std::string& content, const std::string& words) {
    write_text(folder.file(name), content);
    const Outcome run = run_gronwall("kernel --activation softplus --data " + folder.file(name));
    BOOST_TEST_CONTEXT(content << " printed: " << run.err) {
      BOOST_TEST(run.code == 2);
      BOOST_TEST(run.err.find(words) != std::string::npos);
    }
  };
  refused("nan.csv", "1,2\nnan,1\n", "nan");
  refused("ragged.csv", "1,2\n3\n", "2");
  refused("zero.csv", "1,2\n0,0\n", "zero");
  refused("equal.csv", "1,2\n3,4\n2,4\n", "2");
  refused("empty.csv", "", "empty");
  refused("broken-ubyte", std::string("\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x02\x01", 17), "trunc");
}
