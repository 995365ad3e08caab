#pragma once
/// \file
/// Where Fashion-MNIST lies, the data of the default run.

#include <filesystem>

namespace gronwall {

/// The two image files of Fashion-MNIST: 10,000 and 60,000 images of 28 x 28 pixels.
enum class FashionMnist { kTest, kTrain };

/// The file of the images: in the folder that the environment variable GRONWALL_DATA_DIR names, compressed or
/// not, else where Debian's package dataset-fashion-mnist installs it. \throws FileError, naming the package,
/// when it is in neither place.
std::filesystem::path fashion_mnist_path(FashionMnist part = FashionMnist::kTest);

/// The file of the images' labels, 0 to 9, found in the same way.
std::filesystem::path fashion_mnist_labels_path(FashionMnist part = FashionMnist::kTest);

}  // namespace gronwall
