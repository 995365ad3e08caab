#include <boost/test/unit_test.hpp>
#include <chrono>
#include <sstream>

#include "gronwall/report/progress.hpp"
#include "gronwall/report/unicode.hpp"

using namespace gronwall;

namespace {

/// A clock that a test sets.
struct FakeClock {
  std::chrono::steady_clock::time_point now{};
  ProgressBar::Clock reader() {
    return [this] { return now; };
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(progress)

BOOST_AUTO_TEST_CASE(a_log_gets_one_line_an_item) {
  std::ostringstream out;
  FakeClock clock;
  {
    ProgressBar bar(10, ProgressStyle::automatic, out, 80, clock.reader());
    bar.start("first");
    clock.now += std::chrono::milliseconds(1500);
    bar.finish("first", "proved");
    clock.now += std::chrono::seconds(60);
    bar.finish("second\x1b", "refuted");
  }
  BOOST_TEST(out.str() == "[ 1/10] first: proved (1.5 s)\n[ 2/10] second\uFFFD: refuted (1 min 2 s)\n");
}

BOOST_AUTO_TEST_CASE(a_terminal_gets_a_bar_with_an_estimate) {
  std::ostringstream out;
  FakeClock clock;
  ProgressBar bar(4, ProgressStyle::bar, out, 100, clock.reader());
  bar.start("first");
  BOOST_TEST(out.str() == "\r\x1b[K[....................] 0/4  0 ms  first");
  out.str("");
  clock.now += std::chrono::seconds(10);
  bar.finish("first", "proved");
  BOOST_TEST(out.str() == "\r\x1b[K[#####...............] 1/4  10 s, 30 s left  first");
  out.str("");
  bar.close();
  BOOST_TEST(out.str() == "\r\x1b[K");
  out.str("");
  bar.finish("second", "proved");
  bar.close();
  BOOST_TEST(out.str().empty());
}

BOOST_AUTO_TEST_CASE(parts_of_an_item) {
  std::ostringstream out;
  FakeClock clock;
  ProgressBar bar(2, ProgressStyle::bar, out, 100, clock.reader());
  bar.start("first");
  out.str("");
  clock.now += std::chrono::milliseconds(50);
  bar.advance(0.1, "too soon");
  BOOST_TEST(out.str().empty());
  clock.now += std::chrono::milliseconds(9950);
  bar.advance(0.5, "first half");
  BOOST_TEST(out.str() == "\r\x1b[K[#####...............] 0/2  10 s, 30 s left  first half");
  out.str("");
  clock.now += std::chrono::milliseconds(99);
  bar.advance(0.6, "too soon again");
  BOOST_TEST(out.str().empty());
  ProgressBar lines(2, ProgressStyle::lines, out, 100, clock.reader());
  clock.now += std::chrono::seconds(1);
  lines.advance(0.5, "nothing");
  BOOST_TEST(out.str().empty());
}

BOOST_AUTO_TEST_CASE(the_bar_never_fills_its_line) {
  for (int width = 40; width < 90; ++width) {
    std::ostringstream out;
    ProgressBar bar(1000, ProgressStyle::bar, out, width);
    bar.start("a claim with quite a long name, longer than any terminal: 漢字漢字漢字漢字");
    BOOST_TEST(display_width(out.str().substr(4)) < width);
  }
}

BOOST_AUTO_TEST_CASE(silence_is_silent) {
  std::ostringstream out;
  {
    ProgressBar bar(2, ProgressStyle::silent, out);
    bar.start("a");
    bar.finish("a", "proved");
  }
  BOOST_TEST(out.str().empty());
}

BOOST_AUTO_TEST_CASE(no_items_and_more_items_than_announced) {
  std::ostringstream out;
  ProgressBar none(0, ProgressStyle::bar, out);
  none.start("a");
  none.finish("a", "proved");
  none.finish("b", "proved");
  BOOST_TEST(out.str().find("[####################] 2/0") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
