#pragma once
// How a check ends other than well, and what a file may cost.

#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>

#ifdef __FAST_MATH__
#error "proofs-check must not be compiled with -ffast-math"
#endif

namespace proofs_check {

/// Exit codes of the program; the larger is the worse.
enum class Exit { verified = 0, not_verified = 1, usage = 2, malformed = 3, over_limit = 4 };

/// Every negative outcome is thrown as a Failure; its text is the reason shown to the reader.
struct Failure : std::runtime_error {
  Failure(Exit code, const std::string& reason) : std::runtime_error(reason), exit(code) {}
  Exit exit;
};
[[noreturn]] inline void not_verified(const std::string& why) {
  throw Failure(Exit::not_verified, why);
}
[[noreturn]] inline void unreadable(const std::string& why) {
  throw Failure(Exit::usage, why);
}
[[noreturn]] inline void malformed(const std::string& why) {
  throw Failure(Exit::malformed, why);
}
[[noreturn]] inline void over_limit(const std::string& why) {
  throw Failure(Exit::over_limit, why);
}

namespace limit {
inline constexpr std::uint64_t certificate_bytes = std::uint64_t{1} << 24;
inline constexpr std::uint64_t side_file_bytes = std::uint64_t{1} << 31;
inline constexpr std::uint64_t json_values = 1'000'000;
inline constexpr int json_depth = 16;
inline constexpr std::uint64_t real_digits = 20'000;
inline constexpr long exponent = 1'000'000;
inline constexpr long precision = 65'536;
inline constexpr std::uint64_t nodes = 1'000'000;
inline constexpr std::uint64_t matrix_order = 20'000;
inline constexpr std::uint64_t degree = 200;         // of a trajectory
inline constexpr std::uint64_t depth = 100'000;      // of a net in intervals
inline constexpr std::uint64_t net_depth = 1'000;    // of a net in fixed point
inline constexpr std::uint64_t order = 64;           // of a panel of the grid of a limit kernel
inline constexpr std::uint64_t grid = 400;           // nodes of the grid
inline constexpr std::uint64_t series_degree = 400;  // of a power series in rho
inline constexpr std::uint64_t limit_depth = 128;    // of a net of infinite width
inline constexpr std::uint64_t cells = 64;           // a side, of the grid for ReLU
inline constexpr std::uint64_t terms = 10'000;       // of a Hermite expansion
inline constexpr std::uint64_t model_bits = 4'096;   // of T and the variances of a model together, and of rho
inline constexpr std::uint64_t rational_bits = 200'000;               // of a number in an exact net
inline constexpr std::uint64_t operations = std::uint64_t{1} << 40;   // of one 64-bit word
inline constexpr std::uint64_t number_bits = std::uint64_t{1} << 33;  // over all numbers of a certificate
}  // namespace limit

/// A deterministic account of what one certificate costs: word operations and bits of numbers.
class Budget {
 public:
  /// Charges the product of the factors; throws Failure (over_limit) when the account is empty.
  void work(std::initializer_list<std::uint64_t> factors) {
    charge(operations_, factors, "elementary operations");
  }
  void memory(std::initializer_list<std::uint64_t> factors) { charge(bits_, factors, "bits of numbers"); }

 private:
  static void charge(std::uint64_t& left, std::initializer_list<std::uint64_t> factors, const char* unit) {
    std::uint64_t product = 1;
    for (const std::uint64_t factor : factors) {
      if (factor != 0 && product > left / factor)
        over_limit(std::string("the budget of ") + unit + " is spent");
      product *= factor;
    }
    left -= product;
  }
  std::uint64_t operations_ = limit::operations;
  std::uint64_t bits_ = limit::number_bits;
};

}  // namespace proofs_check
