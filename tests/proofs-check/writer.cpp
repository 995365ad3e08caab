#include "writer.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <numbers>
#include <stdexcept>

#include "sha256.hpp"

namespace proofs_check {
std::ostream& operator<<(std::ostream& out, Exit exit) {
  static const char* const names[] = {"verified", "not verified", "usage", "malformed", "over a limit"};
  return out << names[static_cast<int>(exit)];
}
}  // namespace proofs_check

namespace checker_test {

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "proofs-check-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}
Folder::~Folder() {
  std::filesystem::remove_all(path_);
}

std::string Folder::write(const std::string& name, const std::string& bytes) const {
  std::ofstream(path_ / name, std::ios::binary) << bytes;
  return proofs_check::sha256(bytes);
}
std::string Folder::add(const std::string& name, const std::string& bytes) const {
  return R"({"name":")" + name + R"(","sha256":")" + write(name, bytes) + "\"}";
}
std::string Folder::add_array(const std::string& name, const std::string& dtype, const std::string& data,
                              const std::vector<int>& shape) const {
  std::string json, tuple;
  for (const int n : shape) {
    json += (json.empty() ? "" : ",") + std::to_string(n);
    tuple += (tuple.empty() ? "" : ", ") + std::to_string(n);
  }
  if (shape.size() == 1) tuple += ",";
  std::string header = "{'descr': '" +
                       std::string(dtype == "u1"   ? "|u1"
                                   : dtype == "i8" ? "<i8"
                                                   : "<f8") +
                       "', 'fortran_order': False, 'shape': (" + tuple + "), }";
  header += std::string(117 - header.size(), ' ') + "\n";
  const std::string sha = write(name, std::string("\x93NUMPY\x01\x00v\x00", 10) + header + data);
  return R"({"dtype":")" + dtype + R"(","name":")" + name + R"(","sha256":")" + sha + R"(","shape":[)" +
         json + "]}";
}
std::string Folder::add_i8(const std::string& name, const std::vector<std::int64_t>& values,
                           const std::vector<int>& shape) const {
  std::string data(values.size() * 8, '\0');
  std::memcpy(data.data(), values.data(), data.size());
  return add_array(name, "i8", data, shape);
}
std::string Folder::add_f8(const std::string& name, const std::vector<double>& values,
                           const std::vector<int>& shape) const {
  std::string data(values.size() * 8, '\0');
  std::memcpy(data.data(), values.data(), data.size());
  return add_array(name, "f8", data, shape);
}
std::string Folder::add_u1(const std::string& name, const std::vector<std::uint8_t>& values,
                           const std::vector<int>& shape) const {
  return add_array(name, "u1", std::string(values.begin(), values.end()), shape);
}

std::string certificate(const std::string& claim, const std::string& kind, const std::string& statement,
                        const std::string& witness, const std::string& verdict) {
  return R"({"claim":")" + claim + R"(","format":"gronwall-certificate/1","kind":")" + kind +
         R"(","statement":)" + statement + R"(,"verdict":")" + verdict + R"(","witness":)" + witness + "}";
}
std::string lemma(const std::string& kind, const std::string& statement, const std::string& witness) {
  return certificate("lemma", kind, statement, witness);
}

std::string gauss_statement(const std::string& activation, const std::string& q,
                            const std::vector<Bound>& bounds, int power) {
  std::string list;
  for (const Bound& b : bounds)
    list += (list.empty() ? "" : ",") +
            (R"({"hi":")" + b.hi + R"(","lo":")" + b.lo + R"(","n":)" + std::to_string(b.n)) + "}";
  return R"({"activation":")" + activation + R"(","coefficients":[)" + list + R"(],"power":)" +
         std::to_string(power) + R"(,"q":")" + q + "\"}";
}
std::string trapezoid_witness(int nodes, const std::string& step, const std::string& strip, int precision) {
  return R"({"method":"trapezoid","nodes":)" + std::to_string(nodes) + R"(,"precision":)" +
         std::to_string(precision) + R"(,"step":")" + step + R"(","strip":")" + strip + "\"}";
}
std::string closed_witness(int precision) {
  return R"({"method":"closed-form","precision":)" + std::to_string(precision) + "}";
}

Outcome check(const Folder& folder, const std::string& name) {
  proofs_check::Checker checker(folder.path());
  try {
    const proofs_check::Report& report = checker.verify(name);
    return {Exit::verified, report.meaning, report};
  } catch (const proofs_check::Failure& failure) {
    return {failure.exit, failure.what(), {}};
  }
}
Outcome check_bytes(const Folder& folder, const std::string& bytes) {
  folder.write("x.cert.json", bytes);
  return check(folder, "x.cert.json");
}

Exit check_in_memory(const Folder& folder, const std::string& bytes) {
  proofs_check::Checker checker(folder.path());
  proofs_check::Budget budget;
  proofs_check::Report report;
  try {
    proofs_check::check_document(proofs_check::parse_json(bytes), {checker, budget, report});
    return Exit::verified;
  } catch (const proofs_check::Failure& failure) {
    return failure.exit;
  }
}

double coefficient(const std::function<double(double)>& phi, double q, int n, int power) {
  const auto integrand = [&](double z) {
    double before = 0, h = 1;
    for (int k = 0; k < n; ++k) {
      const double next = (z * h - std::sqrt(k) * before) / std::sqrt(k + 1.0);
      before = h;
      h = next;
    }
    return std::pow(phi(std::sqrt(q) * z), power) * h * std::exp(-z * z / 2) /
           std::sqrt(2 * std::numbers::pi);
  };
  // Gauss-Legendre, five points a panel (DLMF 3.5.5), on panels that meet at the kink 0.
  constexpr double node_1 = 0.5384693101056831, node_2 = 0.9061798459386640;
  constexpr double weight_0 = 0.5688888888888889, weight_1 = 0.4786286704993665,
                   weight_2 = 0.2369268850561891;
  constexpr int panels = 156;
  constexpr double half = 13.0 / panels;
  double sum = 0;
  for (int k = -panels; k < panels; k += 2) {
    const double middle = (k + 1) * half;
    sum += weight_0 * integrand(middle) +
           weight_1 * (integrand(middle - node_1 * half) + integrand(middle + node_1 * half)) +
           weight_2 * (integrand(middle - node_2 * half) + integrand(middle + node_2 * half));
  }
  return sum * half;
}

double activation_value(const std::string& name, double x) {
  const double sigmoid = 1 / (1 + std::exp(-x));
  if (name == "softplus") return std::log1p(std::exp(x));
  if (name == "tanh") return std::tanh(x);
  if (name == "sigmoid") return sigmoid;
  if (name == "gelu") return x * std::erfc(-x / std::numbers::sqrt2) / 2;
  if (name == "silu") return x * sigmoid;
  if (name == "erf") return std::erf(x);
  if (name == "sin") return std::sin(x);
  if (name == "cos") return std::cos(x);
  if (name == "gaussian") return std::exp(-x * x / 2);
  if (name == "relu") return std::max(x, 0.0);
  if (name == "leaky-relu:1/10") return x > 0 ? x : x / 10;
  if (name == "elu") return x > 0 ? x : std::expm1(x);
  if (name == "identity") return x;
  if (name == "polynomial:1,0,-2/3,1*2^-2") return 1 - 2 * x * x / 3 + x * x * x / 4;
  throw std::invalid_argument("no such activation in the tests: " + name);
}

std::string dyadic(double x, int fractional_bits) {
  auto m = static_cast<std::int64_t>(std::floor(std::ldexp(x, fractional_bits)));
  int e = fractional_bits;
  while (m != 0 && m % 2 == 0 && e > 0) m /= 2, --e;
  if (m == 0) return "0";
  return std::to_string(m) + (e == 0 ? "" : "*2^-" + std::to_string(e));
}

}  // namespace checker_test
