/// \file `gronwall check DIR`: runs the independent checker on a folder of certificates.

#include <iostream>

#include "arguments.hpp"
#include "checker_process.hpp"
#include "command.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall::verify {

int run_check(const std::vector<std::string>& arguments) {
  namespace po = boost::program_options;
  const Usage usage{
      .command = "check",
      .summary = "re-check every certificate of a folder with the independent checker",
      .synopsis = "DIR",
      .notes =
          "DIR is the folder of a run (results) or its certificates (results/certificates).\n"
          "Runs the separate program proofs-check, which shares no code with the library.\n"
          "exit codes: 0 every certificate verified; 1 well-formed but not verified; 2 usage or files;\n"
          "3 malformed; 4 over a limit of the checker\n"};
  po::options_description options("options");
  options.add_options()("dir", po::value<std::string>()->required(),
                        "folder of a run or of its certificates");
  po::variables_map values;
  if (!parse_arguments(arguments, usage, options, values, {"dir"})) return kSuccess;
  return run_checker(certificates_folder(values["dir"].as<std::string>()), std::cout);
}

}  // namespace gronwall::verify
