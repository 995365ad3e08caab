/// \file The catalogue: one line per activation.

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "gronwall/activation/activation.hpp"
#include "gronwall/activation/elu.hpp"
#include "gronwall/activation/erf.hpp"
#include "gronwall/activation/gaussian.hpp"
#include "gronwall/activation/gelu.hpp"
#include "gronwall/activation/polynomial.hpp"
#include "gronwall/activation/relu.hpp"
#include "gronwall/activation/sigmoid.hpp"
#include "gronwall/activation/silu.hpp"
#include "gronwall/activation/softplus.hpp"
#include "gronwall/activation/tanh.hpp"
#include "gronwall/activation/trigonometric.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/suggest.hpp"

namespace gronwall {
namespace {

template <class F>
std::unique_ptr<Activation> model(F formulas) {
  return std::make_unique<ActivationModel<F>>(std::move(formulas));
}

struct Entry {
  std::string_view name;
  std::string_view parameters;  ///< as in help texts; empty if it takes none
  std::unique_ptr<Activation> (*make)(std::string_view parameters);
};

constexpr std::array kCatalogue = {
    Entry{"softplus", "", [](std::string_view) { return model(Softplus{}); }},
    Entry{"tanh", "", [](std::string_view) { return model(Tanh{}); }},
    Entry{"sigmoid", "", [](std::string_view) { return model(Sigmoid{}); }},
    Entry{"gelu", "", [](std::string_view) { return model(Gelu{}); }},
    Entry{"silu", "", [](std::string_view) { return model(Silu{}); }},
    Entry{"erf", "", [](std::string_view) { return model(Erf{}); }},
    Entry{"sin", "", [](std::string_view) { return model(Sin{}); }},
    Entry{"cos", "", [](std::string_view) { return model(Cos{}); }},
    Entry{"gaussian", "", [](std::string_view) { return model(Gaussian{}); }},
    Entry{"relu", "", [](std::string_view) { return model(relu()); }},
    Entry{"leaky-relu", "A", [](std::string_view a) { return model(leaky_relu(a)); }},
    Entry{"elu", "", [](std::string_view) { return model(Elu{}); }},
    Entry{"identity", "", [](std::string_view) { return model(identity()); }},
    Entry{"polynomial", "C0,C1,...", [](std::string_view c) { return model(polynomial(c)); }},
};

std::string usage(const Entry& entry) {
  const std::string name(entry.name);
  return entry.parameters.empty() ? name : name + ":" + std::string(entry.parameters);
}

[[noreturn]] void refuse_unknown(std::string_view name) {
  std::vector<std::string> plain;
  std::string known;
  for (const Entry& entry : kCatalogue) {
    plain.emplace_back(entry.name);
    known += (known.empty() ? "" : ", ") + usage(entry);
  }
  const std::string nearest = nearest_name(name.substr(0, name.find(':')), plain);
  throw InputError("unknown activation '" + std::string(name.substr(0, 60)) + "'" +
                   (nearest.empty() ? "." : "; did you mean '" + nearest + "'?") + " Known: " + known);
}

std::unique_ptr<Activation> make(std::string_view name) {
  const std::size_t colon = name.find(':');
  const std::string_view stem = name.substr(0, colon);
  for (const Entry& entry : kCatalogue) {
    if (entry.name != stem) continue;
    const bool has_parameters = colon != std::string_view::npos;
    if (has_parameters && entry.parameters.empty())
      throw InputError("activation '" + std::string(stem) + "' takes no parameters");
    if (!has_parameters && !entry.parameters.empty())
      throw InputError("activation '" + std::string(stem) + "' needs parameters: write " + usage(entry));
    try {
      return entry.make(has_parameters ? name.substr(colon + 1) : std::string_view());
    } catch (const InputError& error) {
      throw InputError("activation '" + std::string(stem) + "': " + error.what());
    }
  }
  refuse_unknown(name);
}

}  // namespace

const Activation& activation(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Activation>, std::less<>> made;  // by canonical name
  const std::scoped_lock lock(mutex);
  if (const auto known = made.find(name); known != made.end()) return *known->second;
  std::unique_ptr<Activation> fresh = make(name);
  std::string canonical = fresh->name();
  return *made.try_emplace(std::move(canonical), std::move(fresh)).first->second;
}

std::vector<std::string> activation_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kCatalogue) names.push_back(usage(entry));
  return names;
}

}  // namespace gronwall
