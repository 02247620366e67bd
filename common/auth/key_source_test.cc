#include "common/auth/key_source.h"

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/auth/key_download.h"
#include "common/auth/key_server_testing.h"
#include "common/auth/token_testing.h"
#include "common/auth/token_verifier.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::auth {
namespace {

namespace fs = std::filesystem;
using testing::KeyServer;
using testing::SigningKey;

constexpr absl::Duration kPatience = absl::Seconds(20);

// Until it holds, or so long that it never will.
bool Eventually(const std::function<bool()>& holds) {
  const absl::Time end = absl::Now() + kPatience;
  while (!holds()) {
    if (absl::Now() > end) return false;
    absl::SleepFor(absl::Milliseconds(2));
  }
  return true;
}

class TestClock {
 public:
  Clock AsClock() {
    return [this] { return absl::FromUnixMicros(micros_.load()); };
  }
  void Advance(absl::Duration time) {
    micros_ += absl::ToInt64Microseconds(time);
  }

 private:
  std::atomic<std::int64_t> micros_ = 1'000'000'000'000;
};

class KeySourceTest : public ::testing::Test {
 protected:
  KeySourceTest() {
    std::string pattern = ::testing::TempDir() + "/keysXXXXXX";
    folder_ = mkdtemp(pattern.data());
    log::SetSink([](absl::string_view) {});
  }
  ~KeySourceTest() override {
    log::SetSink(nullptr);
    fs::remove_all(folder_);
  }

  std::string Path(absl::string_view name) const {
    return absl::StrCat(folder_, "/", name);
  }
  std::string Write(absl::string_view name, absl::string_view content) {
    std::ofstream(Path(name), std::ios::binary) << content;
    return Path(name);
  }

  KeySourceOptions ForFile(absl::string_view name) {
    KeySourceOptions options;
    options.file = Path(name);
    options.poll_interval = absl::Milliseconds(2);
    return options;
  }
  static KeySourceOptions ForServer(const KeyServer& server) {
    KeySourceOptions options;
    options.url = absl::StrCat("http://127.0.0.1:", server.port(), "/keys");
    options.poll_interval = absl::Milliseconds(2);
    options.open_timeout = absl::Milliseconds(600);
    options.fetch_timeout = absl::Milliseconds(500);
    return options;
  }

  static bool Has(const KeySource& source, const char* key_id) {
    const auto in_force = source.Current();
    return in_force.ok() && in_force->keys->Find(key_id) != nullptr;
  }
  static double Sample(const KeySource& source, absl::string_view name) {
    for (const MetricSample& sample : source.Samples()) {
      if (sample.name == name) return sample.value;
    }
    return -1;
  }

  const SigningKey first_key_ = SigningKey::Ed25519("d1");
  const SigningKey second_key_ = SigningKey::Ed25519("d2");
  const std::string first_ = testing::ToJwkSetJson({first_key_});
  const std::string second_ = testing::ToJwkSetJson({second_key_});
  std::string folder_;
  TestClock clock_;
};

TEST_F(KeySourceTest, OpensOnlyWhatHasKeys) {
  Write("garbage", "<html>");
  Write("none", R"({"keys": []})");
  Write("large", std::string(kJwkSetBytesMax + 1, ' '));
  const struct {
    const char* file;
    const char* url;
    absl::StatusCode code;
    const char* reason;
  } kCases[] = {
      {"", "", absl::StatusCode::kInvalidArgument, "KEY_SOURCE_INVALID"},
      {"a", "https://id.example/keys", absl::StatusCode::kInvalidArgument,
       "KEY_SOURCE_INVALID"},
      {"", "http://id.example/keys", absl::StatusCode::kInvalidArgument,
       "KEY_SOURCE_INVALID"},
      {"missing", "", absl::StatusCode::kUnavailable, "TOKEN_KEYS_UNAVAILABLE"},
      {".", "", absl::StatusCode::kUnavailable, "TOKEN_KEYS_UNAVAILABLE"},
      {"large", "", absl::StatusCode::kUnavailable, "TOKEN_KEYS_UNAVAILABLE"},
      {"garbage", "", absl::StatusCode::kInvalidArgument, "KEY_SET_INVALID"},
      {"none", "", absl::StatusCode::kFailedPrecondition,
       "TOKEN_KEYS_UNAVAILABLE"},
  };
  for (const auto& c : kCases) {
    KeySourceOptions options;
    if (*c.file != '\0') options.file = Path(c.file);
    options.url = c.url;
    const absl::Status status = KeySource::Open(options).status();
    EXPECT_EQ(status.code(), c.code) << c.file << c.url << status;
    EXPECT_EQ(ReasonOf(status), c.reason) << c.file << c.url;
  }
}

TEST_F(KeySourceTest, RefusesTimesThatAreTooShort) {
  Write("keys", first_);
  const struct {
    const char* field;
    absl::Duration KeySourceOptions::* member;
  } kCases[] = {
      {"refresh", &KeySourceOptions::refresh},
      {"file_interval", &KeySourceOptions::file_interval},
      {"unknown_key_interval", &KeySourceOptions::unknown_key_interval},
      {"fetch_timeout", &KeySourceOptions::fetch_timeout},
      {"poll_interval", &KeySourceOptions::poll_interval},
  };
  for (const auto& c : kCases) {
    for (const absl::Duration time :
         {absl::ZeroDuration(), -absl::Hours(1), absl::Microseconds(999)}) {
      KeySourceOptions options = ForFile("keys");
      options.*c.member = time;
      const absl::Status status = KeySource::Open(options).status();
      EXPECT_EQ(ReasonOf(status), "KEY_SOURCE_INVALID") << c.field;
      const ErrorMetadata field = {{"field", c.field}};
      EXPECT_EQ(MetadataOf(status), field);
    }
  }
}

TEST(CheckDownloadUrlTest, TakesHttpsAndThisHost) {
  for (const char* url :
       {"https://id.example/keys", "https://id.example:8443/a?b=c",
        "http://127.0.0.1:80/", "http://localhost/keys", "http://[::1]:9/"}) {
    EXPECT_TRUE(CheckDownloadUrl(url).ok()) << url;
  }
  for (const char* url :
       {"", "id.example", "http://id.example/", "http://127.0.0.1.evil/",
        "http://localhost.evil/", "http://127.0.0.1@evil.example/",
        "https://user:word@id.example/", "https://user@id.example/",
        "https://id.example/#keys", "file:///etc/passwd", "ftp://127.0.0.1/",
        "https://", "gopher://127.0.0.1/", "https://id.example:99999/"}) {
    EXPECT_FALSE(CheckDownloadUrl(url).ok()) << url;
  }
}

TEST_F(KeySourceTest, SeesThatAFileHasChanged) {
  Write("keys", first_);
  auto source = KeySource::Open(ForFile("keys"), clock_.AsClock());
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_TRUE(Has(**source, "d1"));
  // As a mounted secret changes: a link turns to another file.
  Write("next", second_);
  fs::rename(Path("next"), Path("keys"));
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_TRUE(Has(**source, "d1")) << "it is not time yet";
  clock_.Advance(absl::Seconds(5));
  EXPECT_TRUE(Eventually([&] { return Has(**source, "d2"); }));
  EXPECT_FALSE(Has(**source, "d1"));
}

TEST_F(KeySourceTest, KeepsKeysWhileTheFileIsBad) {
  Write("keys", first_);
  auto source = KeySource::Open(ForFile("keys"), clock_.AsClock());
  ASSERT_TRUE(source.ok()) << source.status();
  Write("keys", first_.substr(0, first_.size() / 2));
  clock_.Advance(absl::Seconds(5));
  EXPECT_TRUE(Eventually([&] {
    return Sample(**source, "pulsetaker_token_keys_read_failures_total") > 0;
  }));
  EXPECT_TRUE(Has(**source, "d1"));
  EXPECT_EQ(Sample(**source, "pulsetaker_token_keys_age_seconds"), 5);
  Write("keys", second_);
  clock_.Advance(absl::Seconds(5));
  EXPECT_TRUE(Eventually([&] { return Has(**source, "d2"); }));
}

TEST_F(KeySourceTest, RotatesKeysOfAServer) {
  KeyServer server;
  server.Publish(first_);
  auto source = KeySource::Open(ForServer(server), clock_.AsClock());
  ASSERT_TRUE(source.ok()) << source.status();
  TokenVerifier verifier(
      **source, {.issuers = {"issuer"}, .audience = "audience"}, absl::Now);
  const auto token = [&](const SigningKey& key) {
    return key.SignClaims(
        testing::GoodClaims("issuer", "audience", "ada", absl::Now()));
  };
  EXPECT_TRUE(verifier.Verify(token(first_key_)).ok());
  // A key that was not known is fetched for the asking, another time only
  // after its interval, however often it is asked for.
  server.Publish(second_);
  EXPECT_TRUE(
      Eventually([&] { return verifier.Verify(token(second_key_)).ok(); }));
  EXPECT_EQ(ReasonOf(verifier.Verify(token(first_key_)).status()),
            "TOKEN_KEY_UNKNOWN");
  EXPECT_EQ(server.requests(), 2);
  server.Publish(first_);
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_EQ(server.requests(), 2);
  clock_.Advance(absl::Seconds(30));
  EXPECT_TRUE(
      Eventually([&] { return verifier.Verify(token(first_key_)).ok(); }));
  EXPECT_EQ(server.requests(), 3);
  // And without being asked, after the time to refresh.
  server.Publish(second_);
  clock_.Advance(absl::Minutes(5));
  EXPECT_TRUE(Eventually([&] { return Has(**source, "d2"); }));
  EXPECT_EQ(server.requests(), 4);
}

TEST_F(KeySourceTest, LivesOnStaleKeysForADay) {
  auto server = std::make_unique<KeyServer>();
  server->Publish(first_);
  auto source = KeySource::Open(ForServer(*server), clock_.AsClock());
  ASSERT_TRUE(source.ok()) << source.status();
  const auto failures = [&] {
    return Sample(**source, "pulsetaker_token_keys_read_failures_total");
  };
  const std::string answers[] = {
      "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
      "HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n",
      absl::StrCat("HTTP/1.1 200 OK\r\n\r\n",
                   std::string(2 * kJwkSetBytesMax, ' ')),
      "nonsense\r\n\r\n",
      "",  // Silence.
  };
  double expected = 0;
  for (const std::string& answer : answers) {
    server->Answer(answer);
    clock_.Advance(absl::Hours(1));
    ++expected;
    EXPECT_TRUE(Eventually([&] { return failures() >= expected; })) << answer;
    EXPECT_TRUE(Has(**source, "d1")) << answer;
  }
  server.reset();
  clock_.Advance(absl::Hours(16));
  EXPECT_TRUE(Eventually([&] { return failures() > expected; }));
  EXPECT_TRUE(Has(**source, "d1"));
  EXPECT_EQ(Sample(**source, "pulsetaker_token_keys_age_seconds"), 24 * 3600);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(ReasonOf((*source)->Current().status()), "TOKEN_KEYS_UNAVAILABLE");
}

TEST_F(KeySourceTest, OpensOnceTheServerIsThere) {
  KeyServer server;
  server.Answer("HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n");
  KeySourceOptions options = ForServer(server);
  const absl::Status status = KeySource::Open(options).status();
  EXPECT_EQ(ReasonOf(status), "TOKEN_KEYS_UNAVAILABLE");
  EXPECT_GE(server.requests(), 2) << "it tries again";
  options.open_timeout = kPatience;
  std::thread later([&] {
    absl::SleepFor(absl::Milliseconds(300));
    server.Publish(first_);
  });
  EXPECT_TRUE(KeySource::Open(options).ok());
  later.join();
}

TEST_F(KeySourceTest, EndsAFetchThatGoesOn) {
  KeyServer server;
  server.Publish(first_);
  KeySourceOptions options = ForServer(server);
  options.fetch_timeout = absl::Minutes(10);
  auto source = KeySource::Open(options, clock_.AsClock());
  ASSERT_TRUE(source.ok()) << source.status();
  server.Answer("");
  clock_.Advance(absl::Minutes(5));
  ASSERT_TRUE(Eventually([&] { return server.requests() == 2; }));
  const absl::Time begin = absl::Now();
  source->reset();
  EXPECT_LT(absl::Now() - begin, kPatience);
}

TEST_F(KeySourceTest, TrustsOnlyItsAuthorities) {
  const testing::Certificate good = testing::MakeCertificate("localhost");
  const testing::Certificate other = testing::MakeCertificate("localhost");
  KeyServer server(good);
  server.Publish(first_);
  KeySourceOptions options = ForServer(server);
  options.url = absl::StrCat("https://localhost:", server.port(), "/keys");
  options.ca_file = Write("ca", good.certificate_pem);
  const auto source = KeySource::Open(options);
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_TRUE(Has(**source, "d1"));
  const int requests = server.requests();
  EXPECT_EQ(requests, 1);

  options.ca_file = Write("other", other.certificate_pem);
  EXPECT_FALSE(KeySource::Open(options).ok());
  options.ca_file = "";
  EXPECT_FALSE(KeySource::Open(options).ok()) << "nobody knows this authority";
  options.ca_file = Path("missing");
  EXPECT_FALSE(KeySource::Open(options).ok());
  // The certificate is not of this name.
  options.ca_file = Path("ca");
  options.url = absl::StrCat("https://127.0.0.1:", server.port(), "/keys");
  EXPECT_FALSE(KeySource::Open(options).ok());
  EXPECT_EQ(server.requests(), requests) << "nothing was asked of a stranger";
}

}  // namespace
}  // namespace pulsetaker::auth
