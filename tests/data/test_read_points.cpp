#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <random>

#include "data_testing.hpp"
#include "gronwall/data/fashion_mnist.hpp"
#include "gronwall/data/gzip.hpp"
#include "gronwall/data/inspect.hpp"
#include "gronwall/data/npy_writer.hpp"
#include "gronwall/data/read_points.hpp"
#include "gronwall/data/real_table.hpp"
#include "gronwall/data/sha256.hpp"

namespace gronwall {
namespace {

using namespace testing;

/// The Fashion-MNIST file, or nothing and a message where the package is not installed.
std::optional<std::filesystem::path> fashion_mnist(FashionMnist part) {
  try {
    return fashion_mnist_path(part);
  } catch (const FileError& missing) {
    BOOST_TEST_MESSAGE("skipped: " << missing.what());
    return std::nullopt;
  }
}

/// Sets an environment variable during a test.
class EnvironmentVariable {
 public:
  EnvironmentVariable(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  EnvironmentVariable(const EnvironmentVariable&) = delete;
  EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;
  ~EnvironmentVariable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

const Bytes kIdx = from_hex(
    "00000802"
    "00000002"
    "00000002"
    "01020304");

BOOST_AUTO_TEST_SUITE(reading)

BOOST_AUTO_TEST_CASE(tables_of_doubles) {
  const TemporaryFolder folder;
  const auto values_of = [&](const std::filesystem::path& path, const ReadOptions& options = {}) {
    return read_table(path, options).values;
  };
  // No integers with a common scale hold these.
  const std::vector<double> wide{1e300, -5e-324, 0.1, -0.0, 2, 3};
  write_npy(folder.path() / "wide.npy", wide, {3, 2});
  const RealTable table = read_table(folder.path() / "wide.npy");
  BOOST_TEST(table.values == wide, boost::test_tools::per_element());
  BOOST_TEST(std::signbit(table.values[3]));
  BOOST_TEST(table.columns == 2U);
  BOOST_TEST(table.rows() == 3U);
  BOOST_TEST(table.available == 3U);
  BOOST_TEST(table.source.sha256 == sha256_hex(read_file(folder.path() / "wide.npy")));
  const RealTable part = read_table(folder.path() / "wide.npy", {.offset = 1, .limit = 1});
  BOOST_TEST(part.values == (std::vector<double>{0.1, -0.0}), boost::test_tools::per_element());
  BOOST_TEST(part.available == 3U);
  BOOST_TEST(part.source.first_row == 1U);

  BOOST_TEST(values_of(folder.write("a.csv", "x,y\n0.1,1e-300\n-3,1e200\n")) ==
                 (std::vector<double>{0.1, 1e-300, -3, 1e200}),
             boost::test_tools::per_element());
  BOOST_TEST(values_of(folder.write("a.idx", kIdx)) == (std::vector<double>{1, 2, 3, 4}),
             boost::test_tools::per_element());
  // One dimension is one column: labels.
  write_npy(folder.path() / "labels.npy", Integers{4, -2, 7}, {3});
  BOOST_TEST(values_of(folder.path() / "labels.npy") == (std::vector<double>{4, -2, 7}),
             boost::test_tools::per_element());
  BOOST_TEST(read_table(folder.path() / "labels.npy").columns == 1U);
  const double nan = std::nan("");
  write_npy(folder.path() / "nan.npy", std::vector<double>{1, nan}, {2, 1});
  check_refused([&] { read_table(folder.path() / "nan.npy"); }, {"row 1", "NaN"});
  check_refused([&] { read_table(folder.write("bad.csv", "1,x\n")); }, {"line 1, column 2"});
}

BOOST_AUTO_TEST_CASE(formats_are_recognised_by_content) {
  const TemporaryFolder folder;
  const Integers expected{1, 2, 3, 4};
  const auto text = folder.write("points.dat", "1,2\n3,4\n");
  BOOST_TEST(coordinates(read_points(text)) == expected, boost::test_tools::per_element());
  BOOST_TEST(read_points(text).source().sha256 == sha256_hex(byte_view("1,2\n3,4\n")));
  BOOST_TEST(read_points(text).source().name == "points.dat");
  BOOST_TEST(coordinates(read_points(folder.write("idx.csv", kIdx))) == expected,
             boost::test_tools::per_element());

  const Bytes compressed = from_hex("1f8b080000000000020333d431e232d631e1020047936caf08000000");
  for (const char* name : {"points.csv.gz", "points"}) {
    const PointSet points = read_points(folder.write(name, compressed));
    BOOST_TEST(coordinates(points) == expected, boost::test_tools::per_element());
    BOOST_TEST(points.source().sha256 == sha256_hex(compressed));
  }
}

BOOST_AUTO_TEST_CASE(refusals) {
  const TemporaryFolder folder;
  check_refused<FileError>([&] { read_points(folder.path() / "absent"); }, {"absent"});
  check_refused([&] { read_points(folder.write("e", "")); }, {"is empty"});
  check_refused([&] { read_points(folder.write("e.csv", "\n")); }, {"is empty"});
  check_refused([&] { read_points(folder.write("a.npy", "1,2\n")); }, {"NPY", "wrong magic", "31 2c 32 0a"});
  check_refused([&] { read_points(folder.write("t10k-images-idx3-ubyte", from_hex("00010803"))); },
                {"IDX", "wrong magic", "00 01 08 03"});
  for (const char* name : {"a.npz", "b.npy"})
    check_refused([&] { read_table(folder.write(name, from_hex("504b03042d00000000"))); },
                  {"zip archive (.npz)", "numpy.save"});
  check_refused([&] { read_points(folder.write("b.idx", "1,2\n")); }, {"IDX", "wrong magic"});
  check_refused([&] { read_points(folder.write("image.png", from_hex("89504e470d0a1a0a00"))); },
                {"neither IDX nor NPY nor text", "89 50 4e 47"});
  check_refused([&] { read_points(folder.write("c.gz", from_hex("1f8b08000000"))); }, {"truncated"});
  check_refused([&] { read_points(folder.write("big.csv", "1,2\n3,4\n"), {.max_bytes = 5}); }, {"8 bytes"});
  check_refused([&] { read_points(folder.path() / "absent", {.limit = 0}); }, {"limit of 0"});
}

// Random damage to valid files: every outcome is a set of points or a refusal, never a crash or another
// exception.
BOOST_AUTO_TEST_CASE(damaged_files_are_read_or_refused) {
  const TemporaryFolder folder;
  write_npy(folder.path() / "floats.npy", std::vector<double>{0.5, 1, -2, 4, 0.25, 3}, {3, 2});
  const std::vector<Bytes> originals{kIdx, read_file(folder.path() / "floats.npy"),
                                     bytes_of("x,y\n1.5,-2e3\n3,4\n"),
                                     from_hex("1f8b080000000000020333d431e232d631e1020047936caf08000000")};
  std::mt19937 engine(5);
  std::size_t refused = 0;
  constexpr int kTrials = 500;
  for (const Bytes& original : originals) {
    for (int trial = 0; trial < kTrials; ++trial) {
      Bytes damaged = original;
      for (int k = trial % 4; k >= 0; --k) {
        damaged[engine() % damaged.size()] = static_cast<std::uint8_t>(engine() % 256);
      }
      if (trial % 5 == 0) damaged.resize(engine() % damaged.size());
      try {
        BOOST_TEST(read_points(folder.write("damaged", damaged)).size() > 0U);
      } catch (const InputError&) {
        ++refused;
      }
    }
  }
  BOOST_TEST(refused > originals.size() * kTrials / 3);
}

BOOST_AUTO_TEST_CASE(fashion_mnist_is_found) {
  const TemporaryFolder folder;
  const EnvironmentVariable variable("GRONWALL_DATA_DIR", folder.path().string());
  const auto plain = folder.write("t10k-images-idx3-ubyte", kIdx);
  BOOST_TEST(fashion_mnist_path() == plain);
  const auto compressed = folder.write("t10k-images-idx3-ubyte.gz", "x");
  BOOST_TEST(fashion_mnist_path() == compressed);
}

// The mean pixel of the training images, 0.2860 of full scale, is published with many models for this set.
BOOST_AUTO_TEST_CASE(fashion_mnist_training_images) {
  const auto path = fashion_mnist(FashionMnist::kTrain);
  if (!path) return;
  const PointSet images = read_points(*path);
  BOOST_TEST(images.size() == 60000U);
  BOOST_TEST(images.dimension() == 784U);
  const auto pixels = images.coordinates();
  BOOST_TEST(*std::max_element(pixels.begin(), pixels.end()) == 255);
  BOOST_TEST(*std::min_element(pixels.begin(), pixels.end()) == 0);
  const double mean = static_cast<double>(std::accumulate(pixels.begin(), pixels.end(), std::int64_t{0})) /
                      static_cast<double>(pixels.size()) / 255;
  BOOST_TEST(std::abs(mean - 0.2860) < 5e-5);
}

BOOST_AUTO_TEST_CASE(fashion_mnist_test_images_compressed_and_plain_agree) {
  const auto path = fashion_mnist(FashionMnist::kTest);
  if (!path) return;
  const PointSet images = read_points(*path);
  BOOST_TEST(images.size() == 10000U);
  BOOST_TEST(images.source().sha256.size() == 64U);
  const Inspection inspection = inspect(images);
  BOOST_TEST(inspection.zero_rows.empty());
  BOOST_TEST(inspection.antipodal.empty());
  const PointSet first = read_points(*path, {.limit = 1000});
  BOOST_TEST(inspect(first).distinct());
  BOOST_TEST(first.size() == 1000U);

  const TemporaryFolder folder;
  const Bytes file = read_file(*path);
  const PointSet plain = read_points(folder.write("images", is_gzip(file) ? gunzip(file, "images") : file));
  BOOST_TEST(std::ranges::equal(plain.coordinates(), images.coordinates()));
  const PointSet part = read_points(*path, {.offset = 9990, .limit = 20});
  BOOST_TEST(part.size() == 10U);
  BOOST_TEST(std::equal(part.coordinates().begin(), part.coordinates().end(), images[9990].begin()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
