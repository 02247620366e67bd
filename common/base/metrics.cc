#include "common/base/metrics.h"

#include <algorithm>
#include <limits>

namespace pulsetaker {
namespace {

template <typename Metric, typename Family, typename Make>
Metric& GetOrMake(Family& family, const MetricName& name,
                  const MetricLabels& labels, const Make& make) {
  auto& series = family[name.name];
  if (series.help.empty()) series.help = name.help;
  auto& metric = series.by_labels[labels];
  if (metric == nullptr) metric = make();
  return *metric;
}

template <typename Family, typename Fill>
void Append(const Family& family, MetricKind kind, const Fill& fill,
            std::vector<MetricSample>& samples) {
  for (const auto& [name, series] : family) {
    for (const auto& [labels, metric] : series.by_labels) {
      MetricSample sample{
          .name = name, .help = series.help, .kind = kind, .labels = labels};
      fill(*metric, sample);
      samples.push_back(std::move(sample));
    }
  }
}

}  // namespace

Histogram::Histogram(absl::Span<const double> upper_bounds)
    : upper_bounds_(upper_bounds.begin(), upper_bounds.end()),
      counts_(upper_bounds.size() + 1) {}

void Histogram::Observe(double value) {
  const auto bound =
      std::lower_bound(upper_bounds_.begin(), upper_bounds_.end(), value);
  const auto bucket =
      static_cast<std::size_t>(std::distance(upper_bounds_.begin(), bound));
  counts_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

void Histogram::FillSample(MetricSample& sample) const {
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    cumulative += counts_[i].load(std::memory_order_relaxed);
    sample.buckets.push_back(
        {.upper_bound = i < upper_bounds_.size()
                            ? upper_bounds_[i]
                            : std::numeric_limits<double>::infinity(),
         .cumulative_count = cumulative});
  }
  sample.sum = sum_.load(std::memory_order_relaxed);
}

absl::Span<const double> LatencyBuckets() {
  static constexpr double kSeconds[] = {
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
      0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30,    60};
  return kSeconds;
}

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

Counter& Metrics::GetCounter(const MetricName& name,
                             const MetricLabels& labels) {
  MutexLock lock(mutex_);
  return GetOrMake<Counter>(counters_, name, labels,
                            [] { return std::make_unique<Counter>(); });
}

Gauge& Metrics::GetGauge(const MetricName& name, const MetricLabels& labels) {
  MutexLock lock(mutex_);
  return GetOrMake<Gauge>(gauges_, name, labels,
                          [] { return std::make_unique<Gauge>(); });
}

Histogram& Metrics::GetHistogram(const MetricName& name,
                                 absl::Span<const double> upper_bounds,
                                 const MetricLabels& labels) {
  MutexLock lock(mutex_);
  return GetOrMake<Histogram>(histograms_, name, labels, [&] {
    return std::make_unique<Histogram>(upper_bounds);
  });
}

std::unique_ptr<Metrics::Registration> Metrics::AddCollector(
    std::function<std::vector<MetricSample>()> collect) {
  MutexLock lock(collectors_mutex_);
  const std::uint64_t id = next_collector_++;
  collectors_.emplace(id, std::move(collect));
  return std::make_unique<Registration>(*this, id);
}

Metrics::Registration::~Registration() {
  MutexLock lock(metrics_.collectors_mutex_);
  metrics_.collectors_.erase(id_);
}

std::vector<MetricSample> Metrics::Collect() const {
  std::vector<MetricSample> samples;
  {
    MutexLock lock(mutex_);
    Append(
        counters_, MetricKind::kCounter,
        [](const Counter& counter, MetricSample& sample) {
          sample.value = static_cast<double>(counter.value());
        },
        samples);
    Append(
        gauges_, MetricKind::kGauge,
        [](const Gauge& gauge, MetricSample& sample) {
          sample.value = static_cast<double>(gauge.value());
        },
        samples);
    Append(
        histograms_, MetricKind::kHistogram,
        [](const Histogram& histogram, MetricSample& sample) {
          histogram.FillSample(sample);
        },
        samples);
  }
  {
    // Held while they run: a collector that has been removed is never called.
    MutexLock lock(collectors_mutex_);
    for (const auto& [id, collect] : collectors_) {
      for (MetricSample& sample : collect()) {
        samples.push_back(std::move(sample));
      }
    }
  }
  std::stable_sort(samples.begin(), samples.end(),
                   [](const MetricSample& a, const MetricSample& b) {
                     return a.name < b.name;
                   });
  return samples;
}

}  // namespace pulsetaker
