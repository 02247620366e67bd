// A survey server as operators run it: the real binary, on a real disk, behind
// a real port.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::testing {

// A stub on a connection of its own to a server on this machine. Another one is
// the quickest way back to a server that was away: gRPC looks after a
// connection while a call waits for it, and else every 5 seconds.
std::unique_ptr<survey::v1::SurveyService::Stub> NewStub(int port);

// A folder that is removed with all that is in it.
class TemporaryFolder {
 public:
  // Ends the process if it cannot be made.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// One run of the server. For one thread at a time.
class SurveyProcess {
 public:
  // Starts `binary` on `data_dir`, with a free port. Its log goes to
  // `data_dir`.log. `environment` is added to that of this process, each as
  // NAME=VALUE. Ends the process if it cannot be started.
  SurveyProcess(const std::string& binary, const std::string& data_dir,
                const std::vector<std::string>& flags = {},
                const std::vector<std::string>& environment = {});

  // Kills it, if it runs.
  ~SurveyProcess();

  SurveyProcess(const SurveyProcess&) = delete;
  SurveyProcess& operator=(const SurveyProcess&) = delete;

  // True once it serves; false if it ended instead, or took longer.
  [[nodiscard]] bool WaitUntilServing(absl::Duration limit = absl::Seconds(30));

  int port() const { return port_; }

  // A stub on a connection of its own. Only of a server that serves.
  std::unique_ptr<survey::v1::SurveyService::Stub> NewStub() const;

  // Where its metrics are, if a flag asked for them. Only of a server that
  // serves.
  int admin_port() const { return admin_port_; }

  // SIGKILL. Returns when the process is gone.
  void Kill();

  // SIGTERM. Returns its exit status, or -1 if a signal ended it.
  int Stop();

  // SIGTERM. Returns at once.
  void BeginStop();

  // Waits until it has ended by itself. True if it has, and `signal` is what
  // ended it, 0 if it exited; false if it takes longer, and runs on.
  [[nodiscard]] bool WaitUntilEnded(absl::Duration limit, int& signal);

  // User and system time that it has taken so far.
  absl::Duration CpuTime() const;

  // Memory that it has at the moment.
  std::int64_t ResidentBytes() const;

  // What it has logged.
  std::string ReadLog() const;

 private:
  int Wait();
  // Whether it has ended; then status_ says how.
  bool Ended();

  const std::string log_path_;
  pid_t pid_ = 0;  // 0 once it has ended.
  int status_ = 0;
  int port_ = 0;
  int admin_port_ = 0;
};

}  // namespace pulsetaker::testing
