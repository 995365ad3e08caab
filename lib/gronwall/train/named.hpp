#pragma once
/// \file Choices by name.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/suggest.hpp"

namespace gronwall {

/// A value with its name on the command line and in files. The first name of a value is the one to print.
template <class T>
struct Named {
  std::string_view name;
  T value;
};

/// The value called `name`. \throws InputError for another name; `what` says what was to be chosen.
template <class T>
T value_named(std::span<const Named<T>> choices, const std::string& name, const std::string& what) {
  std::vector<std::string> names;
  std::string list;
  for (const Named<T>& choice : choices) {
    if (choice.name == name) return choice.value;
    names.emplace_back(choice.name);
    list += (list.empty() ? "" : ", ") + names.back();
  }
  const std::string nearest = nearest_name(name, names);
  throw InputError("unknown " + what + " '" + name + "'" +
                   (nearest.empty() ? "" : "; did you mean '" + nearest + "'?") + " (known: " + list + ")");
}

/// The name of `value`, which is one of the choices.
template <class T>
std::string name_of(std::span<const Named<T>> choices, T value) {
  for (const Named<T>& choice : choices)
    if (choice.value == value) return std::string(choice.name);
  return {};
}

}  // namespace gronwall
