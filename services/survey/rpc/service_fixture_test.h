// The survey service in this process, on the real store in memory, called
// through the stub as a partner calls it.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/bounded_executor.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "common/rpc/client_call.h"
#include "grpcpp/channel.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "pulsetaker/survey/v1/error_reason.pb.h"
#include "pulsetaker/survey/v1/invitation_service.grpc.pb.h"
#include "pulsetaker/survey/v1/people_service.grpc.pb.h"
#include "pulsetaker/survey/v1/quality_service.grpc.pb.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "rocksdb/env.h"
#include "services/survey/domain/catalog.h"
#include "services/survey/domain/erasures.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/domain/instruments.h"
#include "services/survey/domain/invitations.h"
#include "services/survey/domain/people.h"
#include "services/survey/domain/response_intake.h"
#include "services/survey/domain/retentions.h"
#include "services/survey/rpc/invitation_service.h"
#include "services/survey/rpc/people_service.h"
#include "services/survey/rpc/quality_service.h"
#include "services/survey/rpc/response_stream.h"
#include "services/survey/rpc/survey_service.h"
#include "services/survey/store/survey_database.h"

namespace pulsetaker::survey {

using Stub = v1::SurveyService::Stub;
using InvitationStub = v1::InvitationService::Stub;

inline constexpr char kTenantName[] = "tenants/north";
inline constexpr char kLocalityName[] = "tenants/north/localities/leeds";
inline constexpr char kInstrumentName[] = "tenants/north/instruments/standard";
inline constexpr char kSurveyName[] =
    "tenants/north/localities/leeds/surveys/care";
inline constexpr char kWaveName[] =
    "tenants/north/localities/leeds/surveys/care/waves/3";

inline std::string Uuid(int i) {
  return absl::StrFormat("%08x-0000-4000-8000-000000000000", i);
}

inline std::string FieldOf(const absl::Status& status) {
  for (const auto& [key, value] : MetadataOf(status)) {
    if (key == "field") return value;
  }
  return "";
}

// A documented error: what is wrong, and how to make it so.
template <typename Request>
struct Refusal {
  absl::StatusCode code;
  v1::ErrorReason reason;
  std::string field;
  std::function<void(Request&)> spoil;
};

class ServiceFixture : public ::testing::Test {
 protected:
  ServiceFixture() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(service_.get());
    builder.RegisterService(invitation_service_.get());
    builder.RegisterService(people_service_.get());
    builder.RegisterService(quality_service_.get());
    server_ = builder.BuildAndStart();
    const auto channel = grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials());
    stub_ = v1::SurveyService::NewStub(channel);
    invitation_stub_ = v1::InvitationService::NewStub(channel);
    people_stub_ = v1::PeopleService::NewStub(channel);
    quality_stub_ = v1::QualityService::NewStub(channel);
  }

  static absl::Time Deadline() { return absl::Now() + absl::Seconds(30); }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      const Request& request) {
    return rpc::Call(*stub_, method, request, Deadline());
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(
      grpc::Status (InvitationStub::*method)(grpc::ClientContext*,
                                             const Request&, Response*),
      const Request& request) {
    return rpc::Call(*invitation_stub_, method, request, Deadline());
  }

  // The same, for calls that the test could not go on without.
  template <typename AnyStub, typename Request, typename Response>
  Response Must(grpc::Status (AnyStub::*method)(grpc::ClientContext*,
                                                const Request&, Response*),
                const Request& request) {
    auto response = Call(method, request);
    EXPECT_TRUE(response.ok()) << response.status() << request.DebugString();
    return response.ok() ? *std::move(response) : Response();
  }

  // Each row in turn makes the request wrong in one more way, which comes
  // before those of the rows above it: so what is tested is the order, too.
  template <typename Request, typename AnyStub, typename Response>
  void ExpectRefusals(grpc::Status (AnyStub::*method)(grpc::ClientContext*,
                                                      const Request&,
                                                      Response*),
                      Request request,
                      const std::vector<Refusal<Request>>& last_to_first) {
    for (const auto& row : last_to_first) {
      SCOPED_TRACE(
          absl::StrCat(v1::ErrorReason_Name(row.reason), " ", row.field));
      row.spoil(request);
      const absl::Status status = Call(method, request).status();
      EXPECT_EQ(status.code(), row.code) << status;
      EXPECT_EQ("ERROR_REASON_" + ReasonOf(status),
                v1::ErrorReason_Name(row.reason))
          << status;
      EXPECT_EQ(FieldOf(status), row.field) << status;
    }
  }

  // A UUID that was not given out before.
  std::string NextUuid() { return Uuid(++last_uuid_); }

  v1::Locality MakeLocality(const std::string& id = "leeds") {
    v1::CreateLocalityRequest request;
    request.set_parent(kTenantName);
    request.set_locality_id(id);
    request.mutable_locality()->set_display_name("Leeds");
    request.mutable_locality()->set_region("Yorkshire");
    request.mutable_locality()->set_population(800'000);
    (*request.mutable_locality()->mutable_profile())["rurality"] = "urban";
    request.set_request_id(NextUuid());
    return Must(&Stub::CreateLocality, request);
  }

  // Two networks, the first with weights and a cap of 3, and two items.
  static v1::Instrument InstrumentMessage() {
    v1::Instrument instrument;
    instrument.set_display_name("Standard");
    instrument.set_language("en");
    for (const char* id : {"work", "social"}) {
      v1::Network& network = *instrument.add_networks();
      network.set_network_id(id);
      network.set_label(id);
      network.set_wording("With whom?");
      network.set_provenance(v1::Network::PROVENANCE_ADAPTED);
      network.set_direction(v1::Network::DIRECTION_DIRECTED);
    }
    instrument.mutable_networks(0)->set_weight_max(5);
    instrument.mutable_networks(0)->set_nomination_cap(3);
    v1::Item& corner = *instrument.add_items();
    corner.set_item_id("au1");
    corner.set_wording("We face evidence.");
    corner.set_kind(v1::Item::KIND_CORNER);
    corner.set_corner(v1::CORNER_AUTHORITY);
    corner.set_scale_min(1);
    corner.set_scale_max(5);
    v1::Item& arrow = *instrument.add_items();
    arrow.set_item_id("a_c_1");
    arrow.set_wording("Backing became budget.");
    arrow.set_kind(v1::Item::KIND_ARROW);
    arrow.mutable_arrow()->set_from_corner(v1::CORNER_AUTHORITY);
    arrow.mutable_arrow()->set_to_corner(v1::CORNER_CAPACITY);
    arrow.set_scale_min(1);
    arrow.set_scale_max(5);
    return instrument;
  }

  v1::Instrument MakeInstrument(const std::string& id = "standard") {
    v1::CreateInstrumentRequest request;
    request.set_parent(kTenantName);
    request.set_instrument_id(id);
    *request.mutable_instrument() = InstrumentMessage();
    request.set_request_id(NextUuid());
    return Must(&Stub::CreateInstrument, request);
  }

  v1::Survey MakeSurvey(const std::string& id = "care") {
    v1::CreateSurveyRequest request;
    request.set_parent(kLocalityName);
    request.set_survey_id(id);
    request.mutable_survey()->set_display_name("Home care");
    request.mutable_survey()->set_innovation("Care at home");
    request.mutable_survey()->set_service_field("social care");
    request.set_request_id(NextUuid());
    return Must(&Stub::CreateSurvey, request);
  }

  v1::Wave MakeWave(const std::string& id = "3") {
    v1::CreateWaveRequest request;
    request.set_parent(kSurveyName);
    request.set_wave_id(id);
    request.mutable_wave()->set_display_name("Third");
    request.mutable_wave()->set_instrument(kInstrumentName);
    request.set_request_id(NextUuid());
    return Must(&Stub::CreateWave, request);
  }

  // Everything above wave 3, and it.
  void MakeWaveAndAbove() {
    MakeLocality();
    MakeInstrument();
    MakeSurvey();
    MakeWave();
  }

  static std::string PersonName(const std::string& id) {
    return absl::StrCat(kWaveName, "/participants/", id);
  }

  static v1::Participant Person(const std::string& id) {
    v1::Participant person;
    person.set_name(PersonName(id));
    person.set_display_name("Name of " + id);
    person.set_sector("health");
    person.set_layer(v1::LAYER_FRONTLINE);
    person.set_invitation(v1::Participant::INVITATION_INVITED);
    return person;
  }

  v1::ImportRosterRequest RosterRequest(
      const std::vector<v1::Participant>& people) {
    v1::ImportRosterRequest request;
    request.set_parent(kWaveName);
    for (const v1::Participant& person : people) {
      *request.add_participants() = person;
    }
    request.set_request_id(NextUuid());
    return request;
  }

  // p1 to p4 invited, out not invited, gone opted out.
  void ImportPeople() {
    std::vector<v1::Participant> people;
    for (const char* id : {"p1", "p2", "p3", "p4", "out", "gone"}) {
      people.push_back(Person(id));
    }
    people[4].set_invitation(v1::Participant::INVITATION_NOT_INVITED);
    people[5].set_invitation(v1::Participant::INVITATION_OPTED_OUT);
    Must(&Stub::ImportRoster, RosterRequest(people));
  }

  // A token for this person, good for 1,000 seconds.
  std::string InviteOne(const std::string& person,
                        const std::string& wave = kWaveName) {
    v1::CreateInvitationsRequest request;
    request.set_parent(wave);
    request.add_persons(person);
    request.mutable_expire_time()->set_seconds(now_micros_ / 1'000'000 + 1'000);
    request.set_request_id(NextUuid());
    return Must(&InvitationStub::CreateInvitations, request)
        .invitations(0)
        .token();
  }

  // Request is that of OpenWave, CloseWave or ReopenWave.
  template <typename Request>
  Request WaveRequest(const std::string& etag = "") {
    Request request;
    request.set_name(kWaveName);
    request.set_etag(etag);
    request.set_request_id(NextUuid());
    return request;
  }

  v1::Wave Open() {
    return Must(&Stub::OpenWave, WaveRequest<v1::OpenWaveRequest>());
  }
  v1::Wave Close() {
    return Must(&Stub::CloseWave, WaveRequest<v1::CloseWaveRequest>());
  }
  v1::Wave Reopen() {
    return Must(&Stub::ReopenWave, WaveRequest<v1::ReopenWaveRequest>());
  }
  v1::Wave GetWave() {
    v1::GetWaveRequest request;
    request.set_name(kWaveName);
    return Must(&Stub::GetWave, request);
  }

  static std::string ResponseName(const std::string& person) {
    return absl::StrCat(kWaveName, "/responses/", person);
  }

  // Names `named` in `work`, nobody in `social`, and rates au1 with 4.
  static v1::Response ResponseOf(const std::string& person,
                                 const std::vector<std::string>& named) {
    v1::Response response;
    response.set_name(ResponseName(person));
    v1::NetworkAnswer& work = *response.add_network_answers();
    work.set_network_id("work");
    work.set_state(v1::NetworkAnswer::STATE_RESPONDED);
    for (const std::string& other : named) {
      work.add_nominations()->set_person(other);
    }
    v1::NetworkAnswer& social = *response.add_network_answers();
    social.set_network_id("social");
    social.set_state(v1::NetworkAnswer::STATE_RESPONDED_NOBODY);
    v1::ItemAnswer& item = *response.add_item_answers();
    item.set_item_id("au1");
    item.set_rating(4);
    return response;
  }

  v1::SubmitResponseRequest SubmitRequest(const v1::Response& response) {
    v1::SubmitResponseRequest request;
    *request.mutable_response() = response;
    request.set_request_id(NextUuid());
    return request;
  }

  v1::Response Submit(const v1::Response& response) {
    return Must(&Stub::SubmitResponse, SubmitRequest(response));
  }

  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  const std::unique_ptr<SurveyDatabase> database_ =
      *OpenSurveyDatabase({.path = "/db", .env = env_.get()});
  std::int64_t now_micros_ = 1'700'000'000'123'456;
  const Clock clock_ = [this] { return absl::FromUnixMicros(now_micros_); };
  Catalog catalog_{database_->store(), clock_};
  Instruments instruments_{database_->instruments(), clock_};
  Fieldwork fieldwork_{database_->store(), database_->qualities(), clock_};
  People people_{database_->people(), database_->store(), clock_};
  Erasures erasures_{people_, database_->people(), database_->erasure_ledger()};
  const ErasureFeed erasure_feed_{database_->erasure_ledger(), "this run"};
  Retentions retentions_{{.people = people_,
                          .erasures = erasures_,
                          .store = database_->store(),
                          .policies = database_->retention(),
                          .clock = clock_,
                          .new_id = NewUuid,
                          .record = [](const auto&, auto, const auto&) {
                            return absl::OkStatus();
                          }}};
  const ResponseIntake intake_{database_->store(), database_->log(), clock_};
  Invitations invitations_{database_->store(), database_->consents(),
                           database_->invitations(), clock_};
  RosterSearch roster_search_{invitations_, database_->people(), clock_};
  BoundedExecutor executor_{/*thread_count=*/2, /*queue_length_max=*/16};
  ParticipationStreams watches_{database_->store(), executor_};
  TenantQuota quota_{{}};  // No limits.
  ResponseStreams streams_{intake_, quota_, executor_};
  const std::unique_ptr<grpc::Service> service_ =
      MakeSurveyService({.catalog = catalog_,
                         .instruments = instruments_,
                         .instrument_store = database_->instruments(),
                         .fieldwork = fieldwork_,
                         .intake = intake_,
                         .quota = quota_,
                         .streams = streams_,
                         .watches = watches_,
                         .invitations = invitations_,
                         .people = people_,
                         .store = database_->store(),
                         .people_store = database_->people(),
                         .executor = executor_});
  const std::unique_ptr<grpc::Service> invitation_service_ =
      MakeInvitationService({.invitations = invitations_,
                             .roster_search = roster_search_,
                             .invitation_store = database_->invitations(),
                             .consent_store = database_->consents(),
                             .executor = executor_});
  const std::unique_ptr<grpc::Service> quality_service_ =
      MakeQualityService({.people = people_,
                          .qualities = database_->qualities(),
                          .store = database_->store(),
                          .executor = executor_,
                          .clock = clock_});
  const std::unique_ptr<grpc::Service> people_service_ =
      MakePeopleService({.people = people_,
                         .erasures = erasures_,
                         .feed = erasure_feed_,
                         .retentions = retentions_,
                         .store = database_->people(),
                         .executor = executor_});
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Stub> stub_;
  std::unique_ptr<InvitationStub> invitation_stub_;
  std::unique_ptr<v1::PeopleService::Stub> people_stub_;
  std::unique_ptr<v1::QualityService::Stub> quality_stub_;
  int last_uuid_ = 0;
};

}  // namespace pulsetaker::survey
