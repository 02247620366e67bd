#include "common/base/metrics.h"

#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker {
namespace {

TEST(MetricsTest, CountsFromManyThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        metrics.GetCounter({"calls_total", "Calls."}, {{"code", "OK"}})
            .Increment();
        metrics.GetGauge({"in_flight", "Now."}).Add(i % 2 == 0 ? 1 : -1);
        metrics.GetHistogram({"call_seconds", "Time."}, LatencyBuckets())
            .Observe(absl::Milliseconds(i));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto samples = metrics.Collect();
  ASSERT_EQ(samples.size(), 3u);
  EXPECT_EQ(samples[0].name, "call_seconds");
  EXPECT_EQ(samples[0].buckets.back().cumulative_count, 8000u);
  EXPECT_NEAR(samples[0].sum, 8 * 999 * 1000 / 2 / 1000.0, 1e-6);
  EXPECT_EQ(samples[1].name, "calls_total");
  EXPECT_EQ(samples[1].help, "Calls.");
  EXPECT_EQ(samples[1].value, 8000);
  EXPECT_EQ(samples[1].labels, (MetricLabels{{"code", "OK"}}));
  EXPECT_EQ(samples[2].name, "in_flight");
  EXPECT_EQ(samples[2].value, 0);
}

TEST(MetricsTest, KeepsLabelsApart) {
  Metrics metrics;
  metrics.GetCounter({"calls", "."}, {{"code", "A"}}).Increment(2);
  metrics.GetCounter({"calls", "."}, {{"code", "B"}}).Increment(3);
  EXPECT_EQ(&metrics.GetCounter({"calls", "."}, {{"code", "A"}}),
            &metrics.GetCounter({"calls", "."}, {{"code", "A"}}));
  const auto samples = metrics.Collect();
  ASSERT_EQ(samples.size(), 2u);
  EXPECT_EQ(samples[0].value, 2);
  EXPECT_EQ(samples[1].value, 3);
}

TEST(HistogramTest, PutsABoundIntoItsOwnBucket) {
  Histogram histogram(std::vector<double>{1, 2});
  for (const double value : {0.5, 1.0, 1.5, 2.0, 2.5}) histogram.Observe(value);
  MetricSample sample;
  histogram.FillSample(sample);
  ASSERT_EQ(sample.buckets.size(), 3u);
  EXPECT_EQ(sample.buckets[0].cumulative_count, 2u);
  EXPECT_EQ(sample.buckets[1].cumulative_count, 4u);
  EXPECT_EQ(sample.buckets[2].cumulative_count, 5u);
  EXPECT_EQ(sample.buckets[2].upper_bound,
            std::numeric_limits<double>::infinity());
  EXPECT_EQ(sample.sum, 7.5);
}

TEST(MetricsTest, AsksCollectorsUntilTheyAreGone) {
  Metrics metrics;
  metrics.GetGauge({"b", "."});
  auto registration = metrics.AddCollector([] {
    return std::vector<MetricSample>{{.name = "c", .value = 1},
                                     {.name = "a", .value = 2}};
  });
  const auto samples = metrics.Collect();
  ASSERT_EQ(samples.size(), 3u);
  EXPECT_EQ(samples[0].name, "a");
  EXPECT_EQ(samples[1].name, "b");
  EXPECT_EQ(samples[2].name, "c");
  registration.reset();
  EXPECT_EQ(metrics.Collect().size(), 1u);
}

}  // namespace
}  // namespace pulsetaker
