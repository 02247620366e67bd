// The ingestion protocol, as far as the log decides it: the real RocksDB on its
// in-memory file system.

#include <atomic>
#include <random>
#include <thread>

#include "common/base/status.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::survey {
namespace {

using V = RowVerdict;

// A row that the checks before the log refused.
FrameRow RejectedRow(absl::string_view person) {
  return {.person = std::string(person),
          .answers = MakeError(absl::StatusCode::kInvalidArgument,
                               "NETWORK_UNKNOWN", "no such network",
                               {{"field", "network_answers[0].network_id"}}),
          .expected_revision = std::nullopt};
}

class ResponseLogTest : public StoreTest {
 protected:
  ResponseLogTest() { MakeOpenWave(); }

  void ExpectInPlace(absl::string_view person, std::int32_t content,
                     std::int64_t revision) {
    const auto response = store().GetResponse(wave_, person);
    ASSERT_TRUE(response.ok()) << person << ": " << response.status();
    EXPECT_EQ(response->person, person);
    EXPECT_EQ(response->answers, AnswersOf(content)) << person;
    EXPECT_EQ(response->revision, revision) << person;
  }

  std::int64_t ResponseCount() {
    return store().GetWave(wave_)->response_count;
  }
};

TEST_F(ResponseLogTest, GivesEachRowItsVerdict) {
  auto result = Append(0, {RowOf("p1", 1), RowOf("p2", 2), RejectedRow("p3"),
                           RowOf("p4", 4, /*expected_revision=*/1)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->first_offset, 0);
  EXPECT_EQ(result->committed_offset, 4);
  EXPECT_EQ(result->verdicts, (std::vector<V>{V::kStored, V::kStored,
                                              V::kRejected, V::kConflict}));
  EXPECT_EQ(result->problems,
            (std::vector<RowProblem>{{2, "NETWORK_UNKNOWN",
                                      "network_answers[0].network_id",
                                      "no such network"}}));

  result = Append(4, {RowOf("p1", 1), RowOf("p2", 3), RowOf("p1", 9, 1),
                      RowOf("p2", 7, 1)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->verdicts, (std::vector<V>{V::kUnchanged, V::kSuperseded,
                                              V::kSuperseded, V::kConflict}));
  ExpectInPlace("p1", 9, 2);
  ExpectInPlace("p2", 3, 2);
  EXPECT_EQ(ReasonOf(store().GetResponse(wave_, "p4").status()),
            "RESPONSE_NOT_FOUND");
  EXPECT_EQ(ResponseCount(), 2);

  Reopen();
  const auto upload = store().GetUpload({wave_, "u1"});
  ASSERT_TRUE(upload.ok()) << upload.status();
  EXPECT_EQ(*upload, (Upload{.key = {wave_, "u1"},
                             .committed_offset = 8,
                             .stored_count = 2,
                             .unchanged_count = 1,
                             .superseded_count = 2,
                             .conflict_count = 2,
                             .rejected_count = 1,
                             .create_time = At(100),
                             .update_time = At(100)}));
}

TEST_F(ResponseLogTest, SeesEarlierRowsOfTheSameFrame) {
  const auto result = Append(0, {RowOf("p1", 1), RowOf("p1", 1), RowOf("p1", 2),
                                 RowOf("p1", 1, /*expected_revision=*/2)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->verdicts, (std::vector<V>{V::kStored, V::kUnchanged,
                                              V::kSuperseded, V::kSuperseded}));
  ExpectInPlace("p1", 1, 3);
  EXPECT_EQ(ResponseCount(), 1);
}

// What a frame does to an upload that has four rows.
TEST_F(ResponseLogTest, TakesInEachRowOnce) {
  const std::vector<FrameRow> rows = {RowOf("p1", 1), RowOf("p2", 2),
                                      RowOf("p3", 3), RowOf("p4", 4),
                                      RowOf("p5", 5), RowOf("p6", 6)};
  ASSERT_TRUE(Append(0, {rows.begin(), rows.begin() + 4}).ok());
  const auto run = [&](int begin, int end) {
    return Append(begin, {rows.begin() + begin, rows.begin() + end});
  };
  for (const auto& [begin, end] : {std::pair{0, 1}, {0, 4}, {2, 3}, {3, 4}}) {
    SCOPED_TRACE(absl::StrCat(begin, "-", end));
    const auto again = run(begin, end);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->first_offset, 4);
    EXPECT_EQ(again->committed_offset, 4);
    EXPECT_TRUE(again->verdicts.empty());
  }
  const auto gap = run(5, 6);
  EXPECT_EQ(gap.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(gap.status()), "OFFSET_GAP");
  EXPECT_EQ(MetadataOf(gap.status()),
            (ErrorMetadata{{"committed_offset", "4"}, {"field", "offset"}}));

  const auto straddling = run(2, 6);
  ASSERT_TRUE(straddling.ok()) << straddling.status();
  EXPECT_EQ(straddling->first_offset, 4);
  EXPECT_EQ(straddling->committed_offset, 6);
  EXPECT_EQ(straddling->verdicts, (std::vector<V>{V::kStored, V::kStored}));
  for (int i = 1; i <= 6; ++i) ExpectInPlace(absl::StrCat("p", i), i, 1);
  EXPECT_EQ(ResponseCount(), 6);
}

TEST_F(ResponseLogTest, RefusesInTheOrderOfThePort) {
  const UploadKey elsewhere = {{"north", "leeds", "care", 4}, "u1"};
  Awaited<FrameResult> unknown;
  database_->log().AppendFrame({.upload = elsewhere,
                                .offset = 7,
                                .rows = {RowOf("p1", 1)},
                                .receive_time = At(1)},
                               unknown.callback());
  EXPECT_EQ(ReasonOf(unknown.Wait().status()), "WAVE_NOT_FOUND");

  ASSERT_TRUE(Append(0, {RowOf("p1", 1)}).ok());
  for (const WaveState state : {WaveState::kDraft, WaveState::kClosing}) {
    SetState(10 + static_cast<int>(state), state);
    EXPECT_EQ(ReasonOf(Append(2, {RowOf("p2", 1)}).status()), "OFFSET_GAP");
    EXPECT_TRUE(Append(0, {RowOf("p1", 1)}).ok());
    const auto more = Append(1, {RowOf("p2", 1)});
    EXPECT_EQ(more.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(more.status()), "WAVE_NOT_OPEN");
    // A part that came before does not let the rest in.
    EXPECT_EQ(ReasonOf(Append(0, {RowOf("p1", 1), RowOf("p2", 1)}).status()),
              "WAVE_NOT_OPEN");
    EXPECT_EQ(ReasonOf(Submit(99, "p2", 1).status()), "WAVE_NOT_OPEN");
  }
  EXPECT_EQ(ResponseCount(), 1);
  EXPECT_EQ(store().GetUpload({wave_, "u1"})->committed_offset, 1);
}

TEST_F(ResponseLogTest, SubmitsOnceForEachRequest) {
  const auto first = Submit(20, "p1", 1);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(*first, (Response{.person = "p1",
                              .answers = AnswersOf(1),
                              .revision = 1,
                              .submit_time = At(200)}));
  const auto second = Submit(21, "p1", 2);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->revision, 2);

  // The repeat is told what the first was, and does not bring it back.
  Reopen();
  const auto repeat = Submit(20, "p1", 1);
  ASSERT_TRUE(repeat.ok()) << repeat.status();
  EXPECT_EQ(*repeat, *first);
  ExpectInPlace("p1", 2, 2);
  const auto reused = Submit(20, "p1", 3);
  EXPECT_EQ(reused.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(reused.status()), "REQUEST_ID_REUSED");

  // Also once no responses are taken in any more.
  SetState(30, WaveState::kClosing);
  EXPECT_EQ(*Submit(21, "p1", 2), *second);
  EXPECT_EQ(ResponseCount(), 1);
}

TEST_F(ResponseLogTest, SubmitsWhatIsExpected) {
  const auto none = Submit(20, "p1", 1, /*expected_revision=*/1);
  EXPECT_EQ(none.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(none.status()), "ETAG_MISMATCH");
  ASSERT_TRUE(Append(0, {RowOf("p1", 1)}).ok());
  EXPECT_EQ(Submit(21, "p1", 2, 1)->revision, 2);
  EXPECT_EQ(ReasonOf(Submit(22, "p1", 3, 1).status()), "ETAG_MISMATCH");
  const auto same = Submit(23, "p1", 2, 2);
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->revision, 2);
  // The stream finds what the call has put in place.
  EXPECT_EQ(Append(1, {RowOf("p1", 2), RowOf("p1", 5)})->verdicts,
            (std::vector<V>{V::kUnchanged, V::kSuperseded}));
  ExpectInPlace("p1", 5, 3);
}

// Frames of several uploads, sent by several threads, cut into random pieces
// and sent again at random: the effects are those of each upload sent once.
TEST_F(ResponseLogTest, AbsorbsRepeatsFromAnywhere) {
  constexpr int kRows = 300;
  const auto row = [](int upload, int i) {
    return RowOf(absl::StrCat("p", 1 + upload * 3 + i % 3), i / 7);
  };
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 6; ++sender) {
    senders.emplace_back([&, sender] {
      const int upload = sender % 3;
      std::mt19937 random(static_cast<unsigned>(sender));
      int committed = 0;
      while (committed < kRows) {
        const int begin =
            std::max(0, committed - static_cast<int>(random() % 20));
        const int end =
            std::min(kRows, begin + 1 + static_cast<int>(random() % 30));
        std::vector<FrameRow> rows;
        for (int i = begin; i < end; ++i) rows.push_back(row(upload, i));
        const auto result =
            Append(begin, std::move(rows), absl::StrCat("u", upload));
        ASSERT_TRUE(result.ok()) << result.status();
        ASSERT_GE(result->committed_offset, end);
        committed = static_cast<int>(result->committed_offset);
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  Reopen();
  EXPECT_EQ(ResponseCount(), 9);
  for (int upload = 0; upload < 3; ++upload) {
    const auto state = store().GetUpload({wave_, absl::StrCat("u", upload)});
    ASSERT_TRUE(state.ok()) << state.status();
    EXPECT_EQ(state->committed_offset, kRows);
    EXPECT_EQ(state->stored_count, 3);
    // Each person has another answer in every seventh row.
    std::int64_t changes = 0;
    for (int person = 0; person < 3; ++person) {
      std::int64_t revision = 0;
      int last = -1;
      for (int i = person; i < kRows; i += 3) {
        if (i / 7 != last) ++revision;
        last = i / 7;
      }
      changes += revision - 1;
      ExpectInPlace(absl::StrCat("p", 1 + upload * 3 + person), last, revision);
    }
    EXPECT_EQ(state->superseded_count, changes);
    EXPECT_EQ(state->unchanged_count, kRows - 3 - changes);
  }
}

TEST_F(ResponseLogTest, AnswersFramesInTheirOrder) {
  constexpr int kFrames = 500;
  std::vector<std::unique_ptr<Awaited<FrameResult>>> results;
  for (int i = 0; i < kFrames; ++i) {
    results.push_back(std::make_unique<Awaited<FrameResult>>());
    database_->log().AppendFrame({.upload = {wave_, "u1"},
                                  .offset = i,
                                  .rows = {RowOf("p1", i)},
                                  .receive_time = At(i)},
                                 results.back()->callback());
  }
  std::int64_t committed = 0;
  for (const auto& result : results) {
    const auto done = result->Wait();
    ASSERT_TRUE(done.ok()) << done.status();
    EXPECT_EQ(done->committed_offset, ++committed);
  }
  ExpectInPlace("p1", kFrames - 1, kFrames);
}

TEST_F(ResponseLogTest, CarriesOutWhatItTookBeforeItCloses) {
  Awaited<FrameResult> result;
  for (int i = 0; i < 50; ++i) {
    database_->log().AppendFrame(
        {.upload = {wave_, "u1"},
         .offset = i,
         .rows = {RowOf("p1", i)},
         .receive_time = At(i)},
        i == 49 ? result.callback() : [](absl::StatusOr<FrameResult>) {});
  }
  Reopen();
  EXPECT_EQ(result.Wait()->committed_offset, 50);
  EXPECT_EQ(store().GetUpload({wave_, "u1"})->committed_offset, 50);
}

// The file system in memory, with as much room as a test says.
class SmallDisk final : public rocksdb::EnvWrapper {
 public:
  explicit SmallDisk(rocksdb::Env* memory) : EnvWrapper(memory) {}

  rocksdb::Status GetFreeSpace(const std::string&,
                               std::uint64_t* free) override {
    *free = free_bytes;
    return rocksdb::Status::OK();
  }
  const char* Name() const override { return "SmallDisk"; }

  std::atomic<std::uint64_t> free_bytes = std::uint64_t{1} << 40;
};

TEST_F(ResponseLogTest, SaysThatTheDiskIsFullAndGoesOnByItself) {
  SmallDisk disk(env_.get());
  database_.reset();
  database_ = *OpenSurveyDatabase({.path = "/db", .env = &disk});
  ASSERT_TRUE(Append(0, {RowOf("p1", 1)}).ok());

  disk.free_bytes = 0;
  for (const absl::Status& full :
       {Append(1, {RowOf("p1", 2), RowOf("p2", 2)}).status(),
        Submit(20, "p3", 3).status(),
        store()
            .ImportRoster(wave_, RequestOf(21), {ParticipantOf("q1")})
            .status()}) {
    EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << full;
    EXPECT_EQ(ReasonOf(full), "DISK_FULL");
  }
  // Reads go on, and show that nothing was written.
  ExpectInPlace("p1", 1, 1);
  EXPECT_EQ(store().GetUpload({wave_, "u1"})->committed_offset, 1);
  EXPECT_EQ(ResponseCount(), 1);
  EXPECT_EQ(*store().FindInvitations(wave_, {"q1"}),
            std::vector<std::optional<Invitation>>{std::nullopt});

  disk.free_bytes = std::uint64_t{1} << 40;
  EXPECT_EQ(Append(1, {RowOf("p1", 2), RowOf("p2", 2)})->verdicts,
            (std::vector<V>{V::kSuperseded, V::kStored}));
  EXPECT_EQ(Submit(20, "p3", 3)->revision, 1);
  EXPECT_EQ(store()
                .ImportRoster(wave_, RequestOf(21), {ParticipantOf("q1")})
                ->created,
            1);
  EXPECT_EQ(ResponseCount(), 3);
  database_.reset();  // Before the disk that it is on.
}

}  // namespace
}  // namespace pulsetaker::survey
