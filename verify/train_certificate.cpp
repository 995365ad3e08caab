#include "train_certificate.hpp"

#include <sstream>
#include <system_error>

#include "checker_process.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall::verify {
namespace {

namespace fs = std::filesystem;

std::string last_line(const std::string& text) {
  std::istringstream lines(text);
  std::string last = "it printed nothing";
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) last = line;
  return last;
}

/// A folder under construction, removed unless it is put in its place.
class PartialFolder {
 public:
  explicit PartialFolder(fs::path place) : place_(std::move(place)), partial_(place_.string() + ".partial") {
    fs::remove_all(partial_);
  }
  ~PartialFolder() {
    std::error_code ignored;
    fs::remove_all(partial_, ignored);
    fs::remove(place_.parent_path(), ignored);  // refuses one that is not empty
  }
  PartialFolder(const PartialFolder&) = delete;
  PartialFolder& operator=(const PartialFolder&) = delete;

  const fs::path& path() const { return partial_; }
  void put_in_place() const {
    fs::remove_all(place_);
    fs::rename(partial_, place_);
  }

 private:
  fs::path place_, partial_;
};

MonitorProof prove(const fs::path& place, const TangentKernel& kernel, const EnclosedProduct& enclosure) {
  const PartialFolder folder(place);
  const std::string claim = tangent_claim_id(kernel.model.phi());
  CertificateBundle bundle(folder.path());
  auto made = certify_tangent_kernel(bundle, claim, kernel, enclosure);
  if (!made)
    return {std::nullopt, "no positive lower bound of the enclosed kernel's eigenvalues can be certified"};
  bundle.add(claim, {.claim = claim,
                     .kind = "spd/1",
                     .verdict = Verdict::proved,
                     .statement = std::move(made->statement),
                     .witness = std::move(made->witness)});
  bundle.finish();
  std::ostringstream output;
  if (run_checker(folder.path(), output) != 0)
    return {std::nullopt, "proofs-check does not accept the certificate: " + last_line(output.str())};
  folder.put_in_place();
  return {made->bound, {}};
}

}  // namespace

MonitorProof prove_lambda_min(const fs::path& run, std::uint64_t epoch, const TangentKernel& kernel,
                              const EnclosedProduct& enclosure) {
  try {
    return prove(run / "certificates" / ("epoch-" + std::to_string(epoch)), kernel, enclosure);
  } catch (const fs::filesystem_error& error) {
    throw FileError(std::string("cannot write a certificate: ") + error.what());
  }
}

}  // namespace gronwall::verify
