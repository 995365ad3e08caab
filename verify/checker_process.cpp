#include "checker_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>

#include "gronwall/numbers/error.hpp"

extern char** environ;

namespace gronwall::verify {

namespace fs = std::filesystem;

namespace {

constexpr const char* kProgram = "proofs-check";

std::filesystem::path find_checker() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    const auto here = self.parent_path();
    for (const auto& candidate : {here / kProgram, here.parent_path() / kProgram / kProgram})
      if (std::filesystem::is_regular_file(candidate, error)) return candidate;
  }
  return kProgram;
}

/// Runs the checker with these arguments.
int run(const std::vector<std::string>& arguments, std::ostream& out) {
  std::array<int, 2> channel{};
  if (pipe2(channel.data(), O_CLOEXEC) != 0)
    throw FileError(std::string("cannot open a pipe: ") + std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, channel[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, channel[1], STDERR_FILENO);
  // A group of its own: the terminal's Ctrl-C is for this program, which may want to end in good order.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::vector<std::string> words{find_checker().string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const std::string& program = words.front();
  pid_t child = 0;
  const int error = posix_spawnp(&child, program.c_str(), &actions, &attributes, pointers.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(channel[1]);
  if (error != 0) {
    close(channel[0]);
    throw FileError("cannot run " + program + ": " + std::strerror(error) +
                    "; it belongs beside gronwall (target proofs-check)");
  }
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = read(channel[0], buffer.data(), buffer.size());
    if (count > 0)
      out.write(buffer.data(), count);
    else if (count == 0 || errno != EINTR)
      break;
  }
  close(channel[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status)) throw FileError(program + " was ended by a signal");
  return WEXITSTATUS(status);
}

}  // namespace

std::vector<fs::path> certificate_folders(const fs::path& folder) {
  std::error_code error;
  const auto has_manifest = [&error](const fs::path& path) {
    return fs::is_regular_file(path / "manifest.json", error);
  };
  if (!fs::is_directory(folder, error)) throw InputError("there is no folder " + folder.string());
  for (const fs::path& candidate : {folder, folder / "certificates"})
    if (has_manifest(candidate)) return {candidate};
  std::vector<fs::path> found;
  for (const fs::path& parent : {folder, folder / "certificates"})
    for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error))
      if (has_manifest(entry->path()) && entry->path().extension() != ".partial")
        found.push_back(entry->path());
  if (found.empty())
    throw InputError("no certificates in " + folder.string() +
                     ": give the output folder of 'gronwall verify' or of 'gronwall train --monitor'");
  // epoch-9 before epoch-10
  std::sort(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) {
    const std::string x = a.string(), y = b.string();
    return std::pair(x.size(), x) < std::pair(y.size(), y);
  });
  return found;
}

void require_checker() {
  std::ostringstream ignored;
  run({"--self-test"}, ignored);
}

int run_checker(const fs::path& folder, std::ostream& out) {
  return run({"--all", folder.string()}, out);
}

}  // namespace gronwall::verify
