#pragma once
/// \file Writes certificates and side files for the tests by plain string concatenation, so that the checker
/// is not tested against its own idea of the format.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "check.hpp"

namespace checker_test {

using proofs_check::Exit;

/// A temporary folder, removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes the bytes; returns their sha256.
  std::string write(const std::string& name, const std::string& bytes) const;
  /// Writes the bytes; returns `{"name":NAME,"sha256":...}`.
  std::string add(const std::string& name, const std::string& bytes) const;
  /// Writes a .npy file of i8, u1 or f8; returns the side-file record. `shape` as in JSON, `[2,3]`.
  std::string add_i8(const std::string& name, const std::vector<std::int64_t>& values,
                     const std::vector<int>& shape) const;
  std::string add_u1(const std::string& name, const std::vector<std::uint8_t>& values,
                     const std::vector<int>& shape) const;
  std::string add_f8(const std::string& name, const std::vector<double>& values,
                     const std::vector<int>& shape) const;

 private:
  std::string add_array(const std::string& name, const std::string& dtype, const std::string& data,
                        const std::vector<int>& shape) const;
  std::filesystem::path path_;
};

std::string certificate(const std::string& claim, const std::string& kind, const std::string& statement,
                        const std::string& witness, const std::string& verdict = "proved");
std::string lemma(const std::string& kind, const std::string& statement, const std::string& witness);

/// One coefficient of a gauss/1 statement; reals in canonical spelling.
struct Bound {
  int n;
  std::string lo, hi;
};
std::string gauss_statement(const std::string& activation, const std::string& q,
                            const std::vector<Bound>& bounds, int power = 1);
/// delta = 2^-3, K = 128, b = 3/2, P = 256: enough for q <= 2 and 30 digits.
std::string trapezoid_witness(int nodes = 128, const std::string& step = "1*2^-3",
                              const std::string& strip = "3*2^-1", int precision = 256);
std::string closed_witness(int precision = 256);

struct Outcome {
  Exit exit;
  std::string reason;  // or the meaning, when verified
  proofs_check::Report report;
};
/// Checks the file `name` of the folder with a fresh checker.
Outcome check(const Folder& folder, const std::string& name);
/// Writes `bytes` as x.cert.json and checks it.
Outcome check_bytes(const Folder& folder, const std::string& bytes);
/// Checks the bytes without writing them; side files are those of the folder.
Exit check_in_memory(const Folder& folder, const std::string& bytes);

/// E[phi(sqrt(q) Z)^power h_n(Z)] in double arithmetic, by a Gauss rule on either side of 0; good to about
/// 1e-12.
double coefficient(const std::function<double(double)>& phi, double q, int n, int power = 1);
double activation_value(const std::string& name, double x);

/// x rounded to a multiple of 2^-50, as a canonical real; and the exact double x.
std::string dyadic(double x, int fractional_bits = 50);

}  // namespace checker_test

namespace proofs_check {
std::ostream& operator<<(std::ostream& out, Exit exit);
}
