#pragma once
/// \file `gronwall kernel` at infinite width (--limit, --depth) and at finite width (--width).

#include <boost/program_options.hpp>

namespace gronwall::verify {

/// Adds `--limit --depth --width --T --sigma-w --sigma-v --rho --curve --blocks --lambda-min --normalise
/// --digits
/// --plot --cache`.
void add_limit_options(boost::program_options::options_description& options);

/// Do the options ask for another kernel than the two-layer one?
bool asks_for_network(const boost::program_options::variables_map& values);

/// Runs the command; returns the exit code. \throws InputError for options that do not go together.
int run_network_kernel(const boost::program_options::variables_map& values);

}  // namespace gronwall::verify
