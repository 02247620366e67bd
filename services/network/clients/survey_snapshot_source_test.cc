// Against a survey service in this process, which tells the truth or not.

#include "services/network/clients/survey_snapshot_source.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/clock.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "common/rpc/unary.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::network {
namespace {

namespace wire = survey::v1;
using Message = wire::StreamWaveSnapshotResponse;
using Messages = std::vector<Message>;

constexpr char kName[] = "tenants/north/localities/a/surveys/s/waves/3";
const WaveKey kWave = {"north", "a", "s", 3};

// Answers each call with what `answer` says for it, counted from 1.
class FakeSurvey final : public wire::SurveyService::Service {
 public:
  using Writer = grpc::ServerWriter<Message>;
  using Answer =
      std::function<grpc::Status(int, grpc::ServerContext&, Writer&)>;

  std::atomic<int> calls = 0;

  // For the next calls. One that its client has left may still be under way.
  void SetAnswer(Answer answer) {
    MutexLock lock(mutex_);
    answer_ = std::move(answer);
  }

  grpc::Status StreamWaveSnapshot(
      grpc::ServerContext* context,
      const wire::StreamWaveSnapshotRequest* request, Writer* writer) override {
    EXPECT_EQ(request->name(), kName);
    Answer answer;
    {
      MutexLock lock(mutex_);
      answer = answer_;
    }
    return answer(++calls, *context, *writer);
  }

 private:
  Mutex mutex_;
  Answer answer_ ABSL_GUARDED_BY(mutex_);
};

Messages Valid() {
  Messages messages(4);
  wire::SnapshotHeader& header = *messages[0].mutable_header();
  header.mutable_wave()->set_name(kName);
  header.mutable_wave()->set_snapshot_digest(std::string(64, 'd'));
  header.set_snapshot_digest(std::string(64, 'd'));
  header.set_participant_count(3);
  header.set_response_count(1);
  wire::Network& work = *header.mutable_instrument()->add_networks();
  work.set_network_id("work");
  work.set_direction(wire::Network::DIRECTION_DIRECTED);
  work.set_nomination_cap(5);
  wire::Network& social = *header.mutable_instrument()->add_networks();
  social.set_network_id("social");
  social.set_direction(wire::Network::DIRECTION_UNDIRECTED);

  const auto add = [](Message& message, const std::string& person) -> auto& {
    wire::SnapshotParticipant& added =
        *message.mutable_participants()->add_participants();
    added.set_person(person);
    added.set_invitation(wire::Participant::INVITATION_INVITED);
    return added;
  };
  wire::SnapshotParticipant& ann = add(messages[1], "ann");
  ann.set_organisation("council");
  ann.set_sector("health");
  ann.set_layer(wire::LAYER_SYSTEMIC);
  ann.add_secondary_layers(wire::LAYER_PUBLIC);
  add(messages[1], "bob")
      .set_invitation(wire::Participant::INVITATION_NOT_INVITED);
  add(messages[2], "cat")
      .set_invitation(wire::Participant::INVITATION_OPTED_OUT);

  wire::SnapshotResponse& response =
      *messages[3].mutable_responses()->add_responses();
  response.set_person("ann");
  wire::NetworkAnswer& answer = *response.add_network_answers();
  answer.set_network_id("work");
  answer.set_state(wire::NetworkAnswer::STATE_RESPONDED);
  answer.add_nominations()->set_person("bob");
  wire::Nomination& strong = *answer.add_nominations();
  strong.set_person("zoe");
  strong.set_weight(4);
  wire::NetworkAnswer& nobody = *response.add_network_answers();
  nobody.set_network_id("social");
  nobody.set_state(wire::NetworkAnswer::STATE_RESPONDED_NOBODY);
  return messages;
}

Participant Someone(const std::string& id, Invitation invitation) {
  Participant participant;
  participant.id = id;
  participant.invitation = invitation;
  return participant;
}

class SurveySnapshotSourceTest : public ::testing::Test {
 protected:
  SurveySnapshotSourceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&survey_);
    server_ = builder.BuildAndStart();
    UseTimeout(absl::Seconds(30));
    Send(Valid());
  }

  void UseTimeout(absl::Duration timeout) {
    source_ = MakeSurveySnapshotSource(
        server_->InProcessChannel(grpc::ChannelArguments()),
        {.attempt_timeout = timeout,
         .retry = {.attempts_max = 3,
                   .first_wait = absl::Milliseconds(1),
                   .longest_wait = absl::Milliseconds(2)}});
  }

  void Send(Messages messages) {
    survey_.SetAnswer(
        [messages = std::move(messages)](int, grpc::ServerContext&,
                                         FakeSurvey::Writer& writer) {
          for (const Message& message : messages) writer.Write(message);
          return grpc::Status::OK;
        });
  }

  void Fail(const absl::Status& error) {
    survey_.SetAnswer([error](int, grpc::ServerContext&, FakeSurvey::Writer&) {
      return rpc::ToGrpcStatus(error, "survey.pulsetaker");
    });
  }

  absl::StatusOr<WaveSnapshot> Read() {
    return source_->Read(kWave, [] { return false; });
  }

  FakeSurvey survey_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<SnapshotSource> source_;
};

TEST_F(SurveySnapshotSourceTest, ReadsTheWholeSnapshot) {
  const auto snapshot = Read();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  const WaveSnapshot want = {
      .digest = std::string(64, 'd'),
      .networks = {{.id = "work", .directed = true, .nomination_cap = 5},
                   {.id = "social", .directed = false, .nomination_cap = 0}},
      .participants = {{.id = "ann",
                        .organisation = "council",
                        .sector = "health",
                        .layer = Layer::kSystemic,
                        .secondary_layers = {Layer::kPublic},
                        .invitation = Invitation::kInvited},
                       Someone("bob", Invitation::kNotInvited),
                       Someone("cat", Invitation::kOptedOut)},
      .responses = {
          {.person = "ann",
           .answers = {{.network_id = "work",
                        .state = AnswerState::kResponded,
                        .nominations = {{.person = "bob", .weight = 1},
                                        {.person = "zoe", .weight = 4}}},
                       {.network_id = "social",
                        .state = AnswerState::kRespondedNobody,
                        .nominations = {}}}}}};
  EXPECT_EQ(*snapshot, want);
}

// One row a promise of the stream that is broken.
TEST_F(SurveySnapshotSourceTest, RefusesAStreamThatBreaksItsContract) {
  const struct {
    const char* what;
    std::function<void(Messages&)> spoil;
  } cases[] = {
      {"empty", [](Messages& m) { m.clear(); }},
      {"no header", [](Messages& m) { m.erase(m.begin()); }},
      {"two headers", [](Messages& m) { m.insert(m.begin(), m[0]); }},
      {"other wave",
       [](Messages& m) {
         m[0].mutable_header()->mutable_wave()->set_name("x");
       }},
      {"no digest",
       [](Messages& m) {
         m[0].mutable_header()->clear_snapshot_digest();
         m[0].mutable_header()->mutable_wave()->clear_snapshot_digest();
       }},
      {"other digest",
       [](Messages& m) {
         m[0].mutable_header()->set_snapshot_digest(std::string(64, 'e'));
       }},
      {"digest of another form",
       [](Messages& m) {
         m[0].mutable_header()->set_snapshot_digest("d");
         m[0].mutable_header()->mutable_wave()->set_snapshot_digest("d");
       }},
      {"direction",
       [](Messages& m) {
         m[0].mutable_header()
             ->mutable_instrument()
             ->mutable_networks(0)
             ->clear_direction();
       }},
      {"fewer participants", [](Messages& m) { m.erase(m.begin() + 2); }},
      {"more participants",
       [](Messages& m) { m[0].mutable_header()->set_participant_count(2); }},
      {"fewer responses", [](Messages& m) { m.pop_back(); }},
      {"more responses",
       [](Messages& m) { m[0].mutable_header()->set_response_count(0); }},
      {"order of messages", [](Messages& m) { std::swap(m[2], m[3]); }},
      {"order of people", [](Messages& m) { std::swap(m[1], m[2]); }},
      {"order of responses",
       [](Messages& m) {
         m[0].mutable_header()->set_response_count(2);
         m.push_back(m.back());
       }},
      {"nothing in a message", [](Messages& m) { m.emplace_back(); }},
      {"layer",
       [](Messages& m) {
         m[1].mutable_participants()->mutable_participants(0)->set_layer(
             static_cast<wire::Layer>(9));
       }},
      {"secondary layer",
       [](Messages& m) {
         m[1].mutable_participants()
             ->mutable_participants(0)
             ->add_secondary_layers(static_cast<wire::Layer>(9));
       }},
      {"invitation",
       [](Messages& m) {
         m[1].mutable_participants()
             ->mutable_participants(0)
             ->clear_invitation();
       }},
      {"answer state",
       [](Messages& m) {
         m[3].mutable_responses()
             ->mutable_responses(0)
             ->mutable_network_answers(0)
             ->clear_state();
       }},
      {"respondent off the roster",
       [](Messages& m) {
         m[3].mutable_responses()->mutable_responses(0)->set_person("zoe");
       }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    Messages messages = Valid();
    c.spoil(messages);
    Send(std::move(messages));
    const absl::Status status = Read().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_EQ(ReasonOf(status), "SNAPSHOT_INVALID");
  }
}

TEST_F(SurveySnapshotSourceTest, PassesOnWhatTheSurveyServiceSays) {
  for (const absl::Status& error :
       {MakeError(absl::StatusCode::kNotFound, "WAVE_NOT_FOUND", "no wave"),
        MakeError(absl::StatusCode::kFailedPrecondition, "WAVE_NOT_CLOSED",
                  "open", {{"state", "STATE_OPEN"}})}) {
    Fail(error);
    survey_.calls = 0;
    const absl::Status status = Read().status();
    EXPECT_EQ(status.code(), error.code());
    EXPECT_EQ(ReasonOf(status), ReasonOf(error));
    EXPECT_EQ(status.message(), error.message());
    EXPECT_EQ(survey_.calls, 1);
  }
  Fail(MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE", ""));
  EXPECT_EQ(ReasonOf(Read().status()), "STORED_DATA_UNREADABLE");
  Fail(MakeError(absl::StatusCode::kInvalidArgument, "NAME_MALFORMED", ""));
  EXPECT_EQ(Read().status().code(), absl::StatusCode::kInternal);
}

TEST_F(SurveySnapshotSourceTest, BeginsAgainWhenTheStreamBreaksOff) {
  survey_.SetAnswer(
      [](int call, grpc::ServerContext&, FakeSurvey::Writer& writer) {
        const Messages messages = Valid();
        if (call < 3) {
          writer.Write(messages[0]);
          writer.Write(messages[1]);
          return grpc::Status(grpc::StatusCode::UNAVAILABLE, "restarting");
        }
        for (const Message& message : messages) writer.Write(message);
        return grpc::Status::OK;
      });
  const auto snapshot = Read();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ(snapshot->participants.size(), 3u);
  EXPECT_EQ(survey_.calls, 3);
}

TEST_F(SurveySnapshotSourceTest, GivesUpOnAServiceThatStaysAway) {
  Fail(absl::UnavailableError("down"));
  const absl::Status status = Read().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), "SURVEY_UNAVAILABLE");
  EXPECT_EQ(survey_.calls, 3);
}

grpc::Status Hang(int, grpc::ServerContext& context,
                  FakeSurvey::Writer& writer) {
  writer.Write(Valid()[0]);
  while (!context.IsCancelled()) absl::SleepFor(absl::Milliseconds(5));
  return grpc::Status::CANCELLED;
}

TEST_F(SurveySnapshotSourceTest, DoesNotWaitForeverForAnAnswer) {
  UseTimeout(absl::Milliseconds(200));
  survey_.SetAnswer(Hang);
  const absl::Status status = Read().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_EQ(ReasonOf(status), "SURVEY_UNAVAILABLE");
}

TEST_F(SurveySnapshotSourceTest, StopsInTheMiddleWhenCancelled) {
  survey_.SetAnswer(Hang);
  const absl::Status status =
      source_->Read(kWave, [&] { return survey_.calls > 0; }).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled) << status;
}

}  // namespace
}  // namespace pulsetaker::network
