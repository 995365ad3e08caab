// proofs-check: verifies Gronwall certificates from the files alone.

#include <algorithm>
#include <cstdio>
#include <exception>

#include "manifest.hpp"
#include "registry.hpp"
#include "sha256.hpp"

namespace proofs_check {
namespace {

constexpr const char* help =
    "usage: proofs-check FILE.cert.json...   verify certificates and those they use\n"
    "       proofs-check --all DIR           verify a folder against its manifest.json\n"
    "       proofs-check --list              print the registry of claims\n"
    "       proofs-check --self-test         test the arithmetic only (done at every start)\n"
    "exit:  0 verified, 1 not verified, 2 usage or I/O, 3 malformed, 4 over a limit; the largest of several\n"
    "The format is described in docs/certificates.md, the lemmas it relies on in docs/bounds.md.\n";

/// Directed rounding, 128-bit shifts and SHA-256 must work on this machine as the checker assumes.
bool self_test() {
  const Interval third(mpq_class(1, 3), 100), one(1, 100);
  const bool rounding = mpfr_less_p(third.lo(), third.hi()) &&
                        mpfr_cmp_q(third.lo(), mpq_class(1, 3).get_mpq_t()) < 0 &&
                        mpfr_cmp_q(third.hi(), mpq_class(1, 3).get_mpq_t()) > 0;
  const Interval thrice = third * Interval(3, 100), e = exp(one);
  const bool outward =
      possible_orders(thrice, one) == (less | equal | greater) && mpfr_less_p(e.lo(), e.hi());
  const bool shifts = (static_cast<int128>(-5) >> 1) == -3 &&
                      to_mpz(-(static_cast<int128>(1) << 100)) == -(mpz_class(1) << 100);
  const bool hash = sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  return rounding && outward && shifts && hash;
}

/// Counts, lemmas and the worst outcome of a run.
class Session {
 public:
  const Report* verify(Checker& checker, const std::string& name) {
    try {
      const Report& report = checker.verify(name);
      std::printf("verified  %s: %s: %s\n", name.c_str(), report.claim.c_str(), report.meaning.c_str());
      ++(report.claim == "lemma" ? lemmas_ : claims_);
      relied_on_.insert(report.lemmas.begin(), report.lemmas.end());
      used_.insert(report.uses.begin(), report.uses.end());
      return &report;
    } catch (const Failure& failure) {
      fail(failure);
      return nullptr;
    }
  }
  void fail(const Failure& failure) {
    std::printf("FAILED    %s\n", failure.what());
    if (worst_ == Exit::verified) first_reason_ = failure.what();
    worst_ = std::max(worst_, failure.exit);
  }
  const std::set<std::string>& used() const { return used_; }

  int finish() const {
    static const char* const words[] = {"verified", "not verified", "not checked (usage or I/O)", "malformed",
                                        "over a limit"};
    const auto code = static_cast<int>(worst_);
    if (code != 0) {
      std::printf("proofs-check: %s: %s\n", words[code], first_reason_.c_str());
      return code;
    }
    std::printf("proofs-check: verified %zu claim(s) of the registry", claims_);
    if (lemmas_ > 0) std::printf(" and %zu lemma(s), which are not claims of the registry,", lemmas_);
    const char* separator = " modulo ";
    for (const int lemma : relied_on_) {
      std::printf("%sL%d (%s)", separator, lemma, lemma_title(lemma).c_str());
      separator = ", ";
    }
    std::printf(relied_on_.empty() ? ", modulo no statement of docs/bounds.md\n" : " of docs/bounds.md\n");
    return 0;
  }

 private:
  std::size_t claims_ = 0, lemmas_ = 0;
  std::set<int> relied_on_;
  std::set<std::string> used_;
  std::string first_reason_;
  Exit worst_ = Exit::verified;
};

int check_folder(const std::filesystem::path& folder) {
  Session session;
  try {
    const Manifest manifest = read_manifest(folder);
    Checker checker(folder);
    bool all = true;
    for (const Manifest::Certificate& listed : manifest.certificates) {
      const Report* report = session.verify(checker, listed.file);
      if (report != nullptr) require_listed_as(listed, *report);
      all = all && report != nullptr;
    }
    if (all) require_all_used(manifest, session.used());
  } catch (const Failure& failure) {
    session.fail(failure);
  }
  return session.finish();
}

int check_files(const std::vector<std::string>& paths) {
  Session session;
  std::map<std::filesystem::path, Checker> checkers;
  for (const std::filesystem::path path : paths) {
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    session.verify(checkers.try_emplace(folder, folder).first->second, path.filename().string());
  }
  return session.finish();
}

int list() {
  for (const Claim& claim : registry()) {
    std::printf("%s\n  %s, %s: %s\n", claim.id.c_str(), claim.kind.c_str(), claim.verdict.c_str(),
                claim.statement.c_str());
    if (!claim.activations.empty())
      std::printf("  ACT: %s\n", claim.activations == "*" ? "every activation" : claim.activations.c_str());
    if (claim.width != 0) std::printf("  hi - lo <= 2^-%d\n", claim.width);
    if (claim.radius != 0) std::printf("  every radius <= 2^-%d\n", claim.radius);
  }
  return 0;
}

int run(const std::vector<std::string>& arguments) {
  if (!self_test()) {
    std::printf("proofs-check: the self-test fails: arithmetic on this machine cannot be trusted\n");
    return static_cast<int>(Exit::usage);
  }
  const std::string first = arguments.empty() ? "" : arguments[0];
  if (arguments.size() == 1 && (first == "--help" || first == "-h")) return std::printf("%s", help) < 0;
  if (arguments.size() == 1 && first == "--list") return list();
  if (arguments.size() == 1 && first == "--self-test")
    return std::printf("proofs-check: the self-test passes\n") < 0;
  if (arguments.size() == 2 && first == "--all") return check_folder(arguments[1]);
  const bool options = std::any_of(arguments.begin(), arguments.end(),
                                   [](const std::string& a) { return a.starts_with("-"); });
  if (!arguments.empty() && !options) return check_files(arguments);
  std::fputs(help, stderr);
  return static_cast<int>(Exit::usage);
}

}  // namespace
}  // namespace proofs_check

int main(int argc, char** argv) {
  try {
    return proofs_check::run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::printf("proofs-check: not checked: %s\n", error.what());
    return static_cast<int>(proofs_check::Exit::usage);
  }
}
