#pragma once
// Running PyTorch next to the library: what is exchanged with it, and the kernels it is given.

#include <Eigen/Core>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall::bench {

/// A folder of its own for what is handed over, removed at the end. Matrices are raw doubles, column by
/// column.
class Exchange {
 public:
  Exchange() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gronwall_XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw FileError("cannot make a temporary folder");
    folder_ = pattern;
  }
  ~Exchange() { std::filesystem::remove_all(folder_); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void write(const char* name, const Eigen::MatrixXd& m) const {
    std::ofstream(folder_ / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(m.data()), bytes(m.size()));
  }
  /// `size` numbers, zeros where there are none.
  Eigen::VectorXd read(const char* name, Eigen::Index size) const {
    Eigen::VectorXd v = Eigen::VectorXd::Zero(size);
    std::ifstream(folder_ / name, std::ios::binary).read(reinterpret_cast<char*>(v.data()), bytes(size));
    return v;
  }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  static std::streamsize bytes(Eigen::Index numbers) { return static_cast<std::streamsize>(8 * numbers); }
  std::filesystem::path folder_;
};

/// What a command prints; nothing if it fails or prints nothing.
inline std::optional<std::string> output_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return std::nullopt;
  std::string text;
  char buffer[512];
  while (std::fgets(buffer, sizeof buffer, pipe)) text += buffer;
  if (pclose(pipe) != 0 || text.empty()) return std::nullopt;
  return text;
}

/// The environment that forces PyTorch's own and its BLAS's kernels for the widest vectors of this machine,
/// which Debian's builds do not find by themselves on every machine.
inline std::string forced_kernels() {
  const std::string_view set = dense::kernels().name;
  if (set == "avx512") return "OPENBLAS_CORETYPE=SKYLAKEX ATEN_CPU_CAPABILITY=avx512 ";
  if (set == "avx2") return "OPENBLAS_CORETYPE=HASWELL ATEN_CPU_CAPABILITY=avx2 ";
  return "";
}

/// Runs a script of this folder under Debian's Python with PyTorch (python3-torch). GRONWALL_BENCH_BLAS, if
/// set, is the folder of the BLAS it takes.
inline std::optional<std::string> run_pytorch(const char* script, const std::string& arguments, bool forced) {
  std::string command = forced ? forced_kernels() : "";
  if (const char* blas = std::getenv("GRONWALL_BENCH_BLAS"))
    command += "LD_LIBRARY_PATH='" + std::string(blas) + "' ";
  command += "/usr/bin/python3 '" + (std::filesystem::path(__FILE__).parent_path() / script).string() + "' " +
             arguments;
  auto text = output_of(command);
  if (!text) std::fprintf(stderr, "PyTorch did not run (python3-torch?): %s\n", command.c_str());
  return text;
}

}  // namespace gronwall::bench
