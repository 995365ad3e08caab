#include "gronwall/report/html.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "gronwall/report/claim_index.hpp"
#include "gronwall/report/display_number.hpp"
#include "gronwall/report/html_claim.hpp"
#include "gronwall/report/markup.hpp"
#include "gronwall/report/plot.hpp"
#include "gronwall/report/stylesheet.hpp"
#include "gronwall/report/unicode.hpp"

namespace gronwall {
namespace {

std::string_view meaning(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved:
      return "by a rigorous enclosure or an exact argument, certified";
    case Verdict::refuted:
      return "by an explicit counterexample, certified";
    case Verdict::supported:
      return "numbers agree within their stated error; no proof";
    case Verdict::inconclusive:
      break;
  }
  return "the check did not decide; the reason is given";
}

std::string count_of_claims(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " claim" : " claims");
}

std::string family_title(const ClaimFamily& family) {
  return family.name.empty() ? "Other claims" : family.name;
}

std::string family_anchor(std::size_t index) {
  return "family-" + std::to_string(index + 1);
}

void add_verdict_counts(Markup& page, const VerdictCounts& counts) {
  page.open("ul", {{"class", "counts"}});
  for (const Verdict verdict : kVerdicts) {
    page.open("li", {{"class", std::string(to_text(verdict))}});
    page.leaf("span", {{"class", "count"}}, std::to_string(counts.of(verdict))).text(" ");
    add_verdict(page, verdict);
    page.text(" ").leaf("span", {{"class", "meaning"}}, meaning(verdict)).close();
  }
  page.close();
  if (counts.total() == 0) return;
  page.open("div", {{"class", "share"}, {"aria-hidden", "true"}});
  for (const Verdict verdict : kVerdicts) {
    if (counts.of(verdict) == 0) continue;
    page.leaf("div",
              {{"class", std::string(to_text(verdict))},
               {"style", "flex-grow: " + std::to_string(counts.of(verdict))}},
              "");
  }
  page.close();
}

void add_checker_verdict(Markup& page, const RunInfo& run) {
  const bool ran = !run.checker.empty();
  const std::string_view style = !ran ? "not-run" : run.checker_accepted ? "accepted" : "rejected";
  const std::string_view verdict = !ran                   ? "not run"
                                   : run.checker_accepted ? "accepts every certificate"
                                                          : "does not accept the certificates";
  page.open("div", {{"class", "checker " + std::string(style)}});
  page.open("p").text("The independent checker: ").leaf("strong", verdict).close();
  if (ran) {
    page.leaf("p", {{"class", "message"}}, run.checker);
  } else {
    page.open("p").text("Until it is run, the verdicts below rest on the program alone. ");
    page.leaf("code", "gronwall check").text(" on the folder of this page runs it.").close();
  }
  page.close();
}

struct RunFact {
  std::string_view name;
  std::string value;
};

void add_run_facts(Markup& page, const RunInfo& run) {
  const std::vector<RunFact> facts = {
      {"Data", run.data},       {"SHA-256 of the data", run.data_sha256}, {"Date", run.date},
      {"Machine", run.machine}, {"Time", duration_text(run.seconds)},     {"Seed", std::to_string(run.seed)},
      {"Version", run.version}};
  page.open("dl", {{"class", "facts"}});
  for (const RunFact& fact : facts) {
    if (!fact.value.empty()) page.open("div").leaf("dt", fact.name).leaf("dd", fact.value).close();
  }
  if (!run.command.empty()) {
    page.open("div", {{"class", "command"}}).leaf("dt", "Command");
    page.open("dd").leaf("code", run.command).close().close();
  }
  page.close();
}

void add_head(Markup& page, std::string_view title) {
  page.open("head").empty("meta", {{"charset", "utf-8"}});
  page.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.empty("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  page.open("title").text(title).close();
  page.open("style").verbatim(page_stylesheet()).verbatim(plot_stylesheet()).close();
  page.close();
}

void add_first_screen(Markup& page, const VerdictCounts& counts, const RunInfo& run,
                      const std::vector<ClaimFamily>& families) {
  page.open("header", {{"class", "first-screen"}});
  page.leaf("p", {{"class", "brand"}}, "Gronwall");
  page.leaf("h1", "The theory of wide Neural ODEs, checked");
  page.open("p", {{"class", "lead"}}).text(count_of_claims(counts.total()));
  if (!run.data.empty()) page.text(", checked on ").leaf("strong", run.data);
  page.text(".").close();
  add_verdict_counts(page, counts);
  add_checker_verdict(page, run);
  add_run_facts(page, run);
  if (families.empty()) {
    page.close();
    return;
  }
  page.open("nav", {{"aria-label", "Families of claims"}}).open("ul");
  for (std::size_t i = 0; i < families.size(); ++i) {
    page.open("li").leaf("a", {{"href", "#" + family_anchor(i)}}, family_title(families[i]));
    page.text(" " + std::to_string(families[i].records.size())).close();
  }
  page.close().close().close();
}

void add_ledger(Markup& page, const std::vector<ClaimFamily>& families, const ClaimIndex& index) {
  page.open("section", {{"id", "ledger"}}).leaf("h2", "Ledger");
  if (families.empty()) {
    page.leaf("p", "This run checked no claim.").close();
    return;
  }
  page.open("table", {{"role", "table"}});
  page.leaf("caption",
            "Every claim with its verdict. Enclosures are shortened outward, so they hold as printed; all "
            "digits stand in the section of the claim.");
  page.open("thead", {{"role", "rowgroup"}}).open("tr", {{"role", "row"}});
  for (const std::string_view column :
       {"Claim and source", "Statement", "Verdict", "Evidence", "Certificate"}) {
    page.leaf("th", {{"role", "columnheader"}, {"scope", "col"}}, column);
  }
  page.close().close();
  for (const ClaimFamily& family : families) {
    page.open("tbody", {{"role", "rowgroup"}}).open("tr", {{"role", "row"}, {"class", "family"}});
    page.open("th", {{"role", "rowheader"}, {"scope", "rowgroup"}, {"colspan", "5"}})
        .text(family_title(family));
    page.text(" ").leaf("span", {{"class", "tally"}}, to_text(family.counts)).close().close();
    for (const ClaimRecord* record : family.records) add_ledger_row(page, *record, index);
    page.close();
  }
  page.close().close();
}

void add_claims(Markup& page, const std::vector<ClaimFamily>& families, const ClaimIndex& index) {
  for (std::size_t i = 0; i < families.size(); ++i) {
    page.open("section", {{"class", "family"}, {"id", family_anchor(i)}})
        .leaf("h2", family_title(families[i]));
    for (const ClaimRecord* record : families[i].records) add_claim_section(page, *record, index);
    page.close();
  }
}

}  // namespace

std::string claim_anchor(std::string_view id) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
  std::string anchor = "claim-";
  for (const char c : id) {
    if (kPlain.find(c) != std::string_view::npos) {
      anchor.push_back(c);
    } else {
      anchor += "_" + std::to_string(static_cast<unsigned char>(c)) + "_";
    }
  }
  return anchor;
}

std::string render_html(std::span<const ClaimRecord> records, const RunInfo& run) {
  const ClaimIndex index(records);
  const std::vector<ClaimFamily> families = group_by_family(records);
  const VerdictCounts counts = count_verdicts(records);
  Markup page;
  page.open("html", {{"lang", "en"}});
  add_head(page, "Gronwall: " + count_of_claims(counts.total()) + ", " + to_text(counts));
  page.open("body").open("main");
  add_first_screen(page, counts, run, families);
  add_ledger(page, families, index);
  add_claims(page, families, index);
  page.close().close().close();
  return "<!DOCTYPE html>\n" + page.finished() + "\n";
}

}  // namespace gronwall
