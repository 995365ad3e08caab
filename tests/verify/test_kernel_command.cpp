/// \file `gronwall kernel` of deep networks: values, power series and their store, Gram matrices, refusals.

#include <Eigen/Eigenvalues>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <numbers>

#include "json_intervals.hpp"
#include "program.hpp"

using namespace gronwall::test;
using gronwall::parse_rational;
using gronwall::Rational;
namespace json = boost::json;

namespace {

const std::vector<std::string> kQuantities{"rho", "C_TT", "Sigma", "K_v", "K_W", "K_U", "K_inf"};

/// Keeps everything that the program stores in a folder of this test.
struct OwnCache {
  OwnCache() { setenv("GRONWALL_CACHE", cache.path().c_str(), 1); }
  ~OwnCache() { unsetenv("GRONWALL_CACHE"); }
  TemporaryFolder cache;
};

double middle(const json::value& interval) {
  return static_cast<double>(Rational((lower(interval) + upper(interval)) / 2));
}
bool encloses(const json::value& interval, const Rational& x) {
  return lower(interval) <= x && x <= upper(interval);
}

json::value kernel(const std::string& arguments) {
  return run_json("kernel " + arguments);
}

/// Has all quantities, in order, known to `digits` places; the blocks sum up.
void check_form(const json::value& value, int digits) {
  Rational width = 1;
  for (int i = 0; i < digits; ++i) width /= 10;
  for (const std::string& name : kQuantities) BOOST_TEST_CONTEXT(name) {
      const json::value& interval = value.at(name);
      BOOST_TEST(interval.as_object().size() == 2U);
      BOOST_TEST(lower(interval) <= upper(interval));
      BOOST_TEST(upper(interval) - lower(interval) <= width);
    }
  const Rational least = lower(value.at("K_v")) + lower(value.at("K_W")) + lower(value.at("K_U"));
  const Rational greatest = upper(value.at("K_v")) + upper(value.at("K_W")) + upper(value.at("K_U"));
  BOOST_TEST(least <= upper(value.at("K_inf")));
  BOOST_TEST(greatest >= lower(value.at("K_inf")));
}

/// sum_k tau^(2k) / (k!)^2 = I_0(2 tau), and tau I_1(2 tau) = sum_k k tau^(2k) / (k!)^2.
Rational bessel(const Rational& tau, bool first) {
  Rational sum = 0, term = 1;
  for (int k = 0; k < 40; ++k) {
    sum += first ? Rational(k * term) : term;
    term *= tau * tau / ((k + 1) * (k + 1));
  }
  return sum;
}

/// E[phi(u) phi(v)] and E[phi'(u) phi'(v)] of variances q1, q2 and covariance c.
struct Dual {
  double value, derivative;
};
using DualOf = std::function<Dual(double q1, double q2, double c)>;

Dual relu_dual(double q1, double q2, double c) {
  const double scale = std::sqrt(q1 * q2), angle = std::acos(std::clamp(c / scale, -1.0, 1.0));
  const double pi = std::numbers::pi;
  return {scale * (std::sin(angle) + (pi - angle) * std::cos(angle)) / (2 * pi), (pi - angle) / (2 * pi)};
}
Dual erf_dual(double q1, double q2, double c) {
  const double scale = std::sqrt((1 + 2 * q1) * (1 + 2 * q2)), sine = 2 * c / scale;
  const double pi = std::numbers::pi;
  return {2 / pi * std::asin(sine), 4 / (pi * scale * std::sqrt(1 - sine * sine))};
}

/// C_TT, Sigma and the tangent kernel of depth L by the forward recursion, at sigma_v = c0 = 1.
struct Recursion {
  double C_TT, Sigma, K;
};
Recursion recursion(const DualOf& dual, double tau, double rho, int depth) {
  const auto size = static_cast<std::size_t>(depth) + 1;
  const double h = tau / depth;
  std::vector<double> variances;
  const auto sweep = [&](double start) {
    std::vector<std::vector<double>> c(size, std::vector<double>(size, start)), theta = c;
    std::vector<std::vector<Dual>> v(size, std::vector<Dual>(size));
    for (std::size_t k = 0; k < size; ++k)
      for (std::size_t l = 0; l < size; ++l) {
        if (k > 0 && l > 0) {
          const auto rectangle = [&](const auto& a) { return a[k - 1][l] + a[k][l - 1] - a[k - 1][l - 1]; };
          const Dual& corner = v[k - 1][l - 1];
          // The covariance first: C_kl - its rectangle is h^2 S, Theta_kl - C_kl the same with D Theta.
          const double step = h * h * corner.value;
          theta[k][l] = rectangle(theta) + step + h * h * corner.derivative * theta[k - 1][l - 1];
          c[k][l] = rectangle(c) + step;
        }
        if (variances.size() == size) v[k][l] = dual(variances[k], variances[l], c[k][l]);
      }
    return Recursion{c.back().back(), v.back().back().value,
                     v.back().back().value + v.back().back().derivative * theta.back().back()};
  };
  // At rho = 1 row k needs the variances up to k alone: fill them one diagonal entry at a time.
  std::vector<std::vector<double>> c(size, std::vector<double>(size, 1.0));
  for (std::size_t k = 0; k < size; ++k) {
    for (std::size_t l = 1; l <= k && k > 0; ++l)
      c[k][l] = c[l][k] = c[k - 1][l] + c[k][l - 1] - c[k - 1][l - 1] +
                          h * h * dual(variances[k - 1], variances[l - 1], c[k - 1][l - 1]).value;
    variances.push_back(c[k][k]);
  }
  return sweep(rho);
}

/// Richardson's extrapolation of the depth to infinity.
Recursion limit_of(const DualOf& dual, double tau, double rho) {
  std::vector<Recursion> rows;
  for (int depth = 16; depth <= 256; depth *= 2) rows.push_back(recursion(dual, tau, rho, depth));
  double factor = 2;
  for (std::size_t order = 1; order < rows.size(); ++order, factor *= 2)
    for (std::size_t i = 0; i + order < rows.size(); ++i) {
      const auto better = [factor](double coarse, double fine) {
        return (factor * fine - coarse) / (factor - 1);
      };
      rows[i] = {better(rows[i].C_TT, rows[i + 1].C_TT), better(rows[i].Sigma, rows[i + 1].Sigma),
                 better(rows[i].K, rows[i + 1].K)};
    }
  return rows[0];
}

void check_close(const json::value& value, const Recursion& expected, double tolerance) {
  BOOST_TEST(std::abs(middle(value.at("C_TT")) - expected.C_TT) <= tolerance);
  BOOST_TEST(std::abs(middle(value.at("Sigma")) - expected.Sigma) <= tolerance);
  BOOST_TEST(std::abs(middle(value.at("K_inf")) - expected.K) <= tolerance);
}

/// The doubles of a square NPY file, whose header is 128 bytes long.
Eigen::MatrixXd npy_matrix(const std::string& path, Eigen::Index n) {
  const std::string bytes = read_text(path);
  Eigen::MatrixXd k(n, n);
  BOOST_REQUIRE_EQUAL(bytes.size(), 128 + static_cast<std::size_t>(k.size()) * sizeof(double));
  std::memcpy(k.data(), bytes.data() + 128, static_cast<std::size_t>(k.size()) * sizeof(double));
  return k;
}
double least_eigenvalue(const Eigen::MatrixXd& k) {
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(k).eigenvalues()(0);
}

/// All regular files below a folder.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  return files;
}

const std::string kGelu = "--limit -a gelu --digits 6 ";
/// One whose power series takes a moment only.
const std::string kQuick = "--limit -a gelu --T 1/5 --digits 4 ";
const std::string kPoints = "--data none --points 8 --dimension 5 --normalise ";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kernel_command, OwnCache)

BOOST_AUTO_TEST_CASE(the_limit_of_linear_networks_is_a_bessel_function) {
  // C_TT = c0 rho I_0(2 tau), K_v = K_U = sigma_v^2 C_TT, K_W = sigma_v^2 c0 rho tau I_1(2 tau).
  const json::value value =
      kernel("--limit -a identity --T 3/2 --sigma-w 2/3 --sigma-v 3 --q 1/2 --rho -0.75 --digits 12");
  check_form(value, 12);
  BOOST_TEST(encloses(value.at("rho"), Rational(-3, 4)));
  const Rational start = Rational(1, 2) * Rational(-3, 4), tau = 1;
  const Rational c = start * bessel(tau, false), w = start * bessel(tau, true);
  BOOST_TEST(encloses(value.at("C_TT"), c));
  BOOST_TEST(encloses(value.at("Sigma"), c));
  BOOST_TEST(encloses(value.at("K_v"), 9 * c));
  BOOST_TEST(encloses(value.at("K_U"), 9 * c));
  BOOST_TEST(encloses(value.at("K_W"), 9 * w));
  BOOST_TEST(encloses(value.at("K_inf"), 9 * (2 * c + w)));
}

BOOST_AUTO_TEST_CASE(limits_agree_with_extrapolated_recursions) {
  for (const std::string rho : {"0.9", "1", "-1/2"}) {
    const json::value value = kernel("--limit -a erf --digits 9 --rho " + rho);
    check_form(value, 9);
    check_close(value, limit_of(erf_dual, 1, static_cast<double>(parse_rational(rho))), 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(two_layers_are_the_limit_at_time_zero) {
  // K_v = V, K_W = 0, K_U = rho V' = E[phi'(u) phi'(v)] rho.
  const json::value value = kernel("--limit -a erf --digits 9 --T 0 --rho 0.6");
  const Dual v = erf_dual(1, 1, 0.6);
  check_form(value, 9);
  check_close(value, {0.6, v.value, v.value + 0.6 * v.derivative}, 1e-9);
  BOOST_TEST(encloses(value.at("K_W"), Rational(0)));
}

BOOST_AUTO_TEST_CASE(the_recursion_of_depth_l) {
  for (const int depth : {1, 2, 7}) {
    const std::string base = "--depth " + std::to_string(depth) + " --digits 9 --rho 2/3 ";
    const json::value relu = kernel(base + "-a relu --T 2"), erf = kernel(base + "-a erf");
    check_form(relu, 9);
    check_form(erf, 9);
    check_close(relu, recursion(relu_dual, 2, 2.0 / 3, depth), 1e-9);
    check_close(erf, recursion(erf_dual, 1, 2.0 / 3, depth), 1e-9);
  }
  // Linear, L = 2, tau = 1: C_LL = rho sum_m binom(2, m)^2 4^-m = 33/16 rho.
  const json::value linear = kernel("--depth 2 -a identity --rho 1/3 --digits 20");
  check_form(linear, 20);
  BOOST_TEST(encloses(linear.at("C_TT"), Rational(11, 16)));
  BOOST_TEST(encloses(linear.at("K_U"), Rational(11, 16)));
}

BOOST_AUTO_TEST_CASE(only_the_product_of_time_and_scale_matters) {
  for (const std::string kind : {"--limit ", "--depth 5 "}) {
    const std::string base = kind + "-a gelu --digits 8 --rho 0.3 ";
    const json::value one = kernel(base), two = kernel(base + "--T 2 --sigma-w 1/2"),
                      other = kernel(base + "--T 2");
    for (const std::string& name : kQuantities) BOOST_TEST(overlap(one.at(name), two.at(name)), name);
    BOOST_TEST(!overlap(one.at("K_inf"), other.at("K_inf")));
  }
}

BOOST_AUTO_TEST_CASE(text_for_people_names_the_normalisation) {
  const Outcome run = run_gronwall("kernel " + kGelu + "--rho 1/2");
  BOOST_REQUIRE_EQUAL(run.code, 0);
  for (const std::string words :
       {"gelu(z)", "infinite width and depth", "sigma_u^2/d = 1", "rho = 1/2", "proved", "C_TT", "K_inf"})
    BOOST_TEST(run.out.find(words) != std::string::npos, words);
  const Outcome deep = run_gronwall("kernel --depth 3 -a relu --rho 1/2");
  BOOST_REQUIRE_EQUAL(deep.code, 0);
  BOOST_TEST(deep.out.find("depth L = 3") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_curve_sums_to_the_values) {
  const json::value curve = kernel(kGelu + "--curve --plot " + cache.file("kappa.svg"));
  BOOST_TEST(rational(curve.at("error")) <= parse_rational("1e-6"));
  for (const std::string rho : {"1", "-1/2"}) {
    const json::value value = kernel(kGelu + "--rho " + rho);
    for (const std::string name : {"K_inf", "K_v", "K_W", "K_U"}) BOOST_TEST_CONTEXT(name << " at " << rho) {
        const json::value& block = curve.at(name);
        Rational sum = 0, power = 1;
        for (const json::value& b : block.at("coefficients").as_array()) {
          BOOST_TEST(rational(b) >= 0);
          sum += rational(b) * power;
          power *= parse_rational(rho);
        }
        const Rational radius = rational(block.at("radius"));
        BOOST_TEST(radius <= parse_rational("1e-6"));
        BOOST_TEST(sum - radius <= upper(value.at(name)));
        BOOST_TEST(sum + radius >= lower(value.at(name)));
      }
  }
  const std::string svg = read_text(cache.file("kappa.svg"));
  BOOST_TEST(svg.find("<svg") != std::string::npos);
  BOOST_TEST(svg.rfind("</svg>") != std::string::npos);
  BOOST_TEST(svg.find("gelu") != std::string::npos);
  BOOST_TEST(svg.find("nan") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(series_are_stored_and_read_back) {
  const std::string arguments = kQuick + "--curve --sigma-v 3/2";
  const json::value first = kernel(arguments);
  const std::filesystem::path certificate(std::string(first.at("certificate").as_string()));
  BOOST_REQUIRE(std::filesystem::is_regular_file(certificate));
  BOOST_TEST(certificate.string().rfind(cache.path().string(), 0) == 0U);
  const Outcome check = run_proofs_check(certificate.string());
  BOOST_TEST_CONTEXT(check.out) BOOST_TEST(check.code == 0);
  const std::string bytes = read_text(certificate);

  const auto says_stored = [&] {
    const Outcome run = run_gronwall("kernel " + arguments);
    BOOST_REQUIRE_EQUAL(run.code, 0);
    return run.out.find("stored earlier") != std::string::npos;
  };
  BOOST_TEST(says_stored());
  // What is read back is what was written; radii may be rounded upwards.
  const json::value again = kernel(arguments);
  for (const std::string name : {"K_inf", "K_v", "K_W", "K_U"}) {
    const json::array &a = first.at(name).at("coefficients").as_array(),
                      &b = again.at(name).at("coefficients").as_array();
    BOOST_REQUIRE_EQUAL(a.size(), b.size());
    Rational difference = 0;
    for (std::size_t m = 0; m < a.size(); ++m) difference += abs(rational(a[m]) - rational(b[m]));
    BOOST_TEST(difference <= parse_rational("1e-20"));
    BOOST_TEST(rational(again.at(name).at("radius")) <= parse_rational("2.25e-4"));
  }
  // Another sigma_v only scales: the same certificate serves.
  const json::value scaled = kernel(kQuick + "--curve --sigma-v 3");
  BOOST_TEST((scaled.at("certificate") == first.at("certificate")));

  // Damage of any kind is noticed, and mended.
  for (const auto& file : files_below(certificate.parent_path())) BOOST_TEST_CONTEXT(file) {
      const std::string good = read_text(file);
      std::string flipped = good;
      flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 1);
      for (const std::string& bad : {flipped, good.substr(0, good.size() / 2)}) {
        write_text(file, bad);
        BOOST_TEST(!says_stored());
        BOOST_TEST((read_text(file) == good));
      }
      std::filesystem::remove(file);
      BOOST_TEST(!says_stored());
      BOOST_TEST((read_text(file) == good));
    }
  BOOST_TEST(says_stored());
  // A valid certificate of something else, under this name.
  const json::value other = kernel("--limit -a erf --T 1/5 --digits 4 --curve");
  const std::filesystem::path foreign(std::string(other.at("certificate").as_string()));
  std::filesystem::remove_all(certificate.parent_path());
  std::filesystem::copy(foreign.parent_path(), certificate.parent_path());
  BOOST_TEST(!says_stored());
  BOOST_TEST((read_text(certificate) == bytes));
}

BOOST_AUTO_TEST_CASE(the_place_of_the_store) {
  const TemporaryFolder own;
  kernel(kQuick + "--curve --cache none");
  BOOST_TEST(files_below(cache.path()).empty());
  BOOST_TEST((kernel(kQuick + "--curve --cache none").as_object().count("certificate") == 0U));
  kernel(kQuick + "--curve --cache " + own.file("new/folder"));
  BOOST_TEST(files_below(cache.path()).empty());
  BOOST_TEST(!files_below(own.path()).empty());
  // A folder that cannot be made costs the store, not the result.
  write_text(own.file("file"), "");
  BOOST_TEST((kernel(kQuick + "--curve --cache " + own.file("file")).as_object().count("certificate") == 0U));
}

BOOST_AUTO_TEST_CASE(smallest_eigenvalues_are_bracketed) {
  const std::string npy = cache.file("gram.npy");
  const json::value value = kernel(kGelu + kPoints + "--lambda-min --blocks --npy " + npy);
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(8, 8), whole;
  for (const std::string name : {"K_inf", "K_v", "K_W", "K_U"}) BOOST_TEST_CONTEXT(name) {
      const Eigen::MatrixXd k = npy_matrix(cache.file("gram-" + name + ".npy"), 8);
      const json::value& block = value.at(name);
      const double error = static_cast<double>(rational(block.at("error_norm")));
      const double least = least_eigenvalue(k);
      BOOST_TEST(error <= 1e-5);
      BOOST_TEST(middle(block.at("lambda_min")) == least, boost::test_tools::tolerance(1e-3));
      BOOST_TEST(static_cast<double>(lower(block.at("lambda_min"))) <= least + error);
      BOOST_TEST(static_cast<double>(upper(block.at("lambda_min"))) >= least - error);
      BOOST_TEST(static_cast<double>(upper(block.at("entries"))) >= k.maxCoeff() - error);
      BOOST_TEST(static_cast<double>(lower(block.at("entries"))) <= k.minCoeff() + error);
      if (name == "K_inf")
        whole = k;
      else
        sum += k;
    }
  BOOST_TEST((sum - whole).norm() <= 1e-5);
  BOOST_TEST(lower(value.at("K_inf").at("lambda_min")) > 0);
  // The diagonal is kappa(1).
  const json::value diagonal = kernel(kGelu + "--rho 1").at("K_inf");
  for (Eigen::Index i = 0; i < 8; ++i) BOOST_TEST(std::abs(whole(i, i) - middle(diagonal)) <= 1e-5);
}

BOOST_AUTO_TEST_CASE(points_off_the_sphere_and_antipodal_points) {
  const std::string off = cache.file("off.csv"), antipodal = cache.file("antipodal.csv");
  write_text(off, "1,0\n0,2\n-3,1\n");
  write_text(antipodal, "3,4\n5,0\n-3,-4\n");
  const Outcome refused = run_gronwall("kernel " + kGelu + "--data " + off);
  BOOST_TEST(refused.code == 2);
  BOOST_TEST(refused.out.empty());
  BOOST_TEST(refused.err.find("--normalise") != std::string::npos);
  BOOST_TEST(kernel(kGelu + "--normalise --data " + off).at("points").to_number<int>() == 3);
  // GELU separates antipodal points, erf does not.
  const Outcome separated = run_gronwall("kernel " + kGelu + "--lambda-min --data " + antipodal);
  BOOST_REQUIRE_EQUAL(separated.code, 0);
  BOOST_TEST(separated.out.find("antipodal points, rows") != std::string::npos);
  BOOST_TEST(separated.out.find("positive definite") != std::string::npos);
  const std::string singular = "--limit -a erf --digits 6 --lambda-min --data " + antipodal;
  BOOST_TEST(kernel(singular).at("antipodal_pairs").to_number<int>() == 1);
  BOOST_TEST(encloses(kernel(singular).at("K_inf").at("lambda_min"), Rational(0)));
  BOOST_TEST(run_gronwall("kernel " + singular).out.find("not decided") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(finite_widths) {
  const std::string base = "-a gelu --depth 6 " + kPoints, npy = cache.file("k.npy");
  const json::value value = kernel(base + "--width 12 --lambda-min --blocks --npy " + npy);
  BOOST_TEST(value.at("width").to_number<int>() == 12);
  BOOST_TEST(value.at("depth").to_number<int>() == 6);
  const Eigen::MatrixXd k = npy_matrix(cache.file("k-K.npy"), 8);
  const Eigen::MatrixXd sum = npy_matrix(cache.file("k-K_v.npy"), 8) +
                              npy_matrix(cache.file("k-K_W.npy"), 8) + npy_matrix(cache.file("k-K_U.npy"), 8);
  BOOST_TEST((k - sum).norm() <= 1e-12 * k.norm());
  BOOST_TEST((k - k.transpose()).norm() <= 1e-12 * k.norm());
  const json::value& bounds = value.at("K").at("lambda_min");
  const double least = least_eigenvalue(k);
  BOOST_TEST(bounds.at("lo").to_number<double>() <= least + 1e-12);
  BOOST_TEST(bounds.at("hi").to_number<double>() >= least - 1e-12);
  // Another seed is another network, and a wide one is close to the recursion of infinite width.
  kernel(base + "--width 12 --seed 2 --npy " + npy);
  BOOST_TEST((npy_matrix(npy, 8) - k).norm() > 1e-3);
  kernel(base + "--width 2000 --npy " + npy);
  const double expected = middle(kernel("-a gelu --depth 6 --rho 1").at("K_inf"));
  BOOST_TEST(npy_matrix(npy, 8).diagonal().mean() == expected, boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(bad_requests_are_refused_with_advice) {
  const auto refused = [](const std::string& arguments, int code, const std::string& words) {
    const Outcome run = run_gronwall("kernel " + arguments);
    BOOST_TEST_CONTEXT(arguments << " printed: " << run.err) {
      BOOST_TEST(run.code == code);
      BOOST_TEST(run.out.empty());
      BOOST_TEST(run.err.find(words) != std::string::npos);
    }
  };
  const std::string erf = "--limit -a erf ", points = "--data none --points 4 ";
  for (const std::string kind : {"--limit -a erf ", "--depth 4 -a erf "}) {
    refused(kind + "--rho 1.0000001", 2, "--rho must lie in [-1, 1]");
    refused(kind + "--rho -2", 2, "--rho must lie in [-1, 1]");
    refused(kind + "--rho nan", 2, "--rho");
    refused(kind + "--rho ''", 2, "--rho");
    refused(kind + "--rho 1/2 --T -1", 2, "--T must not be negative");
    refused(kind + "--rho 1/2 --T inf", 2, "--T");
    refused(kind + "--rho 1/2 --sigma-w 0", 2, "--sigma-w must be positive");
    refused(kind + "--rho 1/2 --sigma-v -1", 2, "--sigma-v must be positive");
    refused(kind + "--rho 1/2 --q 0", 2, "--q must be positive");
    refused(kind + "--rho 1/2 --digits 0", 4, "--digits");
    refused(kind + "--rho 1/2 --digits 1000000", 4, "--digits");
    refused(kind + "--rho 1/2 --curve", 2, "--curve");
    refused(kind + "--rho 1/2 --lambda-min", 2, "--lambda-min");
    refused(kind + "--rho 1/2 --width 5", 2, "--width");
  }
  refused(erf + "--rho 1/2 --T 30", 4, "sigma_w T");
  refused(erf + "--rho 1/2 --digits 5000", 4, "--digits");
  refused(erf + "--curve --digits 5000", 4, "--digits");
  refused(erf + "--rho 1/2 --depth 4", 2, "--depth");
  refused(erf + "--plot x.svg --rho 1/2", 2, "--plot needs --curve");
  refused(erf + "--curve --npy x.npy", 2, "--npy");
  refused(erf + "--curve --plot /no-such-folder/kappa.svg", 3, "/no-such-folder/kappa.svg");
  refused(erf + points + "--normalise --npy /no-such-folder/k.npy", 3, "/no-such-folder/k.npy");
  refused("-a erf --curve", 2, "--curve needs --limit");
  refused("-a erf --depth 3 --curve", 2, "--curve needs --limit");
  refused("-a erf --rho 1/2", 2, "--rho needs");
  refused("-a erf --depth 3 " + points, 2, "--width");
  refused("-a erf --depth 0 --rho 1/2", 2, "depth");
  refused("-a erf --depth -3 --rho 1/2", 2, "depth");
  refused("-a erf --depth x --rho 1/2", 2, "depth");
  refused("-a erf --depth 1000000 --rho 1/2", 2, "depth");
  for (const std::string width : {"0", "-1", "100000"})
    refused("-a erf --normalise --width " + width + " " + points, 2, "--width must lie between 1 and");
  refused("-a erf --normalise --width 5 --depth 0 " + points, 2, "depth");
  refused("-a erf --normalise --width 5 --T 0 " + points, 2, "--T");
  refused("-a erf --width 5 " + points, 2, "--normalise");
  for (const std::string& what :
       {std::string("--rho 1/2"), std::string("--curve"), "--normalise " + points}) {
    refused("--limit -a relu " + what, 2, "--depth");
    refused("--limit -a erff " + what, 2, "did you mean 'erf'");
  }
  refused("--limit --rho 1/2", 2, "activation");
}

BOOST_AUTO_TEST_SUITE_END()
