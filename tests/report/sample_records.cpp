#include "sample_records.hpp"

#include <cmath>

namespace report_test {

using gronwall::ClaimRecord;
using gronwall::Figure;
using gronwall::RunInfo;
using gronwall::Verdict;

namespace {

ClaimRecord record(const std::string& id, const std::string& family, Verdict verdict) {
  ClaimRecord made;
  made.text.id = id;
  made.text.family = family;
  made.text.title = "Title of " + id;
  made.text.source = "S24";
  made.text.statement = "λ_min(K) > 0 whenever φ ≠ 0 & |ρ| < 1.";
  made.text.hypotheses = {"q > 0", "|ρ| < 1"};
  made.text.check = "An exact inequality.";
  made.verdict = verdict;
  made.reason = "Reason of " + id + ".";
  made.seconds = 0.125;
  return made;
}

Figure decay() {
  Figure figure{"Decay", "n", "|a_n|", false, true, {{"softplus", {}, {}}}};
  for (int n = 0; n <= 20; ++n) {
    figure.series[0].x.push_back(n);
    figure.series[0].y.push_back(n % 2 == 1 && n > 1 ? 0.0 : std::exp(-n));
  }
  return figure;
}

}  // namespace

std::vector<ClaimRecord> sample_records() {
  ClaimRecord proved = record("spd.softplus.1000", "Sphere", Verdict::proved);
  proved.evidence = {{"a_999(1)²", "0.123456789012345678901", "0.123456789012345678902"},
                     {"points", "1000", ""}};
  proved.certificate = "spd.softplus.1000.cert.json";
  proved.figures = {decay()};

  ClaimRecord refuted = record("theorem-11-as-stated", "Sphere", Verdict::refuted);
  refuted.evidence = {{"λ_min", "0", "0"}};
  refuted.certificate = "theorem-11-as-stated.cert.json";
  refuted.text.correction = "True without antipodal pairs.";
  refuted.text.corrected_by = "spd.softplus.1000";

  ClaimRecord orphan = record("slide-hermite-h2", "Hermite", Verdict::refuted);
  orphan.text.correction = "h_2(z) = (z² − 1)/√2.";
  orphan.text.corrected_by = "hermite-orthonormal";
  orphan.certificate = "slide-hermite-h2.cert.json";

  ClaimRecord open = record("spd.gelu.1000", "Sphere", Verdict::inconclusive);
  open.reason =
      "The enclosure of the coefficient contains 0 at 200 bits; a precision of 800 bits would settle it.";

  ClaimRecord supported = record("rate-monte-carlo", "Hermite", Verdict::supported);
  supported.evidence = {{"slope ≈", "-0.5", ""}};
  supported.figures = {{"Levels", "", "bound", false, false, {{"tanh", {0}, {1.5}}, {"relu", {0}, {-0.5}}}},
                       {"Histogram", "cosine", "pairs", false, false, {{"", {0, 1, 2, 3}, {4, 0, 2, 1}}}}};
  return {proved, orphan, refuted, open, supported};
}

RunInfo sample_run() {
  return {"0.1.0",
          "gronwall verify --seed 7",
          "Fashion-MNIST, 1,000 images",
          std::string(64, 'a'),
          "x86_64",
          "2025-11-21",
          12.5,
          7,
          "verified 3 certificates, modulo {L4, L13}",
          true};
}

std::string hostile_text() {
  return std::string(
             "</title></style><script>alert('x')</script>&amp;\" onload=\"y\x1b[31m\xe2\x80\xaetext") +
         '\0' + "\xff\xc3(";
}

ClaimRecord hostile_record() {
  const std::string text = hostile_text();
  ClaimRecord made;
  made.text = {text, text, text, text, text, {text, text}, text, text, text};
  made.verdict = Verdict::refuted;
  made.reason = text;
  made.evidence = {{text, text, text + "2"}, {text, text, ""}};
  made.certificate = "../" + text;
  made.figures = {{text, text, text, false, false, {{text, {1, 2}, {3, 4}}, {text, {1, 2}, {4, 5}}}},
                  {text, text, text, false, false, {{text, {1}, {3}}, {text, {1}, {4}}}}};
  return made;
}

}  // namespace report_test
