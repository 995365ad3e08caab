#include "gronwall/report/html_claim.hpp"

#include "gronwall/report/display_number.hpp"
#include "gronwall/report/html.hpp"
#include "gronwall/report/plot.hpp"

namespace gronwall {
namespace {

std::string_view verdict_mark(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved:
      return "✓";
    case Verdict::refuted:
      return "✗";
    case Verdict::supported:
      return "≈";
    case Verdict::inconclusive:
      break;
  }
  return "?";
}

std::string certificate_address(const ClaimRecord& record) {
  return "certificates/" + encode_url_segment(record.certificate);
}

void add_cell(Markup& page, std::string_view label) {
  page.open("td", {{"role", "cell"}, {"data-label", std::string(label)}});
}

/// The correction in the ledger, under the false statement.
void add_short_correction(Markup& page, const ClaimRecord& record, const ClaimIndex& index) {
  const ClaimText& text = record.text;
  if (text.correction.empty() && text.corrected_by.empty()) return;
  page.open("p", {{"class", "correction-note"}}).leaf("strong", "Corrected: ").text(text.correction);
  if (!text.corrected_by.empty()) {
    page.text(text.correction.empty() ? "see " : " See ");
    add_claim_link(page, text.corrected_by, index);
    page.text(".");
  }
  page.close();
}

void add_statement(Markup& page, const ClaimRecord& record, const ClaimIndex& index) {
  const ClaimText& text = record.text;
  const bool corrected = !text.correction.empty() || !text.corrected_by.empty();
  page.open("div", {{"class", corrected ? "statements two" : "statements"}});
  page.open("div", {{"class", "statement " + std::string(to_text(record.verdict))}});
  page.leaf("h4", corrected ? "As stated" : "Statement").leaf("p", {{"class", "prose"}}, text.statement);
  page.close();
  if (corrected) {
    const ClaimRecord* correction = index.find(text.corrected_by);
    const std::string style = correction == nullptr ? "absent" : std::string(to_text(correction->verdict));
    page.open("div", {{"class", "statement " + style}}).leaf("h4", "Corrected");
    if (!text.correction.empty()) page.leaf("p", {{"class", "prose"}}, text.correction);
    if (!text.corrected_by.empty()) {
      page.open("p", {{"class", "by"}});
      if (correction != nullptr) {
        add_verdict(page, correction->verdict);
        page.text(" as ");
      }
      add_claim_link(page, text.corrected_by, index);
      if (correction == nullptr) page.text(" (not part of this run)");
      page.close();
    }
    page.close();
  }
  page.close();
}

/// Opens a term of the description list of a claim.
Markup& open_term(Markup& page, std::string_view term) {
  return page.open("div").leaf("dt", term).open("dd");
}

void close_term(Markup& page) {
  page.close().close();
}

void add_text_term(Markup& page, std::string_view term, std::string_view text) {
  if (text.empty()) return;
  open_term(page, term).leaf("p", {{"class", "prose"}}, text);
  close_term(page);
}

void add_evidence_term(Markup& page, const ClaimRecord& record) {
  if (record.evidence.empty()) return;
  open_term(page, "Evidence").open("ul", {{"class", "evidence"}});
  for (const Evidence& evidence : record.evidence) {
    page.open("li").text(evidence_label(evidence)).text(" ");
    page.leaf("span", {{"class", "number"}}, evidence_value(evidence)).close();
  }
  page.close();
  close_term(page);
}

void add_details(Markup& page, const ClaimRecord& record, const ClaimIndex& index) {
  page.open("dl", {{"class", "details"}});
  if (!record.text.hypotheses.empty()) {
    open_term(page, "Hypotheses").open("ul");
    for (const std::string& hypothesis : record.text.hypotheses) page.leaf("li", hypothesis);
    page.close();
    close_term(page);
  }
  add_text_term(page, "What is checked", record.text.check);
  add_text_term(page, "Result", record.reason);
  add_evidence_term(page, record);
  if (const auto corrected = index.corrected_by(record.text.id); !corrected.empty()) {
    open_term(page, "Corrects").open("ul");
    for (const ClaimRecord* other : corrected) {
      add_claim_link(page.open("li"), other->text.id, index);
      page.text(" ");
      add_verdict(page, other->verdict);
      page.close();
    }
    page.close();
    close_term(page);
  }
  if (!record.certificate.empty()) {
    open_term(page, "Certificate")
        .leaf("a", {{"class", "file"}, {"href", certificate_address(record)}}, record.certificate);
    close_term(page);
  }
  open_term(page, "Time").text(duration_text(record.seconds));
  close_term(page);
  page.close();
}

void add_figure(Markup& page, const Figure& figure) {
  const Plot plot = render_plot(figure);
  page.open("figure").open("figcaption").leaf("strong", figure.title);
  for (const std::string& note : plot.notes) page.leaf("p", {{"class", "note"}}, note);
  page.close().verbatim("\n").verbatim(plot.svg).close();
}

}  // namespace

void add_verdict(Markup& page, Verdict verdict) {
  const std::string name(to_text(verdict));
  page.open("span", {{"class", "verdict " + name}});
  page.leaf("span", {{"class", "mark"}, {"aria-hidden", "true"}}, verdict_mark(verdict)).text(name).close();
}

void add_claim_link(Markup& page, std::string_view id, const ClaimIndex& index) {
  if (index.find(id) == nullptr) {
    page.leaf("code", id);
  } else {
    page.open("a", {{"href", "#" + claim_anchor(id)}}).leaf("code", id).close();
  }
}

void add_ledger_row(Markup& page, const ClaimRecord& record, const ClaimIndex& index) {
  const ClaimText& text = record.text;
  page.open("tr", {{"role", "row"}, {"class", "claim"}});
  page.open("th", {{"role", "rowheader"}, {"scope", "row"}});
  add_claim_link(page, text.id, index);
  if (!text.source.empty()) page.leaf("div", {{"class", "source"}}, text.source);
  page.close();
  add_cell(page, "Statement");
  page.leaf("p", {{"class", "prose"}}, text.statement);
  add_short_correction(page, record, index);
  page.close();
  add_cell(page, "Verdict");
  add_verdict(page, record.verdict);
  page.close();
  add_cell(page, "Evidence");
  if (record.evidence.empty() || record.verdict == Verdict::inconclusive) page.leaf("p", record.reason);
  if (!record.evidence.empty()) {
    const Evidence& evidence = record.evidence.front();
    page.open("p").text(evidence_label(evidence)).text(" ");
    page.leaf("span", {{"class", "number"}}, short_evidence_value(evidence)).close();
  }
  page.close();
  add_cell(page, "Certificate");
  if (record.certificate.empty()) {
    page.leaf("span", {{"class", "none"}}, "none");
  } else {
    page.leaf("a", {{"href", certificate_address(record)}, {"aria-label", "certificate of " + text.id}},
              "certificate");
  }
  page.close().close();
}

void add_claim_section(Markup& page, const ClaimRecord& record, const ClaimIndex& index) {
  const ClaimText& text = record.text;
  page.open("section", {{"class", "claim"}, {"id", claim_anchor(text.id)}});
  page.open("header").open("h3").text(text.title.empty() ? text.id : text.title).close();
  add_verdict(page, record.verdict);
  page.open("p", {{"class", "origin"}}).leaf("code", text.id);
  if (!text.source.empty()) page.text(" · source: ").text(text.source);
  page.close().close();
  add_statement(page, record, index);
  add_details(page, record, index);
  if (!record.figures.empty()) {
    page.open("div", {{"class", "figures"}});
    for (const Figure& figure : record.figures) add_figure(page, figure);
    page.close();
  }
  page.close();
}

}  // namespace gronwall
