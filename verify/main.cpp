/// \file The `gronwall` program: finds the subcommand, reports errors, sets the exit code.

#include <array>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"
#include "gronwall/numbers/error.hpp"

namespace {

using namespace gronwall::verify;

struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(const std::vector<std::string>&);
};

constexpr std::array kCommands = {
    Command{"verify", "decide the registered claims; write certificates and a report", run_verify},
    Command{"check", "re-check every certificate of a folder with the independent checker", run_check},
    Command{"hermite", "rigorous Hermite coefficients of an activation", run_hermite},
    Command{"dual", "rigorous dual activation E[phi(u) phi(v)]", run_dual},
    Command{"kernel", "Gram matrix of a data set, with a proved bound of its smallest eigenvalue",
            run_kernel},
    Command{"flow", "a Neural ODE followed with proved bounds: state, adjoint, gradient, 1/L law", run_flow},
    Command{"train", "train a Neural ODE or residual network; a run is a folder and can be resumed",
            run_train},
    Command{"evaluate", "loss and accuracy of a trained network", run_evaluate},
    Command{"predict", "the outputs of a trained network", run_predict},
};

void print_help(std::ostream& out) {
  out << "gronwall: the theory of wide Neural ODEs as checked facts\n\n"
         "usage: gronwall COMMAND [options]      ('gronwall COMMAND --help' explains each)\n\n";
  for (const Command& command : kCommands)
    out << "  " << command.name << std::string(10 - command.name.size(), ' ') << command.summary << '\n';
  out << "\nexit codes: 0 success; 1 something was not proved or not accepted; 2 bad input; 3 a file cannot "
         "be\n"
         "read or written; 4 the precision asked for cannot be reached; 5 training diverged; 70 a defect of "
         "the\n"
         "program; 130, 143 training was stopped by SIGINT, SIGTERM and can be resumed\n";
}

int report_error(const char* kind, const std::exception& error, int code) {
  std::cout.flush();
  std::cerr << "gronwall: " << kind << error.what() << '\n';
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty()) {
    print_help(std::cerr);
    return kBadInput;
  }
  if (arguments[0] == "help" || arguments[0] == "--help" || arguments[0] == "-h") {
    print_help(std::cout);
    return kSuccess;
  }
  if (arguments[0] == "--version" || arguments[0] == "version") {
    std::cout << "gronwall " << GRONWALL_VERSION << '\n';
    return kSuccess;
  }
  for (const Command& command : kCommands) {
    if (arguments[0] != command.name) continue;
    try {
      const int code = command.run({arguments.begin() + 1, arguments.end()});
      std::cout.flush();
      if (!std::cout) throw gronwall::FileError("the output could not be written");
      return code;
    } catch (const gronwall::InputError& error) {
      return report_error("", error, kBadInput);
    } catch (const gronwall::FileError& error) {
      return report_error("", error, kFileTrouble);
    } catch (const gronwall::PrecisionError& error) {
      return report_error("", error, kOutOfPrecision);
    } catch (const std::bad_alloc& error) {
      return report_error("not enough memory: ", error, kOutOfPrecision);
    } catch (const std::exception& error) {
      return report_error("internal error, please report it: ", error, kInternalError);
    }
  }
  std::cerr << "gronwall: unknown command '" << arguments[0] << "'\n\n";
  print_help(std::cerr);
  return kBadInput;
}
