#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

#include "gronwall/numbers/threads.hpp"
#include "random.hpp"

using namespace gronwall;
using numbers_test::Random;

namespace {

/// A computation that uses the cached constants and the allocator of large exponents.
Ball busy(std::uint64_t seed) {
  Random random(seed);
  Ball sum = Ball::exact(0.0, 2000);
  for (int i = 0; i < 60; ++i) {
    const Ball x = Ball::from(random.rational(80), random.integer(64, 2000));
    sum += atan(x) + exp(-abs(x)) * Ball::pi(x.bits()) + log(2 + abs(x));
    sum += ldexp(Ball(1), -(1L << 62)) * ldexp(Ball(1), -(1L << 62));
  }
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(threads_compute_what_one_thread_does_and_results_outlive_them) {
  constexpr std::size_t kThreads = 6;
  std::vector<Ball> results(kThreads);
  {
    std::vector<std::jthread> workers;
    for (std::size_t t = 0; t < kThreads; ++t)
      workers.emplace_back([t, &results] {
        const ThreadCaches caches;
        results[t] = busy(t);
      });
  }
  for (std::size_t t = 0; t < kThreads; ++t) {
    const Ball expected = busy(t);
    BOOST_TEST(results[t].contains(expected));
    BOOST_TEST(expected.contains(results[t]));
    BOOST_TEST((results[t] * 1).is_finite());
  }
}

BOOST_AUTO_TEST_SUITE_END()
