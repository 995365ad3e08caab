#include "train_certificate.hpp"

#include <charconv>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

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
    fs::remove_all(place_);
  }
  ~PartialFolder() {
    std::error_code ignored;
    fs::remove_all(partial_, ignored);
    fs::remove(place_.parent_path(), ignored);  // refuses one that is not empty
  }
  PartialFolder(const PartialFolder&) = delete;
  PartialFolder& operator=(const PartialFolder&) = delete;

  const fs::path& path() const { return partial_; }
  void put_in_place() const { fs::rename(partial_, place_); }

 private:
  fs::path place_, partial_;
};

MonitorProof prove(const fs::path& place, const TangentKernel& kernel, const EnclosedProduct& enclosure) {
  const PartialFolder folder(place);
  const std::optional<std::string> claim = tangent_claim_id(kernel.model.phi());
  if (!claim) return {std::nullopt, "proofs-check does not follow networks of " + kernel.model.phi().name()};
  if (kernel.depth > kDeepestTangentNet)
    return {std::nullopt, "proofs-check follows networks of at most " + std::to_string(kDeepestTangentNet) +
                              " layers, not of " + std::to_string(kernel.depth)};
  CertificateBundle bundle(folder.path());
  auto made = certify_tangent_kernel(bundle, *claim, kernel, enclosure);
  if (!made)
    return {std::nullopt, "no positive lower bound of the enclosed kernel's eigenvalues can be certified"};
  bundle.add(*claim, {.claim = *claim,
                      .kind = "spd/1",
                      .verdict = Verdict::proved,
                      .statement = std::move(made->statement),
                      .witness = std::move(made->witness)});
  bundle.finish();
  std::ostringstream output;
  try {
    if (run_checker(folder.path(), output) != 0)
      return {std::nullopt, "proofs-check does not accept the certificate: " + last_line(output.str())};
  } catch (const FileError& error) {  // it was killed: no reason to end the training
    return {std::nullopt, error.what()};
  }
  folder.put_in_place();
  return {made->bound, {}};
}

constexpr std::string_view kEpoch = "epoch-";

fs::path certificates_of(const fs::path& run) {
  return run / "certificates";
}

/// Calls `work`. What goes wrong with files is a FileError.
template <class Work>
auto on_files(const Work& work) {
  try {
    return work();
  } catch (const fs::filesystem_error& error) {
    throw FileError(std::string("cannot write a certificate: ") + error.what());
  }
}

}  // namespace

void drop_certificates_after(const fs::path& run, std::uint64_t epoch) {
  on_files([&] {
    if (!fs::exists(certificates_of(run))) return;
    std::vector<fs::path> late;
    for (const fs::directory_entry& entry : fs::directory_iterator(certificates_of(run))) {
      const std::string name = entry.path().filename().string();
      std::uint64_t of = 0;
      if (name.starts_with(kEpoch) &&
          std::from_chars(name.data() + kEpoch.size(), name.data() + name.size(), of).ec == std::errc() &&
          of > epoch)
        late.push_back(entry.path());
    }
    for (const fs::path& folder : late) fs::remove_all(folder);
  });
}

MonitorProof prove_lambda_min(const fs::path& run, std::uint64_t epoch, const TangentKernel& kernel,
                              const EnclosedProduct& enclosure) {
  return on_files([&] {
    return prove(certificates_of(run) / (std::string(kEpoch) + std::to_string(epoch)), kernel, enclosure);
  });
}

}  // namespace gronwall::verify
