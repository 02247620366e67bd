#include "services/network/domain/analysis_reader.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

const WaveKey kWave = {"north", "ashby", "care", 3};
constexpr char kId[] = "0123456789abcdef0123456789abcdef";

class FakeSource final : public SnapshotSource {
 public:
  absl::StatusOr<WaveSnapshot> Read(
      const WaveKey& wave, absl::FunctionRef<bool()> is_cancelled) override {
    EXPECT_EQ(wave, kWave);
    if (is_cancelled()) return absl::CancelledError("as asked");
    return result;
  }

  absl::StatusOr<WaveSnapshot> result = absl::InternalError("not set");
};

// Has one analysis.
class FakeStore final : public AnalysisStore {
 public:
  absl::Status Put(const WaveKey&, const EncodedAnalysis&) override {
    return absl::UnimplementedError("not used");
  }
  absl::StatusOr<std::string> Get(const WaveKey& wave,
                                  absl::string_view id) const override {
    if (wave == kWave && id == kId) return kept.analysis;
    return MakeError(absl::StatusCode::kNotFound, "ANALYSIS_NOT_FOUND", "no");
  }
  absl::StatusOr<std::vector<EncodedAnalysis>> List(const WaveKey&,
                                                    absl::string_view,
                                                    int) const override {
    return absl::UnimplementedError("not used");
  }
  absl::StatusOr<std::vector<EncodedPerson>> ListPersons(
      const WaveKey&, absl::string_view, absl::string_view after,
      int limit) const override {
    std::vector<EncodedPerson> page;
    for (const EncodedPerson& person : kept.persons) {
      if (person.person > after && static_cast<int>(page.size()) < limit) {
        page.push_back(person);
      }
    }
    return page;
  }

  EncodedAnalysis kept;
};

// Knows one result, and what it must be shown for it.
class FakeDecoder final : public AnalysisDecoder {
 public:
  absl::StatusOr<AnalysisResult> Decode(
      const EncodedAnalysis& encoded) const override {
    EXPECT_EQ(encoded, expected);
    return result;
  }

  EncodedAnalysis expected;
  absl::StatusOr<AnalysisResult> result = absl::InternalError("not set");
};

class AnalysisReaderTest : public ::testing::Test {
 protected:
  AnalysisReaderTest() { SetPeople(5); }

  void SetPeople(int people) {
    SnapshotBuilder builder(people);
    builder.AddNetwork("work");
    builder.AnswerWithIds(0, "work", {"p00001", "p00002"});
    builder.snapshot().responses[0].person = "p00000";
    // So that their order is that of their numbers, also from 1,000 on.
    for (int i = 0; i < people; ++i) {
      builder.person(i).id = absl::StrFormat("p%05d", i);
    }
    snapshot_ = builder.snapshot();
    source_.result = snapshot_;
    store_.kept = {kId, "bytes", {}};
    for (const Participant& person : snapshot_.participants) {
      store_.kept.persons.push_back({person.id, "of " + person.id});
    }
    decoder_.expected = store_.kept;
    decoder_.result = PlainResult(WaveOf(snapshot_));
  }

  absl::StatusOr<AnalyzedSnapshot> Read(absl::string_view id = kId) {
    return AnalysisReader(source_, store_, decoder_)
        .Read(kWave, id, kNeverCancelled);
  }

  WaveSnapshot snapshot_;
  FakeSource source_;
  FakeStore store_;
  FakeDecoder decoder_;
};

TEST_F(AnalysisReaderTest, BringsAnalysisAndWaveTogether) {
  const auto read = Read();
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->key, kWave);
  EXPECT_EQ(read->wave.snapshot_digest, snapshot_.digest);
  EXPECT_EQ(read->wave.networks[0].graph.arc_count(), 2u);
  EXPECT_EQ(read->result, *decoder_.result);
}

// The decoder is shown all of them; see FakeDecoder.
TEST_F(AnalysisReaderTest, ReadsHoweverManyPeople) {
  for (const int people : {999, 1'000, 1'001, 2'000}) {
    SCOPED_TRACE(people);
    SetPeople(people);
    const auto read = Read();
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->wave.node_count(), static_cast<NodeId>(people));
  }
}

// Each spoils more than the one before it, so the first one is reported.
TEST_F(AnalysisReaderTest, ReportsTheFirstError) {
  const auto unreadable = MakeError(absl::StatusCode::kDataLoss,
                                    "STORED_DATA_UNREADABLE", "broken");
  const struct {
    absl::StatusCode code;
    std::string reason;
    std::function<void()> spoil;
  } cases[] = {
      {absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
       [&] { decoder_.result->persons.pop_back(); }},
      {absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID",
       [&] { source_.result->networks.clear(); }},
      {absl::StatusCode::kFailedPrecondition, "SNAPSHOT_CHANGED",
       [&] { source_.result->digest = std::string(64, 'b'); }},
      {absl::StatusCode::kFailedPrecondition, "WAVE_NOT_CLOSED",
       [&] {
         source_.result = MakeError(absl::StatusCode::kFailedPrecondition,
                                    "WAVE_NOT_CLOSED", "open");
       }},
      {absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
       [&] { decoder_.result = unreadable; }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.reason);
    c.spoil();
    const absl::Status status = Read().status();
    EXPECT_EQ(status.code(), c.code);
    EXPECT_EQ(ReasonOf(status), c.reason);
  }
  EXPECT_EQ(ReasonOf(Read("other").status()), "ANALYSIS_NOT_FOUND");
}

TEST_F(AnalysisReaderTest, SaysWhichDigestsDiffer) {
  source_.result->digest = std::string(64, 'b');
  EXPECT_EQ(MetadataOf(Read().status()),
            (ErrorMetadata{{"analysed_digest", std::string(64, 'a')},
                           {"snapshot_digest", std::string(64, 'b')}}));
}

TEST_F(AnalysisReaderTest, SaysWhenItIsCancelled) {
  const auto read =
      AnalysisReader(source_, store_, decoder_).Read(kWave, kId, [] {
        return true;
      });
  EXPECT_TRUE(absl::IsCancelled(read.status()));
}

}  // namespace
}  // namespace pulsetaker::network
