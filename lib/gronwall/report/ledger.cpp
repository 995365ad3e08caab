#include "gronwall/report/ledger.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

#include "gronwall/report/claim_index.hpp"

namespace gronwall {
namespace {

namespace json = boost::json;

/// The items of `range`, each made JSON by `convert`.
template <class Range, class Convert>
json::array array_of(const Range& range, Convert convert) {
  json::array array;
  array.reserve(range.size());
  for (const auto& item : range) array.push_back(convert(item));
  return array;
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value number(double x) {
  return x;
}

json::value to_json(const Evidence& evidence) {
  if (evidence.hi.empty()) return json::object{{"label", evidence.label}, {"value", evidence.lo}};
  return json::object{{"label", evidence.label}, {"lo", evidence.lo}, {"hi", evidence.hi}};
}

json::value to_json(const Series& series) {
  return json::object{
      {"label", series.label}, {"x", array_of(series.x, number)}, {"y", array_of(series.y, number)}};
}

json::value to_json(const Figure& figure) {
  return json::object{
      {"title", figure.title},
      {"x_label", figure.x_label},
      {"y_label", figure.y_label},
      {"log_x", figure.log_x},
      {"log_y", figure.log_y},
      {"series", array_of(figure.series, [](const Series& series) { return to_json(series); })}};
}

json::value to_json(const ClaimRecord& record) {
  const ClaimText& text = record.text;
  return json::object{
      {"id", text.id},
      {"family", text.family},
      {"title", text.title},
      {"source", text.source},
      {"statement", text.statement},
      {"hypotheses", array_of(text.hypotheses, [](const std::string& line) { return json::value(line); })},
      {"check", text.check},
      {"verdict", to_text(record.verdict)},
      {"reason", record.reason},
      {"evidence", array_of(record.evidence, [](const Evidence& evidence) { return to_json(evidence); })},
      {"correction", text_or_null(text.correction)},
      {"corrected_by", text_or_null(text.corrected_by)},
      {"certificate", text_or_null(record.certificate)},
      {"seconds", record.seconds},
      {"figures", array_of(record.figures, [](const Figure& figure) { return to_json(figure); })}};
}

json::value to_json(const VerdictCounts& counts) {
  json::object object;
  for (const Verdict verdict : kVerdicts) object[to_text(verdict)] = std::uint64_t{counts.of(verdict)};
  return object;
}

json::value to_json(const RunInfo& run) {
  return json::object{{"version", run.version},
                      {"command", run.command},
                      {"data", run.data},
                      {"data_sha256", text_or_null(run.data_sha256)},
                      {"machine", run.machine},
                      {"date", run.date},
                      {"seconds", run.seconds},
                      {"seed", std::uint64_t{run.seed}},
                      {"checker", json::object{{"ran", !run.checker.empty()},
                                               {"accepted", !run.checker.empty() && run.checker_accepted},
                                               {"message", text_or_null(run.checker)}}}};
}

}  // namespace

std::string ledger_json(std::span<const ClaimRecord> records, const RunInfo& run, JsonLayout layout) {
  const json::object ledger{
      {"format", "gronwall-ledger/1"},
      {"run", to_json(run)},
      {"counts", to_json(count_verdicts(records))},
      {"claims", array_of(records, [](const ClaimRecord& record) { return to_json(record); })}};
  return to_json_text(ledger, layout);
}

}  // namespace gronwall
