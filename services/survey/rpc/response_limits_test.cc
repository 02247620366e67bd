// What the ingestion protocol does when there is more than it takes: it waits
// where the sender can wait, and turns away the rest at once.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/rpc/unary.h"
#include "services/survey/domain/tenant_quota.h"
#include "services/survey/rpc/response_stream.h"
#include "services/survey/rpc/stream_fixture_test.h"

namespace pulsetaker::survey {
namespace {

constexpr int kSubmissionsMax = 10;

// A log that answers when it is told to.
class HeldLog final : public ResponseLog {
 public:
  void AppendFrame(Frame frame, FrameDone done) override {
    FrameResult result;
    result.first_offset = frame.offset;
    result.committed_offset =
        frame.offset + static_cast<std::int64_t>(frame.rows.size());
    result.verdicts.assign(frame.rows.size(), RowVerdict::kStored);
    Hold<FrameResult>(std::move(done), std::move(result));
  }
  void Submit(Submission submission, SubmitDone done) override {
    Response result;
    result.person = submission.key.person;
    result.revision = 1;
    Hold<Response>(std::move(done), std::move(result));
  }

  // From here on there is no room for more, as a committer says it.
  void SetFull() {
    MutexLock lock(mutex_);
    is_full_ = true;
  }

  int count() {
    MutexLock lock(mutex_);
    return count_;
  }

  void WaitForCount(int count) {
    MutexLock lock(mutex_);
    while (count_ < count) lock.Wait(came_);
  }

  // Answers what has waited longest.
  void AnswerOne() {
    std::function<void()> next;
    {
      MutexLock lock(mutex_);
      while (held_.empty()) lock.Wait(came_);
      next = std::move(held_.front());
      held_.pop_front();
    }
    next();
  }

 private:
  template <typename Result>
  void Hold(std::function<void(absl::StatusOr<Result>)> done, Result result) {
    {
      MutexLock lock(mutex_);
      if (!is_full_) {
        held_.push_back([done = std::move(done), result = std::move(result)] {
          done(result);
        });
        ++count_;
        came_.notify_all();
        return;
      }
    }
    done(rpc::OverloadedError());
  }

  Mutex mutex_;
  std::condition_variable came_;
  std::deque<std::function<void()>> held_;
  int count_ = 0;
  bool is_full_ = false;
};

// A second server beside that of the fixture, in front of a held log.
class LimitsTest : public ResponseStreamTest {
 protected:
  explicit LimitsTest(const StreamLimits& limits = {},
                      const QuotaLimits& quota = {})
      : held_quota_(quota),
        held_streams_(held_intake_, held_quota_, executor_, limits) {
    grpc::ServerBuilder builder;
    builder.RegisterService(held_service_.get());
    held_server_ = builder.BuildAndStart();
    held_stub_ = v1::SurveyService::NewStub(
        held_server_->InProcessChannel(grpc::ChannelArguments()));
    // The threads of the executor are older than what is used from here on.
    // ThreadSanitizer does not see that gRPC orders the two; this it sees.
    while (!executor_.TrySchedule([] {})) std::this_thread::yield();
  }

  // A frame of about a MiB.
  static v1::StreamResponsesRequest LargeFrame(const std::string& upload,
                                               std::int64_t number) {
    v1::UploadRow row = Row("p1", {"p2"});
    v1::Response response = ResponseOf("p1", {"p2"});
    response.set_name(std::string(std::size_t{1} << 20, 'x'));  // Ignored.
    row.set_response(response.SerializeAsString());
    row.set_crc32(Crc32(row.response()));
    return Frame(upload, number, {row});
  }

  static void ExpectOverloaded(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
    EXPECT_EQ(ReasonOf(status), "OVERLOADED") << status;
    EXPECT_GT(RetryDelayOf(status).value_or(absl::ZeroDuration()),
              absl::ZeroDuration());
  }

  HeldLog log_;
  const ResponseIntake held_intake_{database_->store(), log_, clock_};
  TenantQuota held_quota_;
  ResponseStreams held_streams_;
  const std::unique_ptr<grpc::Service> held_service_ =
      MakeSurveyService({.catalog = catalog_,
                         .instruments = instruments_,
                         .instrument_store = database_->instruments(),
                         .fieldwork = fieldwork_,
                         .intake = held_intake_,
                         .quota = held_quota_,
                         .streams = held_streams_,
                         .watches = watches_,
                         .invitations = invitations_,
                         .people = people_,
                         .store = database_->store(),
                         .people_store = database_->people(),
                         .executor = executor_,
                         .submissions_max = kSubmissionsMax});
  std::unique_ptr<grpc::Server> held_server_;
  std::unique_ptr<Stub> held_stub_;
};

TEST_F(LimitsTest, ReadsNoMoreThanMayWait) {
  constexpr int kFrames = 40;
  constexpr int kHeldMax = static_cast<int>(kUnansweredBytesMax >> 20);
  ClientStream stream(*held_stub_);
  std::thread sender([&] {
    for (int i = 0; i < kFrames; ++i) {
      EXPECT_TRUE(stream.Send(LargeFrame("u1", i)));
    }
    stream.HalfClose();
  });
  log_.WaitForCount(kHeldMax);
  // Time for it to read more, if it did.
  for (int i = 0; i < 200; ++i) GetWave();
  EXPECT_LE(log_.count(), kHeldMax + 1);
  std::thread answerer([&] {
    for (int i = 0; i < kFrames; ++i) log_.AnswerOne();
  });
  EXPECT_EQ(stream.ReadTo(kFrames).size(), std::size_t{kFrames});
  sender.join();
  answerer.join();
  EXPECT_TRUE(stream.Finish().ok());
}

TEST_F(LimitsTest, WaitsForTheLogWhenTheCallerLeaves) {
  {
    ClientStream stream(*held_stub_);
    ASSERT_TRUE(stream.Send(Frame("u1", 0, {Row("p1", {"p2"})})));
    log_.WaitForCount(1);
    stream.Cancel();
    EXPECT_EQ(stream.Finish().code(), absl::StatusCode::kCancelled);
  }
  log_.AnswerOne();  // To a stream that nobody reads any more.
}

TEST_F(LimitsTest, TurnsAwayWhatTheExecutorHasNoRoomFor) {
  // Tasks that wait may begin when the test has ended.
  const auto release = std::make_shared<std::latch>(1);
  for (int i = 0; i < 18; ++i) {  // Two at work and sixteen that wait.
    while (!executor_.TrySchedule([release] { release->wait(); })) {
      std::this_thread::yield();
    }
  }
  const absl::Status stream = SendAll({Frame("u1", 0, {Row("p1", {"p2"})})});
  const absl::Status submit =
      Call(&Stub::SubmitResponse, SubmitRequest(ResponseOf("p1", {"p2"})))
          .status();
  release->count_down();
  ExpectOverloaded(stream);
  EXPECT_TRUE(submit.ok()) << submit;  // Has threads of its own.
}

TEST_F(LimitsTest, TurnsAwayWhatTheLogHasNoRoomForAndAnswersTheRest) {
  ClientStream stream(*held_stub_);
  ASSERT_TRUE(stream.Send(Frame("u1", 0, {Row("p1", {"p2"})})));
  log_.WaitForCount(1);
  log_.SetFull();
  ASSERT_TRUE(stream.Send(Frame("", 1, {Row("p2", {"p1"})})));
  ExpectOverloaded(rpc::Call(*held_stub_, &Stub::SubmitResponse,
                             SubmitRequest(ResponseOf("p3", {"p2"})),
                             Deadline())
                       .status());
  log_.AnswerOne();
  EXPECT_EQ(stream.ReadTo(1), Verdicts{kStored});
  ExpectOverloaded(stream.Finish());
}

// Unary calls wait for the log without a thread, so they are counted.
TEST_F(LimitsTest, TurnsAwaySubmissionsBeyondThoseItCanAnswerSoon) {
  struct Pending {
    grpc::ClientContext context;
    v1::SubmitResponseRequest request;
    v1::Response response;
  };
  std::vector<std::unique_ptr<Pending>> calls;
  std::latch answered(kSubmissionsMax);
  for (int i = 0; i < kSubmissionsMax; ++i) {
    calls.push_back(std::make_unique<Pending>());
    Pending& call = *calls.back();
    call.request = SubmitRequest(ResponseOf("p1", {"p2"}));
    held_stub_->async()->SubmitResponse(
        &call.context, &call.request, &call.response,
        [&answered](const grpc::Status& status) {
          EXPECT_TRUE(status.ok()) << status.error_message();
          answered.count_down();
        });
    log_.WaitForCount(i + 1);
  }
  const v1::SubmitResponseRequest more =
      SubmitRequest(ResponseOf("p1", {"p2"}));
  ExpectOverloaded(
      rpc::Call(*held_stub_, &Stub::SubmitResponse, more, Deadline()).status());
  EXPECT_EQ(log_.count(), kSubmissionsMax);
  for (int i = 0; i < kSubmissionsMax; ++i) log_.AnswerOne();
  answered.wait();

  std::thread answerer([&] { log_.AnswerOne(); });
  EXPECT_TRUE(
      rpc::Call(*held_stub_, &Stub::SubmitResponse, more, Deadline()).ok());
  answerer.join();
}

class TwoStreamsTest : public LimitsTest {
 protected:
  TwoStreamsTest() : LimitsTest({.open_count_max = 2}) {}
};

TEST_F(TwoStreamsTest, TurnsAwayTheStreamThatIsOneTooMany) {
  ClientStream first(*held_stub_);
  ASSERT_TRUE(first.Send(Frame("u1", 0, {Row("p1", {"p2"})})));
  auto second = std::make_unique<ClientStream>(*held_stub_);
  ASSERT_TRUE(second->Send(Frame("u2", 0, {Row("p2", {"p1"})})));
  log_.WaitForCount(2);
  ExpectOverloaded(ClientStream(*held_stub_).Finish());

  // The others go on, and one that has ended makes room.
  log_.AnswerOne();
  log_.AnswerOne();
  EXPECT_EQ(first.ReadTo(1), Verdicts{kStored});
  second->HalfClose();
  EXPECT_TRUE(second->Finish().ok());
  second.reset();
  absl::Status admitted = rpc::OverloadedError();
  while (ReasonOf(admitted) == "OVERLOADED") {
    ClientStream third(*held_stub_);
    third.HalfClose();
    admitted = third.Finish();
  }
  EXPECT_TRUE(admitted.ok()) << admitted;
}

class ThreeMebibytesTest : public LimitsTest {
 protected:
  ThreeMebibytesTest()
      : LimitsTest({.unanswered_bytes_max = std::size_t{3} << 20}) {}
};

TEST_F(ThreeMebibytesTest, TurnsAwayTheStreamThatMakesItTooMuchOfAll) {
  ClientStream first(*held_stub_);
  ASSERT_TRUE(first.Send(LargeFrame("u1", 0)));
  ASSERT_TRUE(first.Send(LargeFrame("u1", 1)));
  log_.WaitForCount(2);
  ClientStream second(*held_stub_);
  second.Send(LargeFrame("u2", 0));
  ExpectOverloaded(second.Finish());
  EXPECT_EQ(log_.count(), 2);

  log_.AnswerOne();
  log_.AnswerOne();
  EXPECT_EQ(first.ReadTo(2), (Verdicts{kStored, kStored}));
  ASSERT_TRUE(first.Send(Frame("", 2, {Row("p1", {"p2"})})));
  log_.AnswerOne();
  EXPECT_EQ(first.ReadTo(3), Verdicts{kStored});
}

// 100 rows a second one after the other: each frame of ten waits for 0.1 s.
class SlowTenantTest : public LimitsTest {
 protected:
  SlowTenantTest() : LimitsTest({}, {.rows_per_second = 100, .burst = {}}) {}
};

TEST_F(SlowTenantTest, SlowsAStreamDownToTheQuota) {
  constexpr int kFrames = 5;
  const absl::Time begin = absl::Now();
  ClientStream stream(*held_stub_);
  for (int i = 0; i < kFrames; ++i) {
    ASSERT_TRUE(stream.Send(Frame(
        "u1", 10 * i, std::vector<v1::UploadRow>(10, Row("p1", {"p2"})))));
  }
  stream.HalfClose();
  for (int i = 0; i < kFrames; ++i) log_.AnswerOne();
  EXPECT_EQ(stream.ReadTo(10 * kFrames).size(), std::size_t{10 * kFrames});
  EXPECT_TRUE(stream.Finish().ok());
  EXPECT_GE(absl::Now() - begin, absl::Milliseconds(100 * (kFrames - 1)));
}

// A MiB overdraws the quota of one byte a second for days.
class SpentTest : public LimitsTest {
 protected:
  explicit SpentTest(absl::Duration quota_wait_max = absl::Minutes(1))
      : LimitsTest({.quota_wait_max = quota_wait_max},
                   {.bytes_per_second = 1, .burst = {}}) {}

  // What takes it all.
  void Spend(ClientStream& stream) {
    ASSERT_TRUE(stream.Send(LargeFrame("u1", 0)));
    log_.AnswerOne();
    EXPECT_EQ(stream.ReadTo(1), Verdicts{kStored});
  }

  static void ExpectQuotaExceeded(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    EXPECT_EQ(ReasonOf(status), kQuotaExceeded) << status;
    EXPECT_EQ(MetadataOf(status),
              (ErrorMetadata{{"quota_subject", "tenants/north"}}));
    EXPECT_GT(RetryDelayOf(status).value_or(absl::ZeroDuration()),
              absl::Hours(1));
  }
};

TEST_F(SpentTest, RefusesSingleResponsesAtOnce) {
  ClientStream stream(*held_stub_);
  Spend(stream);
  const auto submit = [&](const v1::SubmitResponseRequest& request) {
    return rpc::Call(*held_stub_, &Stub::SubmitResponse, request, Deadline())
        .status();
  };
  v1::SubmitResponseRequest request = SubmitRequest(ResponseOf("p1", {"p2"}));
  ExpectQuotaExceeded(submit(request));
  // Before it looks for the wave, after it has read the request.
  request.mutable_response()->set_name(
      "tenants/north/localities/leeds/surveys/care/waves/9/responses/p1");
  ExpectQuotaExceeded(submit(request));
  request.set_request_id("x");
  EXPECT_EQ(ReasonOf(submit(request)), "REQUEST_ID_MALFORMED");
  // Another tenant has a quota of its own.
  request.mutable_response()->set_name(
      "tenants/south/localities/leeds/surveys/care/waves/9/responses/p1");
  request.set_request_id(NextUuid());
  EXPECT_EQ(ReasonOf(submit(request)), "WAVE_NOT_FOUND");
}

TEST_F(SpentTest, ReadsNothingMoreWhileItHoldsBack) {
  constexpr int kFrames = 40;
  ClientStream stream(*held_stub_);
  Spend(stream);
  std::atomic<int> sent = 0;
  std::thread sender([&] {
    for (int i = 1; i <= kFrames && stream.Send(LargeFrame("u1", i)); ++i) {
      ++sent;
    }
  });
  // Time for it to read them all, if it did.
  absl::SleepFor(absl::Milliseconds(200));
  EXPECT_LT(sent, kFrames);
  EXPECT_EQ(log_.count(), 1);
  stream.Cancel();
  sender.join();
  EXPECT_EQ(stream.Finish().code(), absl::StatusCode::kCancelled);
}

TEST_F(SpentTest, StopsWithoutWaitingForTheQuota) {
  ClientStream stream(*held_stub_);
  Spend(stream);
  ASSERT_TRUE(stream.Send(Frame("", 1, {Row("p1", {"p2"})})));
  absl::SleepFor(absl::Milliseconds(20));
  held_streams_.BeginStop();
  EXPECT_EQ(stream.Finish().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(log_.count(), 1);
}

class SpentSoonTest : public SpentTest {
 protected:
  SpentSoonTest() : SpentTest(absl::Milliseconds(50)) {}
};

TEST_F(SpentSoonTest, EndsAStreamThatWaitedLongEnough) {
  ClientStream stream(*held_stub_);
  ASSERT_TRUE(stream.Send(LargeFrame("u1", 0)));
  const absl::Time begin = absl::Now();
  ASSERT_TRUE(stream.Send(Frame("", 1, {Row("p1", {"p2"})})));
  log_.WaitForCount(1);
  absl::SleepFor(absl::Milliseconds(100));
  // What was taken is acknowledged first.
  log_.AnswerOne();
  EXPECT_EQ(stream.ReadTo(1), Verdicts{kStored});
  ExpectQuotaExceeded(stream.Finish());
  EXPECT_GE(absl::Now() - begin, absl::Milliseconds(50));
  EXPECT_EQ(log_.count(), 1);
}

}  // namespace
}  // namespace pulsetaker::survey
