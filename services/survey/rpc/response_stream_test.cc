// The ingestion protocol through the stub.

#include "services/survey/rpc/response_stream.h"

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "services/survey/rpc/stream_fixture_test.h"

namespace pulsetaker::survey {
namespace {

constexpr v1::RowVerdict kUnchanged = v1::ROW_VERDICT_UNCHANGED;
constexpr v1::RowVerdict kConflict = v1::ROW_VERDICT_CONFLICT;
constexpr v1::RowVerdict kRejected = v1::ROW_VERDICT_REJECTED;

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
  // The log is at work on others by then.
  std::int64_t acknowledged = stream.Read()->committed_offset();
  streams_.BeginStop();
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

}  // namespace
}  // namespace pulsetaker::survey
