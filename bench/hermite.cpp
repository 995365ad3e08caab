// Hermite coefficients and dual activations against FLINT's general-purpose rigorous integrator
// (acb_calc_integrate) on the same enclosures, one core. `hermite [--json] [--no-peer]`; times are medians,
// ratios of one run.

#if __has_include(<flint/acb_calc.h>)
#include <flint/acb_calc.h>
#else
#include <acb_calc.h>
#endif

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "gronwall/gaussian/dual.hpp"
#include "gronwall/gaussian/hermite.hpp"

namespace {

using gronwall::activation;
using gronwall::Ball;
using gronwall::Rational;

/// Processor time, which other load on the machine disturbs least; everything here runs on one core.
double seconds(const std::function<void()>& work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// Median over at least five runs, or as many as fit into a second.
double median_seconds(const std::function<void()>& work) {
  std::vector<double> times;
  double total = 0;
  while (times.size() < 5 || (total < 1 && times.size() < 51)) {
    times.push_back(seconds(work));
    total += times.back();
    if (total > 10) break;
  }
  std::nth_element(times.begin(), times.begin() + static_cast<long>(times.size() / 2), times.end());
  return times[times.size() / 2];
}

/// An acb_t with a lifetime.
class Complex {
 public:
  Complex() { acb_init(value_); }
  ~Complex() { acb_clear(value_); }
  Complex(const Complex&) = delete;
  Complex& operator=(const Complex&) = delete;
  operator acb_ptr() { return value_; }  // NOLINT: stands for the acb_t

 private:
  acb_t value_;
};

enum class Peer { softplus, tanh };
struct PeerTask {
  Peer phi;
  unsigned n;
};

/// phi(z) He_n(z) e^(-z^2/2), holomorphic where acb_calc_integrate asks (order > 0).
int integrand(acb_ptr result, const acb_t z, void* parameter, slong order, slong bits) {
  const PeerTask& task = *static_cast<const PeerTask*>(parameter);
  Complex value, current, previous, next;
  if (task.phi == Peer::tanh) {
    acb_tanh(value, z, bits);
  } else {
    acb_exp(value, z, bits);
    acb_add_ui(value, value, 1, bits);
    acb_log_analytic(value, value, order != 0, bits);
  }
  acb_one(current);
  for (unsigned n = 0; n < task.n; ++n) {
    acb_mul(next, current, z, bits);
    acb_submul_si(next, previous, static_cast<slong>(n), bits);
    acb_swap(previous, current);
    acb_swap(current, next);
  }
  acb_mul(value, value, current, bits);
  acb_mul(next, z, z, bits);
  acb_mul_2exp_si(next, next, -1);
  acb_neg(next, next);
  acb_exp(next, next, bits);
  acb_mul(result, value, next, bits);
  return 0;
}

/// One coefficient by the peer: the integral over [-reach, reach], beyond which the integrand is below
/// 2^-bits.
void peer_coefficient(Peer phi, unsigned n, long bits) {
  const double degree = static_cast<double>(n);
  const double reach = std::min(
      2 * std::sqrt((static_cast<double>(bits) + 8) * std::log(2.0)),
      std::sqrt(degree) + std::sqrt(2 * (static_cast<double>(bits) * std::log(2.0) + degree / 2 + 8)));
  PeerTask task{phi, n};
  Complex low, high, result;
  arb_set_d(acb_realref(acb_ptr(low)), -std::ceil(reach));
  arb_set_d(acb_realref(acb_ptr(high)), std::ceil(reach));
  // sqrt(n!) relates He_n to the orthonormal polynomial.
  const long scale = static_cast<long>(0.5 * std::lgamma(degree + 1) / std::log(2.0));
  mag_t tolerance;
  mag_init(tolerance);
  mag_set_ui_2exp_si(tolerance, 1, scale - bits);
  acb_calc_integrate(result, integrand, &task, low, high, bits, tolerance, nullptr,
                     bits + 20 + static_cast<long>(0.85 * degree));
  mag_clear(tolerance);
}

struct Row {
  std::string name;
  double own = 0;
  double peer = 0;  // 0: not measured
  std::string remark;
};

/// The peer's time for all of 0..last, or from a sample of the indices.
Row against_peer(const std::string& name, Peer phi, unsigned last, bool with_peer) {
  constexpr long kBits = 333;
  Row row{name + " a_0..a_" + std::to_string(last) + ", 100 digits", 0, 0, ""};
  row.own = median_seconds([&] { hermite_coefficients(activation(name), 1, 0, last, kBits); });
  if (!with_peer) return row;
  if (last <= 32) {
    row.peer = seconds([&] {
      for (unsigned n = 0; n <= last; ++n) peer_coefficient(phi, n, kBits);
    });
    row.remark = "peer measured for every n";
  } else {
    const std::vector<unsigned> sample{0, 63, 128, 191, 256};
    double total = 0;
    for (const unsigned n : sample) total += seconds([&] { peer_coefficient(phi, n, kBits); });
    row.peer = total / static_cast<double>(sample.size()) * (last + 1.0);
    row.remark = "peer extrapolated from n = 0, 63, 128, 191, 256";
  }
  return row;
}

void print_table(const std::vector<Row>& rows) {
  std::printf("%-44s %12s %12s %10s\n", "", "seconds", "acb_calc", "ratio");
  for (const Row& row : rows) {
    std::printf("%-44s %12.3g ", row.name.c_str(), row.own);
    if (row.peer > 0)
      std::printf("%12.3g %10.0f  %s\n", row.peer, row.peer / row.own, row.remark.c_str());
    else
      std::printf("%12s %10s  %s\n", "-", "-", row.remark.c_str());
  }
}

void print_json(const std::vector<Row>& rows) {
  std::printf("[");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    std::printf("%s\n  {\"name\": \"%s\", \"seconds\": %.4g", i == 0 ? "" : ",", row.name.c_str(), row.own);
    if (row.peer > 0)
      std::printf(", \"peer\": \"acb_calc_integrate\", \"peer_seconds\": %.4g, \"ratio\": %.4g", row.peer,
                  row.peer / row.own);
    std::printf(", \"remark\": \"%s\"}", row.remark.c_str());
  }
  std::printf("\n]\n");
}

}  // namespace

int main(int argc, char** argv) {
  bool json = false, with_peer = true;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) {
      json = true;
    } else if (std::strcmp(argv[i], "--no-peer") == 0) {
      with_peer = false;
    } else {
      std::fprintf(stderr, "usage: hermite [--json] [--no-peer]\n");
      return 2;
    }
  }
  std::vector<Row> rows;
  for (const unsigned last : {32U, 256U}) {
    rows.push_back(against_peer("softplus", Peer::softplus, last, with_peer));
    rows.push_back(against_peer("tanh", Peer::tanh, last, with_peer));
  }
  for (const char* name : {"softplus", "tanh"}) {
    Row row{std::string(name) + " a_0..a_32, 1000 digits", 0, 0, ""};
    row.own = median_seconds([&] { hermite_coefficients(activation(name), 1, 0, 32, 3333); });
    rows.push_back(row);
  }

  constexpr long kDualBits = 333;
  const Rational rho(99, 100);
  Row first{"softplus dual at rho = 0.99, 100 digits", 0, 0, "first call: norm, coefficients, sum"};
  first.own = median_seconds([&] { dual_activation(activation("softplus"), 1, rho, kDualBits); });
  gronwall::DualActivation dual(activation("softplus"), kDualBits);
  dual.value(1, rho, 1);
  Row further{"the same, a further rho", 0, 0, "coefficients known"};
  further.own = median_seconds([&] { dual.value(1, Rational(985, 1000), 1); });
  rows.push_back(first);
  rows.push_back(further);

  if (json)
    print_json(rows);
  else
    print_table(rows);
}
