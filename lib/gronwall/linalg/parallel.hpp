#pragma once
/// \file Independent tasks on several threads.

#include <cstddef>
#include <functional>

namespace gronwall {

/// Calls `task(i)` for every `0 <= i < count`, in any order, on up to `threads` threads (0: one for each
/// processor). Tasks must not depend on each other; the first exception is rethrown after all threads have
/// stopped.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& task, unsigned threads = 0);

}  // namespace gronwall
