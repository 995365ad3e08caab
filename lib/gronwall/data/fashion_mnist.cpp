#include "gronwall/data/fashion_mnist.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

std::filesystem::path find_file(FashionMnist part, const char* content) {
  const std::string name = (part == FashionMnist::kTest ? "t10k-" : "train-") + std::string(content);
  const std::filesystem::path installed = "/usr/share/datasets/fashion-mnist";

  std::vector<std::filesystem::path> folders;
  if (const char* chosen = std::getenv("GRONWALL_DATA_DIR"); chosen != nullptr && *chosen != '\0') {
    folders.emplace_back(chosen);
  }
  folders.push_back(installed);
  for (const std::filesystem::path& folder : folders) {
    for (const char* ending : {".gz", ""}) {
      std::filesystem::path candidate = folder / (name + ending);
      std::error_code ignored;
      if (std::filesystem::is_regular_file(candidate, ignored)) return candidate;
    }
  }
  throw FileError(
      "Fashion-MNIST (" + name + ".gz) is neither in " + installed.string() +
      " nor in the folder GRONWALL_DATA_DIR names; install the package dataset-fashion-mnist, set that "
      "variable, or choose other data (--data FILE, --data none)");
}

}  // namespace

std::filesystem::path fashion_mnist_path(FashionMnist part) {
  return find_file(part, "images-idx3-ubyte");
}

std::filesystem::path fashion_mnist_labels_path(FashionMnist part) {
  return find_file(part, "labels-idx1-ubyte");
}

}  // namespace gronwall
