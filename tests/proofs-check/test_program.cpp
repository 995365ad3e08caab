// The program itself: exit codes and last lines.
#include <sys/wait.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>

#include "sha256.hpp"
#include "writer.hpp"

namespace {
using namespace checker_test;

struct Run {
  int exit;
  std::string output, last_line;
};
Run run(const std::string& arguments) {
  FILE* pipe = popen((std::string(PROOFS_CHECK_PROGRAM) + " " + arguments + " 2>&1").c_str(), "r");
  Run result{-1, "", ""};
  char buffer[4096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    result.output.append(buffer, got);
  result.exit = WEXITSTATUS(pclose(pipe));
  const std::size_t end = result.output.size() - (result.output.ends_with('\n') ? 1 : 0);
  result.last_line = result.output.substr(0, end);
  if (const std::size_t at = result.last_line.rfind('\n'); at != std::string::npos)
    result.last_line.erase(0, at + 1);
  return result;
}
bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(program)

BOOST_AUTO_TEST_CASE(options) {
  BOOST_TEST(run("--help").exit == 0);
  BOOST_TEST(contains(run("--help").output, "usage:"));
  BOOST_TEST(run("--self-test").exit == 0);
  BOOST_TEST(contains(run("--list").output, "gram-lambda-min.ACT"));
  for (const std::string wrong : {"", "--all", "--all a b", "--unknown", "--list x", "-x file"})
    BOOST_TEST(run(wrong).exit == 2, wrong);
}

BOOST_AUTO_TEST_CASE(files) {
  const Folder folder;
  const std::string path = folder.path().string() + "/";
  folder.write("good.cert.json",
               certificate("hermite-orthonormal", "orthonormal/1", R"({"degree":64})", "{}"));
  folder.write("lemma.cert.json",
               lemma("gauss/1", gauss_statement("softplus", "1", {{0, "0", "1"}}), trapezoid_witness()));
  folder.write("false.cert.json",
               lemma("gauss/1", gauss_statement("softplus", "1", {{0, "0", "1*2^-1"}}), trapezoid_witness()));
  folder.write("malformed.cert.json", "{}");
  folder.write("large.cert.json", lemma("gauss/1", gauss_statement("softplus", "1", {{0, "0", "1"}}),
                                        trapezoid_witness(1000001)));
  const Run good = run(path + "good.cert.json");
  BOOST_TEST(good.exit == 0);
  BOOST_TEST(good.last_line ==
             "proofs-check: verified 1 claim(s) of the registry, modulo no statement of docs/bounds.md");
  const Run both = run(path + "good.cert.json " + path + "lemma.cert.json");
  BOOST_TEST(both.exit == 0);
  BOOST_TEST(contains(both.last_line,
                      "1 claim(s) of the registry and 1 lemma(s), which are not claims of the registry, "
                      "modulo L1 (growth of the activation"));
  BOOST_TEST(contains(both.last_line, "L5 ("));
  BOOST_TEST(run(path + "false.cert.json").exit == 1);
  BOOST_TEST(
      contains(run(path + "false.cert.json").last_line,
               "proofs-check: not verified: false.cert.json: coefficient n = 0 is enclosed by [8.0605"));
  BOOST_TEST(run(path + "missing.cert.json").exit == 2);
  BOOST_TEST(run(path + "malformed.cert.json").exit == 3);
  BOOST_TEST(run(path + "large.cert.json").exit == 4);
  BOOST_TEST(run(path + "malformed.cert.json " + path + "false.cert.json " + path + "good.cert.json").exit ==
             3);  // the worst
  BOOST_TEST(run("--all " + path).exit == 2);
  BOOST_TEST(run("--all " + path + "missing").exit == 2);
}

BOOST_AUTO_TEST_CASE(all) {
  const Folder folder;
  const std::string sha = folder.write(
      "good.cert.json", certificate("hermite-orthonormal", "orthonormal/1", R"({"degree":64})", "{}"));
  folder.write("manifest.json",
               R"({"certificates":[{"claim":"hermite-orthonormal","file":"good.cert.json","sha256":")" + sha +
                   R"(","verdict":"proved"}],"files":[],"format":"gronwall-manifest/1"})");
  BOOST_TEST(run("--all " + folder.path().string()).exit == 0);
  folder.write("extra", "");
  const Run extra = run("--all " + folder.path().string());
  BOOST_TEST(extra.exit == 1);
  BOOST_TEST(contains(extra.last_line, "not listed in manifest.json: extra"));
  std::filesystem::remove(folder.path() / "extra");
  folder.write("manifest.json", R"({"certificates":[],"files":[],"format":"gronwall-manifest/1"})");
  BOOST_TEST(run("--all " + folder.path().string()).exit == 1);
  folder.write("manifest.json", "{}");
  BOOST_TEST(run("--all " + folder.path().string()).exit == 3);
}

BOOST_AUTO_TEST_SUITE_END()
