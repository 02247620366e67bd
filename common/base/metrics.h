// Counters, gauges and histograms, for every layer. Counting is a few atomic
// operations; how the numbers leave the process is for common/rpc/admin.h.

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/base/mutex.h"

namespace pulsetaker {

// Names and values of labels, in the order of the names. Values are from small
// fixed sets: a method, a code; never a tenant, a wave or a person.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

enum class MetricKind : std::uint8_t { kCounter, kGauge, kHistogram };

// One number at one time. Histograms have buckets in place of a value.
struct MetricSample {
  struct Bucket {
    double upper_bound = 0;
    std::uint64_t cumulative_count = 0;
  };

  std::string name;  // [a-z_]+, with the unit at its end: "_seconds", "_bytes".
  std::string help = {};
  MetricKind kind = MetricKind::kGauge;
  MetricLabels labels = {};
  double value = 0;
  std::vector<Bucket> buckets = {};  // Ascending; the last bound is infinity.
  double sum = 0;
};

// What only goes up.
class Counter {
 public:
  void Increment(std::uint64_t by = 1) {
    value_.fetch_add(by, std::memory_order_relaxed);
  }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

// What goes up and down.
class Gauge {
 public:
  void Set(std::int64_t value) {
    value_.store(value, std::memory_order_relaxed);
  }
  void Add(std::int64_t by) { value_.fetch_add(by, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

// How values are spread over fixed ranges.
class Histogram {
 public:
  // `upper_bounds` ascend; one more bucket takes what is above the last.
  explicit Histogram(absl::Span<const double> upper_bounds);

  void Observe(double value);
  void Observe(absl::Duration time) { Observe(absl::ToDoubleSeconds(time)); }

  // Sets the buckets and the sum of `sample`.
  void FillSample(MetricSample& sample) const;

 private:
  const std::vector<double> upper_bounds_;
  std::vector<std::atomic<std::uint64_t>> counts_;
  std::atomic<double> sum_ = 0;
};

// 100 us to 60 s, in seconds.
absl::Span<const double> LatencyBuckets();

// What a metric is called and what its help says.
struct MetricName {
  std::string name;
  std::string help;
};

// All the metrics of a process. Safe for use by any number of threads at once.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The metric of this name with these labels; the same one for a repeat. It
  // lives as long as this object. Looking it up takes a lock, so keep the
  // reference where it is used often.
  Counter& GetCounter(const MetricName& name, const MetricLabels& labels = {});
  Gauge& GetGauge(const MetricName& name, const MetricLabels& labels = {});
  Histogram& GetHistogram(const MetricName& name,
                          absl::Span<const double> upper_bounds,
                          const MetricLabels& labels = {});

  // Adds what `collect` returns to every Collect: for numbers that something
  // else counts, as RocksDB does. It is called on any thread until the
  // returned object is destroyed, and not afterwards.
  class Registration;
  [[nodiscard]] std::unique_ptr<Registration> AddCollector(
      std::function<std::vector<MetricSample>()> collect);

  // Every sample, those of one name side by side, names in ascending order.
  std::vector<MetricSample> Collect() const;

 private:
  template <typename Metric>
  struct Series {
    std::string help;
    std::map<MetricLabels, std::unique_ptr<Metric>> by_labels;
  };
  template <typename Metric>
  using Family = std::map<std::string, Series<Metric>>;

  mutable Mutex mutex_;
  Family<Counter> counters_ ABSL_GUARDED_BY(mutex_);
  Family<Gauge> gauges_ ABSL_GUARDED_BY(mutex_);
  Family<Histogram> histograms_ ABSL_GUARDED_BY(mutex_);

  // Collectors take their own locks, so they have their own mutex here.
  mutable Mutex collectors_mutex_;
  std::map<std::uint64_t, std::function<std::vector<MetricSample>()>>
      collectors_ ABSL_GUARDED_BY(collectors_mutex_);
  std::uint64_t next_collector_ ABSL_GUARDED_BY(collectors_mutex_) = 0;
};

class Metrics::Registration {
 public:
  Registration(Metrics& metrics, std::uint64_t id)
      : metrics_(metrics), id_(id) {}
  ~Registration();
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  Metrics& metrics_;
  const std::uint64_t id_;
};

}  // namespace pulsetaker
