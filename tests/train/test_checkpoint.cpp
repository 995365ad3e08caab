#include <sys/resource.h>
#include <sys/wait.h>

#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <limits>
#include <random>
#include <thread>

#include "gronwall/data/npz.hpp"
#include "gronwall/data/sha256.hpp"
#include "gronwall/train/checkpoint.hpp"
#include "run_testing.hpp"

namespace gronwall {
namespace {

using namespace testing;

BOOST_AUTO_TEST_SUITE(checkpoint)

BOOST_AUTO_TEST_CASE(round_trip_bit_for_bit) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "c.npz";
  for (const auto& network : {small_network(), small_network(3), small_network(2, Gate::rotation)})
    for (std::size_t memories = 0; memories <= 2; ++memories) {
      TrainingState state = state_of(network, memories);
      state.weights.flat()(5) = -0.0;
      state.weights.flat()(6) = std::numeric_limits<double>::denorm_min();
      state.optimiser_steps = (std::uint64_t{1} << 53) + 1;  // more than a double holds
      write_checkpoint(path, network, state);
      BOOST_TEST(same_state(read_checkpoint(path, network), state));
    }
}

BOOST_AUTO_TEST_CASE(equal_states_make_equal_files) {
  const TemporaryFolder folder;
  const Network network = small_network();
  write_checkpoint(folder.path() / "a.npz", network, state_of(network, 1));
  write_checkpoint(folder.path() / "b.npz", network, state_of(network, 1));
  BOOST_TEST((text_of(folder.path() / "a.npz") == text_of(folder.path() / "b.npz")));
}

// What a reader in Python finds, and the digest as it would compute it: from the members' bytes.
BOOST_AUTO_TEST_CASE(members_are_as_documented) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "c.npz";
  const Network network = small_network(2, Gate::rotation);
  const TrainingState state = state_of(network, 2);
  write_checkpoint(path, network, state);
  const NpzReader reader(path);
  const std::vector<std::string> weights{"U", "W1a", "W1b", "W2a", "W2b", "V"};
  std::vector<std::string> expected{"format.json"};
  for (const std::string prefix : {"", "m_", "v_"})
    for (const std::string& name : weights) expected.push_back(prefix + name + ".npy");
  BOOST_TEST(reader.members() == expected, boost::test_tools::per_element());

  Eigen::MatrixXd u(4, 3), v(2, 4), m(4, 4);
  reader.read_matrix("U", u);
  reader.read_matrix("V", v);
  reader.read_matrix("m_W1b", m);
  BOOST_TEST((u == state.weights.u()));
  BOOST_TEST((v == state.weights.v()));
  Weights memory(network);
  memory.flat() = state.optimiser_memory[0];
  BOOST_TEST((m == memory.w(0, 1)));

  std::string bytes;
  for (const std::string& name : weights) bytes += reader.text(name + ".npy").substr(128);
  const boost::json::value format = boost::json::parse(reader.text("format.json"));
  BOOST_TEST(format.at("weights_sha256").as_string() == sha256_hex(byte_view(bytes)));
  BOOST_TEST(format.at("format").as_string() == "gronwall-checkpoint");
  BOOST_TEST(format.at("version").to_number<int>() == 1);
  BOOST_TEST(format.at("epoch").to_number<int>() == 7);
  BOOST_TEST(format.at("optimiser_steps").to_number<int>() == 70);
  BOOST_TEST(format.at("network").at("T").as_string() == "3*2^-1");
  BOOST_TEST(format.at("network").at("gate").as_string() == "rotation");
}

BOOST_AUTO_TEST_CASE(every_changed_byte_is_noticed_or_harmless) {
  const TemporaryFolder folder;
  const Network network{.phi = &activation("tanh"), .width = 2, .input_dimension = 1};
  const TrainingState state = state_of(network, 1);
  write_checkpoint(folder.path() / "c.npz", network, state);
  const std::string good = text_of(folder.path() / "c.npz");
  std::size_t refused = 0, harmless = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << at % 8));
    const auto path = folder.write("bad.npz", bad);
    try {
      BOOST_TEST(same_state(read_checkpoint(path, network), state), "byte " << at);
      ++harmless;
    } catch (const InputError&) {
      ++refused;
    }
  }
  // Dates, attributes and versions of the zip directory may change; they are a few bytes a member.
  BOOST_TEST(refused > 0.8 * static_cast<double>(good.size()));
  BOOST_TEST(harmless > 0U);
}

BOOST_AUTO_TEST_CASE(truncations_are_refused) {
  const TemporaryFolder folder;
  const Network network = small_network();
  write_checkpoint(folder.path() / "c.npz", network, state_of(network, 2));
  const std::string good = text_of(folder.path() / "c.npz");
  for (std::size_t size = 0; size < good.size(); size += 13) {
    const auto path = folder.write("cut.npz", good.substr(0, size));
    check_refused([&] { read_checkpoint(path, network); }, {"cut.npz"});
  }
}

/// A well-formed checkpoint whose format.json was edited.
std::filesystem::path edited(const TemporaryFolder& folder, const Network& network,
                             const TrainingState& state, const std::string& old_text,
                             const std::string& new_text) {
  const auto path = folder.path() / "edited.npz";
  write_checkpoint(path, network, state);
  std::string format;
  {
    const NpzReader reader(path);
    format = reader.text("format.json");
  }
  const std::size_t at = format.find(old_text);
  BOOST_REQUIRE(at != std::string::npos);
  format.replace(at, old_text.size(), new_text);
  NpzWriter writer(path);
  writer.add_text("format.json", format);
  for (const auto& part : state.weights.parts())
    writer.add_matrix(part.name, Eigen::Map<const Eigen::MatrixXd>(state.weights.flat().data() + part.offset,
                                                                   part.rows, part.columns));
  writer.commit();
  return path;
}

BOOST_AUTO_TEST_CASE(other_versions_formats_and_networks) {
  const TemporaryFolder folder;
  const Network network = small_network();
  const TrainingState state = state_of(network, 0);
  const auto refused = [&](const std::string& from, const std::string& to,
                           std::initializer_list<std::string_view> words) {
    const auto path = edited(folder, network, state, from, to);
    check_refused([&] { read_checkpoint(path, network); }, words);
  };
  BOOST_TEST(same_state(read_checkpoint(edited(folder, network, state, "7", "7"), network), state));
  refused("\"version\":1", "\"version\":2", {"edited.npz", "version 2", "reads version 1"});
  refused("\"version\":1", "\"version\":-1", {"version"});
  refused("\"version\":1,", "", {"no 'version'"});
  refused("gronwall-checkpoint", "other", {"not a checkpoint of Gronwall", "other"});
  refused("{", "[", {"not a checkpoint of Gronwall"});
  refused("\"epoch\":7", "\"epoch\":1.5", {"epoch"});
  refused("\"optimiser_memory\":[]", "\"optimiser_memory\":[\"m\"]", {"no member m_U.npy"});
  refused("\"optimiser_memory\":[]", "\"optimiser_memory\":[1,2,3]", {"optimiser_memory"});
  refused("\"optimiser_memory\":[]", "\"optimiser_memory\":7", {"optimiser_memory"});
  refused("\"weights_sha256\":\"", "\"weights_sha256\":\"x", {"sha256"});
  refused("\"network\":{", "\"network\":[],\"x\":{", {"another network", "activation"});

  write_checkpoint(folder.path() / "c.npz", network, state);
  const auto other = [&](auto change, std::initializer_list<std::string_view> words) {
    Network changed = network;
    change(changed);
    check_refused([&] { read_checkpoint(folder.path() / "c.npz", changed); }, words);
  };
  other([](Network& n) { n.width = 5; }, {"another network", "width", "4", "5"});
  other([](Network& n) { n.phi = &activation("tanh"); }, {"activation", "softplus", "tanh"});
  other([](Network& n) { n.time = Rational(1, 3); }, {"T is \"3*2^-1\" there and \"1/3\" here"});
  other([](Network& n) { n.sigma_w = 2; }, {"sigma_w"});
  other([](Network& n) { n.skip = 0.5; }, {"skip"});
  other([](Network& n) { n.gate = Gate::rotation; }, {"gate"});
  other([](Network& n) { n.blocks = 2; }, {"blocks"});
  other([](Network& n) { n.outputs = 1; }, {"outputs"});
  check_refused<FileError>([&] { read_checkpoint(folder.path() / "absent.npz", network); }, {"absent.npz"});
  check_refused([&] { write_checkpoint(folder.path() / "x.npz", small_network(2), state); }, {"other sizes"});
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_old_checkpoint) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "c.npz";
  const Network network = small_network();
  const TrainingState old = state_of(network, 2, 1);
  write_checkpoint(path, network, old);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  BOOST_REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  const auto size = std::filesystem::file_size(path);
  for (rlim_t room = 0; room < size; room += 97) {
    rlimit small = old_limit;
    small.rlim_cur = room;
    BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    check_refused<FileError>([&] { write_checkpoint(path, network, state_of(network, 2, 2)); }, {"c.npz"});
    BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    BOOST_TEST(same_state(read_checkpoint(path, network), old));
  }
  std::signal(SIGXFSZ, old_handler);
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

// A process that writes one checkpoint after the other is killed at random instants: what is there afterwards
// is always one of the states it wrote.
BOOST_AUTO_TEST_CASE(a_killed_writer_leaves_a_whole_checkpoint) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "c.npz";
  Network network = small_network();
  network.width = 60;
  const auto state_number = [&](std::uint64_t k) {
    TrainingState state{Weights(network), {Eigen::VectorXd::Constant(network.parameters(), 2.0)}, 5 * k, k};
    state.weights.flat().setConstant(static_cast<double>(k));
    return state;
  };
  write_checkpoint(path, network, state_number(0));
  std::mt19937 random(20);
  std::uint64_t latest = 0;
  std::size_t advanced = 0;
  for (unsigned round = 0; round < 30 || advanced == 0; ++round) {
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
      try {
        for (std::uint64_t k = latest;; ++k) write_checkpoint(path, network, state_number(k));
      } catch (...) {
        ::_exit(1);
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500 + random() % (20'000 + 2'000 * round)));
    ::kill(child, SIGKILL);
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(WIFSIGNALED(status));
    const TrainingState found = read_checkpoint(path, network);
    BOOST_TEST(found.epoch >= latest);
    BOOST_TEST(same_state(found, state_number(found.epoch)));
    if (found.epoch > latest) ++advanced;  // on a slow machine the rounds get longer until then
    latest = found.epoch;
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
