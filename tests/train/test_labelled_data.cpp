#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "gronwall/data/fashion_mnist.hpp"
#include "gronwall/data/npy_writer.hpp"
#include "gronwall/data/read_points.hpp"
#include "gronwall/model/gaussian_weights.hpp"
#include "gronwall/train/labelled_data.hpp"
#include "run_testing.hpp"

namespace gronwall {
namespace {

using namespace testing;

std::vector<double> wild_doubles(std::size_t count) {
  // No common scale fits these into integers.
  std::vector<double> values{1e300, -1e-300, 0.1, -0.0, 5e-324, 12345.678};
  const Eigen::MatrixXd more = gaussian_weights(1, static_cast<Eigen::Index>(count), 9, 1);
  for (std::size_t k = values.size(); k < count; ++k)
    values.push_back(more(0, static_cast<Eigen::Index>(k)) / 3);
  return values;
}

BOOST_AUTO_TEST_SUITE(labelled_data)

BOOST_AUTO_TEST_CASE(numpy_doubles_come_through_as_they_are) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "x.npy", targets = folder.path() / "y.npy";
  const std::vector<double> values = wild_doubles(20 * 6), answers = wild_doubles(20 * 2);
  write_npy(path, values, {20, 6});
  write_npy(targets, answers, {20, 2});
  const LoadedData loaded = load_data({.inputs = path, .targets = targets});
  BOOST_TEST(loaded.data.size() == 20);
  BOOST_TEST(loaded.data.outputs() == 2);
  BOOST_TEST(!loaded.data.is_classification());
  for (Eigen::Index j = 0; j < 20; ++j) {
    for (Eigen::Index i = 0; i < 6; ++i)
      BOOST_TEST((std::bit_cast<std::uint64_t>(loaded.data.x(i, j)) ==
                  std::bit_cast<std::uint64_t>(values[static_cast<std::size_t>(6 * j + i)])));
    for (Eigen::Index i = 0; i < 2; ++i)
      BOOST_TEST(loaded.data.y(i, j) == answers[static_cast<std::size_t>(2 * j + i)]);
  }
  BOOST_TEST(loaded.sources.size() == 2U);
  BOOST_TEST(loaded.sources[0].sha256.size() == 64U);

  const LoadedData part = load_data({.inputs = path, .targets = targets, .offset = 5, .limit = 3});
  BOOST_TEST((part.data.x == loaded.data.x.middleCols(5, 3)));
  BOOST_TEST((part.data.y == loaded.data.y.middleCols(5, 3)));
}

BOOST_AUTO_TEST_CASE(labels_of_every_format) {
  const TemporaryFolder folder;
  const auto inputs = folder.write("x.csv", "1,2\n3,4\n5,6\n");
  const std::string idx = std::string("\0\0\x08\x01\0\0\0\x03\x02\x00\x01", 11);
  write_npy(folder.path() / "one.npy", std::vector<std::int64_t>{2, 0, 1}, {3});
  write_npy(folder.path() / "column.npy", std::vector<double>{2, 0, 1}, {3, 1});
  for (const auto& labels : {folder.write("y.idx", idx), folder.write("y.csv", "label\n2\n0\n1\n"),
                             folder.path() / "one.npy", folder.path() / "column.npy"}) {
    const LabelledData data = load_data({.inputs = inputs, .labels = labels}).data;
    BOOST_TEST(data.labels == (std::vector<std::int32_t>{2, 0, 1}), boost::test_tools::per_element());
    Eigen::MatrixXd one_hot(3, 3);
    one_hot << 0, 1, 0, 0, 0, 1, 1, 0, 0;
    BOOST_TEST((data.y == one_hot));
    BOOST_TEST(data.x(0, 1) == 3);
    // The number of classes belongs to the whole file, not to the part that is read.
    const LabelledData part = load_data({.inputs = inputs, .labels = labels, .offset = 1, .limit = 1}).data;
    BOOST_TEST(part.outputs() == 3);
    BOOST_TEST(part.labels.at(0) == 0);
  }
  BOOST_TEST(
      load_data({.inputs = inputs, .labels = folder.path() / "one.npy", .classes = 10}).data.outputs() == 10);
}

BOOST_AUTO_TEST_CASE(the_sphere_has_radius_sqrt_d) {
  RealTable table{3, {3, 0, 4, 1e-320, 0, 0, -1e200, 1e200, 1e200}, {.name = "table", .first_row = 10}, 3};
  const Eigen::MatrixXd x = inputs_of(table, Normalisation::sphere);
  for (Eigen::Index j = 0; j < 3; ++j) BOOST_TEST(std::abs(x.col(j).norm() - std::sqrt(3.0)) < 1e-15);
  BOOST_TEST(std::abs(x(0, 0) / x(2, 0) - 0.75) < 1e-15);
  BOOST_TEST(x(0, 2) == -x(1, 2));
  table.values[3] = 0;
  check_refused([&] { inputs_of(table, Normalisation::sphere); }, {"table", "row 11", "zero"});
  BOOST_TEST(inputs_of(table, Normalisation::none)(0, 1) == 0);
  BOOST_TEST((normalisation_of("sphere") == Normalisation::sphere));
  BOOST_TEST(to_string(Normalisation::none) == "none");
  check_refused([] { normalisation_of("spere"); }, {"did you mean 'sphere'"});
}

BOOST_AUTO_TEST_CASE(bad_files_are_refused) {
  const TemporaryFolder folder;
  const auto inputs = folder.write("x.csv", "1,2\n3,4\n5,6\n");
  const auto labels = [&](const std::string& text, Eigen::Index classes,
                          std::initializer_list<std::string_view> words) {
    const auto path = folder.write("y.csv", text);
    check_refused([&] { load_data({.inputs = inputs, .labels = path, .classes = classes}); }, words);
  };
  labels("0\n3\n1\n", 3, {"y.csv", "row 1", "label 3", "0 to 2"});
  labels("0\n1\n-1\n", 3, {"row 2", "label -1", "0 to 2"});
  labels("0\n1\n-1\n", 0, {"row 2", "label -1"});
  labels("0\n0.5\n1\n", 3, {"row 1", "label 0.5", "not a whole number; for real targets use --targets"});
  labels("0\n1e9\n1\n", 0, {"row 1", "label 1e+09"});
  labels("0\n1\n", 3, {"x.csv has 3 rows", "y.csv has 2"});
  labels("0,1\n1,0\n1,0\n", 3, {"2 columns", "--targets"});
  labels("0\nnan\n1\n", 3, {"labels: ", "finite"});
  const auto targets = folder.write("t.csv", "0\ninf\n1\n");
  check_refused([&] { load_data({.inputs = inputs, .targets = targets}); },
                {"targets: t.csv: line 2, column 1 is 'inf'; every number must be finite"});
  const auto one = folder.write("one.csv", "1,2\n");
  check_refused([&] { load_data({.inputs = one, .targets = inputs}); }, {"one.csv has 1 row but"});
  const auto short_labels = folder.write("short.csv", "0\n1\n");
  // Even when only rows are read that both files have.
  check_refused([&] { load_data({.inputs = inputs, .labels = short_labels, .limit = 1}); }, {"2"});
  check_refused([&] { load_data({.inputs = inputs, .targets = short_labels}); },
                {"every input needs its target"});
  check_refused([&] { load_data({.inputs = inputs}); }, {"--labels", "--targets"});
  check_refused([&] { load_data({.inputs = inputs, .labels = inputs, .targets = inputs}); },
                {"exactly one of the two"});
  check_refused([&] { load_data({.inputs = folder.write("e.csv", ""), .labels = inputs}); }, {"empty"});
  check_refused<FileError>([&] { load_data({.inputs = folder.path() / "no.csv", .labels = inputs}); },
                           {"no.csv"});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  write_npy(folder.path() / "nan.npy", std::vector<double>{1, 2, nan, 4, 5, 6}, {3, 2});
  check_refused([&] { load_data({.inputs = folder.path() / "nan.npy", .targets = inputs}); },
                {"row 1", "NaN"});
  check_refused([&] { classification(Eigen::MatrixXd::Ones(2, 2), {0, 4}, 3); }, {"label 4", "0..2"});
}

BOOST_AUTO_TEST_CASE(fashion_mnist_with_its_labels) {
  DataFiles files{.limit = 100, .normalisation = Normalisation::sphere};
  try {
    files.inputs = fashion_mnist_path(FashionMnist::kTest);
    files.labels = fashion_mnist_labels_path(FashionMnist::kTest);
  } catch (const FileError& missing) {
    BOOST_TEST_MESSAGE("skipped: " << missing.what());
    return;
  }
  const LabelledData data = load_data(files).data;
  BOOST_TEST(data.x.rows() == 784);
  BOOST_TEST(data.size() == 100);
  BOOST_TEST(data.outputs() == 10);
  // The first ten labels of the published test set.
  BOOST_TEST(std::vector<std::int32_t>(data.labels.begin(), data.labels.begin() + 10) ==
                 (std::vector<std::int32_t>{9, 2, 1, 1, 6, 1, 4, 6, 5, 7}),
             boost::test_tools::per_element());
  BOOST_TEST(std::abs(data.x.col(3).squaredNorm() - 784) < 1e-9);
}

BOOST_AUTO_TEST_CASE(orders_are_permutations_and_uniform) {
  for (const Eigen::Index n : {1, 2, 17, 1000}) {
    std::vector<Eigen::Index> order = random_order(n, 5), sorted = order;
    BOOST_TEST((order == random_order(n, 5)));
    if (n > 2) BOOST_TEST((order != random_order(n, 6)));
    if (n > 2) BOOST_TEST((order != random_order(n, 5, 1)));
    std::sort(sorted.begin(), sorted.end());
    for (Eigen::Index k = 0; k < n; ++k) BOOST_TEST(sorted[static_cast<std::size_t>(k)] == k);
  }
  // All 24 orders of four are equally frequent: chi squared with 23 degrees of freedom, 99.99 % below 61.
  std::map<std::vector<Eigen::Index>, int> counts;
  constexpr int kDraws = 24'000;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) ++counts[random_order(4, seed)];
  double chi_squared = 0;
  for (const auto& [order, count] : counts) chi_squared += (count - 1000.0) * (count - 1000.0) / 1000;
  BOOST_TEST(counts.size() == 24U);
  BOOST_TEST(chi_squared < 61);
}

BOOST_AUTO_TEST_CASE(splits_part_the_data) {
  const Eigen::Index n = 50;
  Eigen::MatrixXd x(1, n);
  for (Eigen::Index j = 0; j < n; ++j) x(0, j) = static_cast<double>(j);
  const LabelledData data = classification(x, random_labels(n, 3, 1), 3);
  const auto [train, test] = split(data, 30, 4);
  BOOST_TEST(train.size() == 30);
  BOOST_TEST(test.size() == 20);
  std::set<double> seen;
  for (const LabelledData& part : {train, test})
    for (Eigen::Index j = 0; j < part.size(); ++j) {
      const auto k = static_cast<std::size_t>(part.x(0, j));
      seen.insert(part.x(0, j));
      BOOST_TEST(part.labels[static_cast<std::size_t>(j)] == data.labels[k]);
      BOOST_TEST((part.y.col(j) == data.y.col(static_cast<Eigen::Index>(k))));
    }
  BOOST_TEST(seen.size() == 50U);
  BOOST_TEST((split(data, 30, 4).first.x == train.x));
  check_refused([&] { split(data, 50, 4); }, {"at least one"});
  check_refused([&] { split(data, 0, 4); }, {"at least one"});
}

BOOST_AUTO_TEST_CASE(generators) {
  const Eigen::MatrixXd x = gaussian_inputs(5, 40, 2, Normalisation::none);
  BOOST_TEST((gaussian_inputs(5, 60, 2, Normalisation::none).leftCols(40) == x));
  BOOST_TEST((gaussian_inputs(5, 40, 3, Normalisation::none) != x));
  BOOST_TEST((gaussian_weights(5, 40, 2, 2) != x));
  BOOST_TEST(std::abs(gaussian_inputs(5, 4, 2, Normalisation::sphere).col(2).squaredNorm() - 5) < 1e-14);
  check_refused([] { gaussian_inputs(0, 4, 2, Normalisation::none); }, {"at least 1"});

  const std::vector<std::int32_t> labels = random_labels(30'000, 3, 2);
  std::array<int, 3> counts{};
  for (const std::int32_t label : labels) ++counts.at(static_cast<std::size_t>(label));
  for (const int count : counts) BOOST_TEST(std::abs(count - 10'000) < 400);  // 4.9 standard deviations
  check_refused([] { random_labels(10, 1, 2); }, {"two classes"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
