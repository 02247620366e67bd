// The shell around every service, over real ports of the loopback.

#include "common/rpc/server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/base/bounded_executor.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "common/rpc/unary.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::rpc {
namespace {

namespace lro = google::longrunning;
namespace health = grpc::health::v1;

constexpr char kService[] = "google.longrunning.Operations";

class TestService final : public lro::Operations::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetOperation(
      grpc::CallbackServerContext* context,
      const lro::GetOperationRequest* request,
      lro::Operation* response) override {
    return RunUnary(
        context, executor, "test.pulsetaker", [=, this]() -> absl::Status {
          if (gate != nullptr) gate->WaitForNotification();
          response->set_name(request->name());
          if (request->name() == "secret") {
            return MakeError(absl::StatusCode::kNotFound, "GONE", "no secret");
          }
          return absl::OkStatus();
        });
  }

  BoundedExecutor executor{/*thread_count=*/2, /*queue_length_max=*/10};
  absl::Notification* gate = nullptr;
};

// What the admin port answers to GET `path`.
std::string HttpGet(int port, const std::string& path) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) !=
      0) {
    close(fd);
    return "";
  }
  const std::string request =
      absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(send(fd, request.data(), request.size(), 0),
            static_cast<ssize_t>(request.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t n = 0; (n = recv(fd, buffer, sizeof(buffer), 0)) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(n));
  }
  close(fd);
  return answer;
}

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    log::SetSink([this](absl::string_view line) {
      MutexLock lock(mutex_);
      lines_.push_back(nlohmann::json::parse(std::string(line)));
    });
    auto server = Server::Start({.listen = "127.0.0.1:0",
                                 .admin_listen = "127.0.0.1:0",
                                 .drain = absl::ZeroDuration(),
                                 .grace = absl::Seconds(5)},
                                {&service_}, metrics_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = MakeChannel(absl::StrCat("127.0.0.1:", server_->grpc_port()));
    stub_ = lro::Operations::NewStub(channel_);
    health_stub_ = health::Health::NewStub(channel_);
  }
  ~ServerTest() override {
    server_.reset();
    log::SetSink(nullptr);
  }

  absl::StatusOr<lro::Operation> Get(const std::string& name) {
    lro::GetOperationRequest request;
    request.set_name(name);
    return Call(*stub_, &lro::Operations::Stub::GetOperation, request,
                absl::Now() + absl::Seconds(10));
  }

  absl::StatusOr<health::HealthCheckResponse> Check(const std::string& name) {
    health::HealthCheckRequest request;
    request.set_service(name);
    return Call(*health_stub_, &health::Health::Stub::Check, request,
                absl::Now() + absl::Seconds(10));
  }

  // The lines of the event "call".
  std::vector<nlohmann::json> Calls() {
    MutexLock lock(mutex_);
    std::vector<nlohmann::json> calls;
    for (const auto& line : lines_) {
      if (line["event"] == "call") calls.push_back(line);
    }
    return calls;
  }

  Mutex mutex_;
  std::vector<nlohmann::json> lines_ ABSL_GUARDED_BY(mutex_);
  Metrics metrics_;
  TestService service_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<lro::Operations::Stub> stub_;
  std::unique_ptr<health::Health::Stub> health_stub_;
};

TEST_F(ServerTest, ServesOnAFreePort) {
  EXPECT_GT(server_->grpc_port(), 0);
  EXPECT_GT(server_->admin_port(), 0);
  EXPECT_EQ(Get("some")->name(), "some");
}

TEST_F(ServerTest, RefusesAPortThatIsTaken) {
  const auto second = Server::Start(
      {.listen = absl::StrCat("127.0.0.1:", server_->grpc_port())}, {},
      metrics_);
  EXPECT_TRUE(absl::IsUnavailable(second.status())) << second.status();
  const auto admin = Server::Start(
      {.listen = "127.0.0.1:0",
       .admin_listen = absl::StrCat("127.0.0.1:", server_->admin_port())},
      {}, metrics_);
  EXPECT_TRUE(absl::IsUnavailable(admin.status())) << admin.status();
  for (const char* address : {"7401", "nonsense", ""}) {
    EXPECT_FALSE(Server::Start({.listen = address}, {}, metrics_).ok());
  }
  EXPECT_TRUE(absl::IsInvalidArgument(
      Server::Start({.listen = "127.0.0.1:0", .admin_listen = "x:99999"}, {},
                    metrics_)
          .status()));
}

TEST_F(ServerTest, TellsItsHealth) {
  for (const char* name : {"", kService}) {
    EXPECT_EQ(Check(name)->status(), health::HealthCheckResponse::SERVING);
  }
  EXPECT_TRUE(absl::IsNotFound(Check("no.such.Service").status()));
  EXPECT_TRUE(absl::StartsWith(HttpGet(server_->admin_port(), "/healthz"),
                               "HTTP/1.1 200 OK\r\n"));
}

TEST_F(ServerTest, TellsWhoWatchesThatItStops) {
  grpc::ClientContext context;
  grpc::ClientContext unknown_context;
  health::HealthCheckRequest request;
  health::HealthCheckResponse response;
  const auto watch = health_stub_->Watch(&context, request);
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), health::HealthCheckResponse::SERVING);
  request.set_service("no.such.Service");
  const auto unknown = health_stub_->Watch(&unknown_context, request);
  ASSERT_TRUE(unknown->Read(&response));
  EXPECT_EQ(response.status(), health::HealthCheckResponse::SERVICE_UNKNOWN);

  const absl::Time begin = absl::Now();
  server_->Shutdown();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(4));  // No watch holds it up.
  EXPECT_FALSE(unknown->Read(&response));
  if (watch->Read(&response)) {
    EXPECT_EQ(response.status(), health::HealthCheckResponse::NOT_SERVING);
    EXPECT_FALSE(watch->Read(&response));
  }
  EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(absl::StartsWith(HttpGet(server_->admin_port(), "/healthz"),
                               "HTTP/1.1 503 "));
}

TEST_F(ServerTest, ForgetsWatchersThatLeave) {
  for (int i = 0; i < 50; ++i) {
    grpc::ClientContext context;
    health::HealthCheckResponse response;
    const auto watch =
        health_stub_->Watch(&context, health::HealthCheckRequest());
    ASSERT_TRUE(watch->Read(&response));
    context.TryCancel();
    EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
}

// The answer of the reflection service to a request in text form, as text. Its
// messages are inside gRPC's library, so they are reached by their names.
std::string Reflect(const std::shared_ptr<grpc::Channel>& channel,
                    const std::string& request_text) {
  const auto make = [](const std::string& name) {
    return std::unique_ptr<google::protobuf::Message>(
        google::protobuf::MessageFactory::generated_factory()
            ->GetPrototype(google::protobuf::DescriptorPool::generated_pool()
                               ->FindMessageTypeByName(name))
            ->New());
  };
  const auto request = make("grpc.reflection.v1alpha.ServerReflectionRequest");
  const auto response =
      make("grpc.reflection.v1alpha.ServerReflectionResponse");
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(request_text,
                                                            request.get()));
  const grpc::Slice request_bytes(request->SerializeAsString());
  grpc::ByteBuffer request_buffer(&request_bytes, 1);
  grpc::ByteBuffer response_buffer;
  grpc::ClientContext context;
  SetDeadline(context, absl::Now() + absl::Seconds(10));
  grpc::CompletionQueue queue;
  const auto wait = [&] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  grpc::GenericStub stub(channel);
  const auto call = stub.PrepareCall(
      &context,
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  call->StartCall(nullptr);
  EXPECT_TRUE(wait());
  call->Write(request_buffer, nullptr);
  EXPECT_TRUE(wait());
  call->Read(&response_buffer, nullptr);
  EXPECT_TRUE(wait());
  call->WritesDone(nullptr);
  EXPECT_TRUE(wait());
  grpc::Status status;
  call->Finish(&status, nullptr);
  EXPECT_TRUE(wait());
  EXPECT_TRUE(status.ok()) << status.error_message();
  grpc::Slice response_bytes;
  EXPECT_TRUE(response_buffer.DumpToSingleSlice(&response_bytes).ok());
  EXPECT_TRUE(response->ParseFromArray(
      response_bytes.begin(), static_cast<int>(response_bytes.size())));
  return response->DebugString();
}

TEST_F(ServerTest, DescribesItself) {
  const std::string list = Reflect(channel_, "list_services: '*'");
  for (const std::string name : {"grpc.health.v1.Health", kService}) {
    EXPECT_TRUE(absl::StrContains(list, absl::StrCat("\"", name, "\"")))
        << list;
    const std::string description =
        Reflect(channel_, absl::StrCat("file_containing_symbol: '", name, "'"));
    EXPECT_TRUE(absl::StrContains(description, "file_descriptor_proto:"))
        << description;
  }
}

TEST_F(ServerTest, LogsAndCountsCalls) {
  ASSERT_TRUE(Get("some").ok());
  ASSERT_FALSE(Get("secret").ok());
  ASSERT_TRUE(Check("").ok());
  ASSERT_FALSE(Check("no.such.Service").ok());
  server_->Shutdown();  // Calls are logged when they are over.
  const auto calls = Calls();
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(calls[0]["method"], "google.longrunning.Operations/GetOperation");
  EXPECT_EQ(calls[0]["code"], "OK");
  EXPECT_EQ(calls[0]["reason"], "");
  EXPECT_GE(calls[0]["micros"], 0);
  EXPECT_EQ(calls[1]["code"], "NOT_FOUND");
  EXPECT_EQ(calls[1]["reason"], "GONE");
  EXPECT_FALSE(absl::StrContains(calls[1].dump(), "secret"));
  EXPECT_EQ(calls[2]["method"], "grpc.health.v1.Health/Check");

  const std::string page = HttpGet(server_->admin_port(), "/metrics");
  EXPECT_TRUE(absl::StartsWith(page, "HTTP/1.1 200 OK\r\n"));
  for (const char* line :
       {"# TYPE grpc_server_call_started_total counter\n",
        "grpc_server_call_started_total{"
        "grpc_method=\"google.longrunning.Operations/GetOperation\"} 2\n",
        "# TYPE grpc_server_call_duration_seconds histogram\n",
        "grpc_server_call_duration_seconds_count{"
        "grpc_method=\"google.longrunning.Operations/GetOperation\","
        "grpc_status=\"NOT_FOUND\"} 1\n",
        "grpc_server_call_duration_seconds_count{"
        "grpc_method=\"grpc.health.v1.Health/Check\","
        "grpc_status=\"OK\"} 1\n",
        "pulsetaker_calls_in_flight 0\n"}) {
    EXPECT_TRUE(absl::StrContains(page, line)) << line << page;
  }
}

TEST_F(ServerTest, AnswersNothingElseOnTheAdminPort) {
  for (const char* path : {"/", "/metrics2", "/../etc/passwd", "/healthz/x"}) {
    EXPECT_TRUE(
        absl::StartsWith(HttpGet(server_->admin_port(), path), "HTTP/1.1 404 "))
        << path;
  }
}

TEST_F(ServerTest, RefusesAMessageThatIsTooLarge) {
  const absl::Status status = Get(std::string((16 << 20) + 1000, 'x')).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
}

// Says who called.
class PeerService final : public lro::Operations::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetOperation(
      grpc::CallbackServerContext* context,
      const lro::GetOperationRequest* /*request*/,
      lro::Operation* response) override {
    response->set_name(context->peer());
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

TEST(ConnectionAgeTest, EndsConnectionsAndNoCall) {
  log::SetSink([](absl::string_view) {});
  Metrics metrics;
  PeerService service;
  const auto server = Server::Start({.listen = "127.0.0.1:0",
                                     .drain = absl::ZeroDuration(),
                                     .connection_age_max = absl::Seconds(1)},
                                    {&service}, metrics);
  ASSERT_TRUE(server.ok()) << server.status();
  const auto stub = lro::Operations::NewStub(
      MakeChannel(absl::StrCat("127.0.0.1:", (*server)->grpc_port())));
  std::set<std::string> peers;
  const absl::Time end = absl::Now() + absl::Seconds(30);
  while (peers.size() < 3 && absl::Now() < end) {
    const auto answer =
        Call(*stub, &lro::Operations::Stub::GetOperation,
             lro::GetOperationRequest(), absl::Now() + absl::Seconds(10));
    ASSERT_TRUE(answer.ok()) << answer.status();
    peers.insert(answer->name());
    absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_EQ(peers.size(), 3u);
  log::SetSink(nullptr);
}

TEST_F(ServerTest, LetsCallsInProgressEnd) {
  absl::Notification gate;
  service_.gate = &gate;
  absl::StatusOr<lro::Operation> found;
  std::thread caller([&] { found = Get("some"); });
  while (metrics_.GetGauge({"pulsetaker_calls_in_flight", ""}).value() == 0) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  bool begun_to_stop = false;
  std::thread opener([&] {
    absl::SleepFor(absl::Milliseconds(100));
    gate.Notify();
  });
  server_->Shutdown([&] { begun_to_stop = true; });
  opener.join();
  caller.join();
  EXPECT_TRUE(begun_to_stop);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->name(), "some");
}

}  // namespace
}  // namespace pulsetaker::rpc
