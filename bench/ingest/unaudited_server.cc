// The survey server without its audit, to see what that costs. Nothing that
// anyone should run.

#include <memory>
#include <utility>
#include <vector>

#include "common/base/status.h"
#include "common/rpc/server_main.h"
#include "services/survey/application.h"

namespace pulsetaker::survey {
namespace {

// An application of which nothing is written down.
class Unaudited final : public rpc::Application {
 public:
  explicit Unaudited(std::unique_ptr<rpc::Application> audited)
      : audited_(std::move(audited)) {}

  std::vector<grpc::Service*> services() override {
    return audited_->services();
  }
  MaintainedStore* store() override { return audited_->store(); }
  absl::Status Start() override { return audited_->Start(); }
  void BeginStop() override { audited_->BeginStop(); }
  void Stop() override { audited_->Stop(); }

 private:
  const std::unique_ptr<rpc::Application> audited_;
};

}  // namespace
}  // namespace pulsetaker::survey

int main(int argc, char** argv) {
  using pulsetaker::rpc::ServerParts;
  return pulsetaker::rpc::ServerMain(
      argc, argv,
      {.name = "unaudited-survey",
       .summary = "The survey server without its audit. For a bench.",
       .listen = "127.0.0.1:0",
       .admin_listen = "127.0.0.1:0"},
      [](ServerParts& parts)
          -> absl::StatusOr<std::unique_ptr<pulsetaker::rpc::Application>> {
        PT_ASSIGN_OR_RETURN(
            std::unique_ptr<pulsetaker::rpc::Application> audited,
            pulsetaker::survey::MakeSurveyApplication({}, parts));
        return std::make_unique<pulsetaker::survey::Unaudited>(
            std::move(audited));
      });
}
