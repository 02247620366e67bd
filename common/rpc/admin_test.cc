// The port for operators: every path, method, caller and error; then what only
// sockets can show.

#include "common/rpc/admin.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::rpc {
namespace {

using nlohmann::json;

class FakeStore final : public MaintainedStore {
 public:
  absl::StatusOr<StoreFacts> Facts() const override { return facts; }
  absl::StatusOr<StoreCompaction> Compact(std::atomic<bool>& stop) override {
    if (begun != nullptr) begun->Notify();
    while (hold && !stop) absl::SleepFor(absl::Milliseconds(1));
    if (stop) return absl::CancelledError("the server stops");
    return compaction;
  }
  absl::StatusOr<VerifiedFiles> VerifyFiles(
      const std::atomic<bool>& /*stop*/) const override {
    return verified;
  }

  absl::StatusOr<StoreFacts> facts = StoreFacts{.disk_bytes = 5,
                                                .free_bytes = 4,
                                                .wal_bytes = 3,
                                                .live_sst_bytes = 2,
                                                .background_error = ""};
  absl::StatusOr<StoreCompaction> compaction =
      StoreCompaction{.bytes_before = 20, .bytes_after = 10};
  absl::StatusOr<VerifiedFiles> verified =
      VerifiedFiles{.file_count = 3, .bytes = 30};
  std::atomic<bool> hold = false;
  absl::Notification* begun = nullptr;
};

class AdminTest : public ::testing::Test {
 protected:
  AdminTest() { health_->SetServing(true); }
  ~AdminTest() override { log::SetLevel(log::Level::kInfo); }

  AdminParts Parts() {
    return {.service = "pulsetaker-test",
            .start_time = absl::FromUnixSeconds(1'769'846'400),
            .metrics = metrics_,
            .health = *health_,
            .store = &store_};
  }

  AdminAnswer Get(const std::string& path) {
    return requests_.Answer(
        {.method = "GET", .path = path, .peer = "192.0.2.1"});
  }
  AdminAnswer Put(const std::string& path, const std::string& body = "",
                  const std::string& peer = "127.0.0.1") {
    return requests_.Answer(
        {.method = "PUT", .path = path, .peer = peer, .body = body});
  }

  static std::string ErrorOf(const AdminAnswer& answer) {
    EXPECT_EQ(answer.content_type, "application/json");
    return json::parse(answer.body).at("error");
  }

  Metrics metrics_;
  const std::unique_ptr<HealthService> health_ = MakeHealthService();
  FakeStore store_;
  AdminRequests requests_{Parts()};
};

TEST_F(AdminTest, TellsItsStatus) {
  const AdminAnswer answer = Get("/status");
  EXPECT_EQ(answer.code, 200);
  EXPECT_EQ(json::parse(answer.body),
            json::parse(absl::StrCat(R"({
    "service": "pulsetaker-test", "version": ")",
                                     PULSETAKER_VERSION, R"(",
    "started": "2026-01-31T08:00:00Z", "serving": true, "draining": false,
    "log_level": "info", "running": null,
    "store": {"disk_bytes": 5, "free_bytes": 4, "wal_bytes": 3,
              "live_sst_bytes": 2, "background_error": null}})")));
  store_.facts->background_error = "no \xff room";
  store_.facts->free_bytes.reset();
  const json store = json::parse(Get("/status").body).at("store");
  EXPECT_EQ(store.at("background_error"), "no \xEF\xBF\xBD room");
  EXPECT_TRUE(store.at("free_bytes").is_null());
  store_.facts = absl::UnavailableError("the disk does not answer");
  EXPECT_EQ(Get("/status").code, 503);
  AdminParts parts = Parts();
  parts.store = nullptr;
  AdminRequests without(parts);
  EXPECT_FALSE(
      json::parse(
          without.Answer({.method = "GET", .path = "/status", .peer = ""}).body)
          .contains("store"));
}

TEST_F(AdminTest, SetsTheLogLevel) {
  std::vector<std::string> lines;
  log::SetSink([&](absl::string_view line) { lines.emplace_back(line); });
  for (const char* level : {"debug", "warning", "error", "info\n"}) {
    EXPECT_EQ(Put("/log-level", level).code, 200) << level;
  }
  EXPECT_EQ(Put("/log-level", "error").code, 200);
  lines.clear();
  log::Info("quiet");
  log::Error("loud");
  log::SetSink(nullptr);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(absl::StrContains(lines[0], "loud"));
  EXPECT_EQ(json::parse(Get("/status").body).at("log_level"), "error");
  const AdminAnswer refused = Put("/log-level", "verbose");
  EXPECT_EQ(refused.code, 400);
  EXPECT_EQ(ErrorOf(refused),
            "the body is 'verbose', want debug, info, warning or error");
  EXPECT_EQ(json::parse(Get("/status").body).at("log_level"), "error");
}

TEST_F(AdminTest, DrainsAndResumes) {
  EXPECT_EQ(Get("/healthz").code, 200);
  EXPECT_EQ(Put("/drain", "true").code, 200);
  EXPECT_FALSE(health_->serving());
  EXPECT_EQ(Get("/healthz").code, 503);
  EXPECT_EQ(json::parse(Get("/status").body).at("draining"), true);
  EXPECT_EQ(json::parse(Get("/status").body).at("serving"), false);
  EXPECT_EQ(Put("/drain", "false").code, 200);
  EXPECT_TRUE(health_->serving());
  EXPECT_EQ(ErrorOf(Put("/drain", "yes")),
            "the body is 'yes', want true or false");
  EXPECT_EQ(ErrorOf(Put("/drain")), "the body is '', want true or false");
}

TEST_F(AdminTest, CannotResumeAServerThatStops) {
  EXPECT_EQ(Put("/drain", "true").code, 200);
  health_->SetServing(false);
  EXPECT_EQ(Put("/drain", "false").code, 200);
  EXPECT_FALSE(health_->serving());
  health_->Shutdown();
  EXPECT_EQ(Put("/drain", "false").code, 200);
  EXPECT_FALSE(health_->serving());
}

TEST_F(AdminTest, CompactsAndVerifies) {
  EXPECT_EQ(json::parse(Put("/compact").body),
            json::parse(R"({"bytes_before": 20, "bytes_after": 10})"));
  EXPECT_EQ(json::parse(Put("/verify").body),
            json::parse(R"({"files": 3, "bytes": 30})"));
  EXPECT_EQ(ErrorOf(Put("/compact", "now")),
            "/compact takes no body, and has 'now'");
  const struct {
    absl::Status status;
    int code;
    const char* error;
  } cases[] = {
      {MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                 "000012.sst: bad"),
       500, "STORED_DATA_UNREADABLE: 000012.sst: bad"},
      {MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL", "no room"),
       507, "DISK_FULL: no room"},
      {absl::UnavailableError("no answer"), 503, "no answer"},
      {absl::CancelledError("the server stops"), 503, "the server stops"},
  };
  for (const auto& failed : cases) {
    store_.verified = failed.status;
    store_.compaction = failed.status;
    for (const char* path : {"/verify", "/compact"}) {
      const AdminAnswer answer = Put(path);
      EXPECT_EQ(answer.code, failed.code);
      EXPECT_EQ(ErrorOf(answer), failed.error);
    }
  }
}

TEST_F(AdminTest, DoesOneLongThingAtATime) {
  absl::Notification begun;
  store_.begun = &begun;
  store_.hold = true;
  AdminAnswer first;
  std::thread caller([&] { first = Put("/compact"); });
  begun.WaitForNotification();
  for (const char* path : {"/compact", "/verify"}) {
    const AdminAnswer second = Put(path);
    EXPECT_EQ(second.code, 409);
    EXPECT_EQ(ErrorOf(second), "/compact is running; one at a time");
  }
  EXPECT_EQ(json::parse(Get("/status").body).at("running"), "compact");
  EXPECT_EQ(Put("/log-level", "info").code, 200) << "what is quick goes on";
  store_.hold = false;
  caller.join();
  EXPECT_EQ(first.code, 200);
  EXPECT_EQ(Put("/verify").code, 200);
}

TEST_F(AdminTest, LetsOnlyThisMachineChangeAnything) {
  for (const char* peer : {"192.0.2.1", "10.0.0.7", "2001:db8::1", "::", "",
                           "::ffff:10.0.0.7", "0.0.0.0"}) {
    for (const char* path : {"/log-level", "/drain", "/compact", "/verify"}) {
      const AdminAnswer refused = Put(path, "true", peer);
      EXPECT_EQ(refused.code, 403) << peer << path;
      EXPECT_TRUE(absl::StrContains(ErrorOf(refused), peer));
    }
    EXPECT_EQ(Get("/metrics").code, 200) << "reading is for all";
  }
  EXPECT_TRUE(health_->serving());
  for (const char* peer :
       {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(Put("/drain", "false", peer).code, 200) << peer;
  }
  const AdminAnswer indirect = requests_.Answer({.method = "PUT",
                                                 .path = "/drain",
                                                 .peer = "127.0.0.1",
                                                 .is_indirect = true,
                                                 .body = "true"});
  EXPECT_EQ(indirect.code, 403);
  EXPECT_TRUE(health_->serving());
}

TEST_F(AdminTest, TakesEachPathByItsMethodOnly) {
  const struct {
    const char* path;
    const char* method;
  } paths[] = {{"/metrics", "GET"},   {"/healthz", "GET"}, {"/status", "GET"},
               {"/log-level", "PUT"}, {"/drain", "PUT"},   {"/compact", "PUT"},
               {"/verify", "PUT"}};
  for (const auto& [path, allowed] : paths) {
    for (const char* method :
         {"GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS"}) {
      if (method == std::string(allowed)) continue;
      const AdminAnswer refused = requests_.Answer(
          {.method = method, .path = path, .peer = "127.0.0.1"});
      EXPECT_EQ(refused.code, 405) << method << path;
      EXPECT_EQ(refused.allow, allowed);
      EXPECT_EQ(ErrorOf(refused),
                absl::StrCat(path, " takes ", allowed, " and not ", method));
    }
  }
  for (const char* path : {"/", "", "/status/", "/Status", "/drain/true"}) {
    EXPECT_EQ(Get(path).code, 404) << path;
    EXPECT_EQ(ErrorOf(Put(path)), absl::StrCat("there is no ", path));
  }
}

TEST_F(AdminTest, RefusesALongBody) {
  EXPECT_EQ(Put("/log-level", std::string(64, ' ') + "x").code, 413);
  EXPECT_EQ(Put("/log-level", std::string(60, ' ') + "info").code, 200);
}

// Sends `request` to a port and returns all of what comes back.
std::string Exchange(const sockaddr_in& to, const std::string& request) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  std::string answer;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0) {
    EXPECT_EQ(send(fd, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    char buffer[4096];
    for (ssize_t n = 0; (n = recv(fd, buffer, sizeof(buffer), 0)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(n));
    }
  }
  close(fd);
  return answer;
}

std::string PutText(const std::string& path, const std::string& body,
                    const std::string& headers = "") {
  return absl::StrCat("PUT ", path, " HTTP/1.1\r\nHost: localhost\r\n", headers,
                      "Content-Length: ", body.size(), "\r\n\r\n", body);
}

class AdminServerTest : public AdminTest {
 protected:
  AdminServerTest() {
    auto server = StartAdminServer("0.0.0.0:0", Parts());
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  sockaddr_in At(in_addr address) const {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(server_->port()));
    to.sin_addr = address;
    return to;
  }
  std::string Send(const std::string& request) const {
    return Exchange(At({.s_addr = htonl(INADDR_LOOPBACK)}), request);
  }

  std::unique_ptr<AdminServer> server_;
};

TEST_F(AdminServerTest, AnswersInHttp) {
  const std::string drained = Send(PutText("/drain", "true"));
  EXPECT_TRUE(absl::StartsWith(drained, "HTTP/1.1 200 OK\r\n")) << drained;
  EXPECT_FALSE(health_->serving());
  EXPECT_TRUE(
      absl::StartsWith(Send("GET /healthz HTTP/1.1\r\n\r\n"), "HTTP/1.1 503 "));
  const std::string refused = Send(
      "POST /drain HTTP/1.1\r\n"
      "Content-Length: 5\r\n\r\nfalse");
  EXPECT_TRUE(absl::StartsWith(refused, "HTTP/1.1 405 ")) << refused;
  EXPECT_TRUE(absl::StrContains(refused, "\r\nAllow: PUT\r\n")) << refused;
  EXPECT_TRUE(absl::StartsWith(Send(PutText("/drain", std::string(65, ' '))),
                               "HTTP/1.1 413 "));
  // What curl -X PUT sends, without a body.
  EXPECT_TRUE(
      absl::StartsWith(Send("PUT /verify HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                       "HTTP/1.1 200 "));
}

TEST_F(AdminServerTest, GrantsNothingToWebPages) {
  const std::string preflight = Send(
      "OPTIONS /drain HTTP/1.1\r\nHost: localhost\r\n"
      "Origin: http://example.org\r\n"
      "Access-Control-Request-Method: PUT\r\n\r\n");
  EXPECT_TRUE(absl::StartsWith(preflight, "HTTP/1.1 405 ")) << preflight;
  EXPECT_FALSE(absl::StrContains(preflight, "Access-Control")) << preflight;
  for (const char* header :
       {"Origin: http://localhost\r\n", "X-Forwarded-For: 127.0.0.1\r\n",
        "Forwarded: for=127.0.0.1\r\n"}) {
    EXPECT_TRUE(absl::StartsWith(Send(PutText("/drain", "true", header)),
                                 "HTTP/1.1 403 "))
        << header;
  }
  EXPECT_TRUE(health_->serving());
}

// An address of this machine that others reach it at.
bool FindOutwardAddress(in_addr& address) {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return false;
  bool found = false;
  for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) {
      continue;
    }
    const in_addr one =
        reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr;
    if (ntohl(one.s_addr) >> 24 == 127) continue;
    address = one;
    found = true;
  }
  freeifaddrs(all);
  return found;
}

TEST_F(AdminServerTest, RefusesChangesFromTheNetwork) {
  in_addr address{};
  if (!FindOutwardAddress(address)) {
    GTEST_SKIP() << "this machine has no address but that of its loopback";
  }
  // A call to an own outward address comes from there.
  const std::string refused = Exchange(At(address), PutText("/drain", "true"));
  EXPECT_TRUE(absl::StartsWith(refused, "HTTP/1.1 403 ")) << refused;
  EXPECT_TRUE(health_->serving());
  const std::string page =
      Exchange(At(address), "GET /status HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(absl::StartsWith(page, "HTTP/1.1 200 ")) << page;
}

TEST_F(AdminServerTest, EndsWhatRunsWhenItStops) {
  absl::Notification begun;
  store_.begun = &begun;
  store_.hold = true;
  std::string answer;
  std::thread caller([&] { answer = Send(PutText("/compact", "")); });
  begun.WaitForNotification();
  EXPECT_TRUE(absl::StrContains(Send("GET /status HTTP/1.1\r\n\r\n"),
                                "\"running\": \"compact\""));
  const absl::Time begin = absl::Now();
  server_.reset();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(2));
  caller.join();
  EXPECT_TRUE(absl::StartsWith(answer, "HTTP/1.1 503 ")) << answer;
}

}  // namespace
}  // namespace pulsetaker::rpc
