#pragma once
/// \file What a thread that computes with balls or MpFloats owes the process.

#include <mpfr.h>

#include "gronwall/numbers/arb.hpp"

namespace gronwall {

/// FLINT and MPFR cache constants (pi, logarithms, ...) per thread. A thread of one's own frees its caches by
/// holding one of these as the first object of its function. Balls made in the thread stay valid.
class ThreadCaches {
 public:
  ThreadCaches() = default;
  ~ThreadCaches() {
    flint_cleanup();
    mpfr_free_cache();
  }
  ThreadCaches(const ThreadCaches&) = delete;
  ThreadCaches& operator=(const ThreadCaches&) = delete;
};

}  // namespace gronwall
