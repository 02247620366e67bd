// The ingestion protocol through the stub.

#include "services/survey/rpc/response_stream.h"

#include <atomic>
#include <deque>
#include <latch>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/crc32.h"
#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

using Verdicts = std::vector<v1::RowVerdict>;

constexpr v1::RowVerdict kStored = v1::ROW_VERDICT_STORED;
constexpr v1::RowVerdict kUnchanged = v1::ROW_VERDICT_UNCHANGED;
constexpr v1::RowVerdict kSuperseded = v1::ROW_VERDICT_SUPERSEDED;
constexpr v1::RowVerdict kConflict = v1::ROW_VERDICT_CONFLICT;
constexpr v1::RowVerdict kRejected = v1::ROW_VERDICT_REJECTED;

std::string UploadName(const std::string& id) {
  return absl::StrCat(kWaveName, "/uploads/", id);
}

// A stream as a client holds it.
class ClientStream {
 public:
  explicit ClientStream(Stub& stub) {
    context_.set_deadline(std::chrono::system_clock::now() +
                          std::chrono::seconds(60));
    stream_ = stub.StreamResponses(&context_);
  }

  bool Send(const v1::StreamResponsesRequest& frame) {
    return stream_->Write(frame);
  }

  // The next acknowledgement, if one comes.
  std::optional<v1::StreamResponsesResponse> Read() {
    v1::StreamResponsesResponse response;
    if (!stream_->Read(&response)) return std::nullopt;
    return response;
  }

  // Reads until everything below `offset` is acknowledged. The verdicts that
  // came, or what came until the stream ended.
  Verdicts ReadTo(std::int64_t offset) {
    Verdicts verdicts;
    for (std::int64_t committed = -1; committed < offset;) {
      const auto response = Read();
      if (!response.has_value()) break;
      committed = response->committed_offset();
      EXPECT_EQ(response->first_offset() + response->verdicts_size(),
                committed);
      for (const int verdict : response->verdicts()) {
        verdicts.push_back(static_cast<v1::RowVerdict>(verdict));
      }
    }
    return verdicts;
  }

  void HalfClose() { stream_->WritesDone(); }
  void Cancel() { context_.TryCancel(); }

  absl::Status Finish() {
    while (Read().has_value()) {
    }
    return rpc::FromGrpcStatus(stream_->Finish());
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::StreamResponsesRequest,
                                           v1::StreamResponsesResponse>>
      stream_;
};

class ResponseStreamTest : public ServiceFixture {
 protected:
  ResponseStreamTest() {
    MakeWaveAndAbove();
    ImportPeople();
    Open();
  }

  static v1::UploadRow Row(const std::string& person,
                           const std::vector<std::string>& named) {
    v1::UploadRow row;
    row.set_person(person);
    row.set_response(ResponseOf(person, named).SerializeAsString());
    row.set_crc32(Crc32(row.response()));
    return row;
  }

  static v1::StreamResponsesRequest Frame(
      const std::string& upload, std::int64_t offset,
      const std::vector<v1::UploadRow>& rows) {
    v1::StreamResponsesRequest frame;
    if (!upload.empty()) frame.set_upload(UploadName(upload));
    frame.set_offset(offset);
    for (const v1::UploadRow& row : rows) *frame.add_rows() = row;
    return frame;
  }

  absl::StatusOr<v1::Upload> GetUpload(const std::string& id) {
    v1::GetUploadRequest request;
    request.set_name(UploadName(id));
    return Call(&Stub::GetUpload, request);
  }

  // Sends the frames and half-closes; the status that the stream ends with.
  absl::Status SendAll(const std::vector<v1::StreamResponsesRequest>& frames) {
    ClientStream stream(*stub_);
    for (const auto& frame : frames) stream.Send(frame);
    stream.HalfClose();
    return stream.Finish();
  }
};

TEST_F(ResponseStreamTest, AcknowledgesEveryRowInItsOrder) {
  ClientStream stream(*stub_);
  ASSERT_TRUE(stream.Send(
      Frame("u1", 0, {Row("p1", {"p2"}), Row("p2", {"p3", "p1"})})));
  EXPECT_EQ(stream.ReadTo(2), (Verdicts{kStored, kStored}));
  // The upload need not be named again.
  ASSERT_TRUE(stream.Send(
      Frame("", 2, {Row("p1", {"p2"}), Row("p2", {"p3"}), Row("p3", {"p1"})})));
  ASSERT_TRUE(stream.Send(Frame("u1", 5, {Row("p3", {"p4"})})));
  EXPECT_EQ(stream.ReadTo(6),
            (Verdicts{kUnchanged, kSuperseded, kStored, kSuperseded}));
  stream.HalfClose();
  EXPECT_TRUE(stream.Finish().ok());

  const auto upload = GetUpload("u1");
  ASSERT_TRUE(upload.ok()) << upload.status();
  EXPECT_EQ(upload->committed_offset(), 6);
  EXPECT_EQ(upload->stored_count(), 3);
  EXPECT_EQ(upload->superseded_count(), 2);
  EXPECT_EQ(upload->unchanged_count(), 1);
  EXPECT_EQ(GetWave().response_count(), 3);
}

TEST_F(ResponseStreamTest, EndsWellWithoutAnyFrame) {
  EXPECT_TRUE(SendAll({}).ok());
}

TEST_F(ResponseStreamTest, RefusesFramesAsDocumented) {
  const v1::UploadRow row = Row("p1", {"p2"});
  const std::vector<v1::UploadRow> too_many(1'001, row);
  auto unnamed = Frame("", 0, {row});
  auto malformed = Frame("u1", 0, {row});
  malformed.set_upload("uploads/u1");
  auto elsewhere = Frame("u1", 0, {row});
  elsewhere.set_upload(
      "tenants/north/localities/leeds/surveys/care/waves/4/uploads/u1");
  auto elsewhere_empty = elsewhere;
  elsewhere_empty.clear_rows();
  using Code = absl::StatusCode;
  const struct {
    Code code;
    std::string reason;
    std::string field;
    std::vector<v1::StreamResponsesRequest> frames;
  } cases[] = {
      {Code::kInvalidArgument, "NAME_MALFORMED", "upload", {unnamed}},
      {Code::kInvalidArgument, "NAME_MALFORMED", "upload", {malformed}},
      {Code::kInvalidArgument,
       "UPLOAD_CHANGED",
       "upload",
       {Frame("u1", 0, {row}), Frame("u2", 1, {})}},
      {Code::kInvalidArgument,
       "ROW_COUNT_INVALID",
       "rows",
       {Frame("u1", -1, {})}},
      {Code::kInvalidArgument,
       "ROW_COUNT_INVALID",
       "rows",
       {Frame("u1", 0, too_many)}},
      {Code::kInvalidArgument, "ROW_COUNT_INVALID", "rows", {elsewhere_empty}},
      {Code::kInvalidArgument,
       "NUMBER_OUT_OF_RANGE",
       "offset",
       {Frame("u1", -1, {row})}},
      {Code::kInvalidArgument,
       "NUMBER_OUT_OF_RANGE",
       "offset",
       {Frame("u1", INT64_MAX, {row})}},
      {Code::kNotFound, "WAVE_NOT_FOUND", "", {elsewhere}},
      {Code::kOutOfRange, "OFFSET_GAP", "offset", {Frame("u3", 1, {row})}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(absl::StrCat(c.reason, " ", c.field));
    const absl::Status status = SendAll(c.frames);
    EXPECT_EQ(status.code(), c.code) << status;
    EXPECT_EQ(ReasonOf(status), c.reason) << status;
    EXPECT_EQ(FieldOf(status), c.field) << status;
  }
  // What came before the fault is in, and what was refused is not.
  EXPECT_EQ(GetUpload("u1")->committed_offset(), 1);
  EXPECT_EQ(ReasonOf(GetUpload("u3").status()), "UPLOAD_NOT_FOUND");
}

TEST_F(ResponseStreamTest, TakesAThousandRowsInAFrame) {
  const std::vector<v1::UploadRow> rows(1'000, Row("p1", {"p2"}));
  ClientStream stream(*stub_);
  ASSERT_TRUE(stream.Send(Frame("u1", 0, rows)));
  Verdicts want(1'000, kUnchanged);
  want[0] = kStored;
  EXPECT_EQ(stream.ReadTo(1'000), want);
}

TEST_F(ResponseStreamTest, RejectsARowAndGoesOnWithTheOthers) {
  std::vector<v1::UploadRow> rows;
  rows.push_back(Row("p1", {"p2"}));
  rows.push_back(Row("p2", {"p1"}));
  rows.back().set_crc32(rows.back().crc32() ^ 1);
  rows.push_back(Row("p2", {"p1"}));
  rows.back().set_response("\xff");
  rows.back().set_crc32(Crc32("\xff"));
  rows.push_back(Row("P2", {"p1"}));
  rows.push_back(Row("stranger", {"p1"}));
  rows.push_back(Row("out", {"p1"}));
  rows.push_back(Row("gone", {"p1"}));
  rows.push_back(Row("p2", {"p1", "p2"}));
  rows.push_back(Row("p2", {"p1"}));
  rows.back().set_etag("of another response");
  rows.push_back(Row("p2", {"p1"}));
  ClientStream stream(*stub_);
  ASSERT_TRUE(stream.Send(Frame("u1", 0, {Row("p3", {"p4"})})));
  EXPECT_EQ(stream.ReadTo(1), Verdicts{kStored});
  ASSERT_TRUE(stream.Send(Frame("", 1, rows)));
  const auto response = stream.Read();
  ASSERT_TRUE(response.has_value());
  const v1::RowVerdict want[] = {kStored,   kRejected, kRejected, kRejected,
                                 kRejected, kRejected, kRejected, kRejected,
                                 kConflict, kStored};
  ASSERT_EQ(response->verdicts_size(), 10);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(response->verdicts(i), want[i]) << i;
  const struct {
    std::int64_t offset;
    std::string reason;
    std::string field;
  } problems[] = {
      {2, "ROW_CORRUPTED", "response"},
      {3, "ROW_UNREADABLE", "response"},
      {4, "ID_MALFORMED", "person"},
      {5, "RESPONDENT_NOT_ON_ROSTER", "person"},
      {6, "RESPONDENT_NOT_INVITED", "person"},
      {7, "RESPONDENT_OPTED_OUT", "person"},
      {8, "SELF_NOMINATION", "network_answers[0].nominations[1].person"},
  };
  ASSERT_EQ(response->problems_size(), 7);
  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ(response->problems(i).offset(), problems[i].offset);
    EXPECT_EQ(response->problems(i).reason(), problems[i].reason);
    EXPECT_EQ(response->problems(i).field(), problems[i].field);
    EXPECT_FALSE(response->problems(i).message().empty());
  }
  EXPECT_EQ(GetUpload("u1")->rejected_count(), 7);
}

TEST_F(ResponseStreamTest, PassesOverRowsThatCameBefore) {
  const std::vector<v1::UploadRow> rows = {Row("p1", {"p2"}), Row("p2", {"p1"}),
                                           Row("p3", {"p1"})};
  {
    ClientStream stream(*stub_);
    ASSERT_TRUE(stream.Send(Frame("u1", 0, {rows[0], rows[1]})));
    EXPECT_EQ(stream.ReadTo(2), (Verdicts{kStored, kStored}));
    stream.Cancel();
    EXPECT_EQ(stream.Finish().code(), absl::StatusCode::kCancelled);
  }
  ClientStream stream(*stub_);
  ASSERT_TRUE(stream.Send(Frame("u1", 0, {rows[0]})));
  auto response = stream.Read();
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->first_offset(), 2);
  EXPECT_EQ(response->committed_offset(), 2);
  EXPECT_EQ(response->verdicts_size(), 0);
  ASSERT_TRUE(stream.Send(Frame("", 0, rows)));
  response = stream.Read();
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->first_offset(), 2);
  EXPECT_EQ(response->committed_offset(), 3);
  ASSERT_EQ(response->verdicts_size(), 1);
  EXPECT_EQ(response->verdicts(0), kStored);
}

TEST_F(ResponseStreamTest, TakesNothingInOnceTheWaveIsClosed) {
  ClientStream stream(*stub_);
  ASSERT_TRUE(stream.Send(Frame("u1", 0, {Row("p1", {"p2"})})));
  EXPECT_EQ(stream.ReadTo(1), Verdicts{kStored});
  const v1::Wave closed = Close();
  EXPECT_EQ(closed.response_count(), 1);
  // What came before is passed over, and more is refused.
  ASSERT_TRUE(stream.Send(Frame("", 0, {Row("p1", {"p2"})})));
  EXPECT_EQ(stream.ReadTo(1), Verdicts{});
  ASSERT_TRUE(stream.Send(Frame("", 1, {Row("p2", {"p1"})})));
  const absl::Status status = stream.Finish();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_EQ(ReasonOf(status), "WAVE_NOT_OPEN");
  EXPECT_EQ(GetWave().response_count(), 1);

  Reopen();
  EXPECT_TRUE(SendAll({Frame("u1", 1, {Row("p2", {"p1"})})}).ok());
  EXPECT_EQ(GetUpload("u1")->committed_offset(), 2);
}

// However close and upload meet: the digest is of what the wave then has.
TEST_F(ResponseStreamTest, DigestsExactlyWhatItTookIn) {
  std::string digest;
  for (int round = 0; round < 10; ++round) {
    std::thread uploader([&] {
      std::vector<v1::StreamResponsesRequest> frames;
      for (int i = 0; i < 50; ++i) {
        frames.push_back(
            Frame(absl::StrCat("u", round), i,
                  {Row("p1", {absl::StrCat("n", round, "-", i)})}));
      }
      SendAll(frames).IgnoreError();  // WAVE_NOT_OPEN, or none.
    });
    const std::string while_uploading = Close().snapshot_digest();
    uploader.join();
    Reopen();
    EXPECT_EQ(Close().snapshot_digest(), while_uploading);
    Reopen();
  }
}

TEST_F(ResponseStreamTest, GivesTheUploadToTheStreamThatNamedItLast) {
  ClientStream first(*stub_);
  ASSERT_TRUE(first.Send(Frame("u1", 0, {Row("p1", {"p2"})})));
  EXPECT_EQ(first.ReadTo(1), Verdicts{kStored});
  ClientStream other(*stub_);
  ASSERT_TRUE(other.Send(Frame("u2", 0, {Row("p2", {"p1"})})));
  EXPECT_EQ(other.ReadTo(1), Verdicts{kStored});

  ClientStream second(*stub_);
  ASSERT_TRUE(second.Send(Frame("u1", 1, {Row("p1", {"p3"})})));
  EXPECT_EQ(second.ReadTo(2), Verdicts{kSuperseded});
  const absl::Status status = first.Finish();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << status;
  EXPECT_EQ(ReasonOf(status), "UPLOAD_TAKEN_OVER");

  // Both others go on.
  ASSERT_TRUE(second.Send(Frame("", 2, {Row("p1", {"p4"})})));
  EXPECT_EQ(second.ReadTo(3), Verdicts{kSuperseded});
  ASSERT_TRUE(other.Send(Frame("", 1, {Row("p2", {"p3"})})));
  EXPECT_EQ(other.ReadTo(2), Verdicts{kSuperseded});
}

TEST_F(ResponseStreamTest, AnswersWhatItTookInBeforeItStops) {
  ClientStream stream(*stub_);
  ASSERT_TRUE(stream.Send(Frame("u1", 0, {Row("p1", {"p2"})})));
  EXPECT_EQ(stream.ReadTo(1), Verdicts{kStored});
  for (int i = 1; i < 20; ++i) {
    stream.Send(Frame("", i, {Row("p1", {absl::StrCat("n", i)})}));
  }
  streams_.BeginStop();
  std::int64_t acknowledged = 1;
  while (const auto response = stream.Read()) {
    EXPECT_EQ(response->first_offset(), acknowledged);
    acknowledged = response->committed_offset();
  }
  EXPECT_EQ(stream.Finish().code(), absl::StatusCode::kUnavailable);
  // Nothing is in that the client was not told of.
  EXPECT_EQ(GetUpload("u1")->committed_offset(), acknowledged);

  ClientStream late(*stub_);
  late.Send(Frame("u1", acknowledged, {Row("p1", {"p2"})}));
  EXPECT_EQ(late.Finish().code(), absl::StatusCode::kUnavailable);
}

TEST_F(ResponseStreamTest, TurnsStreamsAwayWhenTheExecutorIsFull) {
  // Tasks that wait may begin when the test has ended.
  const auto release = std::make_shared<std::latch>(1);
  for (int i = 0; i < 18; ++i) {  // Two at work and sixteen that wait.
    while (!executor_.TrySchedule([release] { release->wait(); })) {
      std::this_thread::yield();
    }
  }
  const absl::Status status = SendAll({Frame("u1", 0, {Row("p1", {"p2"})})});
  release->count_down();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_EQ(ReasonOf(status), "OVERLOADED");
}

// Streams that are cut anywhere and single responses between them: every row
// has its effect once.
TEST_F(ResponseStreamTest, ResumesStreamsThatWereCutAnywhere) {
  constexpr int kRows = 200;
  std::atomic<bool> over = false;
  std::thread submitter([&] {
    for (int i = 0; !over; ++i) {
      v1::SubmitResponseRequest request;
      *request.mutable_response() = ResponseOf("p4", {absl::StrCat("n", i)});
      request.set_request_id(Uuid(100'000 + i));
      const auto response = Call(&Stub::SubmitResponse, request);
      ASSERT_TRUE(response.ok()) << response.status();
      EXPECT_EQ(response->revision(), i + 1);
    }
  });
  std::mt19937 random(7);
  std::int64_t acknowledged = 0;
  while (acknowledged < kRows) {
    const auto upload = GetUpload("u1");
    const std::int64_t committed = upload.ok() ? upload->committed_offset() : 0;
    EXPECT_GE(committed, acknowledged);
    // The last rows may be taken in by a stream that is cut before it hears of
    // it. No frame is left to send then, and no answer would come.
    if (committed == kRows) break;
    ClientStream stream(*stub_);
    std::int64_t row = committed;
    const auto frames = 1 + random() % 8;
    for (unsigned long i = 0; i < frames && row < kRows; ++i) {
      std::vector<v1::UploadRow> rows;
      const std::int64_t begin = row;
      for (auto n = 1 + random() % 9; n > 0 && row < kRows; --n, ++row) {
        rows.push_back(Row("p1", {absl::StrCat("n", row)}));
      }
      if (!stream.Send(Frame("u1", begin, rows))) break;
    }
    if (random() % 2 == 0) {
      if (const auto response = stream.Read()) {
        acknowledged = response->committed_offset();
      }
    }
    if (random() % 3 == 0) {
      stream.HalfClose();
      EXPECT_TRUE(stream.Finish().ok());
      acknowledged = row;
    } else {
      stream.Cancel();
      stream.Finish().IgnoreError();
    }
  }
  over = true;
  submitter.join();
  v1::GetResponseRequest request;
  request.set_name(ResponseName("p1"));
  EXPECT_EQ(Must(&Stub::GetResponse, request).revision(), kRows);
  EXPECT_EQ(GetUpload("u1")->stored_count(), 1);
  EXPECT_EQ(GetUpload("u1")->superseded_count(), kRows - 1);
}

// A log that answers when it is told to.
class HeldLog final : public ResponseLog {
 public:
  void AppendFrame(Frame frame, FrameDone done) override {
    MutexLock lock(mutex_);
    const auto rows = static_cast<std::int64_t>(frame.rows.size());
    FrameResult result;
    result.first_offset = frame.offset;
    result.committed_offset = frame.offset + rows;
    result.verdicts.assign(frame.rows.size(), RowVerdict::kStored);
    held_.push_back({std::move(done), std::move(result)});
    ++count_;
    came_.notify_all();
  }
  void Submit(Submission, SubmitDone done) override {
    done(absl::UnimplementedError("not in this test"));
  }

  int count() {
    MutexLock lock(mutex_);
    return count_;
  }

  void WaitForCount(int count) {
    MutexLock lock(mutex_);
    while (count_ < count) lock.Wait(came_);
  }

  // Answers the frame that has waited longest.
  void AnswerOne() {
    std::pair<FrameDone, FrameResult> next;
    {
      MutexLock lock(mutex_);
      while (held_.empty()) lock.Wait(came_);
      next = std::move(held_.front());
      held_.pop_front();
    }
    next.first(std::move(next.second));
  }

 private:
  Mutex mutex_;
  std::condition_variable came_;
  std::deque<std::pair<FrameDone, FrameResult>> held_;
  int count_ = 0;
};

class HeldStreamTest : public ResponseStreamTest {
 protected:
  HeldStreamTest() {
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
  static v1::StreamResponsesRequest LargeFrame(std::int64_t number) {
    v1::UploadRow row = Row("p1", {"p2"});
    v1::Response response = ResponseOf("p1", {"p2"});
    response.set_name(std::string(std::size_t{1} << 20, 'x'));  // Ignored.
    row.set_response(response.SerializeAsString());
    row.set_crc32(Crc32(row.response()));
    return Frame("u1", number, {row});
  }

  HeldLog log_;
  const ResponseIntake held_intake_{database_->store(), log_, clock_};
  ResponseStreams held_streams_{held_intake_, executor_};
  const std::unique_ptr<grpc::Service> held_service_ =
      MakeSurveyService({.catalog = catalog_,
                         .fieldwork = fieldwork_,
                         .intake = held_intake_,
                         .streams = held_streams_,
                         .invitations = invitations_,
                         .store = database_->store(),
                         .executor = executor_});
  std::unique_ptr<grpc::Server> held_server_;
  std::unique_ptr<Stub> held_stub_;
};

TEST_F(HeldStreamTest, ReadsNoMoreThanMayWait) {
  constexpr int kFrames = 40;
  constexpr int kHeldMax = static_cast<int>(kUnansweredBytesMax >> 20);
  ClientStream stream(*held_stub_);
  std::thread sender([&] {
    for (int i = 0; i < kFrames; ++i) EXPECT_TRUE(stream.Send(LargeFrame(i)));
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

TEST_F(HeldStreamTest, WaitsForTheLogWhenTheCallerLeaves) {
  {
    ClientStream stream(*held_stub_);
    ASSERT_TRUE(stream.Send(Frame("u1", 0, {Row("p1", {"p2"})})));
    log_.WaitForCount(1);
    stream.Cancel();
    EXPECT_EQ(stream.Finish().code(), absl::StatusCode::kCancelled);
  }
  log_.AnswerOne();  // To a stream that nobody reads any more.
}

}  // namespace
}  // namespace pulsetaker::survey
