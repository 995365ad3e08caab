#include "program.hpp"

#include <sys/wait.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace gronwall::test {
namespace {

Outcome run(const std::string& program, const std::string& arguments) {
  const TemporaryFolder folder;
  const std::string out = folder.file("out");
  const std::string err = folder.file("err");
  const std::string command = program + " " + arguments + " < /dev/null > " + out + " 2> " + err;
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(out), read_text(err)};
}

}  // namespace

Outcome run_gronwall(const std::string& arguments) {
  return run(GRONWALL_PROGRAM, arguments);
}
boost::json::value run_json(const std::string& arguments) {
  const Outcome run = run_gronwall(arguments + " --json");
  BOOST_TEST_CONTEXT(arguments << " printed: " << run.err) BOOST_REQUIRE_EQUAL(run.code, 0);
  return boost::json::parse(run.out);
}
Outcome run_proofs_check(const std::string& arguments) {
  return run(PROOFS_CHECK_PROGRAM, arguments);
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
}

}  // namespace gronwall::test
