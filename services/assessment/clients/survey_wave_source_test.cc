// Against a survey service in this process, which tells the truth or not.

#include "services/assessment/clients/survey_wave_source.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "common/rpc/unary.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::assessment {
namespace {

namespace wire = survey::v1;
using Message = wire::StreamWaveSnapshotResponse;
using Messages = std::vector<Message>;

constexpr char kSurvey[] = "tenants/north/localities/a/surveys/s";

std::string Wave(int number) {
  return absl::StrCat(kSurvey, "/waves/", number);
}
std::string Digest(char c) { return std::string(64, c); }

wire::Wave Listed(int number, wire::Wave::State state) {
  wire::Wave wave;
  wave.set_name(Wave(number));
  wave.set_state(state);
  if (state == wire::Wave::STATE_CLOSED) wave.set_snapshot_digest(Digest('d'));
  return wave;
}

class FakeSurvey final : public wire::SurveyService::Service {
 public:
  absl::Status error;             // Of the first `failures` calls.
  std::atomic<int> failures = 0;  // Negative: of all.
  std::atomic<int> calls = 0;
  std::vector<std::vector<wire::Wave>> pages;

  // What the next streams are. One that its client has left may still be under
  // way.
  void Send(Messages messages) {
    MutexLock lock(mutex_);
    messages_ = std::move(messages);
  }

  grpc::Status ListWaves(grpc::ServerContext*,
                         const wire::ListWavesRequest* request,
                         wire::ListWavesResponse* response) override {
    if (const grpc::Status status = Fail(); !status.ok()) return status;
    EXPECT_EQ(request->parent(), kSurvey);
    const std::size_t page = request->page_token().size();
    for (const wire::Wave& wave : pages.at(page)) *response->add_waves() = wave;
    if (page + 1 < pages.size()) {
      response->set_next_page_token(std::string(page + 1, 'x'));
    }
    return grpc::Status::OK;
  }

  grpc::Status StreamWaveSnapshot(
      grpc::ServerContext*, const wire::StreamWaveSnapshotRequest* request,
      grpc::ServerWriter<Message>* writer) override {
    EXPECT_EQ(request->name(), Wave(3));
    Messages messages;
    {
      MutexLock lock(mutex_);
      messages = messages_;
    }
    if (const grpc::Status status = Fail(); !status.ok()) {
      writer->Write(messages.at(0));
      return status;
    }
    for (const Message& message : messages) writer->Write(message);
    return grpc::Status::OK;
  }

 private:
  grpc::Status Fail() {
    const int call = ++calls;
    return failures < 0 || call <= failures
               ? rpc::ToGrpcStatus(error, "survey.pulsetaker")
               : grpc::Status::OK;
  }

  Mutex mutex_;
  Messages messages_ ABSL_GUARDED_BY(mutex_);
};

wire::SnapshotParticipant& AddPerson(Message& message,
                                     const std::string& person,
                                     wire::Layer layer) {
  wire::SnapshotParticipant& added =
      *message.mutable_participants()->add_participants();
  added.set_person(person);
  added.set_sector("health");
  added.set_layer(layer);
  added.set_invitation(wire::Participant::INVITATION_INVITED);
  return added;
}

wire::Item& AddItem(wire::Instrument& instrument, const std::string& id,
                    wire::Item::Kind kind) {
  wire::Item& item = *instrument.add_items();
  item.set_item_id(id);
  item.set_kind(kind);
  item.set_scale_min(1);
  item.set_scale_max(5);
  return item;
}

Messages Valid() {
  Messages messages(3);
  wire::SnapshotHeader& header = *messages[0].mutable_header();
  *header.mutable_wave() = Listed(3, wire::Wave::STATE_CLOSED);
  header.set_snapshot_digest(Digest('d'));
  header.set_participant_count(4);
  header.set_response_count(2);
  wire::Instrument& instrument = *header.mutable_instrument();
  instrument.set_content_digest(Digest('i'));
  wire::Item& money = AddItem(instrument, "oc7x", wire::Item::KIND_CORNER);
  money.set_corner(wire::CORNER_CAPACITY);
  money.set_cluster("money");
  money.set_external_resource(true);
  money.set_reverse_scored(true);
  wire::Item& arrow = AddItem(instrument, "v_a_1", wire::Item::KIND_ARROW);
  arrow.mutable_arrow()->set_from_corner(wire::CORNER_VALUE);
  arrow.mutable_arrow()->set_to_corner(wire::CORNER_AUTHORITY);
  AddItem(instrument, "phase_self", wire::Item::KIND_SELF_PLACED_PHASE);
  AddItem(instrument, "pervasive", wire::Item::KIND_PERVASIVE);

  AddPerson(messages[1], "ann", wire::LAYER_SYSTEMIC);
  AddPerson(messages[1], "bob", wire::LAYER_PUBLIC);
  AddPerson(messages[1], "cat", wire::LAYER_PUBLIC);
  AddPerson(messages[1], "dan", wire::LAYER_PUBLIC)
      .set_invitation(wire::Participant::INVITATION_NOT_INVITED);

  wire::SnapshotResponse& bob =
      *messages[2].mutable_responses()->add_responses();
  bob.set_person("bob");
  wire::ItemAnswer* answer = bob.add_item_answers();
  answer->set_item_id("oc7x");
  answer->set_rating(4);
  answer = bob.add_item_answers();
  answer->set_item_id("v_a_1");
  answer->set_non_answer(wire::ItemAnswer::NON_ANSWER_DONT_KNOW);
  answer = bob.add_item_answers();
  answer->set_item_id("pervasive");
  answer->set_non_answer(wire::ItemAnswer::NON_ANSWER_NOT_APPLICABLE);
  messages[2].mutable_responses()->add_responses()->set_person("dan");
  return messages;
}

class SurveyWaveSourceTest : public ::testing::Test {
 protected:
  SurveyWaveSourceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&survey_);
    server_ = builder.BuildAndStart();
    source_ = MakeSurveyWaveSource(
        server_->InProcessChannel(grpc::ChannelArguments()),
        {.call_timeout = absl::Seconds(30),
         .stream_timeout = absl::Seconds(30),
         .retry = {.attempts_max = 3,
                   .first_wait = absl::Milliseconds(1),
                   .longest_wait = absl::Milliseconds(2)}});
    survey_.Send(Valid());
  }

  FakeSurvey survey_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<WaveSource> source_;
};

TEST_F(SurveyWaveSourceTest, ListsTheClosedWavesUpToTheOneAskedFor) {
  survey_.pages = {
      {Listed(1, wire::Wave::STATE_CLOSED), Listed(2, wire::Wave::STATE_OPEN)},
      {Listed(4, wire::Wave::STATE_CLOSED),
       Listed(5, wire::Wave::STATE_CLOSED)}};
  const auto waves = source_->ListClosedWaves(Wave(4));
  ASSERT_TRUE(waves.ok()) << waves.status();
  EXPECT_EQ(*waves, (std::vector<ClosedWave>{{Wave(1), Digest('d')},
                                             {Wave(4), Digest('d')}}));
}

TEST_F(SurveyWaveSourceTest, SaysWhichWaveCannotBeAssessed) {
  survey_.pages = {{Listed(1, wire::Wave::STATE_CLOSED),
                    Listed(2, wire::Wave::STATE_OPEN),
                    Listed(4, wire::Wave::STATE_CLOSED)}};
  const absl::Status open = source_->ListClosedWaves(Wave(2)).status();
  EXPECT_EQ(open.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(open), "WAVE_NOT_CLOSED");
  for (const int missing : {3, 5}) {
    const absl::Status status =
        source_->ListClosedWaves(Wave(missing)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ReasonOf(status), "WAVE_NOT_FOUND");
  }
}

TEST_F(SurveyWaveSourceTest, RefusesAListThatBreaksItsContract) {
  wire::Wave other = Listed(1, wire::Wave::STATE_CLOSED);
  other.set_name("tenants/north/localities/b/surveys/s/waves/1");
  wire::Wave nameless = Listed(1, wire::Wave::STATE_CLOSED);
  nameless.set_name("x");
  wire::Wave no_digest = Listed(1, wire::Wave::STATE_CLOSED);
  no_digest.clear_snapshot_digest();
  const wire::Wave first = Listed(1, wire::Wave::STATE_CLOSED);
  const std::vector<std::vector<std::vector<wire::Wave>>> cases = {
      {{other}}, {{nameless}}, {{no_digest}}, {{first, first}}, {{}, {first}}};
  for (const auto& pages : cases) {
    survey_.pages = pages;
    const absl::Status status = source_->ListClosedWaves(Wave(9)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_EQ(ReasonOf(status), "SNAPSHOT_INVALID");
  }
}

TEST_F(SurveyWaveSourceTest, ReadsWhatAnAssessmentNeeds) {
  const auto wave = source_->ReadWave(Wave(3));
  ASSERT_TRUE(wave.ok()) << wave.status();
  WaveData want;
  want.wave = Wave(3);
  want.snapshot_digest = Digest('d');
  want.instrument_digest = Digest('i');
  want.items.resize(4);
  want.items[0].id = "oc7x";
  want.items[0].corner = Corner::kCapacity;
  want.items[0].cluster = "money";
  want.items[0].external_resource = true;
  want.items[0].reverse_scored = true;
  want.items[1].id = "v_a_1";
  want.items[1].kind = ItemKind::kArrow;
  want.items[1].arrow = Arrow::kVToA;
  want.items[2].id = "phase_self";
  want.items[2].kind = ItemKind::kSelfPlacedPhase;
  want.items[3].id = "pervasive";
  want.items[3].kind = ItemKind::kPervasive;
  want.roster = {{Layer::kSystemic, "health", 1},
                 {Layer::kPublic, "health", 2}};
  want.respondents = {
      {.person = "bob",
       .sector = "health",
       .layer = Layer::kPublic,
       .answers = {{"oc7x", AnswerKind::kRating, 4},
                   {"v_a_1", AnswerKind::kDontKnow, 0},
                   {"pervasive", AnswerKind::kNotApplicable, 0}}}};
  EXPECT_EQ(*wave, want);
}

// One row a promise of the stream that is broken.
TEST_F(SurveyWaveSourceTest, RefusesAStreamThatBreaksItsContract) {
  const auto header = [](Messages& m) -> wire::SnapshotHeader& {
    return *m[0].mutable_header();
  };
  const auto item = [header](Messages& m, int i) -> wire::Item& {
    return *header(m).mutable_instrument()->mutable_items(i);
  };
  const auto person = [](Messages& m) -> wire::SnapshotParticipant& {
    return *m[1].mutable_participants()->mutable_participants(0);
  };
  const auto response = [](Messages& m) -> wire::SnapshotResponse& {
    return *m[2].mutable_responses()->mutable_responses(0);
  };
  const struct {
    const char* field;
    std::function<void(Messages&)> spoil;
  } cases[] = {
      {"header", [](Messages& m) { m.clear(); }},
      {"header", [](Messages& m) { m.erase(m.begin()); }},
      {"header", [](Messages& m) { m.insert(m.begin(), m[0]); }},
      {"header.wave",
       [&](Messages& m) { header(m).mutable_wave()->set_name("x"); }},
      {"header.snapshot_digest",
       [&](Messages& m) { header(m).set_snapshot_digest(Digest('e')); }},
      {"header.instrument.content_digest",
       [&](Messages& m) {
         header(m).mutable_instrument()->clear_content_digest();
       }},
      {"instrument.items.kind", [&](Messages& m) { item(m, 0).clear_kind(); }},
      {"instrument.items.corner",
       [&](Messages& m) { item(m, 0).clear_corner(); }},
      {"instrument.items.arrow",
       [&](Messages& m) {
         item(m, 1).mutable_arrow()->set_to_corner(wire::CORNER_VALUE);
       }},
      {"participants",
       [&](Messages& m) { header(m).set_participant_count(5); }},
      {"participants",
       [&](Messages& m) { header(m).set_participant_count(3); }},
      {"participants", [](Messages& m) { m.push_back(m[1]); }},
      {"participants.person",
       [&](Messages& m) { person(m).set_person("zoe"); }},
      {"participants.layer",
       [&](Messages& m) { person(m).set_layer(static_cast<wire::Layer>(9)); }},
      {"participants.invitation",
       [&](Messages& m) { person(m).clear_invitation(); }},
      {"responses", [&](Messages& m) { header(m).set_response_count(1); }},
      {"responses", [&](Messages& m) { header(m).set_response_count(3); }},
      {"responses.person", [&](Messages& m) { response(m).set_person("zoe"); }},
      {"responses.person", [&](Messages& m) { response(m).set_person("bo"); }},
      {"responses.item_answers",
       [&](Messages& m) {
         response(m).mutable_item_answers(0)->clear_answer();
       }},
      {"payload", [](Messages& m) { m.emplace_back(); }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.field);
    Messages messages = Valid();
    c.spoil(messages);
    survey_.Send(std::move(messages));
    const absl::Status status = source_->ReadWave(Wave(3)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_EQ(ReasonOf(status), "SNAPSHOT_INVALID");
    const ErrorMetadata want = {{"field", c.field}};
    EXPECT_EQ(MetadataOf(status), want);
  }
}

TEST_F(SurveyWaveSourceTest, TriesAgainWhenTheServiceIsAway) {
  survey_.error = absl::UnavailableError("restarting");
  survey_.failures = 2;
  EXPECT_TRUE(source_->ReadWave(Wave(3)).ok());
  EXPECT_EQ(survey_.calls, 3);
  survey_.calls = 0;
  survey_.pages = {{Listed(3, wire::Wave::STATE_CLOSED)}};
  EXPECT_TRUE(source_->ListClosedWaves(Wave(3)).ok());
  EXPECT_EQ(survey_.calls, 3);
}

TEST_F(SurveyWaveSourceTest, PassesOnWhatTheSurveyServiceSays) {
  survey_.failures = -1;
  for (const absl::Status& error :
       {MakeError(absl::StatusCode::kNotFound, "WAVE_NOT_FOUND", "no wave"),
        MakeError(absl::StatusCode::kFailedPrecondition, "WAVE_NOT_CLOSED",
                  "open"),
        MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE", ""),
        MakeError(absl::StatusCode::kUnavailable, "OVERLOADED", "")}) {
    survey_.error = error;
    for (const absl::Status& status :
         {source_->ReadWave(Wave(3)).status(),
          source_->ListClosedWaves(Wave(3)).status()}) {
      EXPECT_EQ(status.code(), error.code());
      EXPECT_EQ(ReasonOf(status), ReasonOf(error));
    }
  }
  survey_.error = absl::InvalidArgumentError("no name");
  EXPECT_EQ(source_->ReadWave(Wave(3)).status().code(),
            absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace pulsetaker::assessment
