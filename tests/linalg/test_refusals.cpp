#include <limits>

#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/linalg/product.hpp"
#include "gronwall/linalg/spd_witness.hpp"
#include "gronwall/linalg/spectrum.hpp"
#include "matrices.hpp"

namespace gronwall {
namespace {

using namespace testing;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

void all_refuse(const MatrixXd& a) {
  BOOST_CHECK_THROW(verify_lower_bound(a, {}, 0.1), InputError);
  BOOST_CHECK_THROW(enclose_lambda_min(a), InputError);
  BOOST_CHECK_THROW(lambda_min_upper_bound(a, {}, VectorXd::Ones(a.rows())), InputError);
  BOOST_CHECK_THROW(spd_witness(a, {}, 0.1), InputError);
  BOOST_CHECK_THROW(eigenvalue_enclosures(a), InputError);
}

BOOST_AUTO_TEST_SUITE(refusals)

BOOST_AUTO_TEST_CASE(nan_and_infinity_anywhere) {
  for (const double bad : {kNan, kInf, -kInf})
    for (const Index n : {Index{1}, Index{40}, Index{100}})
      for (const auto& [i, j] : {std::pair<Index, Index>{0, 0}, {n - 1, n - 1}, {n - 1, 0}, {n / 2, n / 3}}) {
        MatrixXd a = 2 * MatrixXd::Identity(n, n);
        a(i, j) = a(j, i) = bad;
        all_refuse(a);
      }
  for (const double bad : {kNan, kInf}) {
    MatrixXd one_sided = 2 * MatrixXd::Identity(70, 70);
    one_sided(3, 60) = bad;  // only the triangle a factorisation does not read
    all_refuse(one_sided);
  }
}

BOOST_AUTO_TEST_CASE(unsymmetric_matrices) {
  for (const Index n : {2, 33, 90}) {
    MatrixXd corner = 2 * MatrixXd::Identity(n, n);
    corner(0, n - 1) = 1e300;
    all_refuse(corner);
    MatrixXd last_bit = MatrixXd::Constant(n, n, 0.1) + 5 * MatrixXd::Identity(n, n);
    last_bit(n - 1, n / 2) = std::nextafter(last_bit(n - 1, n / 2), 1.0) + (n / 2 == n - 1 ? 1e-3 : 0);
    if (n / 2 != n - 1) all_refuse(last_bit);
  }
  all_refuse(MatrixXd::Ones(3, 4));
}

BOOST_AUTO_TEST_CASE(empty_matrices) {
  all_refuse(MatrixXd(0, 0));
  BOOST_CHECK_THROW(ball_cholesky(BallMatrix(0, 0)), InputError);
  BOOST_CHECK_THROW(spectral_norm_upper(MatrixXd(0, 3)), InputError);
}

BOOST_AUTO_TEST_CASE(messages_name_the_entry) {
  MatrixXd a = MatrixXd::Identity(50, 50);
  a(7, 12) = a(12, 7) = kNan;
  const auto names_entry = [](const std::string& entry) {
    return [entry](const InputError& error) {
      return std::string(error.what()).find(entry) != std::string::npos;
    };
  };
  BOOST_CHECK_EXCEPTION(require_symmetric(a), InputError, names_entry("(12, 7)"));
  a(7, 12) = 0;
  a(12, 7) = 0.5;
  BOOST_CHECK_EXCEPTION(require_symmetric(a), InputError, names_entry("(12, 7)"));
}

BOOST_AUTO_TEST_CASE(bad_parameters) {
  const MatrixXd a = MatrixXd::Identity(4, 4);
  for (const double bad : {kNan, kInf, -kInf}) {
    BOOST_CHECK_THROW(verify_lower_bound(a, {}, bad), InputError);
    BOOST_CHECK_THROW(spd_witness(a, {}, bad), InputError);
  }
  BOOST_CHECK_THROW(EntryRadius::of_entries(MatrixXd::Constant(4, 4, -1)), InputError);
  BOOST_CHECK_THROW(EntryRadius::of_entries(MatrixXd::Constant(4, 4, kNan)), InputError);
  const EntryRadius other_order = EntryRadius::of_entries(MatrixXd::Zero(3, 3));
  BOOST_CHECK_THROW(enclose_lambda_min(a, other_order), InputError);
  BOOST_CHECK_THROW(multiply_enclosed(MatrixXd::Ones(2, 3), MatrixXd::Ones(2, 3)), InputError);
  BOOST_CHECK_THROW(multiply_enclosed(MatrixXd::Constant(2, 2, kNan), MatrixXd::Ones(2, 3)), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
