// Waves and rosters, through the stub.

#include <string>
#include <vector>

#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kAlreadyExists = absl::StatusCode::kAlreadyExists;
constexpr auto kAborted = absl::StatusCode::kAborted;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

class FieldworkHandlersTest : public ServiceFixture {
 protected:
  FieldworkHandlersTest() { MakeWaveAndAbove(); }

  // The errors that OpenWave, CloseWave and ReopenWave share, after the one of
  // the state, which `state_error` is.
  template <typename Request>
  void ExpectStateRefusals(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                        const Request&,
                                                        v1::Wave*),
                           v1::ErrorReason state_error) {
    ExpectRefusals<Request>(
        method, WaveRequest<Request>(),
        {{kPrecondition, state_error, "", [](Request&) {}},
         {kAborted, v1::ERROR_REASON_ETAG_MISMATCH, "etag",
          [](Request& r) { r.set_etag("r99"); }},
         {kNotFound, v1::ERROR_REASON_WAVE_NOT_FOUND, "",
          [](Request& r) { r.set_name(std::string(kWaveName) + "1"); }},
         {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
          [](Request& r) { r.set_request_id("x"); }},
         {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "name",
          [](Request& r) { r.set_name(kSurveyName); }}});
  }
};

TEST_F(FieldworkHandlersTest, CreatesAWaveInDraft) {
  const v1::Wave wave = GetWave();
  EXPECT_EQ(wave.name(), kWaveName);
  EXPECT_EQ(wave.display_name(), "Third");
  EXPECT_EQ(wave.instrument(), kInstrumentName);
  EXPECT_EQ(wave.state(), v1::Wave::STATE_DRAFT);
  EXPECT_EQ(wave.participant_count(), 0);
  EXPECT_EQ(wave.response_count(), 0);
  EXPECT_FALSE(wave.has_open_time());
  EXPECT_FALSE(wave.has_close_time());
  EXPECT_EQ(wave.snapshot_digest(), "");
}

TEST_F(FieldworkHandlersTest, RefusesWavesAsDocumented) {
  using Request = v1::CreateWaveRequest;
  Request request;
  request.set_parent(kSurveyName);
  request.set_wave_id("4");
  request.mutable_wave()->set_instrument(kInstrumentName);
  request.set_request_id(NextUuid());
  const std::string used = Uuid(4);  // The wave of the fixture.
  ExpectRefusals<Request>(
      &Stub::CreateWave, request,
      {{kAlreadyExists, v1::ERROR_REASON_WAVE_EXISTS, "",
        [](Request& r) { r.set_wave_id("3"); }},
       {kNotFound, v1::ERROR_REASON_INSTRUMENT_NOT_FOUND, "",
        [](Request& r) {
          r.mutable_wave()->set_instrument("tenants/north/instruments/none");
        }},
       {kNotFound, v1::ERROR_REASON_SURVEY_NOT_FOUND, "",
        [](Request& r) {
          r.set_parent("tenants/north/localities/leeds/surveys/none");
        }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [&](Request& r) { r.set_request_id(used); }},
       {kInvalid, v1::ERROR_REASON_TEXT_TOO_LONG, "wave.display_name",
        [](Request& r) {
          r.mutable_wave()->set_display_name(std::string(201, 'x'));
        }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "wave.instrument",
        [](Request& r) {
          r.mutable_wave()->set_instrument("tenants/south/instruments/mine");
        }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "wave.instrument",
        [](Request& r) { r.clear_wave(); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_ID_MALFORMED, "wave_id",
        [](Request& r) { r.set_wave_id("04"); }},
       {kInvalid, v1::ERROR_REASON_ID_MALFORMED, "wave_id",
        [](Request& r) { r.set_wave_id("2147483648"); }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "wave_id",
        [](Request& r) { r.clear_wave_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
        [](Request& r) { r.set_parent(kWaveName); }}});
}

TEST_F(FieldworkHandlersTest, ListsWavesByNumber) {
  for (const char* id : {"20", "100", "1", "2147483647"}) MakeWave(id);
  const std::vector<std::string> want = {"1", "3", "20", "100", "2147483647"};
  for (const int page_size : {1, 2, 5, 0}) {
    SCOPED_TRACE(page_size);
    v1::ListWavesRequest request;
    request.set_parent(kSurveyName);
    request.set_page_size(page_size);
    std::vector<std::string> ids;
    do {
      const auto response = Must(&Stub::ListWaves, request);
      ASSERT_GT(response.waves_size(), 0);
      for (const v1::Wave& wave : response.waves()) {
        ids.push_back(wave.name().substr(sizeof(kSurveyName) + 6));
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(ids, want);
  }
}

TEST_F(FieldworkHandlersTest, LeadsAWaveThroughItsStates) {
  const v1::Wave draft = GetWave();
  now_micros_ += 1'000'000;
  const v1::Wave opened = Open();
  EXPECT_EQ(opened.state(), v1::Wave::STATE_OPEN);
  EXPECT_EQ(opened.open_time().seconds(), 1'700'000'001);
  EXPECT_NE(opened.etag(), draft.etag());
  EXPECT_EQ(GetWave().DebugString(), opened.DebugString());

  now_micros_ += 1'000'000;
  const v1::Wave closed = Close();
  EXPECT_EQ(closed.state(), v1::Wave::STATE_CLOSED);
  EXPECT_EQ(closed.close_time().seconds(), 1'700'000'002);
  EXPECT_EQ(closed.snapshot_digest().size(), 64u);
  EXPECT_EQ(GetWave().DebugString(), closed.DebugString());

  const v1::Wave reopened = Reopen();
  EXPECT_EQ(reopened.state(), v1::Wave::STATE_OPEN);
  EXPECT_EQ(reopened.snapshot_digest(), "");
  EXPECT_FALSE(reopened.has_close_time());
  // Nothing came in between, so the snapshot is the same.
  EXPECT_EQ(Close().snapshot_digest(), closed.snapshot_digest());
}

TEST_F(FieldworkHandlersTest, RefusesChangesOfStateAsDocumented) {
  ExpectStateRefusals<v1::CloseWaveRequest>(&Stub::CloseWave,
                                            v1::ERROR_REASON_WAVE_NOT_OPEN);
  ExpectStateRefusals<v1::ReopenWaveRequest>(&Stub::ReopenWave,
                                             v1::ERROR_REASON_WAVE_NOT_CLOSED);
  Open();
  ExpectStateRefusals<v1::OpenWaveRequest>(&Stub::OpenWave,
                                           v1::ERROR_REASON_WAVE_NOT_DRAFT);
  ExpectStateRefusals<v1::ReopenWaveRequest>(&Stub::ReopenWave,
                                             v1::ERROR_REASON_WAVE_NOT_CLOSED);
  Close();
  ExpectStateRefusals<v1::OpenWaveRequest>(&Stub::OpenWave,
                                           v1::ERROR_REASON_WAVE_NOT_DRAFT);
  ExpectStateRefusals<v1::CloseWaveRequest>(&Stub::CloseWave,
                                            v1::ERROR_REASON_WAVE_NOT_OPEN);
}

// A repeat that comes late must not close a wave that was reopened since.
TEST_F(FieldworkHandlersTest, RepeatsOfChangesOfStateChangeNothing) {
  const auto open = WaveRequest<v1::OpenWaveRequest>(GetWave().etag());
  const v1::Wave opened = Must(&Stub::OpenWave, open);
  EXPECT_EQ(Must(&Stub::OpenWave, open).DebugString(), opened.DebugString());
  const auto close = WaveRequest<v1::CloseWaveRequest>(opened.etag());
  const v1::Wave closed = Must(&Stub::CloseWave, close);
  EXPECT_EQ(Must(&Stub::CloseWave, close).DebugString(), closed.DebugString());
  const v1::Wave reopened = Reopen();
  EXPECT_EQ(Must(&Stub::CloseWave, close).DebugString(), closed.DebugString());
  EXPECT_EQ(Must(&Stub::OpenWave, open).DebugString(), opened.DebugString());
  EXPECT_EQ(GetWave().DebugString(), reopened.DebugString());

  v1::ReopenWaveRequest reused;
  reused.set_name(kWaveName);
  reused.set_request_id(close.request_id());
  EXPECT_EQ(ReasonOf(Call(&Stub::ReopenWave, reused).status()),
            "REQUEST_ID_REUSED");
  v1::CloseWaveRequest other = close;
  other.set_etag(reopened.etag());
  EXPECT_EQ(ReasonOf(Call(&Stub::CloseWave, other).status()),
            "REQUEST_ID_REUSED");
}

// As after a crash between the two writes of CloseWave.
TEST_F(FieldworkHandlersTest, FinishesAnInterruptedClose) {
  const v1::Wave opened = Open();
  const WaveKey key = {"north", "leeds", "care", 3};
  const auto interrupt = [&] {
    ASSERT_TRUE(database_->store()
                    .UpdateWave(key, std::nullopt,
                                [&](const Wave& wave) {
                                  return Closing(wave, clock_());
                                })
                    .ok());
  };
  interrupt();
  EXPECT_EQ(GetWave().state(), v1::Wave::STATE_CLOSING);
  const auto repeat = WaveRequest<v1::CloseWaveRequest>(opened.etag());
  const v1::Wave closed = Must(&Stub::CloseWave, repeat);
  EXPECT_EQ(closed.state(), v1::Wave::STATE_CLOSED);
  EXPECT_EQ(closed.snapshot_digest().size(), 64u);

  Reopen();
  interrupt();
  const v1::Wave reopened = Reopen();
  EXPECT_EQ(reopened.state(), v1::Wave::STATE_OPEN);
  EXPECT_EQ(Close().snapshot_digest(), closed.snapshot_digest());
}

TEST_F(FieldworkHandlersTest, KeepsARosterThatItThenGets) {
  v1::Participant person = Person("p1");
  person.set_organisation("Council");
  person.add_secondary_layers(v1::LAYER_PUBLIC);
  person.add_secondary_layers(v1::LAYER_SYSTEMIC);
  (*person.mutable_attributes())["role"] = "lead";
  const v1::ImportRosterRequest first = RosterRequest({person, Person("p2")});
  const auto created = Must(&Stub::ImportRoster, first);
  EXPECT_EQ(created.created_count(), 2);
  EXPECT_EQ(GetWave().participant_count(), 2);

  v1::GetParticipantRequest get;
  get.set_name(person.name());
  v1::Participant want = person;
  want.set_secondary_layers(0, v1::LAYER_SYSTEMIC);
  want.set_secondary_layers(1, v1::LAYER_PUBLIC);
  EXPECT_EQ(Must(&Stub::GetParticipant, get).DebugString(), want.DebugString());

  v1::Participant changed = Person("p2");
  changed.set_sector("police");
  const auto second =
      Must(&Stub::ImportRoster, RosterRequest({Person("p3"), changed, person}));
  EXPECT_EQ(second.created_count(), 1);
  EXPECT_EQ(second.updated_count(), 1);
  EXPECT_EQ(second.unchanged_count(), 1);
  EXPECT_EQ(GetWave().participant_count(), 3);

  // A repeat of the first import does not bring the former values back.
  EXPECT_EQ(Must(&Stub::ImportRoster, first).created_count(), 2);
  get.set_name(changed.name());
  EXPECT_EQ(Must(&Stub::GetParticipant, get).sector(), "police");
}

TEST_F(FieldworkHandlersTest, FixesTheRosterAsTheWaveGoesOn) {
  ImportPeople();
  Open();
  v1::Participant changed = Person("p1");
  changed.set_invitation(v1::Participant::INVITATION_OPTED_OUT);
  absl::Status status =
      Call(&Stub::ImportRoster, RosterRequest({Person("q"), changed})).status();
  EXPECT_EQ(ReasonOf(status), "ROSTER_FIXED");
  EXPECT_EQ(FieldOf(status), "participants[1]");
  // All or none: q was not added with the change that was refused.
  EXPECT_EQ(GetWave().participant_count(), 6);
  EXPECT_EQ(
      Must(&Stub::ImportRoster, RosterRequest({Person("q")})).created_count(),
      1);
  EXPECT_EQ(GetWave().participant_count(), 7);
  Close();
  status = Call(&Stub::ImportRoster, RosterRequest({Person("r")})).status();
  EXPECT_EQ(status.code(), kPrecondition);
  EXPECT_EQ(ReasonOf(status), "ROSTER_FIXED");
  EXPECT_EQ(
      Must(&Stub::ImportRoster, RosterRequest({Person("q")})).unchanged_count(),
      1);
}

TEST_F(FieldworkHandlersTest, RefusesRostersAsDocumented) {
  ImportPeople();
  const std::string used = Uuid(last_uuid_);
  using Request = v1::ImportRosterRequest;
  const auto person = [](Request& r) { return r.mutable_participants(1); };
  ExpectRefusals<Request>(
      &Stub::ImportRoster, RosterRequest({Person("q1"), Person("q2")}),
      {{kNotFound, v1::ERROR_REASON_WAVE_NOT_FOUND, "",
        [](Request& r) {
          const std::string other = std::string(kSurveyName) + "/waves/9";
          r.set_parent(other);
          r.mutable_participants(0)->set_name(other + "/participants/q1");
          r.mutable_participants(1)->set_name(other + "/participants/q2");
        }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [&](Request& r) {
          r = RosterRequest({Person("q1"), Person("q2")});
          r.set_request_id(used);
        }},
       {kInvalid, v1::ERROR_REASON_ID_MALFORMED, "participants[1].attributes",
        [&](Request& r) { (*person(r)->mutable_attributes())["A b"]; }},
       {kInvalid, v1::ERROR_REASON_INVITATION_UNKNOWN,
        "participants[1].invitation",
        [&](Request& r) { person(r)->clear_invitation(); }},
       {kInvalid, v1::ERROR_REASON_INVITATION_UNKNOWN,
        "participants[1].invitation",
        [&](Request& r) {
          person(r)->set_invitation(
              static_cast<v1::Participant::Invitation>(257));
        }},
       {kInvalid, v1::ERROR_REASON_LAYER_INVALID,
        "participants[1].secondary_layers",
        [&](Request& r) {
          person(r)->add_secondary_layers(v1::LAYER_FRONTLINE);
        }},
       {kInvalid, v1::ERROR_REASON_LAYER_INVALID, "participants[1].layer",
        [&](Request& r) { person(r)->set_layer(static_cast<v1::Layer>(9)); }},
       {kInvalid, v1::ERROR_REASON_TEXT_TOO_LONG,
        "participants[1].display_name",
        [&](Request& r) {
          person(r)->set_display_name(std::string(201, 'x'));
        }},
       {kInvalid, v1::ERROR_REASON_PARTICIPANT_REPEATED, "participants[1].name",
        [&](Request& r) { person(r)->set_name(PersonName("q1")); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "participants[1].name",
        [&](Request& r) {
          person(r)->set_name(std::string(kSurveyName) +
                              "/waves/4/participants/q2");
        }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "participants[0].name",
        [](Request& r) { r.mutable_participants(0)->set_name("q1"); }},
       {kInvalid, v1::ERROR_REASON_PARTICIPANT_COUNT_INVALID, "participants",
        [](Request& r) { r.clear_participants(); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
        [](Request& r) { r.clear_parent(); }}});
}

TEST_F(FieldworkHandlersTest, PagesMeetEveryParticipantOnce) {
  std::vector<v1::Participant> people;
  std::vector<std::string> want;
  for (int i = 0; i < 23; ++i) {
    people.push_back(Person(absl::StrFormat("p%02d", i)));
    want.push_back(people.back().name());
  }
  Must(&Stub::ImportRoster, RosterRequest(people));
  for (const int page_size : {1, 4, 22, 23, 24, 0}) {
    SCOPED_TRACE(page_size);
    v1::ListParticipantsRequest request;
    request.set_parent(kWaveName);
    request.set_page_size(page_size);
    std::vector<std::string> names;
    do {
      const auto response = Must(&Stub::ListParticipants, request);
      ASSERT_GT(response.participants_size(), 0);
      for (const auto& p : response.participants()) names.push_back(p.name());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(names, want);
  }
}

TEST_F(FieldworkHandlersTest, TakesTheLargestImport) {
  std::vector<v1::Participant> people;
  for (int i = 0; i < 5'000; ++i) {
    people.push_back(Person(absl::StrFormat("p%05d", i)));
  }
  const auto request = RosterRequest(people);
  EXPECT_EQ(Must(&Stub::ImportRoster, request).created_count(), 5'000);
  EXPECT_EQ(GetWave().participant_count(), 5'000);
  EXPECT_EQ(Must(&Stub::ImportRoster, request).created_count(), 5'000);
  EXPECT_EQ(GetWave().participant_count(), 5'000);
}

TEST_F(FieldworkHandlersTest, FindsNothingWhereNothingIs) {
  v1::GetWaveRequest wave;
  wave.set_name(std::string(kSurveyName) + "/waves/4");
  EXPECT_EQ(ReasonOf(Call(&Stub::GetWave, wave).status()), "WAVE_NOT_FOUND");
  wave.set_name(std::string(kSurveyName) + "/waves/03");
  EXPECT_EQ(ReasonOf(Call(&Stub::GetWave, wave).status()), "NAME_MALFORMED");
  v1::GetParticipantRequest participant;
  participant.set_name(PersonName("p1"));
  EXPECT_EQ(ReasonOf(Call(&Stub::GetParticipant, participant).status()),
            "PARTICIPANT_NOT_FOUND");
  participant.set_name(ResponseName("p1"));
  EXPECT_EQ(ReasonOf(Call(&Stub::GetParticipant, participant).status()),
            "NAME_MALFORMED");
  v1::GetParticipationRequest participation;
  participation.set_name(std::string(kSurveyName) + "/waves/4");
  EXPECT_EQ(ReasonOf(Call(&Stub::GetParticipation, participation).status()),
            "WAVE_NOT_FOUND");
}

}  // namespace
}  // namespace pulsetaker::survey
