// Side files: header, shape, size, sha256, names, links.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <limits>

#include "files.hpp"
#include "sha256.hpp"
#include "writer.hpp"

namespace {
using namespace checker_test;
using proofs_check::Array;

Exit load(const Folder& folder, const std::string& record) {
  try {
    proofs_check::load_array(folder.path(), proofs_check::parse_json(record));
    return Exit::verified;
  } catch (const proofs_check::Failure& failure) {
    return failure.exit;
  }
}
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}
std::string record(const std::string& name, const std::string& bytes, const std::string& dtype,
                   const std::string& shape) {
  return R"({"dtype":")" + dtype + R"(","name":")" + name + R"(","sha256":")" + proofs_check::sha256(bytes) +
         R"(","shape":)" + shape + "}";
}
}  // namespace

BOOST_AUTO_TEST_SUITE(files)

BOOST_AUTO_TEST_CASE(valid) {
  const Folder folder;
  const std::string i8 = folder.add_i8("a.npy", {1, -2, 3, INT64_MIN, INT64_MAX, 0}, {2, 3});
  const Array a = proofs_check::load_array(folder.path(), proofs_check::parse_json(i8));
  BOOST_TEST((a.dtype == proofs_check::Dtype::i8));
  BOOST_TEST((a.shape == std::vector<std::uint64_t>{2, 3}));
  BOOST_TEST((a.wide == std::vector<std::int64_t>{1, -2, 3, INT64_MIN, INT64_MAX, 0}));
  const Array b =
      proofs_check::load_array(folder.path(), proofs_check::parse_json(folder.add_u1("b", {0, 255, 7}, {3})));
  BOOST_TEST((b.dtype == proofs_check::Dtype::u1));
  BOOST_TEST((b.bytes == std::vector<std::uint8_t>{0, 255, 7}));
  const std::vector<double> reals{0.1, -0.0, 5e-324, -1.7976931348623157e308};
  const Array c =
      proofs_check::load_array(folder.path(), proofs_check::parse_json(folder.add_f8("c", reals, {4, 1})));
  BOOST_TEST((c.dtype == proofs_check::Dtype::f8));
  BOOST_TEST((c.reals == reals));
  BOOST_TEST((a.bytes.empty() && a.reals.empty() && b.wide.empty() && b.reals.empty() && c.wide.empty() &&
              c.bytes.empty()));
  BOOST_TEST(load(folder, folder.add_u1(std::string(100, 'x'), {1}, {1, 1})) == Exit::verified);
  BOOST_TEST(load(folder, folder.add_i8("0_-.", {1}, {1})) == Exit::verified);
}

BOOST_AUTO_TEST_CASE(invalid) {
  const Folder folder;
  const std::string good = folder.add_i8("a.npy", {1, 2, 3, 4}, {2, 2});
  BOOST_TEST(load(folder, good) == Exit::verified);
  BOOST_TEST(load(folder, replaced(good, "a.npy", "b.npy")) == Exit::usage);    // missing
  BOOST_TEST(load(folder, replaced(good, "[2,2]", "[4]")) == Exit::malformed);  // header
  BOOST_TEST(load(folder, replaced(good, "[2,2]", "[1,4]")) == Exit::malformed);
  BOOST_TEST(load(folder, replaced(good, "[2,2]", "[2,3]")) == Exit::not_verified);  // size
  BOOST_TEST(load(folder, replaced(good, "[2,2]", "[2,2,1]")) == Exit::malformed);
  BOOST_TEST(load(folder, replaced(good, "[2,2]", "[]")) == Exit::malformed);
  BOOST_TEST(load(folder, replaced(good, "[2,2]", "[0,2]")) == Exit::malformed);
  BOOST_TEST(load(folder, replaced(good, "[2,2]", "[999999999999999999,999999999999999999]")) ==
             Exit::over_limit);
  BOOST_TEST(load(folder, replaced(good, "[2,2]", "[4294967296,4294967296]")) == Exit::over_limit);
  BOOST_TEST(load(folder, replaced(good, "[2,2]", "[268435456]")) == Exit::over_limit);
  BOOST_TEST(load(folder, replaced(good, "\"i8\"", "\"u1\"")) == Exit::not_verified);
  for (const std::string other : {"f8", "f4", "<f8", ""})
    BOOST_TEST(load(folder, replaced(good, "\"i8\"", '"' + other + '"')) == Exit::malformed);
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::nan("");
  for (const double bad : {infinity, -infinity, nan, -nan})
    BOOST_TEST(load(folder, folder.add_f8("f.npy", {1, bad}, {2})) == Exit::malformed);
  const std::string f8 = folder.add_f8("f.npy", {1, 2}, {2});
  BOOST_TEST(load(folder, f8) == Exit::verified);
  BOOST_TEST(load(folder, replaced(f8, "\"f8\"", "\"i8\"")) == Exit::malformed);     // header
  BOOST_TEST(load(folder, replaced(f8, "\"f8\"", "\"u1\"")) == Exit::not_verified);  // size
  BOOST_TEST(load(folder, replaced(good, "\"i8\"", "\"<i8\"")) == Exit::malformed);
  BOOST_TEST(load(folder, replaced(good, "\"sha256\":\"", "\"sha256\":\"0")) == Exit::malformed);
  for (const std::string name :
       {"", "../a.npy", "/etc/passwd", "A.npy", ".npy", "-a", "_a", "a/b", "a b", "a\\\\b", "~", "a:b"})
    BOOST_TEST(load(folder, replaced(good, "a.npy", name)) == Exit::malformed, name);
  BOOST_TEST(load(folder, replaced(good, "a.npy", std::string(101, 'a'))) == Exit::malformed);

  // Every byte of the file matters; a consistent sha256 does not save another header.
  std::string bytes = proofs_check::read_file(folder.path() / "a.npy", 1000);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string other = bytes;
    other[i] = static_cast<char>(other[i] ^ 1);
    folder.write("a.npy", other);
    BOOST_TEST(load(folder, good) == Exit::not_verified);
    if (i < 128) BOOST_TEST(load(folder, record("a.npy", other, "i8", "[2,2]")) == Exit::malformed);
  }
  for (const std::string& other :
       {bytes + "x", bytes.substr(0, bytes.size() - 1), bytes.substr(0, 100), std::string()}) {
    folder.write("a.npy", other);
    BOOST_TEST(load(folder, record("a.npy", other, "i8", "[2,2]")) == Exit::not_verified);
  }
}

BOOST_AUTO_TEST_CASE(only_regular_files) {
  const Folder folder;
  const std::string good = folder.add_i8("a.npy", {1}, {1});
  std::filesystem::create_symlink("a.npy", folder.path() / "link");
  std::filesystem::create_directory(folder.path() / "folder");
  BOOST_REQUIRE(mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
  for (const std::string name : {"link", "folder", "pipe"}) {
    BOOST_TEST(load(folder, replaced(good, "a.npy", name)) == Exit::usage, name);
    BOOST_TEST(check(folder, name).exit == Exit::usage, name);
  }
  folder.write("long", std::string(2000, ' '));
  BOOST_CHECK_THROW(proofs_check::read_file(folder.path() / "long", 1999), proofs_check::Failure);
  BOOST_TEST(proofs_check::hash_file(folder.path() / "long") == proofs_check::sha256(std::string(2000, ' ')));
  BOOST_TEST(proofs_check::printable("a\n\xff") == "a??");
}

BOOST_AUTO_TEST_SUITE_END()
