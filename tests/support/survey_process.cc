#include "tests/support/survey_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace pulsetaker::testing {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(2);

// The number after `"key":` in `line`, or 0.
int NumberIn(absl::string_view line, absl::string_view key) {
  const std::string quoted = absl::StrCat("\"", key, "\":");
  const std::size_t at = line.find(quoted);
  if (at == absl::string_view::npos) return 0;
  const std::vector<absl::string_view> parts =
      absl::StrSplit(line.substr(at + quoted.size()), absl::ByAnyChar(",}"));
  int number = 0;
  return absl::SimpleAtoi(parts[0], &number) ? number : 0;
}

}  // namespace

std::unique_ptr<survey::v1::SurveyService::Stub> NewStub(int port) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return survey::v1::SurveyService::NewStub(
      grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port),
                                grpc::InsecureChannelCredentials(), arguments));
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "pulsetaker-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) FailStop("cannot make a folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

SurveyProcess::SurveyProcess(const std::string& binary,
                             const std::string& data_dir,
                             const std::vector<std::string>& flags,
                             const std::vector<std::string>& environment)
    : log_path_(data_dir + ".log") {
  std::vector<std::string> arguments = {
      binary, "--listen=127.0.0.1:0",
      "--admin_listen=", "--data_dir=" + data_dir};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::vector<char*> variables;
  // The first of a name counts.
  std::vector<std::string> added = environment;
  for (std::string& variable : added) variables.push_back(variable.data());
  for (char** own = environ; *own != nullptr; ++own) variables.push_back(*own);
  variables.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log_path_.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const int spawned = posix_spawn(&pid_, binary.c_str(), &files, nullptr,
                                  argv.data(), variables.data());
  posix_spawn_file_actions_destroy(&files);
  if (spawned != 0) FailStop(absl::StrCat("cannot start ", binary));
}

SurveyProcess::~SurveyProcess() { Kill(); }

bool SurveyProcess::WaitUntilServing(absl::Duration limit) {
  const absl::Time give_up = absl::Now() + limit;
  while (absl::Now() < give_up) {
    for (const absl::string_view line : absl::StrSplit(ReadLog(), '\n')) {
      port_ = NumberIn(line, "grpc_port");
      admin_port_ = NumberIn(line, "admin_port");
      // The port is not at the end of the line: it is there whole.
      if (port_ > 0) return true;
    }
    if (Ended()) return false;
    absl::SleepFor(kPoll);
  }
  return false;
}

std::unique_ptr<survey::v1::SurveyService::Stub> SurveyProcess::NewStub()
    const {
  return testing::NewStub(port_);
}

void SurveyProcess::Kill() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  Wait();
}

int SurveyProcess::Stop() {
  if (pid_ == 0) return -1;
  kill(pid_, SIGTERM);
  return Wait();
}

void SurveyProcess::BeginStop() {
  if (pid_ != 0) kill(pid_, SIGTERM);
}

bool SurveyProcess::WaitUntilEnded(absl::Duration limit, int& signal) {
  const absl::Time give_up = absl::Now() + limit;
  while (!Ended()) {
    if (absl::Now() > give_up) return false;
    absl::SleepFor(kPoll);
  }
  signal = WIFSIGNALED(status_) ? WTERMSIG(status_) : 0;
  return true;
}

int SurveyProcess::Wait() {
  waitpid(pid_, &status_, 0);
  pid_ = 0;
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
}

bool SurveyProcess::Ended() {
  if (pid_ != 0 && waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = 0;
  return pid_ == 0;
}

absl::Duration SurveyProcess::CpuTime() const {
  std::ifstream file(absl::StrCat("/proc/", pid_, "/stat"));
  std::string line;
  std::getline(file, line);
  // Fields 14 and 15; the second one, the name, ends with the last ")".
  const std::vector<std::string> fields =
      absl::StrSplit(line.substr(line.rfind(')') + 2), ' ');
  std::int64_t user = 0;
  std::int64_t system = 0;
  if (fields.size() < 13 || !absl::SimpleAtoi(fields[11], &user) ||
      !absl::SimpleAtoi(fields[12], &system)) {
    return absl::ZeroDuration();
  }
  return absl::Seconds(static_cast<double>(user + system) /
                       static_cast<double>(sysconf(_SC_CLK_TCK)));
}

std::int64_t SurveyProcess::ResidentBytes() const {
  std::ifstream file(absl::StrCat("/proc/", pid_, "/statm"));
  std::int64_t pages = 0;
  std::int64_t resident_pages = 0;
  file >> pages >> resident_pages;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

std::string SurveyProcess::ReadLog() const {
  std::ifstream file(log_path_);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace pulsetaker::testing
