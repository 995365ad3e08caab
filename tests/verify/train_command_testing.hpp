#pragma once
/// \file Small runs of `gronwall train`, and what it must refuse.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "program.hpp"

namespace gronwall::test {

/// A small task that takes milliseconds.
inline const std::string kTeacher =
    " --data teacher --dimension 4 --points 30 --test-points 10 --width 12 --depth 3 --teacher-width 5 "
    "--rate 0.2 ";

inline boost::json::value train(const std::string& arguments) {
  const Outcome run = run_gronwall("train " + arguments + " --json");
  BOOST_TEST_CONTEXT(arguments << " printed: " << run.err) BOOST_REQUIRE_EQUAL(run.code, 0);
  return boost::json::parse(run.out);
}

inline std::vector<std::vector<std::string>> csv(const std::filesystem::path& path) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream text(read_text(path));
  for (std::string line; std::getline(text, line);) {
    std::vector<std::string> fields;
    std::istringstream fields_text(line + ",");
    for (std::string field; std::getline(fields_text, field, ',');) fields.push_back(field);
    rows.push_back(fields);
  }
  return rows;
}

inline std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> result;
  for (std::string word; in >> word;) result.push_back(word);
  return result;
}

/// `gronwall ARGUMENTS` must end with this exit code and say these words, on standard error only.
inline void refused(const std::string& arguments, int code, const std::string& words_of_it) {
  const Outcome run = run_gronwall(arguments);
  BOOST_TEST_CONTEXT(arguments << " printed: " << run.err) {
    BOOST_TEST(run.code == code);
    BOOST_TEST(run.out.empty());
    BOOST_TEST(run.err.find(words_of_it) != std::string::npos);
  }
}

/// `text` with its first `from` replaced.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

/// The configuration as the first runs had it.
inline std::string without_hash(const std::filesystem::path& config) {
  const std::string text = read_text(config);
  const std::size_t at = text.rfind(",\n  \"sha256\": ");
  BOOST_REQUIRE(at != std::string::npos);
  return text.substr(0, at) + "\n}\n";
}

/// Everything of two runs that must not depend on how they came about.
inline void check_same_run(const std::filesystem::path& a, const std::filesystem::path& b) {
  for (const char* name : {"checkpoint.npz", "metrics.csv", "metrics.jsonl", "loss.svg", "movement.svg"})
    BOOST_TEST((read_text(a / name) == read_text(b / name)), a << " and " << b << " differ in " << name);
}

}  // namespace gronwall::test
