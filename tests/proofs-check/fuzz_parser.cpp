// Fuzz target: any bytes as a certificate without side files. It must end with a verdict, never with a crash;
// and what parses as a real has one spelling.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace proofs_check;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    Budget budget;
    if (spell(parse_real(bytes, budget)) != bytes) std::abort();
  } catch (const Failure&) {
  }
  try {
    Budget budget;
    budget.work({limit::operations - (std::uint64_t{1} << 26)});  // keeps every run short
    budget.memory({limit::number_bits - (std::uint64_t{1} << 28)});
    Checker checker("/nonexistent-folder");
    Report report;
    check_document(parse_json(bytes), {checker, budget, report});
  } catch (const Failure&) {
  }
  return 0;
}
