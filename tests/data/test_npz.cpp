#include <sys/resource.h>
#include <zlib.h>

#include <Eigen/Core>
#include <array>
#include <bit>
#include <csignal>
#include <limits>

#include "data_testing.hpp"
#include "gronwall/data/atomic_file.hpp"
#include "gronwall/data/npy_writer.hpp"
#include "gronwall/data/npz.hpp"

namespace gronwall {
namespace {

using namespace testing;

Eigen::MatrixXd numbered(Eigen::Index rows, Eigen::Index columns) {
  Eigen::MatrixXd matrix(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i)
    for (Eigen::Index j = 0; j < columns; ++j) matrix(i, j) = static_cast<double>(100 * i + j) / 3;
  return matrix;
}

bool same_bits(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return false;
  for (Eigen::Index k = 0; k < a.size(); ++k)
    if (std::bit_cast<std::uint64_t>(a.data()[k]) != std::bit_cast<std::uint64_t>(b.data()[k])) return false;
  return true;
}

/// Of 1,200 bytes or so; a small `zip64_from` makes it what archives of 4 GiB and more are.
void write_sample(const std::filesystem::path& path, std::uint64_t zip64_from = kInZip64) {
  NpzWriter writer(path, zip64_from);
  writer.add_text("format.json", "{\"version\": 1}");
  writer.add_matrix("A", numbered(3, 4));
  writer.add_matrix("b", numbered(1, 2));
  writer.commit();
}

/// All sizes and offsets in 64 bits but the offset 0; some of each; 32 bits only.
constexpr std::array<std::uint64_t, 4> kZip64From{1, 200, 300, kInZip64};

/// A zip archive of stored members, by hand from the format's description (PKWARE APPNOTE 4.3), with a
/// checksum of 0: for directories that are refused before any content is read.
struct HandMadeMember {
  std::string name;
  std::string content;
  std::uint32_t claimed;
  std::uint16_t method = 0;
  std::uint16_t flag = 0;
};
std::string little(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}
std::string hand_made(const std::vector<HandMadeMember>& members) {
  std::string file, directory;
  for (const HandMadeMember& m : members) {
    const std::string common = little(20, 2) + little(m.flag, 2) + little(m.method, 2) + little(0, 4) +
                               little(0, 4) + little(m.claimed, 4) + little(m.claimed, 4) +
                               little(m.name.size(), 2) + little(0, 2);
    directory += "PK\x01\x02" + little(20, 2) + common + little(0, 2) + little(0, 2) + little(0, 2) +
                 little(0, 4) + little(file.size(), 4) + m.name;
    file += "PK\x03\x04" + common + m.name + m.content;
  }
  const std::size_t start = file.size();
  return file + directory + "PK\x05\x06" + little(0, 4) + little(members.size(), 2) +
         little(members.size(), 2) + little(directory.size(), 4) + little(start, 4) + little(0, 2);
}

BOOST_AUTO_TEST_SUITE(npz)

BOOST_AUTO_TEST_CASE(round_trip_bit_for_bit) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.npz";
  Eigen::MatrixXd odd(2, 3);
  odd << 0.1, -0.0, std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::infinity(),
      std::bit_cast<double>(0x7ff8000000001234), 1e308;
  const Eigen::MatrixXd tall = numbered(1500, 700);  // more than one block of rows
  for (const std::uint64_t zip64_from : {std::uint64_t{1}, std::uint64_t{1} << 20, std::uint64_t{kInZip64}}) {
    {
      NpzWriter writer(path, zip64_from);
      writer.add_text("note.txt", "text");
      writer.add_matrix("odd", odd);
      writer.add_matrix("tall", tall);
      writer.add_matrix("none", Eigen::MatrixXd(0, 3));
      writer.commit();
    }
    const NpzReader reader(path);
    BOOST_TEST(reader.members() == (std::vector<std::string>{"note.txt", "odd.npy", "tall.npy", "none.npy"}),
               boost::test_tools::per_element());
    BOOST_TEST(reader.text("note.txt") == "text");
    Eigen::MatrixXd odd_again(2, 3), tall_again(1500, 700), none(0, 3);
    reader.read_matrix("tall", tall_again);
    reader.read_matrix("odd", odd_again);
    reader.read_matrix("none", none);
    BOOST_TEST(same_bits(odd, odd_again));
    BOOST_TEST(same_bits(tall, tall_again));
  }
}

// What is written in 64 bits, by the format's description: sizes in the local header and the directory, an
// offset in the directory, the directory's place in the end records.
BOOST_AUTO_TEST_CASE(zip64_where_32_bits_are_too_few) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.npz";
  const auto count = [&](const std::string& text) {
    const Bytes bytes = read_file(path);
    std::size_t found = 0;
    for (auto at = bytes.begin();; ++at, ++found) {
      at = std::search(at, bytes.end(), text.begin(), text.end(),
                       [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
      if (at == bytes.end()) return found;
    }
  };
  const std::string size_only = little(1, 2) + little(16, 2), offset_only = little(1, 2) + little(8, 2),
                    both = little(1, 2) + little(24, 2);
  const auto expect = [&](std::uint64_t zip64_from, std::size_t sizes, std::size_t offsets, std::size_t boths,
                          std::size_t ends) {
    write_sample(path, zip64_from);
    BOOST_TEST_CONTEXT("64 bits from " << zip64_from) {
      BOOST_TEST(count(size_only) == sizes);
      BOOST_TEST(count(offset_only) == offsets);
      BOOST_TEST(count(both) == boths);
      BOOST_TEST(count("PK\x06\x06") == ends);
      BOOST_TEST(count("PK\x06\x07") == ends);
    }
  };
  // Members: format.json, 14 bytes at 0; A.npy, 224 bytes at 55; b.npy, 144 bytes at 314; then the directory.
  expect(kInZip64, 0, 0, 0, 0);
  expect(1, 4, 0, 2, 1);    // local sizes of all three, the directory's of the one at 0
  expect(224, 2, 1, 0, 1);  // A's sizes twice, b's offset
  expect(225, 0, 1, 0, 1);
  expect(315, 0, 0, 0, 1);  // at 493 begins the directory
  expect(494, 0, 0, 0, 0);
}

// What numpy.savez writes: local headers have their sizes in 64 bits even when the directory needs none.
BOOST_AUTO_TEST_CASE(sizes_in_64_bits_where_32_would_do) {
  const TemporaryFolder folder;
  const std::string content = "text";
  const auto crc =
      static_cast<std::uint32_t>(::crc32(0, reinterpret_cast<const unsigned char*>(content.data()), 4));
  const auto header = [&](std::uint64_t size, std::size_t extra) {
    return little(45, 2) + little(0, 8) + little(crc, 4) + little(size, 4) + little(size, 4) + little(1, 2) +
           little(extra, 2);
  };
  const auto archive = [&](std::uint64_t local_size) {
    const std::string local = "PK\x03\x04" + header(kInZip64, 20) + "a" + little(1, 2) + little(16, 2) +
                              little(local_size, 8) + little(local_size, 8) + content;
    const std::string entry = "PK\x01\x02" + little(45, 2) + header(4, 0) + little(0, 14) + "a";
    return local + entry + "PK\x05\x06" + little(0, 4) + little(1, 2) + little(1, 2) +
           little(entry.size(), 4) + little(local.size(), 4) + little(0, 2);
  };
  BOOST_TEST(NpzReader(folder.write("a.npz", archive(4))).text("a") == content);
  check_refused([&] { NpzReader(folder.write("bad.npz", archive(5))).text("a"); },
                {"bad.npz", "member a", "disagrees"});
}

// The member is an NPY file of its own, in C order.
BOOST_AUTO_TEST_CASE(members_are_npy_files) {
  const TemporaryFolder folder;
  write_sample(folder.path() / "a.npz");
  const std::vector<double> in_c_order{0,  1. / 3,   2. / 3,   1,  100. / 3, 101. / 3,
                                       34, 103. / 3, 200. / 3, 67, 202. / 3, 203. / 3};
  write_npy(folder.path() / "A.npy", in_c_order, {3, 4});
  const Bytes alone = read_file(folder.path() / "A.npy");
  const NpzReader reader(folder.path() / "a.npz");
  BOOST_TEST(bytes_of(reader.text("A.npy")) == alone, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(equal_contents_make_equal_files) {
  const TemporaryFolder folder;
  write_sample(folder.path() / "a.npz");
  write_sample(folder.path() / "b.npz");
  BOOST_TEST((read_file(folder.path() / "a.npz") == read_file(folder.path() / "b.npz")));
}

BOOST_AUTO_TEST_CASE(nothing_appears_without_commit) {
  const TemporaryFolder folder;
  const auto path = folder.write("a.npz", "old");
  { NpzWriter(path).add_matrix("A", numbered(3, 3)); }
  BOOST_TEST(read_file(path) == bytes_of("old"), boost::test_tools::per_element());
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_old_file) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.npz";
  write_sample(path);
  const Bytes old = read_file(path);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  BOOST_REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  for (const rlim_t room : {0, 20, 150, 5000, 70000, 130000}) {
    rlimit small = old_limit;
    small.rlim_cur = room;
    BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    check_refused<FileError>(
        [&] {
          NpzWriter writer(path);
          writer.add_text("format.json", "{}");
          writer.add_matrix("A", numbered(128, 128));
          writer.commit();
        },
        {"cannot write", "a.npz", "large"});
    BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  }
  std::signal(SIGXFSZ, old_handler);
  BOOST_TEST((read_file(path) == old));
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

BOOST_AUTO_TEST_CASE(abandoned_temporaries_are_removed) {
  const TemporaryFolder folder;
  folder.write(".a.npz.tmp-123-0", "half");
  folder.write(".b.npz.tmp-123-0", "of another file");
  write_sample(folder.path() / "a.npz");
  remove_abandoned_temporaries(folder.path() / "a.npz");
  BOOST_TEST(!std::filesystem::exists(folder.path() / ".a.npz.tmp-123-0"));
  BOOST_TEST(std::filesystem::exists(folder.path() / ".b.npz.tmp-123-0"));
  BOOST_TEST(std::filesystem::exists(folder.path() / "a.npz"));
}

// Wherever one byte changes, reading says so or gives the very same content.
BOOST_AUTO_TEST_CASE(every_changed_byte) {
  const TemporaryFolder folder;
  for (const std::uint64_t zip64_from : kZip64From) {
    write_sample(folder.path() / "a.npz", zip64_from);
    const Bytes good = read_file(folder.path() / "a.npz");
    std::size_t refused = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const int flip : {1, 0x80, 0xff}) {
        Bytes bad = good;
        bad[at] = static_cast<std::uint8_t>(bad[at] ^ flip);
        const auto path = folder.write("bad.npz", bad);
        try {
          const NpzReader reader(path);
          Eigen::MatrixXd a(3, 4), b(1, 2);
          const std::string text = reader.text("format.json");
          reader.read_matrix("A", a);
          reader.read_matrix("b", b);
          BOOST_TEST(text == "{\"version\": 1}");
          BOOST_TEST(same_bits(a, numbered(3, 4)));
          BOOST_TEST(same_bits(b, numbered(1, 2)));
        } catch (const InputError&) {
          ++refused;
        }
      }
    }
    BOOST_TEST(refused > 3 * 500U);  // the content alone has 126 bytes of numbers and 256 of headers
  }
}

BOOST_AUTO_TEST_CASE(damage_is_located) {
  const TemporaryFolder folder;
  for (const std::uint64_t zip64_from : kZip64From) {
    write_sample(folder.path() / "a.npz", zip64_from);
    Bytes bad = read_file(folder.path() / "a.npz");
    // The last number of A: its first bytes stand once in the file.
    const double last = 203. / 3;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&last);
    const auto found = std::search(bad.begin(), bad.end(), bytes, bytes + 8);
    BOOST_REQUIRE(found != bad.end());
    const auto end = found - bad.begin() + 8;
    *found ^= 1;
    const auto path = folder.write("bad.npz", bad);
    Eigen::MatrixXd a(3, 4);
    check_refused([&] { NpzReader(path).read_matrix("A", a); },
                  {"bad.npz", "A.npy",
                   "bytes " + std::to_string(end - 128 - 96) + " to " + std::to_string(end) + " of the file",
                   "checksum", "copy it again"});
  }
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  const TemporaryFolder folder;
  for (const std::uint64_t zip64_from : kZip64From) {
    write_sample(folder.path() / "a.npz", zip64_from);
    const Bytes good = read_file(folder.path() / "a.npz");
    for (std::size_t size = 0; size < good.size(); ++size) {
      const auto path = folder.write("cut.npz", ByteView(good).first(size));
      check_refused([&] { NpzReader reader(path); },
                    {"cut.npz (" + std::to_string(size) + " bytes)", "end is missing", "copy it again"});
    }
    // Without a piece of its middle, the end as it was.
    for (std::size_t at = 0; at + 40 < good.size(); at += 7) {
      Bytes bad = good;
      bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(at),
                bad.begin() + static_cast<std::ptrdiff_t>(at + 3));
      const auto path = folder.write("pierced.npz", bad);
      check_refused([&] { NpzReader reader(path); }, {"pierced.npz"});
    }
  }
}

BOOST_AUTO_TEST_CASE(hostile_directories) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::vector<HandMadeMember>& members, std::string_view words) {
    const auto path = folder.write("hostile.npz", hand_made(members));
    check_refused([&] { NpzReader reader(path); }, {"hostile.npz", words});
  };
  {
    const auto path = folder.write("fine.npz", hand_made({{"a", "xyz", 3}}));
    BOOST_TEST(NpzReader(path).members().size() == 1U);
    check_refused([&] { NpzReader(path).text("a"); }, {"checksum"});
    check_refused([&] { NpzReader(path).text("b"); }, {"no member b"});
  }
  refused({{"a", "x", 0xfffffff0U}}, "more than there is room for");
  refused({{"a", "xxxxxxxxxx", 10}, {"b", "x", 500}}, "more than there is room for");
  refused({{"a", "x", 1}, {"a", "y", 1}}, "two members called a");
  for (const std::string name : {"../a", "/etc/passwd", "a/b", "a\\b", "c:a", ".a", ""})
    refused({{name, "x", 1}}, "name");
  refused({{std::string(300, 'n'), "x", 1}}, "name");
  refused({{"a", "x", 1, 8}}, "compressed");
  refused({{"a", "x", 1, 0, 1}}, "encrypted");
}

BOOST_AUTO_TEST_CASE(refusals) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.npz";
  write_sample(path);
  const NpzReader reader(path);
  Eigen::MatrixXd wrong(4, 3);
  check_refused([&] { reader.read_matrix("A", wrong); }, {"(3, 4)", "(4, 3)"});
  check_refused([&] { reader.read_matrix("Z", wrong); }, {"no member Z.npy"});
  check_refused([&] { reader.text("A.npy", 10); }, {"more than 10"});
  check_refused<FileError>([&] { NpzReader(folder.path() / "absent"); }, {"absent", "no such file"});
  check_refused<FileError>([&] { NpzReader reader_of_folder(folder.path()); }, {"not a regular file"});
  check_refused([&] { NpzReader(folder.write("empty", "")); }, {"not a zip archive"});
  NpzWriter writer(folder.path() / "b.npz");
  check_refused([&] { writer.add_text("a/b", "x"); }, {"a/b"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
