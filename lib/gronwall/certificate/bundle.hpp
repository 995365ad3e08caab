#pragma once
/// \file A folder of certificates, side files and their manifest, written so that it is either complete or
/// absent.

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "gronwall/certificate/canonical_json.hpp"
#include "gronwall/certificate/claim.hpp"

namespace gronwall {

/// One certificate (docs/certificates.md, "Envelope").
struct Certificate {
  /// Id in the checker's registry, or `lemma` for one that only serves other certificates.
  std::string claim;
  std::string kind;
  Verdict verdict = Verdict::proved;
  CanonicalJson statement;
  CanonicalJson witness;

  CanonicalJson to_json() const;
};

/// Collects certificates in a folder. Files are written atomically as they come; `finish` writes the
/// manifest, without which `proofs-check --all` refuses the folder. Safe to call from several threads.
class CertificateBundle {
 public:
  /// \param folder is created; it must be empty or not exist. \throws FileError otherwise.
  explicit CertificateBundle(std::filesystem::path folder);

  /// Writes `<stem>.cert.json`; returns the reference `{"name","sha256"}` that other certificates put into
  /// their witness. Adding the same bytes under the same stem again is allowed and does nothing. \throws
  /// InputError for a stem outside [a-z0-9][a-z0-9_.-]*, or one in use with other bytes.
  CanonicalJson add(const std::string& stem, const Certificate& certificate);

  /// Writes an array in C order as `<stem>.npy`; returns the side-file record
  /// `{"dtype","name","sha256","shape"}`. The same array under the same stem again is allowed, too. \throws
  /// InputError as `add`, or when `shape` does not fit the number of values.
  CanonicalJson add_array(const std::string& stem, std::span<const std::int64_t> values,
                          const std::vector<std::uint64_t>& shape);
  CanonicalJson add_array(const std::string& stem, std::span<const std::uint8_t> values,
                          const std::vector<std::uint64_t>& shape);
  /// Doubles that mean themselves; finite.
  CanonicalJson add_array(const std::string& stem, std::span<const double> values,
                          const std::vector<std::uint64_t>& shape);

  /// Writes the manifest. Nothing can be added afterwards.
  void finish();

  const std::filesystem::path& folder() const { return folder_; }
  static std::string file_name(const std::string& stem) { return stem + ".cert.json"; }

 private:
  /// What the manifest says of a file; `claim` is empty for side files.
  struct Entry {
    std::string sha256;
    std::string claim;
    std::string verdict;
  };
  void require_open() const;
  template <class Element>
  CanonicalJson add_elements(const std::string& stem, std::span<const Element> values,
                             const std::vector<std::uint64_t>& shape, const char* dtype);

  std::filesystem::path folder_;
  std::map<std::string, Entry> entries_;
  bool finished_ = false;
  std::mutex mutex_;
};

}  // namespace gronwall
