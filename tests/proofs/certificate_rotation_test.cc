// A change of certificates loses no call.
//
// Servers and their callers get new certificates and keys again and again, each
// time as Kubernetes changes a secret, while calls are made over connections
// that last and over new ones. No call is repeated by anybody, and none may
// fail. A change counts once a server shows the new certificate to who
// connects.
//
// PULSETAKER_ROTATIONS sets the number of changes of servers' certificates, 100
// if it is not set.

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "common/rpc/client_call.h"
#include "common/rpc/tls.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "tests/support/certificates.h"
#include "tests/support/sizes.h"
#include "tests/support/tls_handshake.h"

namespace pulsetaker::testing {
namespace {

namespace health = grpc::health::v1;

constexpr std::int64_t kRotationsDefault = 100;
constexpr int kServers = 4;
constexpr absl::Duration kPause = absl::Milliseconds(5);
constexpr absl::Duration kCallMax = absl::Seconds(20);
constexpr absl::Duration kLookEvery = absl::Milliseconds(20);
// As on a machine on which much else runs.
constexpr absl::Duration kInUseMax = absl::Seconds(15);

[[maybe_unused]] const bool kTls13Only = (rpc::UseTls13Only(), true);

// Answers, and remembers all names that callers had.
class Service final : public health::Health::Service {
 public:
  grpc::Status Check(grpc::ServerContext* context,
                     const health::HealthCheckRequest* /*request*/,
                     health::HealthCheckResponse* response) override {
    {
      MutexLock lock(mutex_);
      for (std::string& name : rpc::PeerNames(*context->auth_context())) {
        names_.insert(std::move(name));
      }
    }
    response->set_status(health::HealthCheckResponse::SERVING);
    return grpc::Status::OK;
  }

  std::set<std::string> names() {
    MutexLock lock(mutex_);
    return names_;
  }

 private:
  Mutex mutex_;
  std::set<std::string> names_ ABSL_GUARDED_BY(mutex_);
};

rpc::TlsFiles FilesOf(const CertificateFolder& folder) {
  return {.certificate = folder.certificate(),
          .key = folder.key(),
          .ca = folder.ca()};
}

Identity NewServerIdentity(const CertificateAuthority& authority) {
  return authority.Issue({.dns_names = {"localhost"}});
}

// A server with certificates of its own.
class RotatingServer {
 public:
  RotatingServer(const CertificateAuthority& authority,
                 const std::filesystem::path& folder)
      : authority_(authority), folder_(folder) {
    folder_.Put(NewServerIdentity(authority_), authority_.certificate());
    auto credentials = rpc::MakeServerCredentials(
        FilesOf(folder_), /*request_client_certificates=*/true);
    EXPECT_TRUE(credentials.ok()) << credentials.status();
    if (!credentials.ok()) return;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", *credentials, &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    EXPECT_NE(server_, nullptr);
  }
  ~RotatingServer() {
    if (server_ != nullptr) server_->Shutdown();
  }

  int port() const { return port_; }
  Service& service() { return service_; }

  // Puts another certificate, and returns its serial number.
  std::string Rotate() {
    const Identity identity = NewServerIdentity(authority_);
    folder_.Put(identity, authority_.certificate());
    return identity.serial;
  }

  bool Shows(const std::string& serial) const {
    const auto handshake = ShakeHands(port_, TlsVersion::k13);
    EXPECT_TRUE(handshake.ok()) << handshake.status();
    return handshake.ok() && handshake->serial == serial;
  }

 private:
  const CertificateAuthority& authority_;
  CertificateFolder folder_;
  Service service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

// A channel with a connection of its own, that repeats nothing by itself.
std::shared_ptr<grpc::Channel> Connect(
    int port, const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(absl::StrCat("localhost:", port),
                                   credentials, arguments);
}

// Calls until it is over, over one connection or over a new one each time.
class Caller {
 public:
  Caller(int port, std::shared_ptr<grpc::ChannelCredentials> credentials,
         bool reconnects)
      : thread_([=, this] {
          auto channel = Connect(port, credentials);
          while (!over_) {
            if (reconnects) channel = Connect(port, credentials);
            CallOnce(channel);
            absl::SleepFor(kPause);
          }
        }) {}

  void Finish() {
    over_ = true;
    thread_.join();
  }

  std::int64_t calls() const { return calls_; }

 private:
  void CallOnce(const std::shared_ptr<grpc::Channel>& channel) {
    const auto stub = health::Health::NewStub(channel);
    const auto answer =
        rpc::Call(*stub, &health::Health::Stub::Check,
                  health::HealthCheckRequest(), absl::Now() + kCallMax);
    EXPECT_TRUE(answer.ok()) << answer.status();
    ++calls_;
  }

  std::atomic<bool> over_ = false;
  std::atomic<std::int64_t> calls_ = 0;
  std::thread thread_;
};

// Waits until each server shows what it was given; false if one does not.
bool WaitUntilShown(const std::vector<std::unique_ptr<RotatingServer>>& servers,
                    const std::vector<std::string>& serials) {
  const absl::Time end = absl::Now() + kInUseMax;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    while (!servers[i]->Shows(serials[i])) {
      if (absl::Now() > end) return false;
      absl::SleepFor(kLookEvery);
    }
  }
  return true;
}

TEST(CertificateRotationTest, LosesNoCall) {
  const std::int64_t rotations =
      SizeFromEnvironment("PULSETAKER_ROTATIONS", kRotationsDefault);
  const std::int64_t rounds = (rotations + kServers - 1) / kServers;
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) /
      absl::StrCat("certificate_rotation_", getpid());
  std::filesystem::create_directory(folder);
  const CertificateAuthority authority("authority");

  CertificateFolder client_folder(folder / "client");
  const auto rotate_client = [&](std::int64_t round) {
    client_folder.Put(
        authority.Issue({.dns_names = {absl::StrCat("client-", round)}}),
        authority.certificate());
  };
  rotate_client(0);
  const auto credentials = rpc::MakeChannelCredentials(FilesOf(client_folder));
  ASSERT_TRUE(credentials.ok()) << credentials.status();
  std::vector<std::unique_ptr<RotatingServer>> servers;
  std::vector<std::unique_ptr<Caller>> lasting;
  std::vector<std::unique_ptr<Caller>> connecting;
  for (int i = 0; i < kServers; ++i) {
    servers.push_back(std::make_unique<RotatingServer>(
        authority, folder / absl::StrCat("server", i)));
    const int port = servers.back()->port();
    lasting.push_back(
        std::make_unique<Caller>(port, *credentials, /*reconnects=*/false));
    connecting.push_back(
        std::make_unique<Caller>(port, *credentials, /*reconnects=*/true));
  }

  const absl::Time begin = absl::Now();
  std::int64_t done = 0;
  for (std::int64_t round = 1; round <= rounds && !HasFailure(); ++round) {
    rotate_client(round);
    std::vector<std::string> serials;
    for (const auto& server : servers) serials.push_back(server->Rotate());
    ASSERT_TRUE(WaitUntilShown(servers, serials)) << "round " << round;
    done += kServers;
  }
  const absl::Duration took = absl::Now() - begin;
  absl::SleepFor(kInUseMax / 2);  // Callers have their last certificate, too.

  std::int64_t calls = 0;
  std::int64_t connections = 0;
  for (const auto& caller : lasting) {
    caller->Finish();
    calls += caller->calls();
  }
  for (const auto& caller : connecting) {
    caller->Finish();
    connections += caller->calls();
  }
  EXPECT_GE(done, rotations);
  EXPECT_GT(calls, done);
  EXPECT_GT(connections, done);
  // Callers changed theirs as well: nearly each was seen, and the last one.
  std::size_t seen = 0;
  for (const auto& server : servers) {
    const std::set<std::string> names = server->service().names();
    EXPECT_TRUE(names.contains(absl::StrCat("client-", rounds)));
    seen = std::max(seen, names.size());
  }
  EXPECT_GE(seen, static_cast<std::size_t>(rounds) / 2);
  absl::PrintF(
      "%d rotations of %d servers and %d of their callers in %.0f s: %d calls "
      "over connections that lasted and %d over new ones, none lost; %d names "
      "of callers seen\n",
      done, kServers, rounds, absl::ToDoubleSeconds(took), calls, connections,
      seen);
  servers.clear();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace pulsetaker::testing
