/// \file What the monitor of a run proves: certificates of the tangent kernel, checked from the files alone.

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "program.hpp"

using namespace gronwall::test;
namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

json::object last_epoch(const std::string& arguments, const fs::path& out) {
  const Outcome run = run_gronwall(
      "train --data teacher --dimension 4 --points 30 --width 12 --rate 0.2 --epochs 2 --monitor 2 --probe 6 "
      "--json " +
      arguments + " --out " + out.string());
  BOOST_TEST_CONTEXT(arguments << " printed: " << run.err) BOOST_REQUIRE_EQUAL(run.code, 0);
  return json::parse(run.out).at("last_epoch").as_object();
}

void flip_a_bit(const fs::path& path, std::size_t byte) {
  std::string bytes = read_text(path);
  BOOST_REQUIRE(byte < bytes.size());
  bytes[byte] = static_cast<char>(bytes[byte] ^ 1);
  write_text(path, bytes);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(train_certificate)

BOOST_AUTO_TEST_CASE(the_proved_bound_is_certified_and_near_the_eigenvalue) {
  const TemporaryFolder folder;
  int number = 0;
  for (const std::string arguments :
       {"--activation softplus --depth 3", "--activation tanh --depth 1 --T 2",
        "--activation gelu --depth 10 --sigma-w 3/2 --sigma-u 1/3",
        "--activation sigmoid --depth 4 --sigma-v 7", "--activation silu --depth 2 --T 1/2",
        "--activation erf --depth 5 --normalise none", "--activation sin --depth 3",
        "--activation cos --depth 3 --T 3/2", "--activation gaussian --depth 6 --sigma-v 1/7"}) {
    const fs::path run = folder.path() / std::to_string(++number);
    const json::object epoch = last_epoch(arguments, run);
    BOOST_TEST_CONTEXT(arguments) {
      BOOST_REQUIRE(epoch.contains("proved_lambda_min"));
      const double proved = epoch.at("proved_lambda_min").to_number<double>(),
                   computed = epoch.at("lambda_min").to_number<double>();
      BOOST_TEST(proved > 0);
      BOOST_TEST(proved < computed * (1 + 1e-9));
      BOOST_TEST(proved > computed * (1 - 1e-4));
      const Outcome check = run_gronwall("check " + (run / "certificates/epoch-2").string());
      BOOST_TEST(check.code == 0);
      BOOST_TEST(check.out.find("the tangent kernel of one output") != std::string::npos);
      BOOST_TEST(!fs::exists(run / "certificates/epoch-1"));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_changed_certificate_is_refused) {
  const TemporaryFolder folder;
  const fs::path run = folder.path() / "run", proof = run / "certificates/epoch-2";
  last_epoch("--depth 3", run);
  const std::string stem = "tangent-lambda-min.softplus";
  for (const std::string file : {".u.npy", ".w.npy", ".v.npy", ".points.npy", ".factor.npy", ".cert.json"}) {
    const std::string before = read_text(proof / (stem + file));
    flip_a_bit(proof / (stem + file), before.size() - 1);
    BOOST_TEST(run_gronwall("check " + proof.string()).code != 0, file << " was changed");
    write_text(proof / (stem + file), before);
  }
  BOOST_TEST(run_gronwall("check " + proof.string()).code == 0);
}

BOOST_AUTO_TEST_CASE(no_certificate_without_a_proof) {
  const TemporaryFolder folder;
  const fs::path singular = folder.path() / "singular", unproved = folder.path() / "unproved";
  // One input twice: its two gradients are the same.
  write_text(folder.path() / "x.csv", "1,2\n1,2\n");
  write_text(folder.path() / "y.csv", "0\n0\n");
  const Outcome run =
      run_gronwall("train --data " + folder.file("x.csv") + " --targets " + folder.file("y.csv") +
                   " --width 5 --depth 2 --rate 0.1 --epochs 1 --monitor 1 --probe 2 --json "
                   "--out " +
                   singular.string());
  BOOST_REQUIRE_EQUAL(run.code, 0);
  const json::value result = json::parse(run.out);
  BOOST_TEST(!result.at("last_epoch").as_object().contains("proved_lambda_min"));
  BOOST_TEST(result.at("not_proved").as_string().find("no positive lower bound") != json::string::npos);
  BOOST_TEST(!fs::exists(singular / "certificates/epoch-1"));
  BOOST_TEST(!last_epoch("--depth 2 --unproved", unproved).contains("proved_lambda_min"));
  BOOST_TEST(!fs::exists(unproved / "certificates"));
}

BOOST_AUTO_TEST_CASE(a_run_is_checked_as_a_whole) {
  const TemporaryFolder folder;
  const fs::path run = folder.path() / "run";
  const std::string options =
      "train --data teacher --dimension 4 --points 30 --width 12 --rate 0.2 --epochs 10 --monitor 5 --probe "
      "6 "
      "--depth 2 --out ";
  const Outcome text = run_gronwall(options + run.string());
  BOOST_REQUIRE_EQUAL(text.code, 0);
  BOOST_TEST(text.out.find("after epoch 10, proved: gronwall check " +
                           (run / "certificates/epoch-10").string()) != std::string::npos);
  const Outcome json_run = run_gronwall(options + folder.file("other") + " --json");
  const json::object proved = json::parse(json_run.out).at("proved").as_object();
  BOOST_TEST(proved.at("epochs").to_number<int>() == 2);
  BOOST_TEST(proved.at("certificate").as_string() == "certificates/epoch-10");
  BOOST_TEST(!json::parse(json_run.out).as_object().contains("not_proved"));

  for (const fs::path& whole : {run, run / "certificates"}) {
    const Outcome check = run_gronwall("check " + whole.string());
    BOOST_TEST(check.code == 0);
    const std::string verified = "verified 1 claim(s)";
    const std::size_t first = check.out.find(verified);
    BOOST_REQUIRE(first != std::string::npos);
    BOOST_TEST(check.out.find(verified, first + 1) != std::string::npos);
  }
  flip_a_bit(run / "certificates/epoch-5/tangent-lambda-min.softplus.w.npy", 200);
  BOOST_TEST(run_gronwall("check " + run.string()).code == 1);
  // What a killed process leaves is not a certificate.
  fs::rename(run / "certificates/epoch-5", run / "certificates/epoch-5.partial");
  BOOST_TEST(run_gronwall("check " + run.string()).code == 0);
  BOOST_TEST(run_gronwall("check " + folder.file("nothing")).code == 2);
}

BOOST_AUTO_TEST_CASE(what_the_checker_does_not_follow_is_not_proved) {
  const TemporaryFolder folder;
  int number = 0;
  for (const auto& [arguments, reason] :
       {std::pair<std::string, std::string>{"--activation polynomial:0,1", "networks of polynomial:0,1"},
        {"--activation leaky-relu:1", "networks of leaky-relu:1"},
        {"--depth 1001 --width 2", "at most 1000 layers"}}) {
    const fs::path out = folder.path() / std::to_string(++number);
    const Outcome run = run_gronwall(
        "train --data teacher --dimension 4 --points 5 --rate 0.01 --epochs 1 --monitor 1 --probe 3 --json " +
        arguments + " --out " + out.string());
    BOOST_TEST_CONTEXT(arguments << " printed: " << run.err) {
      BOOST_REQUIRE_EQUAL(run.code, 0);
      const json::string why = json::parse(run.out).at("not_proved").as_string();
      BOOST_TEST(why.find(reason) != json::string::npos, why);
      BOOST_TEST(!fs::exists(out / "certificates"));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_resumed_run_has_no_certificates_of_its_future) {
  const TemporaryFolder folder;
  const fs::path run = folder.path() / "run";
  last_epoch("--depth 2", run);
  fs::rename(run / "certificates/epoch-2", run / "certificates/epoch-4");
  BOOST_REQUIRE_EQUAL(run_gronwall("train --resume " + run.string() + " --epochs 3 --quiet").code, 0);
  BOOST_TEST(!fs::exists(run / "certificates/epoch-4"));
}

BOOST_AUTO_TEST_SUITE_END()
