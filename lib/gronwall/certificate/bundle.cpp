#include "gronwall/certificate/bundle.hpp"

#include <algorithm>
#include <cmath>
#include <system_error>

#include "gronwall/data/file_io.hpp"
#include "gronwall/data/npy_writer.hpp"
#include "gronwall/data/sha256.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

constexpr std::size_t kLongestStem = 80;
constexpr const char* kManifest = "manifest.json";

void require_stem(const std::string& stem) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  const bool starts_well =
      !stem.empty() && ((stem[0] >= 'a' && stem[0] <= 'z') || (stem[0] >= '0' && stem[0] <= '9'));
  if (!starts_well || stem.size() > kLongestStem || !std::all_of(stem.begin(), stem.end(), plain))
    throw InputError("not a certificate name: '" + stem +
                     "' (at most 80 of a-z 0-9 _ . -, a letter or digit first)");
}

}  // namespace

CanonicalJson Certificate::to_json() const {
  return CanonicalJson::Object{
      {"claim", claim},         {"format", "gronwall-certificate/1"}, {"kind", kind},
      {"statement", statement}, {"verdict", to_text(verdict)},        {"witness", witness}};
}

CertificateBundle::CertificateBundle(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) throw FileError("cannot create the folder " + folder_.string() + ": " + error.message());
  if (!std::filesystem::is_empty(folder_, error) || error)
    throw FileError("the folder for certificates must be empty: " + folder_.string());
}

void CertificateBundle::require_open() const {
  if (finished_) throw InputError("the manifest is written; nothing can be added to " + folder_.string());
}

CanonicalJson CertificateBundle::add(const std::string& stem, const Certificate& certificate) {
  require_stem(stem);
  const std::string bytes = certificate.to_json().bytes();
  const std::string name = file_name(stem);
  Entry entry{sha256_hex(byte_view(bytes)), certificate.claim, std::string(to_text(certificate.verdict))};
  const CanonicalJson reference = CanonicalJson::Object{{"name", name}, {"sha256", entry.sha256}};
  const std::scoped_lock lock(mutex_);
  require_open();
  if (const auto known = entries_.find(name); known != entries_.end()) {
    if (known->second.sha256 != entry.sha256)
      throw InputError("two different certificates are named " + name);
    return reference;
  }
  write_file_atomically(folder_ / name, bytes);
  entries_.emplace(name, std::move(entry));
  return reference;
}

template <class Element>
CanonicalJson CertificateBundle::add_elements(const std::string& stem, std::span<const Element> values,
                                              const std::vector<std::uint64_t>& shape, const char* dtype) {
  require_stem(stem);
  const std::string name = stem + ".npy";
  const std::scoped_lock lock(mutex_);
  require_open();
  const auto known = entries_.find(name);
  const std::filesystem::path path = folder_ / (known == entries_.end() ? name : name + ".again");
  const std::string sha256 = write_npy(path, values, shape);
  if (known == entries_.end()) {
    entries_.emplace(name, Entry{sha256, "", ""});
  } else {
    std::filesystem::remove(path);
    if (known->second.sha256 != sha256) throw InputError("two different side files are named " + name);
  }
  CanonicalJson::Array extents;
  for (const std::uint64_t extent : shape) extents.push_back(CanonicalJson::count(extent));
  return CanonicalJson::Object{{"dtype", dtype}, {"name", name}, {"sha256", sha256}, {"shape", extents}};
}

CanonicalJson CertificateBundle::add_array(const std::string& stem, std::span<const std::int64_t> values,
                                           const std::vector<std::uint64_t>& shape) {
  return add_elements(stem, values, shape, "i8");
}

CanonicalJson CertificateBundle::add_array(const std::string& stem, std::span<const std::uint8_t> values,
                                           const std::vector<std::uint64_t>& shape) {
  return add_elements(stem, values, shape, "u1");
}

CanonicalJson CertificateBundle::add_array(const std::string& stem, std::span<const double> values,
                                           const std::vector<std::uint64_t>& shape) {
  if (!std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); }))
    throw InputError("a side file of a certificate holds a number that is not finite: " + stem);
  return add_elements(stem, values, shape, "f8");
}

void CertificateBundle::finish() {
  const std::scoped_lock lock(mutex_);
  require_open();
  CanonicalJson::Array certificates;
  CanonicalJson::Array files;
  for (const auto& [name, entry] : entries_) {
    if (entry.claim.empty())
      files.push_back(CanonicalJson::Object{{"name", name}, {"sha256", entry.sha256}});
    else
      certificates.push_back(CanonicalJson::Object{
          {"claim", entry.claim}, {"file", name}, {"sha256", entry.sha256}, {"verdict", entry.verdict}});
  }
  write_file_atomically(
      folder_ / kManifest,
      CanonicalJson(CanonicalJson::Object{
                        {"certificates", certificates}, {"files", files}, {"format", "gronwall-manifest/1"}})
          .bytes());
  finished_ = true;
}

}  // namespace gronwall
