// What must not compile: accidents between the worlds.
#include <boost/test/unit_test.hpp>
#include <type_traits>

#include "gronwall/numbers/eigen.hpp"
#include "gronwall/numbers/real.hpp"

using gronwall::Ball;
using gronwall::Integer;
using gronwall::MpFloat;
using gronwall::Rational;
using gronwall::Truth;
using gronwall::UpperBound;

namespace {

template <class From, class To>
constexpr bool kNoWay = !std::is_constructible_v<To, From> && !std::is_convertible_v<From, To>;

template <class A, class B>
concept Comparable = requires(A a, B b) {
  a < b;
}
|| requires(A a, B b) {
  a == b;
};
template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Multipliable = requires(A a, B b) {
  a* b;
};

static_assert(kNoWay<double, Ball> && kNoWay<float, Ball> && kNoWay<long double, Ball>);
static_assert(kNoWay<bool, Ball> && kNoWay<char, Ball> && kNoWay<char8_t, Ball>);
static_assert(kNoWay<MpFloat, Ball> && kNoWay<Rational, Ball> && kNoWay<Integer, Ball>);
static_assert(kNoWay<UpperBound, Ball> && kNoWay<std::nullptr_t, Ball> && kNoWay<const char*, Ball>);
static_assert(kNoWay<Ball, double> && kNoWay<Ball, float> && kNoWay<Ball, bool> && kNoWay<Ball, int>);
static_assert(kNoWay<Ball, MpFloat> && kNoWay<Ball, Rational> && kNoWay<Ball, UpperBound>);
static_assert(kNoWay<UpperBound, double> && kNoWay<UpperBound, MpFloat> && kNoWay<UpperBound, Rational>);
static_assert(kNoWay<MpFloat, UpperBound> && kNoWay<Rational, UpperBound> && kNoWay<long double, UpperBound>);
static_assert(!std::is_convertible_v<double, UpperBound> && std::is_constructible_v<UpperBound, double>);
static_assert(kNoWay<Truth, bool>);
#ifdef __SIZEOF_INT128__
__extension__ using Wide = __int128;
static_assert(kNoWay<Wide, Ball>);
#endif

static_assert(!Comparable<Ball, Ball> && !Comparable<Ball, int> && !Comparable<Ball, double>);
static_assert(!Addable<Ball, double> && !Addable<double, Ball> && !Addable<Ball, MpFloat>);
static_assert(!Multipliable<Ball, double> && !Multipliable<Ball, Rational> &&
              !Multipliable<Ball, UpperBound>);
static_assert(!Multipliable<UpperBound, double> && !Addable<UpperBound, double>);

// What must.
static_assert(Addable<Ball, int> && Multipliable<long, Ball> && std::is_convertible_v<unsigned long, Ball>);
static_assert(std::is_nothrow_move_constructible_v<Ball> && std::is_nothrow_move_assignable_v<Ball>);
static_assert(gronwall::Real<Ball> && gronwall::Real<double> && gronwall::Real<MpFloat>);
static_assert(!gronwall::Real<float> && !gronwall::Real<Rational>);

}  // namespace

BOOST_AUTO_TEST_SUITE(types)

BOOST_AUTO_TEST_CASE(truth_is_three_valued) {
  using gronwall::certainly;
  using gronwall::negate;
  using gronwall::possibly;
  BOOST_TEST((certainly(Truth::yes) && !certainly(Truth::unknown) && !certainly(Truth::no)));
  BOOST_TEST((possibly(Truth::yes) && possibly(Truth::unknown) && !possibly(Truth::no)));
  BOOST_TEST((negate(Truth::yes) == Truth::no && negate(Truth::no) == Truth::yes));
  BOOST_TEST((negate(Truth::unknown) == Truth::unknown));
}

BOOST_AUTO_TEST_SUITE_END()
