#include "common/rpc/admin.h"

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "CivetServer.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/address.h"
#include "prometheus/metric_family.h"
#include "prometheus/text_serializer.h"

namespace pulsetaker::rpc {
namespace {

prometheus::MetricType TypeOf(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return prometheus::MetricType::Counter;
    case MetricKind::kGauge:
      return prometheus::MetricType::Gauge;
    case MetricKind::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric ToClientMetric(const MetricSample& sample) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : sample.labels) {
    metric.label.push_back({.name = name, .value = value});
  }
  switch (sample.kind) {
    case MetricKind::kCounter:
      metric.counter.value = sample.value;
      break;
    case MetricKind::kGauge:
      metric.gauge.value = sample.value;
      break;
    case MetricKind::kHistogram:
      metric.histogram.sample_sum = sample.sum;
      for (const MetricSample::Bucket& bucket : sample.buckets) {
        metric.histogram.sample_count = bucket.cumulative_count;
        metric.histogram.bucket.push_back(
            {.cumulative_count = bucket.cumulative_count,
             .upper_bound = bucket.upper_bound});
      }
      break;
  }
  return metric;
}

bool Answer(mg_connection* connection, int code, const char* content_type,
            const std::string& body) {
  const std::string head = absl::StrCat(
      "HTTP/1.1 ", code, code == 200 ? " OK" : " Not Ready",
      "\r\nContent-Type: ", content_type, "\r\nContent-Length: ", body.size(),
      "\r\nConnection: close\r\n\r\n");
  mg_write(connection, head.data(), head.size());
  mg_write(connection, body.data(), body.size());
  return true;  // The request is done with.
}

class MetricsPage final : public CivetHandler {
 public:
  explicit MetricsPage(const Metrics& metrics) : metrics_(metrics) {}
  bool handleGet(CivetServer* /*server*/, mg_connection* connection) override {
    return Answer(connection, 200, "text/plain; version=0.0.4; charset=utf-8",
                  ToPrometheusText(metrics_));
  }

 private:
  const Metrics& metrics_;
};

class HealthPage final : public CivetHandler {
 public:
  explicit HealthPage(std::function<bool()> is_serving)
      : is_serving_(std::move(is_serving)) {}
  bool handleGet(CivetServer* /*server*/, mg_connection* connection) override {
    const bool serving = is_serving_();
    return Answer(connection, serving ? 200 : 503, "text/plain",
                  serving ? "serving\n" : "not serving\n");
  }

 private:
  const std::function<bool()> is_serving_;
};

// An address at which what listens there can be reached from here.
std::string ReachableHost(const std::string& listen) {
  std::string host = listen.substr(0, listen.rfind(':'));
  if (host == "0.0.0.0") return "127.0.0.1";
  if (host == "[::]") return "::1";
  if (host.front() == '[') return host.substr(1, host.size() - 2);
  return host;
}

class CivetAdminServer final : public AdminServer {
 public:
  // Throws CivetException if it cannot listen.
  CivetAdminServer(const std::string& listen, const Metrics& metrics,
                   std::function<bool()> is_serving)
      : metrics_page_(metrics),
        health_page_(std::move(is_serving)),
        host_(ReachableHost(listen)),
        server_(std::vector<std::string>{"listening_ports", listen,
                                         "num_threads", "2",
                                         "request_timeout_ms", "5000"}) {
    server_.addHandler("/metrics$", metrics_page_);
    server_.addHandler("/healthz$", health_page_);
    const std::vector<int> ports = server_.getListeningPorts();
    port_ = ports.empty() ? 0 : ports[0];
  }

  // Civetweb looks whether it is to stop only when a connection comes, or every
  // two seconds. A process that stops should not take that long.
  ~CivetAdminServer() override {
    std::atomic<bool> closed = false;
    std::thread closer([&] {
      server_.close();
      closed = true;
    });
    while (!closed) {
      Touch();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    closer.join();
  }

  int port() const override { return port_; }

 private:
  void Touch() const {
    std::array<char, 128> problem{};
    mg_connection* const connection = mg_connect_client(
        host_.c_str(), port_, /*use_ssl=*/0, problem.data(), problem.size());
    if (connection != nullptr) mg_close_connection(connection);
  }

  MetricsPage metrics_page_;
  HealthPage health_page_;
  const std::string host_;
  CivetServer server_;  // Last: it uses the pages until it is destroyed.
  int port_ = 0;
};

}  // namespace

std::string ToPrometheusText(const Metrics& metrics) {
  std::vector<prometheus::MetricFamily> families;
  for (const MetricSample& sample : metrics.Collect()) {
    if (families.empty() || families.back().name != sample.name) {
      families.push_back({.name = sample.name,
                          .help = sample.help,
                          .type = TypeOf(sample.kind),
                          .metric = {}});
    }
    families.back().metric.push_back(ToClientMetric(sample));
  }
  return static_cast<const prometheus::Serializer&>(
             prometheus::TextSerializer())
      .Serialize(families);
}

absl::StatusOr<std::unique_ptr<AdminServer>> StartAdminServer(
    const std::string& listen, const Metrics& metrics,
    std::function<bool()> is_serving) {
  PT_RETURN_IF_ERROR(CheckAddress(listen));
  // Civetweb knows addresses, not names; this is the one name that has one
  // meaning.
  std::string address = listen;
  if (absl::StartsWith(address, "localhost:")) {
    address = absl::StrCat("127.0.0.1", address.substr(address.rfind(':')));
  }
  try {
    return std::make_unique<CivetAdminServer>(address, metrics,
                                              std::move(is_serving));
  } catch (const CivetException& e) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", listen, ": ", e.what()));
  }
}

}  // namespace pulsetaker::rpc
