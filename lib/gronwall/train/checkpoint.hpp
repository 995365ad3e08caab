#pragma once
/// \file A run's state as one NPZ file, which numpy.load reads.

#include <boost/json/object.hpp>
#include <filesystem>

#include "gronwall/train/trainer.hpp"

namespace gronwall {

/// What fixes a network but for its weights: activation, sizes, skip, gate, T and scales (exact, as text).
boost::json::object describe(const Network& network);

/// The version of checkpoints written and read here.
inline constexpr int kCheckpointVersion = 1;

/// Writes `state`. The file appears complete or not at all, whatever happens (AtomicFile); equal states make
/// equal files. Members: `format.json` (format "gronwall-checkpoint", version, network, epoch,
/// optimiser_steps, optimiser_memory, weights_sha256: of the weight matrices' bytes in C order, one after the
/// other in the order of Weights::parts()), then the matrices themselves ("U", "W", "V", ...), and with
/// momentum or Adam "m_U", ... and "v_U", ....
/// \throws InputError for a state of other sizes than the network's, FileError when the disk refuses.
void write_checkpoint(const std::filesystem::path& path, const Network& network, const TrainingState& state);

/// Reads the state back, bit for bit. \throws FileError; InputError for a file that is not a checkpoint, has
/// another version, belongs to another network (naming the first difference) or is damaged (naming the range
/// of bytes).
TrainingState read_checkpoint(const std::filesystem::path& path, const Network& network);

}  // namespace gronwall
