#pragma once
/// \file The subcommands of the `gronwall` program.

#include <string>
#include <vector>

namespace gronwall::verify {

/// Exit codes of the `gronwall` program; `gronwall help` and docs/usage.md list them.
enum ExitCode : int {
  kSuccess = 0,
  /// A claim is inconclusive, or a certificate was not accepted.
  kNotProved = 1,
  /// Unknown option or name, malformed number, data that break a requirement.
  kBadInput = 2,
  /// A file cannot be read or written.
  kFileTrouble = 3,
  /// The precision asked for cannot be reached.
  kOutOfPrecision = 4,
  /// Training met a number that is not finite.
  kDiverged = 5,
  /// A defect of the program.
  kInternalError = 70
};

/// The arguments after the subcommand's name. Each returns an exit code; errors leave as exceptions, which
/// `main` reports.
int run_verify(const std::vector<std::string>& arguments);
int run_check(const std::vector<std::string>& arguments);
int run_hermite(const std::vector<std::string>& arguments);
int run_dual(const std::vector<std::string>& arguments);
int run_kernel(const std::vector<std::string>& arguments);
int run_flow(const std::vector<std::string>& arguments);
int run_train(const std::vector<std::string>& arguments);
int run_evaluate(const std::vector<std::string>& arguments);
int run_predict(const std::vector<std::string>& arguments);

}  // namespace gronwall::verify
