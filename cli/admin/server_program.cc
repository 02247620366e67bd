#include "cli/admin/server_program.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace pulsetaker::cli {
namespace {

constexpr char kName[] = "pulsetaker-survey";

// Those of services/survey/store_commands.h.
ExitCode FromProgram(int status) {
  if (!WIFEXITED(status)) return ExitCode::kFailed;
  switch (WEXITSTATUS(status)) {
    case 0:
      return ExitCode::kOk;
    case 1:
      return ExitCode::kRefused;
    case 2:
      return ExitCode::kUsage;
    default:
      return ExitCode::kFailed;
  }
}

}  // namespace

ExitCode RunSurveyProgram(const std::vector<std::string>& arguments) {
  std::error_code unknown;
  const std::string path =
      std::filesystem::read_symlink("/proc/self/exe", unknown)
          .replace_filename(kName);
  std::vector<std::string> words = {path};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = 0;
  const int spawned =
      posix_spawn(&pid, path.c_str(), nullptr, nullptr, argv.data(), environ);
  int status = 0;
  if (spawned == 0) {
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    return FromProgram(status);
  }
  std::fprintf(stderr, "pulsetaker admin: %s cannot be run: %s\n", path.c_str(),
               std::strerror(spawned));
  return ExitCode::kFailed;
}

}  // namespace pulsetaker::cli
