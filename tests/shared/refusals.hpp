#pragma once
/// \file Refusals by message.

#include <boost/test/unit_test.hpp>
#include <initializer_list>
#include <string>
#include <string_view>

#include "gronwall/numbers/error.hpp"

namespace gronwall::testing {

/// `action` must throw `Refusal` with a message that contains all of `words`.
template <typename Refusal = InputError, typename Action>
void check_refused(Action action, std::initializer_list<std::string_view> words) {
  try {
    action();
    BOOST_ERROR("nothing was thrown");
  } catch (const Refusal& refusal) {
    const std::string message = refusal.what();
    for (const std::string_view word : words)
      BOOST_TEST(message.find(word) != std::string::npos,
                 "'" << message << "' does not say '" << word << "'");
  }
}

/// Whether `action` throws `Refusal` with a message that contains `part`.
template <class Refusal, class Action>
bool throws_with(Action&& action, const std::string& part) {
  try {
    action();
  } catch (const Refusal& refusal) {
    const bool told = std::string(refusal.what()).find(part) != std::string::npos;
    if (!told) BOOST_TEST_MESSAGE("message without '" << part << "': " << refusal.what());
    return told;
  }
  return false;
}

}  // namespace gronwall::testing
