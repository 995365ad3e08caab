#include "data_options.hpp"

#include "gronwall/data/fashion_mnist.hpp"
#include "gronwall/data/inspect.hpp"
#include "gronwall/data/random_points.hpp"
#include "gronwall/data/read_points.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall::verify {
namespace {

namespace po = boost::program_options;

std::size_t count_option(const po::variables_map& values, const char* name, long least) {
  const long value = values[name].as<long>();
  if (value < least)
    throw InputError(std::string("--") + name + " must be at least " + std::to_string(least) + ", not " +
                     std::to_string(value));
  return static_cast<std::size_t>(value);
}

PointSet read(const po::variables_map& values) {
  const std::string data = values["data"].as<std::string>();
  if (data == "none")
    return random_points(count_option(values, "points", 1), count_option(values, "dimension", 1),
                         values["seed"].as<std::uint64_t>());
  ReadOptions options;
  options.limit = count_option(values, "points", 1);
  options.offset = count_option(values, "offset", 0);
  if (values.count("quantise") != 0) options.quantise_bits = values["quantise"].as<int>();
  return read_points(data == "fashion-mnist" ? fashion_mnist_path() : std::filesystem::path(data), options);
}

}  // namespace

void add_data_options(po::options_description& options, const std::string& default_data,
                      std::size_t default_points) {
  options.add_options()(
      "data", po::value<std::string>()->default_value(default_data),
      "points: an IDX, CSV or NPY file (gzip or not), 'fashion-mnist' (its test images), or 'none' for "
      "generated points")("points", po::value<long>()->default_value(static_cast<long>(default_points)),
                          "use at most so many points")("offset", po::value<long>()->default_value(0),
                                                        "skip so many points of the file")(
      "quantise", po::value<int>(),
      "round coordinates to so many bits first (changes the data; for floats of wide range)")(
      "dimension", po::value<long>()->default_value(20), "dimension of generated points")(
      "seed", po::value<std::uint64_t>()->default_value(1), "seed of generated points and random models");
}

PointSet load_points(const po::variables_map& values) {
  PointSet points = read(values);
  require_distinct(points, inspect(points));
  return points;
}

}  // namespace gronwall::verify
