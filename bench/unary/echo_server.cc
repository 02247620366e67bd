// What gRPC itself can do: SubmitResponse that gives the response back at once,
// from the thread that read it. Says where it serves like the real server.

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::survey {
namespace {

class EchoService final : public v1::SurveyService::CallbackService {
 public:
  grpc::ServerUnaryReactor* SubmitResponse(
      grpc::CallbackServerContext* context,
      const v1::SubmitResponseRequest* request,
      v1::Response* response) override {
    *response = request->response();
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

int Serve() {
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  EchoService service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return EXIT_FAILURE;
  std::fprintf(stderr, "{\"event\":\"serving\",\"grpc_port\":%d}\n", port);
  int signal = 0;
  sigwait(&stop_signals, &signal);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace pulsetaker::survey

int main() { return pulsetaker::survey::Serve(); }
