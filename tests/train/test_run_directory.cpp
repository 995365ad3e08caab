#include <sys/resource.h>
#include <sys/wait.h>

#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "gronwall/train/run_directory.hpp"
#include "run_testing.hpp"

namespace gronwall {
namespace {

using namespace testing;

const std::vector<std::string> kColumns{"loss", "accuracy"};

MetricsRecord record(std::uint64_t epoch) {
  if (epoch % 2 == 0) return {epoch, {1.0 / (static_cast<double>(epoch) + 0.1), std::nullopt}};
  return {epoch, {std::exp(-static_cast<double>(epoch)), 0.5}};
}

BOOST_AUTO_TEST_SUITE(run_directory)

BOOST_AUTO_TEST_CASE(a_run_from_the_start) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "new" / "run";
  const Network network = small_network();
  {
    RunDirectory run = RunDirectory::create(path, "{\"a\": 1}\n");
    BOOST_TEST(run.config() == "{\"a\": 1}\n");
    BOOST_TEST(!run.checkpoint(network).has_value());
    run.begin(kColumns, 0);
    for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) run.append(record(epoch));
    run.save(network, state_of(network, 1, 3));
  }
  BOOST_TEST(RunDirectory::read_config(path) == "{\"a\": 1}\n");
  BOOST_TEST(
      text_of(path / "metrics.csv") ==
      "epoch,loss,accuracy\n1,0.36787944117144233,0.5\n2,0.47619047619047616,\n3,0.049787068367863944,0.5\n");
  BOOST_TEST(text_of(path / "metrics.jsonl") ==
             "{\"epoch\":1,\"loss\":0.36787944117144233,\"accuracy\":0.5}\n"
             "{\"epoch\":2,\"loss\":0.47619047619047616}\n"
             "{\"epoch\":3,\"loss\":0.049787068367863944,\"accuracy\":0.5}\n");
  RunDirectory run = RunDirectory::open(path);
  BOOST_TEST(run.config() == "{\"a\": 1}\n");
  const auto state = run.checkpoint(network);
  BOOST_REQUIRE(state.has_value());
  BOOST_TEST(same_state(*state, state_of(network, 1, 3)));
  run.begin(kColumns, 3);
  const std::vector<MetricsRecord> records = run.metrics();
  BOOST_REQUIRE(records.size() == 3U);
  for (const MetricsRecord& found : records) BOOST_TEST((found.values == record(found.epoch).values));
}

BOOST_AUTO_TEST_CASE(records_beyond_the_checkpoint_are_dropped) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "run";
  std::string csv, jsonl;
  {
    RunDirectory run = RunDirectory::create(path, "{}");
    run.begin(kColumns, 0);
    for (std::uint64_t epoch = 1; epoch <= 2; ++epoch) run.append(record(epoch));
    csv = text_of(path / "metrics.csv");
    jsonl = text_of(path / "metrics.jsonl");
    run.append(record(3));
  }
  // A record that was cut off, and temporary files of a killed process.
  std::ofstream(path / "metrics.csv", std::ios::app) << "4,0.1";
  std::ofstream(path / ".checkpoint.npz.tmp-77-0") << "half";
  RunDirectory run = RunDirectory::open(path);
  BOOST_TEST(!std::filesystem::exists(path / ".checkpoint.npz.tmp-77-0"));
  BOOST_TEST(RunDirectory::recorded_epochs(path) == 3U);
  BOOST_TEST(RunDirectory::recorded_epochs(folder.path()) == 0U);
  run.begin(kColumns, 2);
  BOOST_TEST(text_of(path / "metrics.csv") == csv);
  BOOST_TEST(text_of(path / "metrics.jsonl") == jsonl);
  run.append(record(3));
  BOOST_TEST(run.metrics().size() == 3U);
}

BOOST_AUTO_TEST_CASE(missing_records_are_noticed) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "run";
  {
    RunDirectory run = RunDirectory::create(path, "{}");
    run.begin(kColumns, 0);
    for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) run.append(record(epoch));
  }
  const std::string csv = text_of(path / "metrics.csv"), jsonl = text_of(path / "metrics.jsonl");
  const auto refused = [&](std::vector<std::string> columns, std::uint64_t epoch, const std::string& name) {
    const std::string before_csv = text_of(path / "metrics.csv"),
                      before_jsonl = text_of(path / "metrics.jsonl");
    RunDirectory run = RunDirectory::open(path);
    check_refused([&] { run.begin(columns, epoch); }, {name, "epochs 1 to " + std::to_string(epoch)});
    BOOST_TEST(text_of(path / "metrics.csv") == before_csv);
    BOOST_TEST(text_of(path / "metrics.jsonl") == before_jsonl);
  };
  refused(kColumns, 4, "metrics.csv");
  refused({"loss"}, 3, "metrics.csv");
  std::ofstream(path / "metrics.jsonl") << jsonl.substr(jsonl.find('\n') + 1);
  refused(kColumns, 3, "metrics.jsonl");
  std::filesystem::remove(path / "metrics.csv");
  refused(kColumns, 3, "metrics.csv");
}

BOOST_AUTO_TEST_CASE(nothing_foreign_is_touched) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "mine";
  std::filesystem::create_directory(path);
  std::ofstream(path / "thesis.tex") << "years of work";
  check_refused<FileError>([&] { RunDirectory::create(path, "{}"); }, {"mine", "not empty", "--out"});
  check_refused<FileError>([&] { RunDirectory::open(path); }, {"holds no run"});
  check_refused<FileError>([&] { RunDirectory::create(folder.write("file", "x"), "{}"); }, {"not a folder"});
  check_refused<FileError>([&] { RunDirectory::open(folder.path() / "absent"); }, {"absent"});
  check_refused<FileError>([&] { RunDirectory::create("", "{}"); }, {"name"});
  BOOST_TEST(text_of(path / "thesis.tex") == "years of work");
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(path), {}) == 1);

  const auto empty = folder.path() / "empty";
  std::filesystem::create_directory(empty);
  { RunDirectory::create(empty, "{}"); }
  check_refused<FileError>([&] { RunDirectory::create(empty, "{}"); }, {"holds a run", "--resume"});
}

BOOST_AUTO_TEST_CASE(a_run_without_a_record_is_discarded) {
  const TemporaryFolder folder;
  const Network network = small_network();
  const auto path = folder.path() / "new" / "run";
  {  // with all it made
    RunDirectory run = RunDirectory::create(path, "{}");
    run.begin(kColumns, 0);
    BOOST_TEST(run.discard());
  }
  BOOST_TEST(std::filesystem::is_empty(folder.path()));
  std::filesystem::create_directories(path);
  BOOST_TEST(RunDirectory::create(path, "{}").discard());
  BOOST_TEST(std::filesystem::is_empty(path));  // the folder was there before

  {  // but not what others have put there
    RunDirectory run = RunDirectory::create(path, "{}");
    run.begin(kColumns, 0);
    std::ofstream(path / "notes.txt") << "a reader's";
    BOOST_TEST(!run.discard());
    for (const char* name : {"config.json", "metrics.csv", "metrics.jsonl", "notes.txt"})
      BOOST_TEST(std::filesystem::exists(path / name));
    std::filesystem::remove(path / "notes.txt");
    run.append(record(1));  // nor a finished epoch
    BOOST_TEST(!run.discard());
  }
  {  // nor a run that was there before
    RunDirectory run = RunDirectory::open(path);
    run.begin(kColumns, 0);
    BOOST_TEST(!run.discard());
  }
  BOOST_TEST(RunDirectory::read_config(path) == "{}");
  check_refused<FileError>([&] { RunDirectory::require_new(path); }, {"holds a run", "--resume"});
}

BOOST_AUTO_TEST_CASE(a_full_disk_at_the_start_leaves_nothing) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "new" / "run";
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  BOOST_REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  const auto with_room = [&](rlim_t bytes) {
    rlimit limit = old_limit;
    limit.rlim_cur = std::min(bytes, old_limit.rlim_max);
    BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  };
  with_room(10);
  check_refused<FileError>([&] { RunDirectory::create(path, "{\"more\": \"than ten bytes\"}"); },
                           {"config.json"});
  BOOST_TEST(std::filesystem::is_empty(folder.path()));
  {  // a record of which a part can be written
    with_room(old_limit.rlim_cur);
    RunDirectory run = RunDirectory::create(path, "{}");
    run.begin(kColumns, 0);
    with_room(10);
    check_refused<FileError>([&] { run.append(record(1)); }, {"metrics.jsonl"});
    BOOST_TEST(run.discard());
  }
  BOOST_TEST(std::filesystem::is_empty(folder.path()));
  BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  std::signal(SIGXFSZ, old_handler);
}

BOOST_AUTO_TEST_CASE(one_process_at_a_time) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "run";
  {
    const RunDirectory run = RunDirectory::create(path, "{}");
    check_refused<FileError>([&] { RunDirectory::open(path); }, {"another process"});
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        RunDirectory::open(path);
        ::_exit(0);
      } catch (const FileError&) {
        ::_exit(42);
      }
    }
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 42));
    BOOST_TEST(RunDirectory::read_config(path) == "{}");
  }
  const RunDirectory run = RunDirectory::open(path);
}

BOOST_AUTO_TEST_CASE(a_full_disk_keeps_the_checkpoint) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "run";
  const Network network = small_network();
  {
    RunDirectory run = RunDirectory::create(path, "{}");
    run.begin(kColumns, 0);
    run.append(record(1));
    run.save(network, state_of(network, 2, 1));
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit old_limit{};
    BOOST_REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    rlimit small = old_limit;
    small.rlim_cur = std::filesystem::file_size(path / "metrics.jsonl") + 10;
    BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    check_refused<FileError>([&] { run.append(record(2)); }, {"metrics.jsonl"});
    check_refused<FileError>([&] { run.save(network, state_of(network, 2, 2)); }, {"checkpoint.npz"});
    BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    std::signal(SIGXFSZ, old_handler);
  }
  RunDirectory run = RunDirectory::open(path);
  BOOST_TEST(same_state(run.checkpoint(network).value(), state_of(network, 2, 1)));
  run.begin(kColumns, 1);
  BOOST_TEST(run.metrics().size() == 1U);
}

// A process that works on a run is killed at random instants, again and again; each goes on where the last
// checkpoint was.
BOOST_AUTO_TEST_CASE(a_killed_run_goes_on) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "run";
  const Network network = small_network();
  std::mt19937 random(21);
  std::uint64_t reached = 0;
  for (unsigned round = 0; round < 25 || reached == 0; ++round) {
    const pid_t child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
      try {
        RunDirectory run = std::filesystem::exists(path / "config.json") ? RunDirectory::open(path)
                                                                         : RunDirectory::create(path, "{}");
        const auto state = run.checkpoint(network);
        std::uint64_t epoch = state ? state->epoch : 0;
        for (run.begin(kColumns, epoch);;) {
          run.append(record(++epoch));
          if (epoch % 3 == 0) run.save(network, state_of(network, 1, epoch));
        }
      } catch (...) {
        ::_exit(1);
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % (20'000 + 2'000 * round)));
    ::kill(child, SIGKILL);
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(WIFSIGNALED(status));
    if (!std::filesystem::exists(path / "config.json")) continue;
    RunDirectory run = RunDirectory::open(path);
    const auto state = run.checkpoint(network);
    const std::uint64_t epoch = state ? state->epoch : 0;
    if (state) BOOST_TEST(same_state(*state, state_of(network, 1, epoch)));
    BOOST_TEST(epoch >= reached);
    reached = epoch;  // on a slow machine the rounds get longer until it is positive
    run.begin(kColumns, epoch);
    const std::vector<MetricsRecord> records = run.metrics();
    BOOST_REQUIRE(records.size() == epoch);
    for (std::uint64_t k = 1; k <= epoch; ++k) BOOST_TEST((records[k - 1].values == record(k).values));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
