#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "data_testing.hpp"
#include "gronwall/data/file_io.hpp"

namespace gronwall {
namespace {

using namespace testing;

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

BOOST_AUTO_TEST_SUITE(file_io)

BOOST_AUTO_TEST_CASE(round_trip) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  Bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  write_file_atomically(path, {all, byte_view("tail")});
  BOOST_TEST(read_file(path) == joined(all, bytes_of("tail")), boost::test_tools::per_element());
  write_file_atomically(path, "shorter");
  BOOST_TEST(read_file(path) == bytes_of("shorter"), boost::test_tools::per_element());
  BOOST_TEST(files_in(folder.path()) == 1U);
  write_file_atomically(path, "");
  BOOST_TEST(read_file(path).empty());
}

BOOST_AUTO_TEST_CASE(relative_path_without_folder) {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  write_file_atomically("plain", "x");
  std::filesystem::current_path(before);
  BOOST_TEST(read_file(folder.path() / "plain") == bytes_of("x"), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(refusals) {
  const TemporaryFolder folder;
  check_refused<FileError>([&] { read_file(folder.path() / "absent"); }, {"absent", "No such file"});
  check_refused<FileError>([&] { read_file(folder.path()); }, {"not a regular file"});
  check_refused([&] { read_file(folder.write("five", "12345"), 4); }, {"5 bytes", "4 bytes"});
  BOOST_TEST(read_file(folder.path() / "five", 5).size() == 5U);
  check_refused<FileError>([&] { write_file_atomically(folder.path() / "no" / "file", "x"); },
                           {"No such file"});
  check_refused<FileError>([&] { write_file_atomically(folder.path(), "x"); }, {"not a regular file"});
  check_refused<FileError>([&] { write_file_atomically("/dev/null", "x"); }, {"not a regular file"});
  struct stat status {};
  BOOST_TEST(::stat("/dev/null", &status) == 0);
  BOOST_TEST(S_ISCHR(status.st_mode));
}

// A write that fails midway (here: a limit on file sizes) leaves the old file and nothing else.
BOOST_AUTO_TEST_CASE(failed_write_leaves_the_old_file) {
  const TemporaryFolder folder;
  const auto path = folder.write("file", "old");
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  BOOST_REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  rlimit small = old_limit;
  small.rlim_cur = 1000;
  BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  check_refused<FileError>([&] { write_file_atomically(path, std::string(2000, 'n')); },
                           {"cannot write", "large"});
  BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  std::signal(SIGXFSZ, old_handler);
  BOOST_TEST(read_file(path) == bytes_of("old"), boost::test_tools::per_element());
  BOOST_TEST(files_in(folder.path()) == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
