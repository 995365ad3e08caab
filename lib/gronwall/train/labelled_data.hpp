#pragma once
/// \file Labelled data from files and generators.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gronwall/data/real_table.hpp"
#include "gronwall/train/loss.hpp"

namespace gronwall {

/// `sphere`: every input is scaled to |x|^2 = d, so that h(0) = (sigma_u/sqrt d) U x has entries of variance
/// sigma_u^2. `none`: inputs stay exactly as given.
enum class Normalisation { none, sphere };
/// "none", "sphere". \throws InputError for another name.
Normalisation normalisation_of(const std::string& name);
std::string to_string(Normalisation normalisation);

/// Inputs d x N from a table of N rows. \throws InputError naming the row of a zero vector, which has no
/// direction.
Eigen::MatrixXd inputs_of(const RealTable& table, Normalisation normalisation);

/// Inputs with their classes, and one-hot targets. \throws InputError as `check`.
LabelledData classification(Eigen::MatrixXd x, std::vector<std::int32_t> labels, Eigen::Index classes);

/// Which files, and which of their rows.
struct DataFiles {
  std::filesystem::path inputs = {};
  std::optional<std::filesystem::path> labels = std::nullopt;   ///< one column of integers from 0
  std::optional<std::filesystem::path> targets = std::nullopt;  ///< one column for each output
  std::size_t offset = 0;                                       ///< rows to skip
  std::optional<std::size_t> limit = std::nullopt;              ///< rows to take at most
  Normalisation normalisation = Normalisation::none;
  Eigen::Index classes = 0;  ///< 0: as many as the labels' whole file has, its largest label + 1
};

struct LoadedData {
  LabelledData data;
  std::vector<PointSource> sources;  ///< of the inputs, then of labels or targets
};

/// Reads inputs with either labels or targets (IDX, CSV, NPY, see read_table). \throws FileError; InputError
/// as read_table and inputs_of, when not exactly one of labels and targets is given, when the files have
/// different numbers of rows, and for labels that are not integers from 0 to classes - 1, naming the row.
LoadedData load_data(const DataFiles& files);

/// The numbers 0..count-1 in an order drawn uniformly by Philox: depends on (count, seed, stream) alone.
/// Orders of different streams are independent. \throws InputError for a count above 2^32.
std::vector<Eigen::Index> random_order(Eigen::Index count, std::uint64_t seed, std::uint64_t stream = 0);

/// The inputs with these numbers, in this order.
LabelledData subset(const LabelledData& data, std::span<const Eigen::Index> samples);

/// `first` inputs drawn at random, and the others. \throws InputError unless 1 <= first < data.size().
std::pair<LabelledData, LabelledData> split(const LabelledData& data, Eigen::Index first, std::uint64_t seed);

/// d x count independent Gaussian inputs, normalised if wanted; point j depends on (seed, j) alone, and is
/// independent of the Gaussian weights of the same seed.
Eigen::MatrixXd gaussian_inputs(Eigen::Index dimension, Eigen::Index count, std::uint64_t seed,
                                Normalisation normalisation);

/// `count` labels, each uniform in 0..classes-1 and independent of everything; label j depends on (seed, j)
/// alone. \throws InputError for fewer than two classes or more than 2^32 labels.
std::vector<std::int32_t> random_labels(Eigen::Index count, Eigen::Index classes, std::uint64_t seed);

}  // namespace gronwall
