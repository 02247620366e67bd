#include "common/rpc/access.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "common/base/metrics.h"
#include "common/base/status.h"
#include "common/rpc/access_test.grpc.pb.h"
#include "common/rpc/client_call.h"
#include "common/rpc/pulled_stream.h"
#include "common/rpc/server.h"
#include "common/rpc/unary.h"
#include "gtest/gtest.h"

namespace pulsetaker::rpc {
namespace {

namespace v1 = pulsetaker::testing;
constexpr char kDomain[] = "testing.pulsetaker";

// Knows "TENANT:ROLE" as the token of one.
class TestCallers final : public CallerSource {
 public:
  absl::StatusOr<Caller> Identify(
      const Credentials& credentials) const override {
    const std::string token(credentials.token);
    const auto colon = token.find(':');
    if (colon == std::string::npos) {
      return MakeError(absl::StatusCode::kUnauthenticated, "CALLER_UNKNOWN",
                       "nobody");
    }
    return Caller{.subject = "someone",
                  .tenant = token.substr(0, colon),
                  .any_tenant = false,
                  .permissions = PermissionsOfRoles({token.substr(colon + 1)})};
  }
};

class GuardedImpl final : public v1::Guarded::CallbackService {
 public:
  grpc::ServerUnaryReactor* Read(grpc::CallbackServerContext* context,
                                 const v1::ReadRequest* request,
                                 v1::Answer* answer) override {
    return RunUnary(context, executor_, kDomain,
                    [=, this](const CallContext& call) {
                      ++reads;
                      answer->set_text(call.caller().tenant + request->name());
                      return absl::OkStatus();
                    });
  }
  grpc::ServerWriteReactor<v1::Answer>* Watch(
      grpc::CallbackServerContext* context, const v1::ReadRequest*) override {
    return new PulledStream<v1::Answer>(
        context, executor_, kDomain,
        [this](v1::Answer&) -> absl::StatusOr<bool> { return ++reads == 1; });
  }
  grpc::ServerUnaryReactor* Forget(grpc::CallbackServerContext* context,
                                   const v1::ReadRequest* request,
                                   v1::Answer*) override {
    seen_by_forgetful = request->ByteSizeLong();
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  // Takes a tenant for an invitation of it.
  grpc::ServerUnaryReactor* Respond(grpc::CallbackServerContext* context,
                                    const v1::RespondRequest* request,
                                    v1::Answer* answer) override {
    return RunUnary(context, executor_, kDomain,
                    [=, this](const CallContext& call) {
                      ++reads;
                      if (!call.AdmitInvitation(request->invitation_token())) {
                        return absl::InvalidArgumentError("no invitation");
                      }
                      answer->set_text(call.caller().tenant);
                      return absl::OkStatus();
                    });
  }
  grpc::ServerUnaryReactor* Manage(grpc::CallbackServerContext* context,
                                   const v1::ManageRequest*,
                                   v1::Answer*) override {
    return RunUnary(context, executor_, kDomain, [this] {
      ++reads;
      return absl::OkStatus();
    });
  }

  std::atomic<int> reads = 0;
  std::atomic<std::size_t> seen_by_forgetful = 0;

 private:
  BoundedExecutor executor_{1, 10};
};

class AccessTest : public ::testing::Test {
 protected:
  AccessTest() {
    auto server = Server::Start(
        {.listen = "127.0.0.1:0", .security = {.callers = &callers_}},
        {&service_}, metrics_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = v1::Guarded::NewStub(
        MakeChannel("127.0.0.1:" + std::to_string(server_->grpc_port())));
  }

  // How a call of `method` by the one of this token ends.
  template <typename Method, typename Request>
  absl::Status Call(Method method, const std::string& token,
                    const Request& request) {
    grpc::ClientContext context;
    if (!token.empty()) {
      context.AddMetadata("authorization", "Bearer " + token);
    }
    answer_.Clear();
    return FromGrpcStatus((stub_.get()->*method)(&context, request, &answer_));
  }

  absl::Status Read(const std::string& token, const std::string& name) {
    v1::ReadRequest request;
    request.set_name(name);
    return Call(&v1::Guarded::Stub::Read, token, request);
  }

  absl::Status Respond(const std::string& token, const std::string& invitation,
                       const std::string& name = "") {
    v1::RespondRequest request;
    request.set_invitation_token(invitation);
    request.set_name(name);
    return Call(&v1::Guarded::Stub::Respond, token, request);
  }

  TestCallers callers_;
  GuardedImpl service_;
  Metrics metrics_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::Guarded::Stub> stub_;
  v1::Answer answer_;
};

TEST_F(AccessTest, AdmitsWhoMay) {
  ASSERT_TRUE(Read("north:viewer", "tenants/north/places/a").ok());
  EXPECT_EQ(answer_.text(), "northtenants/north/places/a");
  EXPECT_EQ(service_.reads, 1);
}

TEST_F(AccessTest, RefusesBeforeTheMethodRuns) {
  const std::string own = "tenants/north/places/a";
  EXPECT_EQ(ReasonOf(Read("", own)), "CALLER_UNKNOWN");
  EXPECT_EQ(ReasonOf(Read("nobody", own)), "CALLER_UNKNOWN");
  EXPECT_EQ(ReasonOf(Read("north:name_reader", own)), "PERMISSION_MISSING");
  EXPECT_EQ(ReasonOf(Read("south:viewer", own)), "TENANT_FORBIDDEN");
  EXPECT_EQ(ReasonOf(Read(":viewer", own)), "TENANT_FORBIDDEN");
  EXPECT_EQ(service_.reads, 0);
}

TEST_F(AccessTest, TellsOneTenantNothingOfWhatAnotherHas) {
  const absl::Status there = Read("south:viewer", "tenants/north/places/a");
  const absl::Status not_there = Read("south:viewer", "tenants/none/places/a");
  EXPECT_EQ(ReasonOf(there), "TENANT_FORBIDDEN");
  EXPECT_EQ(there, not_there);
}

TEST_F(AccessTest, RefusesStreams) {
  for (const std::string token : {"", "south:viewer", "north:operator"}) {
    grpc::ClientContext context;
    if (!token.empty()) {
      context.AddMetadata("authorization", "Bearer " + token);
    }
    v1::ReadRequest request;
    request.set_name("tenants/north/places/a");
    const auto reader = stub_->Watch(&context, request);
    EXPECT_FALSE(reader->Read(&answer_));
    EXPECT_FALSE(reader->Finish().ok());
  }
  EXPECT_EQ(service_.reads, 0);
}

TEST_F(AccessTest, AForgetfulMethodSeesNothingOfARefusedRequest) {
  v1::ReadRequest request;
  request.set_name("tenants/north/places/a");
  request.set_text("secret");
  EXPECT_TRUE(Call(&v1::Guarded::Stub::Forget, "north:viewer", request).ok());
  EXPECT_EQ(service_.seen_by_forgetful, request.ByteSizeLong());
  for (const char* token : {"", "south:viewer", "north:operator"}) {
    service_.seen_by_forgetful = 1;
    (void)Call(&v1::Guarded::Stub::Forget, token, request);
    EXPECT_EQ(service_.seen_by_forgetful, 0u) << token;
  }
}

TEST_F(AccessTest, TheServerAsAWholeIsOfNoTenant) {
  const v1::ManageRequest request;
  EXPECT_TRUE(Call(&v1::Guarded::Stub::Manage, ":operator", request).ok());
  EXPECT_EQ(
      ReasonOf(Call(&v1::Guarded::Stub::Manage, "north:operator", request)),
      "TENANT_FORBIDDEN");
  EXPECT_EQ(ReasonOf(Call(&v1::Guarded::Stub::Manage, ":viewer", request)),
            "PERMISSION_MISSING");
}

TEST_F(AccessTest, AnInvitationAloneSufficesWhereTheContractSaysSo) {
  ASSERT_TRUE(Respond("", "north").ok());
  // From its verification on, the caller is one of that tenant.
  EXPECT_EQ(answer_.text(), "north");
  EXPECT_EQ(ReasonOf(Respond("", "")), "CALLER_UNKNOWN");
  // The invitation says who it is, and no name beside it.
  EXPECT_EQ(ReasonOf(Respond("", "north", "tenants/north/places/a")),
            "TENANT_FORBIDDEN");
  EXPECT_EQ(service_.reads, 1);
}

TEST_F(AccessTest, WhoShowsATokenIsHeldToIt) {
  EXPECT_TRUE(Respond("north:questionnaire", "north").ok());
  EXPECT_EQ(ReasonOf(Respond("nobody", "north")), "CALLER_UNKNOWN");
  EXPECT_EQ(ReasonOf(Respond("north:viewer", "north")), "PERMISSION_MISSING");
  EXPECT_EQ(Respond("south:questionnaire", "north").code(),
            absl::StatusCode::kInvalidArgument);
}

class UnguardedImpl final : public v1::Unguarded::CallbackService {};

TEST(ServerTest, DoesNotStartWithAMethodThatHasNoPolicy) {
  TestCallers callers;
  UnguardedImpl service;
  Metrics metrics;
  const auto guarded = Server::Start(
      {.listen = "127.0.0.1:0", .security = {.callers = &callers}}, {&service},
      metrics);
  EXPECT_EQ(guarded.status().code(), absl::StatusCode::kNotFound);
  // Where nobody is asked, there is nothing to say.
  EXPECT_TRUE(
      Server::Start({.listen = "127.0.0.1:0"}, {&service}, metrics).ok());
}

}  // namespace
}  // namespace pulsetaker::rpc
