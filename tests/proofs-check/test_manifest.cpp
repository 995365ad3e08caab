// The folder and its manifest: nothing missing, altered, extra, doubled or unused.
#include <boost/test/unit_test.hpp>

#include "manifest.hpp"
#include "sha256.hpp"
#include "writer.hpp"

namespace {
using namespace checker_test;

struct Entry {
  std::string claim, file, verdict;
};
/// A folder with a registered claim that uses a lemma and a side file.
struct Bundle {
  Folder folder;
  std::vector<Entry> certificates{{"gram-lambda-min.relu", "a.cert.json", "proved"},
                                  {"lemma", "g.cert.json", "proved"},
                                  {"hermite-orthonormal", "h.cert.json", "proved"}};
  std::vector<std::string> files{"p.npy", "z.npy"};
  Bundle() {
    const std::string gauss =
        folder.add("g.cert.json",
                   lemma("gauss/1", gauss_statement("relu", "1", {{0, "1*2^-3", "1"}}), closed_witness()));
    const std::string points = folder.add_u1("p.npy", {1, 0}, {1, 2}),
                      zero = folder.add_i8("z.npy", {0}, {1});
    folder.write("a.cert.json", certificate("gram-lambda-min.relu", "spd/1",
                                            R"({"bound":"1*2^-6","matrix":{"activation":"relu","points":)" +
                                                points + R"(,"q":"1","type":"dot-product-kernel"}})",
                                            R"({"coefficients":["1*2^-6"],"factor":)" + zero +
                                                R"(,"gauss":)" + gauss + R"(,"scale":"0"})"));
    folder.write("h.cert.json",
                 certificate("hermite-orthonormal", "orthonormal/1", R"({"degree":64})", "{}"));
    write();
  }
  std::string sha256(const std::string& name) const {
    const auto path = folder.path() / name;
    return std::filesystem::is_regular_file(path) ? proofs_check::hash_file(path) : std::string(64, '0');
  }
  void write() const {
    std::string c, f;
    for (const Entry& e : certificates)
      c += (c.empty() ? "" : ",") +
           (R"({"claim":")" + e.claim + R"(","file":")" + e.file + R"(","sha256":")" + sha256(e.file) +
            R"(","verdict":")" + e.verdict) +
           "\"}";
    for (const std::string& name : files)
      f += (f.empty() ? "" : ",") + (R"({"name":")" + name + R"(","sha256":")" + sha256(name)) + "\"}";
    folder.write("manifest.json",
                 R"({"certificates":[)" + c + R"(],"files":[)" + f + R"(],"format":"gronwall-manifest/1"})");
  }
  /// As `proofs-check --all` does it.
  Exit verdict() const {
    try {
      const proofs_check::Manifest manifest = proofs_check::read_manifest(folder.path());
      proofs_check::Checker checker(folder.path());
      std::set<std::string> used;
      for (const auto& listed : manifest.certificates) {
        const auto& report = checker.verify(listed.file);
        proofs_check::require_listed_as(listed, report);
        used.insert(report.uses.begin(), report.uses.end());
      }
      proofs_check::require_all_used(manifest, used);
      return Exit::verified;
    } catch (const proofs_check::Failure& failure) {
      return failure.exit;
    }
  }
};
}  // namespace

BOOST_FIXTURE_TEST_SUITE(manifest, Bundle)

BOOST_AUTO_TEST_CASE(complete) {
  BOOST_TEST(verdict() == Exit::verified);
}

BOOST_AUTO_TEST_CASE(missing_manifest) {
  std::filesystem::remove(folder.path() / "manifest.json");
  BOOST_TEST(verdict() == Exit::usage);
}
BOOST_AUTO_TEST_CASE(missing_certificate) {
  std::filesystem::remove(folder.path() / "h.cert.json");
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(missing_side_file) {
  std::filesystem::remove(folder.path() / "p.npy");
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(altered) {
  folder.write("h.cert.json",
               certificate("hermite-orthonormal", "orthonormal/1", R"({"degree":64})", "{}") + " ");
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(altered_with_new_hash) {
  folder.add_u1("p.npy", {2, 0}, {1, 2});
  write();
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(extra_file) {
  folder.write("notes.txt", "");
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(extra_hidden_file) {
  folder.write(".hidden", "");
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(extra_folder) {
  std::filesystem::create_directory(folder.path() / "sub");
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(unlisted_lemma) {
  certificates.erase(certificates.begin() + 1);
  write();
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(unused_lemma) {
  folder.write("x.cert.json",
               lemma("gauss/1", gauss_statement("relu", "1", {{0, "0", "1"}}), closed_witness()));
  certificates.push_back({"lemma", "x.cert.json", "proved"});
  write();
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(unused_side_file) {
  folder.add_i8("zz.npy", {0}, {1});
  files.push_back("zz.npy");
  write();
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(claim_twice) {
  folder.write("i.cert.json", certificate("hermite-orthonormal", "orthonormal/1", R"({"degree":64})", "{}"));
  certificates.push_back({"hermite-orthonormal", "i.cert.json", "proved"});
  write();
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(wrong_claim) {
  certificates[2].claim = "tanh-spd";
  write();
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(wrong_verdict) {
  certificates[2].verdict = "refuted";
  write();
  BOOST_TEST(verdict() == Exit::not_verified);
}
BOOST_AUTO_TEST_CASE(out_of_order) {
  std::swap(certificates[0], certificates[1]);
  write();
  BOOST_TEST(verdict() == Exit::malformed);
}
BOOST_AUTO_TEST_CASE(file_twice) {
  certificates.push_back(certificates[2]);
  write();
  BOOST_TEST(verdict() == Exit::malformed);
}
BOOST_AUTO_TEST_CASE(file_in_both_lists) {
  files.insert(files.begin(), "h.cert.json");
  write();
  BOOST_TEST(verdict() == Exit::malformed);
}
BOOST_AUTO_TEST_CASE(manifest_lists_itself) {
  files.insert(files.begin(), "manifest.json");
  write();
  BOOST_TEST(verdict() == Exit::malformed);
}
BOOST_AUTO_TEST_CASE(name_outside) {
  files.push_back("../z.npy");
  write();
  BOOST_TEST(verdict() == Exit::malformed);
}
BOOST_AUTO_TEST_CASE(link_in_place_of_a_file) {
  std::filesystem::rename(folder.path() / "p.npy",
                          folder.path() / ".." / (folder.path().filename().string() + "-p"));
  std::filesystem::create_symlink(folder.path().string() + "-p", folder.path() / "p.npy");
  BOOST_TEST(verdict() == Exit::usage);
  std::filesystem::remove(folder.path().string() + "-p");
}

BOOST_AUTO_TEST_SUITE_END()
