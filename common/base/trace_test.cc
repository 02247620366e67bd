#include "common/base/trace.h"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "common/base/bounded_executor.h"
#include "common/base/log.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::trace {
namespace {

// The example of the recommendation.
constexpr char kHeader[] =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class TraceTest : public ::testing::Test {
 protected:
  ~TraceTest() override {
    SetRecorder(nullptr);
    SetSampledShare(1);
  }
};

TEST_F(TraceTest, ReadsAndWritesTheHeader) {
  const auto context = ParseTraceparent(kHeader);
  ASSERT_TRUE(context.has_value());
  EXPECT_EQ(ToHex(context->trace_id), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(ToHex(context->span_id), "00f067aa0ba902b7");
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(FormatTraceparent(*context), kHeader);
}

TEST_F(TraceTest, KnowsValidHeaders) {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string span = "00f067aa0ba902b7";
  const std::string zeros = std::string(32, '0');
  struct Case {
    std::string header;
    bool valid;
    bool sampled = false;
  };
  const std::vector<Case> cases = {
      {"00-" + trace + "-" + span + "-00", true, false},
      {"00-" + trace + "-" + span + "-ff", true, true},
      {"00-" + trace + "-" + span + "-02", true, false},
      {"01-" + trace + "-" + span + "-01", true, true},
      {"01-" + trace + "-" + span + "-01-more", true, true},
      {"01-" + trace + "-" + span + "-01more", false},
      {"00-" + trace + "-" + span + "-01-more", false},
      {"ff-" + trace + "-" + span + "-01", false},
      {"00-" + zeros + "-" + span + "-01", false},
      {"00-" + trace + "-" + zeros.substr(16) + "-01", false},
      {"00-4BF92F3577B34DA6A3CE929D0E0E4736-" + span + "-01", false},
      {"00-" + trace + "-" + span + "-0x", false},
      {"00_" + trace + "-" + span + "-01", false},
      {"00-" + trace + "-" + span, false},
      {"", false},
      {std::string(55, '\xff'), false},
  };
  for (const Case& c : cases) {
    const auto context = ParseTraceparent(c.header);
    EXPECT_EQ(context.has_value(), c.valid) << c.header;
    if (context.has_value()) {
      EXPECT_EQ(context->sampled, c.sampled) << c.header;
    }
  }
}

TEST_F(TraceTest, HasACurrentContextInAScope) {
  const Context outer = *ParseTraceparent(kHeader);
  EXPECT_FALSE(Current().valid());
  {
    const Scope scope(outer);
    EXPECT_EQ(Current(), outer);
    {
      const Scope none(Context{});
      EXPECT_FALSE(Current().valid());
    }
    EXPECT_EQ(Current(), outer);
    std::thread([] { EXPECT_FALSE(Current().valid()); }).join();
  }
  EXPECT_FALSE(Current().valid());
}

TEST_F(TraceTest, GoesWithWorkToAnotherThread) {
  const Context outer = *ParseTraceparent(kHeader);
  std::vector<Context> seen(2);
  {
    BoundedExecutor executor(/*thread_count=*/1, /*queue_length_max=*/10);
    {
      const Scope scope(outer);
      ASSERT_TRUE(executor.TrySchedule([&] { seen[0] = Current(); }));
    }
    ASSERT_TRUE(executor.TrySchedule([&] { seen[1] = Current(); }));
  }
  EXPECT_EQ(seen[0], outer);
  EXPECT_FALSE(seen[1].valid());
}

TEST_F(TraceTest, RecordsAChildOfItsParent) {
  std::vector<FinishedSpan> spans;
  SetRecorder([&](FinishedSpan span) { spans.push_back(std::move(span)); });
  const Context parent = *ParseTraceparent(kHeader);
  const absl::Time before = absl::Now();
  Span span("Service/Method", SpanKind::kServer, parent);
  span.AddAttribute("rpc.system", "grpc");
  span.AddAttribute("rpc.grpc.status_code", 5);
  span.End(/*failed=*/true);
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0].name, "Service/Method");
  EXPECT_EQ(spans[0].kind, SpanKind::kServer);
  EXPECT_EQ(spans[0].context.trace_id, parent.trace_id);
  EXPECT_EQ(spans[0].parent_id, parent.span_id);
  EXPECT_NE(spans[0].context.span_id, parent.span_id);
  EXPECT_LE(before, spans[0].begin);
  EXPECT_LE(spans[0].begin, spans[0].end);
  EXPECT_TRUE(spans[0].failed);
  ASSERT_EQ(spans[0].attributes.size(), 2u);
  EXPECT_EQ(std::get<std::string>(spans[0].attributes[0].value), "grpc");
  EXPECT_EQ(std::get<std::int64_t>(spans[0].attributes[1].value), 5);
}

TEST_F(TraceTest, BeginsTracesThatDiffer) {
  std::set<std::string> ids;
  std::vector<std::thread> threads;
  Mutex mutex;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1'000; ++n) {
        const Span span("work", SpanKind::kInternal, {});
        MutexLock lock(mutex);
        ids.insert(ToHex(span.context().trace_id));
        ids.insert(ToHex(span.context().span_id));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ids.size(), 8'000u);
}

TEST_F(TraceTest, SamplesAShareOfTracesThatBeginHere) {
  SetSampledShare(0.25);
  int sampled = 0;
  for (int n = 0; n < 10'000; ++n) {
    sampled += Span("work", SpanKind::kInternal, {}).context().sampled ? 1 : 0;
  }
  EXPECT_NEAR(sampled, 2'500, 250);  // Five standard deviations are 217.
}

TEST_F(TraceTest, RecordsTracesAsTheyWereSampledElsewhere) {
  int recorded = 0;
  SetRecorder([&](const FinishedSpan&) { ++recorded; });
  SetSampledShare(0);
  Context parent = *ParseTraceparent(kHeader);
  Span("work", SpanKind::kInternal, parent).End(false);
  EXPECT_EQ(recorded, 1);
  Span("work", SpanKind::kInternal, {}).End(false);
  EXPECT_EQ(recorded, 1);
  SetSampledShare(1);
  parent.sampled = false;
  Span("work", SpanKind::kInternal, parent).End(false);
  EXPECT_EQ(recorded, 1);
}

TEST_F(TraceTest, IsInLinesOfLog) {
  std::vector<nlohmann::json> lines;
  log::SetSink([&](absl::string_view line) {
    lines.push_back(nlohmann::json::parse(std::string(line)));
  });
  {
    const Scope scope(*ParseTraceparent(kHeader));
    log::Info("inside");
  }
  log::Info("outside");
  log::SetSink(nullptr);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0]["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(lines[0]["span_id"], "00f067aa0ba902b7");
  EXPECT_FALSE(lines[1].contains("trace_id"));
}

}  // namespace
}  // namespace pulsetaker::trace
