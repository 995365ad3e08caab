/// \file `gronwall check DIR`: runs the independent checker on a folder of certificates.

#include <algorithm>
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
          "DIR is the output folder of 'gronwall verify' (results) or of 'gronwall train --monitor', or a "
          "folder\nof certificates in it. "
          "Runs the separate program proofs-check, which shares no code with the library.\n"
          "exit codes: 0 every certificate verified; 1 well-formed but not verified; 2 usage or files;\n"
          "3 malformed; 4 over a limit of the checker\n"};
  po::options_description options("options");
  options.add_options()("dir", po::value<std::string>()->required(), "folder of a run or of certificates");
  po::variables_map values;
  if (!parse_arguments(arguments, usage, options, values, {"dir"})) return kSuccess;
  int worst = 0;
  for (const auto& folder : certificate_folders(values["dir"].as<std::string>()))
    worst = std::max(worst, run_checker(folder, std::cout));
  return worst;
}

}  // namespace gronwall::verify
