// Whose operations a caller sees.

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "common/base/metrics.h"
#include "common/base/status.h"
#include "common/kv/rocks_operation_store.h"
#include "common/rpc/access.h"
#include "common/rpc/client_call.h"
#include "common/rpc/operation_runner.h"
#include "common/rpc/operations_service.h"
#include "common/rpc/server.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "google/protobuf/wrappers.pb.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"

namespace pulsetaker::rpc {
namespace {

namespace lro = google::longrunning;
using Stub = lro::Operations::Stub;

// The token is the tenant, "*" for a service.
class TestCallers final : public CallerSource {
 public:
  absl::StatusOr<Caller> Identify(
      const Credentials& credentials) const override {
    Caller caller = {.subject = "someone",
                     .tenant = std::string(credentials.token),
                     .any_tenant = credentials.token == "*",
                     .permissions = PermissionsOfRoles({"analyst"})};
    return caller;
  }
};

class OperationOwnersTest : public ::testing::Test {
 protected:
  OperationOwnersTest() {
    rocks_ = *kv::OpenRocks({.path = "/db",
                             .families = {kv::kOperationsFamily},
                             .env = env_.get()});
    store_ = kv::MakeRocksOperationStore(*rocks_);
    runner_ = std::make_unique<OperationRunner>(
        *store_, OperationRunnerOptions{.error_domain = "test.pulsetaker",
                                        .clock = [] { return absl::Now(); }});
    // Runs until it is cancelled.
    runner_->Register(
        "Work",
        [](const auto&,
           OperationContext& context) -> absl::StatusOr<google::protobuf::Any> {
          for (;;) {
            PT_RETURN_IF_ERROR(context.CheckCancelled());
            absl::SleepFor(absl::Milliseconds(1));
          }
        });
    EXPECT_TRUE(runner_->Start().ok());
    service_ = MakeOperationsService(*runner_, executor_, "test.pulsetaker");
    auto server = Server::Start({.listen = "127.0.0.1:0",
                                 .drain = absl::ZeroDuration(),
                                 .security = {.callers = &callers_}},
                                {service_.get()}, metrics_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = lro::Operations::NewStub(
        MakeChannel("127.0.0.1:" + std::to_string(server_->grpc_port())));
  }
  ~OperationOwnersTest() override {
    server_->Shutdown();
    runner_->Stop();
  }

  std::string Begin(const std::string& tenant, char request) {
    google::protobuf::Any any;
    any.PackFrom(google::protobuf::StringValue());
    const auto begun = runner_->Submit(
        {.kind = "Work",
         .scope = "tenants/" + tenant,
         .request_id =
             std::string("00000000-0000-4000-8000-00000000000") + request,
         .request = any});
    EXPECT_TRUE(begun.ok()) << begun.status();
    return begun->name();
  }

  template <typename Method, typename Request, typename Response>
  absl::Status Call(Method method, const std::string& caller,
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    SetDeadline(context, absl::Now() + absl::Seconds(10));
    context.AddMetadata("authorization", "Bearer " + caller);
    return FromGrpcStatus((stub_.get()->*method)(&context, request, &response));
  }

  template <typename Request, typename Response, typename Method>
  absl::Status CallOne(Method method, const std::string& caller,
                       const std::string& name) {
    Request request;
    request.set_name(name);
    Response response;
    return Call(method, caller, request, response);
  }

  absl::Status Get(const std::string& caller, const std::string& name) {
    return CallOne<lro::GetOperationRequest, lro::Operation>(
        &Stub::GetOperation, caller, name);
  }

  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<OperationStore> store_;
  std::unique_ptr<OperationRunner> runner_;
  BoundedExecutor executor_{2, 100};
  TestCallers callers_;
  Metrics metrics_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Stub> stub_;
};

constexpr char kNone[] = "operations/00000000-0000-4000-8000-ffffffffffff";

TEST_F(OperationOwnersTest, AnothersIsLikeNone) {
  const std::string name = Begin("north", '1');
  EXPECT_TRUE(Get("north", name).ok());
  EXPECT_TRUE(Get("*", name).ok());
  for (const char* caller : {"south", "nort", ""}) {
    const absl::Status none = Get(caller, kNone);
    EXPECT_EQ(ReasonOf(none), "OPERATION_NOT_FOUND");
    EXPECT_EQ(Get(caller, name), none) << caller;
    EXPECT_EQ((CallOne<lro::CancelOperationRequest, google::protobuf::Empty>(
                  &Stub::CancelOperation, caller, name)),
              none);
    EXPECT_EQ((CallOne<lro::DeleteOperationRequest, google::protobuf::Empty>(
                  &Stub::DeleteOperation, caller, name)),
              none);
  }
  // Nobody else has ended it.
  const auto left = runner_->Get(name.substr(11));
  ASSERT_TRUE(left.ok()) << left.status();
  EXPECT_FALSE(left->done());
}

TEST_F(OperationOwnersTest, WaitingForAnothersTakesNoLongerThanForNone) {
  const std::string name = Begin("north", '1');
  for (const std::string& waited : {name, std::string(kNone)}) {
    const absl::Time begin = absl::Now();
    EXPECT_EQ(ReasonOf(CallOne<lro::WaitOperationRequest, lro::Operation>(
                  &Stub::WaitOperation, "south", waited)),
              "OPERATION_NOT_FOUND");
    EXPECT_LT(absl::Now() - begin, absl::Seconds(5));
  }
}

TEST_F(OperationOwnersTest, ListsOnlyTheCallersOwn) {
  const std::string north = Begin("north", '1');
  const std::string south = Begin("south", '2');
  const auto names = [this](const std::string& caller) {
    lro::ListOperationsRequest request;
    request.set_name("operations");
    lro::ListOperationsResponse response;
    EXPECT_TRUE(Call(&Stub::ListOperations, caller, request, response).ok());
    std::set<std::string> found;
    for (const auto& operation : response.operations()) {
      found.insert(operation.name());
    }
    return found;
  };
  EXPECT_EQ(names("north"), (std::set<std::string>{north}));
  EXPECT_EQ(names("south"), (std::set<std::string>{south}));
  EXPECT_EQ(names(""), (std::set<std::string>{}));
  EXPECT_EQ(names("*"), (std::set<std::string>{north, south}));
}

TEST_F(OperationOwnersTest, PageTokensAreOfOneTenant) {
  Begin("north", '1');
  Begin("north", '2');
  lro::ListOperationsRequest request;
  request.set_name("operations");
  request.set_page_size(1);
  lro::ListOperationsResponse response;
  ASSERT_TRUE(Call(&Stub::ListOperations, "north", request, response).ok());
  ASSERT_NE(response.next_page_token(), "");
  request.set_page_token(response.next_page_token());
  EXPECT_EQ(ReasonOf(Call(&Stub::ListOperations, "south", request, response)),
            "PAGE_TOKEN_MALFORMED");
  EXPECT_TRUE(Call(&Stub::ListOperations, "north", request, response).ok());
}

}  // namespace
}  // namespace pulsetaker::rpc
