#include "manifest.hpp"

namespace proofs_check {
Manifest read_manifest(const std::filesystem::path& folder) {
  const Value document = parse_json(read_file(folder / "manifest.json", limit::certificate_bytes));
  document.require({"certificates", "files", "format"});
  if (document["format"].text() != "gronwall-manifest/1") malformed("unknown format of manifest.json");

  Manifest manifest;
  std::map<std::string, std::string> listed;  // file name to sha256
  std::set<std::string> claims;
  std::string previous;
  const auto list = [&](const Value& entry, const std::string& key) {
    const std::string& name = entry[key].text();
    require_name(name);
    require_sha256(entry["sha256"].text());
    if (name <= previous) malformed("manifest.json: " + name + " is out of order");
    previous = name;
    if (name == "manifest.json" || !listed.emplace(name, entry["sha256"].text()).second)
      malformed("manifest.json lists " + name + " twice or itself");
    return name;
  };
  for (const Value& entry : document["certificates"].list()) {
    entry.require({"claim", "file", "sha256", "verdict"});
    const std::string name = list(entry, "file"), claim = entry["claim"].text();
    manifest.certificates.push_back({claim, name, entry["verdict"].text()});
    if (claim != "lemma" && !claims.insert(claim).second)
      not_verified("manifest.json lists the claim " + claim + " twice");
  }
  previous.clear();
  for (const Value& entry : document["files"].list())
    manifest.files.push_back(list(entry.require({"name", "sha256"}), "name"));

  std::error_code error;
  std::set<std::string> present;
  for (std::filesystem::directory_iterator item(folder, error), end; !error && item != end;
       item.increment(error))
    present.insert(item->path().filename().string());
  if (error) unreadable("cannot list " + folder.string());
  for (const std::string& name : present)
    if (name != "manifest.json" && !listed.contains(name))
      not_verified("not listed in manifest.json: " + printable(name));
  for (const auto& [name, sha256] : listed) {
    if (!present.contains(name)) not_verified("listed in manifest.json, but missing: " + name);
    if (hash_file(folder / name) != sha256)
      not_verified("sha256 of " + name + " is not the one in manifest.json");
  }
  return manifest;
}

void require_listed_as(const Manifest::Certificate& listed, const Report& report) {
  if (listed.claim != report.claim || listed.verdict != report.verdict)
    not_verified(listed.file + ": manifest.json lists another claim or verdict");
}

void require_all_used(const Manifest& manifest, const std::set<std::string>& used) {
  for (const Manifest::Certificate& certificate : manifest.certificates)
    if (certificate.claim == "lemma" && !used.contains(certificate.file))
      not_verified("no certificate uses " + certificate.file);
  for (const std::string& name : manifest.files)
    if (!used.contains(name)) not_verified("no certificate uses " + name);
}

}  // namespace proofs_check
