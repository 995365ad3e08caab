#pragma once
// One certificate: envelope, registry, kind. The kinds themselves are in the files named in kinds.hpp.

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "activation.hpp"
#include "files.hpp"

namespace proofs_check {

/// What a verified certificate says and what it rests on.
struct Report {
  std::string claim, kind, verdict;
  std::string meaning;         ///< The fact, in words.
  std::set<int> lemmas;        ///< Statements of docs/bounds.md that are relied on, not checked.
  std::set<std::string> uses;  ///< Certificates and side files, by name.
};

/// The statement of a gauss/1 certificate: lo <= E[phi(sqrt(q) Z)^power h_n(Z)] <= hi for each entry.
struct GaussStatement {
  struct Entry {
    std::uint64_t n;
    mpq_class lo, hi;
  };
  Activation phi;
  mpq_class q;
  std::uint64_t power;
  std::vector<Entry> entries;  ///< n strictly increasing, not empty
  const Entry* find(std::uint64_t n) const;
};

class Checker;

/// What a kind may use while it checks one certificate.
struct Context {
  Checker& checker;
  Budget& budget;
  Report& report;

  void rely_on(std::initializer_list<int> lemmas) const {
    report.lemmas.insert(lemmas.begin(), lemmas.end());
  }
  Array load(const Value& reference) const;
  /// The statement of the verified certificate that `reference` names, of one of these kinds.
  const Value& use(const Value& reference, const std::set<std::string>& kinds) const;
  /// The statement of the verified gauss/1 certificate that `reference` names, about phi, q and power.
  GaussStatement use_gauss(const Value& reference, const Activation& phi, const mpq_class& q,
                           std::uint64_t power) const;
};

/// Verifies the certificates of one folder, each at most once.
class Checker {
 public:
  explicit Checker(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Verifies the certificate in the file `name`, and those it uses. Throws Failure if it cannot be verified.
  const Report& verify(const std::string& name);
  /// sha256 and statement of a file that was verified.
  const std::string& sha256_of(const std::string& name) const { return done_.at(name).sha256; }
  const Value& statement_of(const std::string& name) const { return done_.at(name).document["statement"]; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  struct Done {
    std::string sha256;
    Value document;
    Report report;
    std::optional<Failure> failure;
  };
  std::filesystem::path folder_;
  std::map<std::string, Done> done_;
};

/// Checks a parsed certificate: envelope, registry, kind. Throws Failure.
void check_document(const Value& document, const Context& context);

/// Title of statement `L<number>` of docs/bounds.md.
std::string lemma_title(int number);

}  // namespace proofs_check
