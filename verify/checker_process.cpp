#include "checker_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ostream>
#include <string>

#include "gronwall/numbers/error.hpp"

extern char** environ;

namespace gronwall::verify {
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

}  // namespace

std::filesystem::path certificates_folder(const std::filesystem::path& folder) {
  std::error_code error;
  for (const auto& candidate : {folder, folder / "certificates"})
    if (std::filesystem::is_regular_file(candidate / "manifest.json", error)) return candidate;
  throw FileError("no manifest.json in " + folder.string() +
                  " nor in its folder 'certificates'; give the output folder of 'gronwall verify'");
}

int run_checker(const std::filesystem::path& folder, std::ostream& out) {
  std::array<int, 2> channel{};
  if (pipe2(channel.data(), O_CLOEXEC) != 0)
    throw FileError(std::string("cannot open a pipe: ") + std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, channel[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, channel[1], STDERR_FILENO);
  std::string program = find_checker().string();
  std::string all = "--all";
  std::string directory = folder.string();
  const std::array<char*, 4> arguments = {program.data(), all.data(), directory.data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(channel[1]);
  if (error != 0) {
    close(channel[0]);
    throw FileError("cannot run " + program + ": " + std::strerror(error) +
                    "; build the target proofs-check");
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

}  // namespace gronwall::verify
