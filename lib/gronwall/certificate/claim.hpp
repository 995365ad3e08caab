#pragma once
/// \file A claim and what became of it: one record, from which the terminal table, the JSON and the report
/// are rendered.

#include <string>
#include <string_view>
#include <vector>

namespace gronwall {

/// `proved`: a rigorous enclosure or exact argument, certified. `refuted`: an explicit counterexample,
/// certified. `supported`: numerics agree with stated error, no proof. `inconclusive`: the record's `reason`
/// says why and what would settle it.
enum class Verdict { proved, refuted, supported, inconclusive };

std::string_view to_text(Verdict verdict);

/// A measured or enclosed number shown next to the verdict. `hi` is empty for a number that is not an
/// enclosure.
struct Evidence {
  std::string label;
  std::string lo;
  std::string hi;
};

/// One curve or set of bars for the report: `x` and `y` of equal length.
struct Series {
  std::string label;
  std::vector<double> x;
  std::vector<double> y;
};

/// A plot of the report. Values are for the eye: rounded doubles.
struct Figure {
  std::string title;
  std::string x_label;
  std::string y_label;
  bool log_x = false;
  bool log_y = false;
  std::vector<Series> series;
};

/// What a claim says; fixed text, independent of any run.
struct ClaimText {
  std::string id;
  std::string family;
  std::string title;
  /// Where the statement comes from: theory ids such as `S24`, with document and place.
  std::string source;
  std::string statement;
  std::vector<std::string> hypotheses;
  /// What the program checks, in words.
  std::string check;
  /// For a refuted claim: the corrected statement and the id of the claim that proves it. Empty otherwise.
  std::string correction;
  std::string corrected_by;
};

/// A claim with its outcome.
struct ClaimRecord {
  ClaimText text;
  Verdict verdict = Verdict::inconclusive;
  /// One sentence: the witness of a proof or refutation, or why the check was inconclusive and what would
  /// settle it.
  std::string reason;
  std::vector<Evidence> evidence;
  /// Certificate file name inside the certificates folder; empty without one.
  std::string certificate;
  std::vector<Figure> figures;
  double seconds = 0;
};

/// How, on what, and by which program the records were made.
struct RunInfo {
  std::string version;
  std::string command;
  std::string data;
  std::string data_sha256;
  std::string machine;
  std::string date;
  double seconds = 0;
  unsigned long seed = 0;
  /// Verdict of the independent checker over the whole folder: empty if it was not run, else its last line.
  std::string checker;
  bool checker_accepted = false;
};

}  // namespace gronwall
