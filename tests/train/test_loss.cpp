#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "../shared/refusals.hpp"
#include "gronwall/numbers/approximate.hpp"
#include "gronwall/train/loss.hpp"

using namespace gronwall;
using namespace gronwall::testing;

namespace {

constexpr long kBits = 400;

/// The definition, at many bits.
MpFloat cross_entropy(const std::vector<MpFloat>& f, std::size_t label) {
  MpFloat sum = make_mp(0, kBits);
  for (const MpFloat& x : f) sum += exp(x);
  return log(sum) - f[label];
}

MpFloat squared(const std::vector<MpFloat>& f, const std::vector<double>& y) {
  MpFloat sum = make_mp(0, kBits);
  for (std::size_t o = 0; o < f.size(); ++o) sum += (f[o] - y[o]) * (f[o] - y[o]);
  return sum / 2;
}

double relative(double x, const MpFloat& truth) {
  return std::abs(static_cast<double>((make_mp(x, kBits) - truth) / truth));
}

/// Central difference of `loss` by output `o`, error about 1e-80.
template <class Function>
MpFloat difference(std::vector<MpFloat> f, std::size_t o, const Function& loss) {
  const MpFloat h = ldexp(make_mp(1, kBits), -130), x = f[o];
  f[o] = x + h;
  const MpFloat above = loss(f);
  f[o] = x - h;
  return (above - loss(f)) / (2 * h);
}

const std::vector<std::vector<double>> kOutputs = {{0.25, -1.5, 3}, {0, 0, 0},    {40, 0.125, -7},
                                                   {-90, 12, 11.5}, {-3, -2, 35}, {1e-9, 0, -1e-9}};

LabelledData small_data() {
  LabelledData data;
  data.x = Eigen::MatrixXd::Ones(3, 4);
  data.y = Eigen::MatrixXd::Zero(2, 4);
  data.labels = {0, 1, 1, 0};
  for (Eigen::Index i = 0; i < 4; ++i) data.y(data.labels[static_cast<std::size_t>(i)], i) = 1;
  return data;
}

bool refused(const LabelledData& data, const std::string& part) {
  return throws_with<InputError>([&] { check(data); }, part);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loss)

BOOST_AUTO_TEST_CASE(cross_entropy_and_its_derivative_have_all_their_digits) {
  const MpPrecision scope(kBits);
  for (const auto& f : kOutputs)
    for (std::size_t label = 0; label < 3; ++label) {
      std::vector<MpFloat> exact;
      for (double x : f) exact.push_back(make_mp(x, kBits));
      double derivative[3];
      const double value =
          loss_at(Loss::cross_entropy, f.data(), nullptr, static_cast<std::int32_t>(label), 3, derivative);
      BOOST_TEST(relative(value, cross_entropy(exact, label)) < 1e-14);
      for (std::size_t o = 0; o < 3; ++o) {
        const MpFloat truth =
            difference(exact, o, [&](const std::vector<MpFloat>& g) { return cross_entropy(g, label); });
        BOOST_TEST(relative(derivative[o], truth) < 1e-14);
      }
    }
}

BOOST_AUTO_TEST_CASE(squared_loss_and_its_derivative) {
  const MpPrecision scope(kBits);
  const std::vector<double> y = {0.5, 1, -2};
  for (const auto& f : kOutputs) {
    std::vector<MpFloat> exact;
    for (double x : f) exact.push_back(make_mp(x, kBits));
    double derivative[3];
    BOOST_TEST(relative(loss_at(Loss::squared, f.data(), y.data(), 0, 3, derivative), squared(exact, y)) <
               1e-15);
    for (std::size_t o = 0; o < 3; ++o)
      BOOST_TEST(relative(derivative[o], difference(exact, o, [&](const std::vector<MpFloat>& g) {
                            return squared(g, y);
                          })) < 1e-15);
  }
}

BOOST_AUTO_TEST_CASE(cross_entropy_does_not_overflow) {
  const double f[3] = {1e300, -1e300, 9.999e299};
  double derivative[3];
  BOOST_TEST(loss_at(Loss::cross_entropy, f, nullptr, 0, 3, derivative) == 0);
  BOOST_TEST((derivative[0] == 0 && derivative[1] == 0 && derivative[2] == 0));
  BOOST_TEST(loss_at(Loss::cross_entropy, f, nullptr, 1, 3, derivative) == 2e300);
  BOOST_TEST((derivative[0] == 1 && derivative[1] == -1 && derivative[2] == 0));
  const double low[2] = {-1e300, -1e300};
  BOOST_TEST(std::abs(loss_at(Loss::cross_entropy, low, nullptr, 1, 2, derivative) - std::log(2)) < 1e-15);
  BOOST_TEST((derivative[0] == 0.5 && derivative[1] == -0.5));
}

BOOST_AUTO_TEST_CASE(one_class_costs_nothing) {
  const double f = 3;
  double derivative = 7;
  BOOST_TEST(loss_at(Loss::cross_entropy, &f, nullptr, 0, 1, &derivative) == 0);
  BOOST_TEST(derivative == 0);
}

BOOST_AUTO_TEST_CASE(outputs_that_are_not_finite_give_a_loss_that_is_not) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double y[2] = {0, 1};
  for (const double bad : {kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()})
    for (const Loss loss : {Loss::squared, Loss::cross_entropy})
      for (const std::int32_t label : {0, 1}) {
        const double f[2] = {bad, 1};
        double derivative[2];
        BOOST_TEST(!std::isfinite(loss_at(loss, f, y, label, 2, derivative)));
        BOOST_TEST(!std::isfinite(derivative[0]));
      }
}

BOOST_AUTO_TEST_CASE(the_first_of_equal_outputs_is_the_class) {
  const double f[4] = {-1, 2, 2, 0};
  BOOST_TEST(predicted_class(f, 4) == 1);
  BOOST_TEST(predicted_class(f, 1) == 0);
}

BOOST_AUTO_TEST_CASE(names) {
  for (const Loss loss : {Loss::squared, Loss::cross_entropy}) BOOST_TEST((loss_of(to_string(loss)) == loss));
  BOOST_TEST(to_string(Loss::cross_entropy) == "cross-entropy");
  BOOST_CHECK_EXCEPTION(loss_of("squred"), InputError, [](const InputError& error) {
    return std::string(error.what()).find("did you mean 'squared'") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(bad_data_is_refused_by_name) {
  BOOST_CHECK_NO_THROW(check(small_data()));
  LabelledData data = small_data();
  data.labels[2] = 2;
  BOOST_TEST(refused(data, "label 2 of input 2"));
  data.labels[2] = -1;
  BOOST_TEST(refused(data, "label -1 of input 2"));
  data = small_data();
  data.labels.pop_back();
  BOOST_TEST(refused(data, "3 labels"));
  data = small_data();
  data.y.conservativeResize(2, 3);
  BOOST_TEST(refused(data, "3 targets"));
  data = small_data();
  data.x(1, 2) = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(refused(data, "entry 1 of input 2"));
  data = small_data();
  data.y(0, 3) = std::numeric_limits<double>::infinity();
  BOOST_TEST(refused(data, "entry 0 of target 3"));
  BOOST_TEST(refused({}, "no inputs"));
}

BOOST_AUTO_TEST_SUITE_END()
