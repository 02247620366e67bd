// TLS over real ports of the loopback: who gets a connection, with which
// version, and what the server learns of the caller.

#include "common/rpc/tls.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/metrics.h"
#include "common/base/status.h"
#include "common/rpc/call_token.h"
#include "common/rpc/client_call.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "tests/support/certificates.h"
#include "tests/support/tls_handshake.h"

namespace pulsetaker::rpc {
namespace {

namespace health = grpc::health::v1;
using pulsetaker::testing::CertificateAuthority;
using pulsetaker::testing::CertificateFolder;
using pulsetaker::testing::Identity;
using pulsetaker::testing::ShakeHands;
using pulsetaker::testing::TlsVersion;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Before gRPC makes credentials, as a main of ours does.
[[maybe_unused]] const bool kTls13Only = (UseTls13Only(), true);

// Answers every call, and remembers who the last one came from.
class Service final : public health::Health::Service {
 public:
  grpc::Status Check(grpc::ServerContext* context,
                     const health::HealthCheckRequest* /*request*/,
                     health::HealthCheckResponse* response) override {
    peer_names = PeerNames(*context->auth_context());
    authorization.clear();
    const auto [begin, end] =
        context->client_metadata().equal_range("authorization");
    for (auto each = begin; each != end; ++each) {
      authorization.emplace_back(each->second.data(), each->second.size());
    }
    response->set_status(health::HealthCheckResponse::SERVING);
    return grpc::Status::OK;
  }

  // Of the last call. Tests make one at a time.
  std::vector<std::string> peer_names;
  std::vector<std::string> authorization;
};

class TlsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::path(::testing::TempDir()) /
        absl::StrCat(
            "tls_", getpid(), "_",
            ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directory(folder_);
    server_folder_.emplace(folder_ / "server");
    server_folder_->Put(server_identity_, authority_.certificate());
  }
  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown();
    std::filesystem::remove_all(folder_);
  }

  void StartServer() {
    auto credentials =
        MakeServerCredentials(FilesOf(*server_folder_),
                              /*request_client_certificates=*/true);
    ASSERT_TRUE(credentials.ok()) << credentials.status();
    Listen(*credentials);
  }

  void Listen(const std::shared_ptr<grpc::ServerCredentials>& credentials) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", credentials, &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }

  static TlsFiles FilesOf(const CertificateFolder& folder) {
    return {.certificate = folder.certificate(),
            .key = folder.key(),
            .ca = folder.ca()};
  }

  // A client that trusts `trusted`, with this certificate if there is one.
  std::shared_ptr<grpc::ChannelCredentials> Client(
      const CertificateAuthority& trusted, const Identity* identity) {
    CertificateFolder client(folder_ / absl::StrCat("client", ++clients_));
    client.Put(identity == nullptr ? server_identity_ : *identity,
               trusted.certificate());
    TlsFiles files = FilesOf(client);
    if (identity == nullptr) {
      files.certificate.clear();
      files.key.clear();
    }
    auto made = MakeChannelCredentials(files);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.value_or(nullptr);
  }

  // One call over a connection of its own.
  grpc::Status Call(
      const std::shared_ptr<grpc::ChannelCredentials>& credentials,
      const std::string& host = "localhost") {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto stub = health::Health::NewStub(grpc::CreateCustomChannel(
        absl::StrCat("ipv4:127.0.0.1:", port_), credentials,
        (arguments.SetString(GRPC_SSL_TARGET_NAME_OVERRIDE_ARG, host),
         arguments)));
    grpc::ClientContext context;
    SetDeadline(context, absl::Now() + absl::Seconds(20));
    health::HealthCheckResponse response;
    return stub->Check(&context, {}, &response);
  }

  const CertificateAuthority authority_{"authority"};
  const CertificateAuthority other_authority_{"other authority"};
  const Identity server_identity_ = authority_.Issue(
      {.dns_names = {"localhost", "survey"}, .ip_addresses = {"127.0.0.1"}});
  std::filesystem::path folder_;
  std::optional<CertificateFolder> server_folder_;
  Service service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  int clients_ = 0;
};

TEST_F(TlsTest, OnlyTls13IsSpoken) {
  StartServer();
  const auto handshake = ShakeHands(port_, TlsVersion::k13);
  ASSERT_TRUE(handshake.ok()) << handshake.status();
  EXPECT_EQ(handshake->version, "TLSv1.3");
  EXPECT_EQ(handshake->serial, server_identity_.serial);
  const absl::Status refused = ShakeHands(port_, TlsVersion::k12).status();
  EXPECT_THAT(std::string(refused.message()), HasSubstr("handshake"));
}

TEST_F(TlsTest, ACallerWithoutACertificateHasNoName) {
  StartServer();
  service_.peer_names = {"of an earlier call"};
  EXPECT_TRUE(Call(Client(authority_, nullptr)).ok());
  EXPECT_THAT(service_.peer_names, IsEmpty());
}

TEST_F(TlsTest, ACallerWithACertificateHasTheNamesInIt) {
  StartServer();
  const Identity network =
      authority_.Issue({.dns_names = {"network", "network.pulsetaker.svc"},
                        .uris = {"spiffe://pulsetaker/network"},
                        .ip_addresses = {"127.0.0.1"}});
  const grpc::Status status = Call(Client(authority_, &network));
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(service_.peer_names,
              ElementsAre("network", "network.pulsetaker.svc",
                          "spiffe://pulsetaker/network"));
}

TEST_F(TlsTest, InPlainTextNobodyHasAName) {
  Listen(grpc::InsecureServerCredentials());
  service_.peer_names = {"of an earlier call"};
  EXPECT_TRUE(Call(grpc::InsecureChannelCredentials()).ok());
  EXPECT_THAT(service_.peer_names, IsEmpty());
}

// Nobody gets through whose certificate, or whose server's, does not hold.
TEST_F(TlsTest, NoConnectionWithACertificateThatDoesNotHold) {
  StartServer();
  const Identity of_other = other_authority_.Issue({.dns_names = {"network"}});
  const Identity expired =
      authority_.Issue({.dns_names = {"network"},
                        .valid_from = -absl::Hours(2),
                        .valid_until = -absl::Seconds(10)});
  const Identity not_yet = authority_.Issue({.dns_names = {"network"},
                                             .valid_from = absl::Hours(1),
                                             .valid_until = absl::Hours(2)});
  const Identity good = authority_.Issue({.dns_names = {"network"}});
  struct Row {
    const char* name;
    const CertificateAuthority* trusted;
    const Identity* identity;
    const char* host;
    bool is_answered;
  };
  const Row rows[] = {
      {"all is well", &authority_, &good, "survey", true},
      {"signed by another", &authority_, &of_other, "localhost", false},
      {"expired", &authority_, &expired, "localhost", false},
      {"not yet valid", &authority_, &not_yet, "localhost", false},
      {"trusts another", &other_authority_, nullptr, "localhost", false},
      {"another host", &authority_, nullptr, "network", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const grpc::Status status =
        Call(Client(*row.trusted, row.identity), row.host);
    EXPECT_EQ(status.error_code(), row.is_answered
                                       ? grpc::StatusCode::OK
                                       : grpc::StatusCode::UNAVAILABLE)
        << status.error_message();
  }
}

TEST_F(TlsTest, NoConnectionToAServerWhoseCertificateHasExpired) {
  server_folder_->Put(authority_.Issue({.dns_names = {"localhost"},
                                        .valid_from = -absl::Hours(2),
                                        .valid_until = -absl::Seconds(10)}),
                      authority_.certificate());
  StartServer();
  EXPECT_EQ(Call(Client(authority_, nullptr)).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, NoConnectionInPlainText) {
  StartServer();
  EXPECT_EQ(Call(grpc::InsecureChannelCredentials()).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, FilesThatCannotBeUsedAreSaidAtOnce) {
  TlsFiles files = FilesOf(*server_folder_);
  files.ca = (folder_ / "absent").string();
  EXPECT_THAT(
      std::string(MakeServerCredentials(files, true).status().message()),
      HasSubstr("--tls_ca: cannot read"));
  EXPECT_THAT(std::string(MakeChannelCredentials(files).status().message()),
              HasSubstr("--tls_ca: cannot read"));
}

// The authority changes in three steps, and at no time does a call fail.
TEST_F(TlsTest, AnAuthorityIsReplacedWithoutARestart) {
  StartServer();
  CertificateFolder client(folder_ / "client");
  client.Put(authority_.Issue({.dns_names = {"network"}}),
             authority_.certificate());
  const auto credentials = MakeChannelCredentials(FilesOf(client));
  ASSERT_TRUE(credentials.ok());
  const std::string both =
      authority_.certificate() + other_authority_.certificate();
  const auto server_of = [](const CertificateAuthority& authority) {
    return authority.Issue({.dns_names = {"localhost"}});
  };
  const auto client_of = [](const CertificateAuthority& authority,
                            const std::string& name) {
    return authority.Issue({.dns_names = {name}});
  };
  const auto settle = [] { absl::SleepFor(kTlsReloadMax); };
  EXPECT_TRUE(Call(*credentials).ok());
  server_folder_->Put(server_of(authority_), both);
  client.Put(client_of(authority_, "first"), both);
  settle();
  EXPECT_TRUE(Call(*credentials).ok());
  EXPECT_THAT(service_.peer_names, ElementsAre("first"));
  const Identity last = server_of(other_authority_);
  server_folder_->Put(last, both);
  client.Put(client_of(other_authority_, "second"), both);
  settle();
  EXPECT_TRUE(Call(*credentials).ok());
  EXPECT_THAT(service_.peer_names, ElementsAre("second"));
  server_folder_->Put(last, other_authority_.certificate());
  client.Put(client_of(other_authority_, "third"),
             other_authority_.certificate());
  settle();
  EXPECT_TRUE(Call(*credentials).ok());
  EXPECT_THAT(service_.peer_names, ElementsAre("third"));
  // The old one is worth nothing any more.
  const Identity old = client_of(authority_, "old");
  EXPECT_EQ(Call(Client(other_authority_, &old)).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ShakeHands(port_, TlsVersion::k13)->serial, last.serial);
}

TEST_F(TlsTest, AFileThatIsBrokenLaterLeavesWhatWasInUse) {
  StartServer();
  server_folder_->Put(
      {.certificate = "no certificate", .key = "no key", .serial = ""},
      authority_.certificate());
  absl::SleepFor(kTlsReloadMax);
  const auto handshake = ShakeHands(port_, TlsVersion::k13);
  ASSERT_TRUE(handshake.ok()) << handshake.status();
  EXPECT_EQ(handshake->serial, server_identity_.serial);
}

TEST_F(TlsTest, SecureChannelsAreCounted) {
  StartServer();
  Metrics metrics;
  const auto stub = health::Health::NewStub(MakeSecureChannel(
      absl::StrCat("127.0.0.1:", port_), Client(authority_, nullptr), metrics));
  const auto answer =
      rpc::Call(*stub, &health::Health::Stub::Check,
                health::HealthCheckRequest(), absl::Now() + absl::Seconds(20));
  EXPECT_TRUE(answer.ok()) << answer.status();
  std::vector<std::string> names;
  for (const MetricSample& sample : metrics.Collect()) {
    names.push_back(sample.name);
  }
  EXPECT_THAT(names, ::testing::Contains("grpc_client_call_duration_seconds"));
}

class TokenTest : public TlsTest {
 protected:
  std::shared_ptr<grpc::ChannelCredentials> With(
      const std::shared_ptr<grpc::CallCredentials>& token) {
    return grpc::CompositeChannelCredentials(Client(authority_, nullptr),
                                             token);
  }

  std::string Put(const std::string& content) {
    const std::string path = (folder_ / "token").string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
};

TEST_F(TokenTest, ATokenIsSentWithEachCall) {
  StartServer();
  const auto token = TokenCredentials("aaa.bbb-_~+/.c==");
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_TRUE(Call(With(*token)).ok());
  EXPECT_THAT(service_.authorization, ElementsAre("Bearer aaa.bbb-_~+/.c=="));
}

TEST_F(TokenTest, AFileIsReadAgainWhenItChanges) {
  StartServer();
  const std::string path = Put("first\n");
  const auto token = TokenFileCredentials(path);
  ASSERT_TRUE(token.ok()) << token.status();
  const auto credentials = With(*token);
  EXPECT_TRUE(Call(credentials).ok());
  EXPECT_THAT(service_.authorization, ElementsAre("Bearer first"));
  Put("second");
  EXPECT_TRUE(Call(credentials).ok());
  EXPECT_THAT(service_.authorization, ElementsAre("Bearer second"));
  // Never an old one in place of one that cannot be read.
  std::filesystem::remove(path);
  EXPECT_EQ(Call(credentials).error_code(), grpc::StatusCode::UNAVAILABLE);
  Put("third");
  EXPECT_TRUE(Call(credentials).ok());
  EXPECT_THAT(service_.authorization, ElementsAre("Bearer third"));
}

TEST_F(TokenTest, WhatIsNoTokenIsRefusedAndNotRepeated) {
  const std::string long_token(kTokenBytesMax + 1, 'a');
  for (const std::string& wrong :
       {std::string(), std::string("a secret"), std::string("sec\nret"),
        std::string("secr\xc3\xa9t"), long_token}) {
    const absl::Status status = TokenCredentials(wrong).status();
    EXPECT_EQ(ReasonOf(status), "TOKEN_MALFORMED");
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("sec")));
  }
  EXPECT_TRUE(TokenCredentials(long_token.substr(1)).ok());
  EXPECT_EQ(ReasonOf(TokenFileCredentials(Put(" \n")).status()),
            "TOKEN_MALFORMED");
  EXPECT_EQ(
      ReasonOf(TokenFileCredentials((folder_ / "absent").string()).status()),
      "TOKEN_UNREADABLE");
}

}  // namespace
}  // namespace pulsetaker::rpc
