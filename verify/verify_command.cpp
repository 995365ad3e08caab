/// \file `gronwall verify`: decides claims, writes certificates, ledger and report, and has them checked.

#include <sys/utsname.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "arguments.hpp"
#include "checker_process.hpp"
#include "claims/context.hpp"
#include "claims/registry.hpp"
#include "command.hpp"
#include "data_options.hpp"
#include "gronwall/data/file_io.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/report/html.hpp"
#include "gronwall/report/ledger.hpp"
#include "gronwall/report/progress.hpp"
#include "gronwall/report/table.hpp"
#include "gronwall/report/terminal.hpp"
#include "result_folder.hpp"

namespace gronwall::verify {
namespace {

namespace po = boost::program_options;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kDefaultPoints = 1000;

const Usage kUsage{
    .command = "verify",
    .summary = "decide the registered claims; write certificates and a report",
    .synopsis = "[--claim ID]... [--family NAME]... [options]",
    .notes =
        "Writes DIR/report.html, DIR/ledger.json and DIR/certificates, then has every certificate re-checked "
        "by\n"
        "the separate program proofs-check ('gronwall check DIR' repeats that). An earlier run in DIR is "
        "replaced\n"
        "when the new one is complete.\n\n"
        "examples:\n"
        "  gronwall verify                                  everything, 1000 images of Fashion-MNIST\n"
        "  gronwall verify --family sphere --out sphere     one family\n"
        "  gronwall verify --claim gram-lambda-min.softplus --data points.csv\n"};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::ostringstream text;
  text << std::put_time(&parts, "%Y-%m-%d %H:%M UTC");
  return text.str();
}

/// Processor and system, without the machine's name.
std::string machine() {
  std::string processor;
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);)
    if (line.starts_with("model name")) {
      processor = line.substr(line.find(':') + 2);
      break;
    }
  utsname system{};
  uname(&system);
  return (processor.empty() ? std::string(system.machine) : processor) + ", " + system.sysname;
}

std::string describe(const PointSet& points) {
  return std::to_string(points.size()) + " points in dimension " + std::to_string(points.dimension()) + ", " +
         points.source().name + " (" + points.source().description + ")";
}

/// Runs one claim's check; what it cannot decide is `inconclusive`, with the reason.
ClaimRecord decide(const Claim& claim, ClaimContext& context) {
  ClaimRecord record;
  record.text = claim.text;
  const auto start = Clock::now();
  try {
    claim.check(context, record);
  } catch (const FileError&) {
    throw;  // nothing can be written: the whole run fails
  } catch (const Error& error) {
    record.verdict = Verdict::inconclusive;
    record.certificate.clear();
    record.reason = error.what();
  }
  record.seconds = seconds_since(start);
  return record;
}

/// Has the checker look at the folder and enters its last line.
void run_independent_check(const std::filesystem::path& certificates, RunInfo& run) {
  try {
    std::ostringstream output;
    run.checker_accepted = run_checker(certificates, output) == 0;
    std::istringstream lines(output.str());
    for (std::string line; std::getline(lines, line);)
      if (!line.empty()) run.checker = line;
  } catch (const FileError& error) {
    // The certificates are complete without it; 'gronwall check' can look at them later.
    run.checker = error.what();
  }
}

/// `proved` and `refuted` mean that the checker accepts: without that they are not said.
void withdraw_certified_verdicts(std::vector<ClaimRecord>& records) {
  for (ClaimRecord& record : records) {
    if (record.certificate.empty()) continue;
    record.verdict = Verdict::inconclusive;
    record.reason =
        "the independent checker did not accept this run's certificates ('gronwall check' says why). " +
        record.reason;
  }
}

void list_claims() {
  std::string family;
  for (const Claim& claim : claim_registry()) {
    if (claim.text.family != family)
      std::cout << (family.empty() ? "" : "\n") << (family = claim.text.family) << '\n';
    std::cout << "  " << claim.text.id << '\n';
  }
}

}  // namespace

int run_verify(const std::vector<std::string>& arguments) {
  po::options_description options("options", 100);
  options.add_options()("claim", po::value<std::vector<std::string>>()->default_value({}, ""),
                        "only this claim (repeatable)")(
      "family", po::value<std::vector<std::string>>()->default_value({}, ""),
      "only this family (repeatable)")("list", "list families and claims, and stop")(
      "out", po::value<std::string>()->default_value("results"),
      "folder for certificates, ledger and report")("q", po::value<std::string>()->default_value("1"),
                                                    "variance sigma_u^2 |x|^2 / d of the Gram claims, exact")(
      "json", "print the ledger as JSON instead of the table")("quiet", "no progress");
  add_data_options(options, "fashion-mnist", kDefaultPoints);
  po::variables_map values;
  if (!parse_arguments(arguments, kUsage, options, values)) return kSuccess;
  if (values.count("list") != 0) {
    list_claims();
    return kSuccess;
  }
  const auto claims = select_claims(values["claim"].as<std::vector<std::string>>(),
                                    values["family"].as<std::vector<std::string>>());
  const Rational q = positive_number(values["q"].as<std::string>(), "q");
  const auto start = Clock::now();
  const PointSet points = load_points(values);
  ResultFolder folder(values["out"].as<std::string>());
  CertificateBundle bundle(folder.working() / "certificates");
  ClaimContext context(bundle, points, q, values["seed"].as<std::uint64_t>());

  std::vector<ClaimRecord> records;
  ProgressBar progress(claims.size(),
                       values.count("quiet") != 0 ? ProgressStyle::silent : ProgressStyle::automatic);
  for (const Claim* claim : claims) {
    progress.start(claim->text.id);
    records.push_back(decide(*claim, context));
    progress.finish(claim->text.id, to_text(records.back().verdict));
  }
  progress.close();
  bundle.finish();

  RunInfo run;
  run.version = GRONWALL_VERSION;
  run.command = "gronwall verify";
  for (const std::string& argument : arguments) run.command += ' ' + argument;
  run.data = describe(points);
  run.data_sha256 = points.source().sha256;
  run.machine = machine();
  run.date = today();
  run.seed = values["seed"].as<std::uint64_t>();
  run_independent_check(bundle.folder(), run);
  if (!run.checker_accepted) withdraw_certified_verdicts(records);
  run.seconds = seconds_since(start);

  write_file_atomically(folder.working() / "ledger.json", ledger_json(records, run));
  write_file_atomically(folder.working() / "report.html", render_html(records, run));
  folder.commit();

  const std::filesystem::path out = values["out"].as<std::string>();
  if (values.count("json") != 0) {
    std::cout << ledger_json(records, run) << '\n';
  } else {
    std::cout << render_table(records, terminal_width(1), wants_colour(1)) << '\n'
              << run.checker << "\nreport: " << (out / "report.html").string() << '\n';
  }
  const bool decided = std::none_of(records.begin(), records.end(), [](const ClaimRecord& record) {
    return record.verdict == Verdict::inconclusive;
  });
  return decided && run.checker_accepted ? kSuccess : kNotProved;
}

}  // namespace gronwall::verify
