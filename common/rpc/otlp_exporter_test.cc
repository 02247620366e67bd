// Spans on their way to a collector, over a real port of the loopback.

#include "common/rpc/otlp_exporter.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "CivetServer.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/log.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::rpc {
namespace {

using trace::FinishedSpan;
using trace::SpanKind;

FinishedSpan SomeSpan(const std::string& name = "Service/Method") {
  return {.name = name,
          .kind = SpanKind::kServer,
          .context = *trace::ParseTraceparent(
              "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
          .parent_id = {0, 0, 0, 0, 0, 0, 0, 0x2a},
          .begin = absl::FromUnixNanos(1'700'000'000'123'456'789),
          .end = absl::FromUnixNanos(1'700'000'000'123'456'800),
          .attributes = {{"rpc.system", "grpc"},
                         {"rpc.grpc.status_code", std::int64_t{5}}},
          .failed = true};
}

TEST(OtlpJsonTest, IsWhatTheSpecificationSays) {
  FinishedSpan root = SomeSpan("root");
  root.parent_id = {};
  root.failed = false;
  root.kind = SpanKind::kInternal;
  root.attributes = {};
  const auto request = nlohmann::json::parse(ToOtlpJson(
      {.service_name = "pulsetaker-survey", .service_instance_id = "an id"},
      {SomeSpan(), root}));
  EXPECT_EQ(request, nlohmann::json::parse(R"json({
    "resourceSpans": [{
      "resource": {"attributes": [
        {"key": "service.name",
         "value": {"stringValue": "pulsetaker-survey"}},
        {"key": "service.instance.id", "value": {"stringValue": "an id"}}]},
      "scopeSpans": [{
        "scope": {"name": "pulsetaker"},
        "spans": [{
          "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
          "spanId": "00f067aa0ba902b7",
          "parentSpanId": "000000000000002a",
          "name": "Service/Method",
          "kind": 2,
          "startTimeUnixNano": "1700000000123456789",
          "endTimeUnixNano": "1700000000123456800",
          "attributes": [
            {"key": "rpc.system", "value": {"stringValue": "grpc"}},
            {"key": "rpc.grpc.status_code", "value": {"intValue": "5"}}],
          "status": {"code": 2}
        }, {
          "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
          "spanId": "00f067aa0ba902b7",
          "name": "root",
          "kind": 1,
          "startTimeUnixNano": "1700000000123456789",
          "endTimeUnixNano": "1700000000123456800",
          "attributes": [],
          "status": {"code": 0}
        }]
      }]
    }]
  })json"));
}

TEST(OtlpEndpointTest, KnowsWhatIsOne) {
  struct Case {
    std::string text;
    std::string host;  // Empty: it is none.
    int port = 0;
    std::string path = {};
  };
  for (const Case& c : std::vector<Case>{
           {"http://collector:4318", "collector", 4318, "/v1/traces"},
           {"http://collector:4318/", "collector", 4318, "/v1/traces"},
           {"http://collector:1/otlp", "collector", 1, "/otlp/v1/traces"},
           {"http://[::1]:65535", "::1", 65535, "/v1/traces"},
           {"https://collector:4318", ""},
           {"collector:4318", ""},
           {"http://collector", ""},
           {"http://collector:", ""},
           {"http://collector:0", ""},
           {"http://collector:65536", ""},
           {"http://:4318", ""},
           {"http://::1:4318", ""},
           {"http://user@host:4318", ""},
           {"http://collector:4318/a?b", ""},
           {"http://collector:4318/a\r\nb", ""},
           {"", ""}}) {
    const auto endpoint = ParseOtlpEndpoint(c.text);
    ASSERT_EQ(endpoint.ok(), !c.host.empty()) << c.text;
    if (!endpoint.ok()) continue;
    EXPECT_EQ(endpoint->host, c.host);
    EXPECT_EQ(endpoint->port, c.port);
    EXPECT_EQ(endpoint->path, c.path);
  }
}

// Answers as it is told, and keeps what it was sent.
class Collector final : public CivetHandler {
 public:
  Collector()
      : server_(std::vector<std::string>{"listening_ports", "127.0.0.1:0",
                                         "num_threads", "1"}) {
    server_.addHandler("/v1/traces$", this);
  }

  int port() { return server_.getListeningPorts().at(0); }

  bool handlePost(CivetServer* /*server*/, mg_connection* connection) override {
    std::string body;
    char buffer[4096];
    for (int n = 0; (n = mg_read(connection, buffer, sizeof(buffer))) > 0;) {
      body.append(buffer, static_cast<std::size_t>(n));
    }
    EXPECT_STREQ(mg_get_header(connection, "Content-Type"), "application/json");
    const auto request = nlohmann::json::parse(body);
    const std::size_t count =
        request["resourceSpans"][0]["scopeSpans"][0]["spans"].size();
    ++requests;
    if (code == 200) spans += static_cast<int>(count);
    mg_printf(connection,
              "HTTP/1.1 %d X\r\nContent-Length: 2\r\n"
              "Connection: close\r\n\r\n{}",
              code.load());
    return true;
  }

  std::atomic<int> code = 200;
  std::atomic<int> requests = 0;
  std::atomic<int> spans = 0;

 private:
  CivetServer server_;
};

class OtlpExporterTest : public ::testing::Test {
 protected:
  OtlpExporterTest() {
    log::SetSink([](absl::string_view) {});
  }
  ~OtlpExporterTest() override { log::SetSink(nullptr); }

  std::unique_ptr<OtlpExporter> Make(int port) {
    return std::make_unique<OtlpExporter>(
        OtlpOptions{.endpoint = {.host = "127.0.0.1",
                                 .port = port,
                                 .path = "/v1/traces"},
                    .resource = {"pulsetaker-test", "an id"},
                    .queue_length_max = 100,
                    .batch_length_max = 10,
                    .interval = absl::Milliseconds(10),
                    .retry_wait = absl::Milliseconds(10),
                    .retry_wait_max = absl::Milliseconds(20)},
        metrics_);
  }

  std::uint64_t Count(const std::string& what) {
    return metrics_
        .GetCounter({absl::StrCat("pulsetaker_spans_", what, "_total"), ""})
        .value();
  }

  // Waits until it is so, for as long as a slow machine may take.
  template <typename Condition>
  bool Eventually(const Condition& condition) {
    for (int i = 0; i < 1'000; ++i) {
      if (condition()) return true;
      absl::SleepFor(absl::Milliseconds(10));
    }
    return false;
  }

  Metrics metrics_;
};

TEST_F(OtlpExporterTest, SendsWhatItIsGiven) {
  Collector collector;
  const auto exporter = Make(collector.port());
  for (int i = 0; i < 50; ++i) exporter->Add(SomeSpan());
  EXPECT_TRUE(Eventually([&] { return Count("exported") == 50; }));
  EXPECT_EQ(collector.spans, 50);
  EXPECT_GE(collector.requests, 5);  // Ten at most in each.
  EXPECT_EQ(Count("dropped"), 0u);
}

TEST_F(OtlpExporterTest, SendsWhatIsLeftWhenItEnds) {
  Collector collector;
  {
    const auto exporter = Make(collector.port());
    for (int i = 0; i < 50; ++i) exporter->Add(SomeSpan());
  }
  EXPECT_EQ(collector.spans, 50);
  EXPECT_EQ(Count("exported"), 50u);
}

TEST_F(OtlpExporterTest, TriesAgainWhatTheCollectorIsTooBusyFor) {
  Collector collector;
  collector.code = 503;
  const auto exporter = Make(collector.port());
  exporter->Add(SomeSpan());
  EXPECT_TRUE(Eventually([&] { return collector.requests >= 3; }));
  EXPECT_EQ(Count("exported") + Count("dropped"), 0u);
  collector.code = 200;
  EXPECT_TRUE(Eventually([&] { return Count("exported") == 1; }));
}

TEST_F(OtlpExporterTest, DropsWhatTheCollectorRefuses) {
  Collector collector;
  collector.code = 400;
  const auto exporter = Make(collector.port());
  exporter->Add(SomeSpan());
  EXPECT_TRUE(Eventually([&] { return Count("dropped") == 1; }));
  EXPECT_EQ(collector.requests, 1);
}

TEST_F(OtlpExporterTest, DropsWhatItHasNoRoomFor) {
  Collector collector;
  collector.code = 503;
  {
    const auto exporter = Make(collector.port());
    for (int i = 0; i < 10; ++i) exporter->Add(SomeSpan());
    // The batch of ten is on its way, and no longer in the queue.
    EXPECT_TRUE(Eventually([&] { return collector.requests >= 1; }));
    for (int i = 0; i < 105; ++i) exporter->Add(SomeSpan());
    EXPECT_GE(Count("dropped"), 5u);
  }
  EXPECT_EQ(Count("dropped"), 115u);  // Counted, each once.
}

TEST_F(OtlpExporterTest, WaitsForACollectorThatIsAway) {
  int port = 0;
  {
    port = Collector().port();
  }
  const absl::Time begin = absl::Now();
  {
    const auto exporter = Make(port);
    exporter->Add(SomeSpan());
    absl::SleepFor(absl::Milliseconds(100));
    EXPECT_EQ(Count("dropped"), 0u);
  }
  EXPECT_EQ(Count("dropped"), 1u);
  EXPECT_LT(absl::Now() - begin, absl::Seconds(15));
}

}  // namespace
}  // namespace pulsetaker::rpc
