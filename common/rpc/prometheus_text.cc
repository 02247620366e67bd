#include <string>
#include <vector>

#include "common/base/metrics.h"
#include "common/rpc/admin_requests.h"
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

}  // namespace pulsetaker::rpc
