// The three services in this process, on real ports and real disks, composed as
// their mains compose them.

#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "common/base/bounded_executor.h"
#include "common/base/metrics.h"
#include "common/rpc/server.h"
#include "common/rpc/server_main.h"

namespace pulsetaker::integration {

// A folder that is gone when this is.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// One service. Ends the process if it cannot be started.
class RunningService {
 public:
  // `port` 0 is a free one.
  RunningService(const std::filesystem::path& data_dir, int port,
                 const rpc::MakeApplication& make_application);
  // Stops it in good order, as SIGTERM does.
  ~RunningService();
  RunningService(const RunningService&) = delete;
  RunningService& operator=(const RunningService&) = delete;

  int port() const { return server_->grpc_port(); }
  std::string address() const;

 private:
  Metrics metrics_;
  std::unique_ptr<BoundedExecutor> executor_;
  rpc::ServerParts parts_;
  std::unique_ptr<rpc::Application> application_;
  std::unique_ptr<rpc::Server> server_;
};

class RunningSystem {
 public:
  // `analysis_threads`: of each analysis.
  explicit RunningSystem(int analysis_threads);

  // Each on the port that it had before, or a free one. Starting what runs, or
  // stopping what does not, does nothing.
  void StartSurvey();
  void StartNetwork();
  void StartAssessment();
  void StartAll();
  void StopSurvey() { survey_.reset(); }
  void StopNetwork() { network_.reset(); }
  void StopAssessment() { assessment_.reset(); }
  void StopAll();

  std::string survey_address() const { return survey_->address(); }
  std::string network_address() const { return network_->address(); }
  std::string assessment_address() const { return assessment_->address(); }

 private:
  const int analysis_threads_;
  const TemporaryFolder folder_;
  int survey_port_ = 0;
  int network_port_ = 0;
  int assessment_port_ = 0;
  std::unique_ptr<RunningService> survey_;
  std::unique_ptr<RunningService> network_;
  std::unique_ptr<RunningService> assessment_;
};

}  // namespace pulsetaker::integration
