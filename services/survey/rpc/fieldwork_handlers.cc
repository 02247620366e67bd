#include "services/survey/rpc/fieldwork_handlers.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/resource_name.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/fieldwork_messages.h"
#include "services/survey/rpc/page.h"
#include "services/survey/rpc/participation_stream.h"
#include "services/survey/rpc/response_messages.h"

namespace pulsetaker::survey {
namespace {

// What OpenWave, CloseWave and ReopenWave are given.
template <typename Request>
absl::StatusOr<WaveChange> ReadChange(const Request& request) {
  PT_ASSIGN_OR_RETURN(const rpc::WaveName name,
                      rpc::ParseWaveName(request.name(), "name"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  return WaveChange{.key = ToKey(name),
                    .expected_revision = ExpectedRevision(request.etag()),
                    .request_id = request.request_id()};
}

absl::StatusOr<std::int32_t> ReadWaveId(const std::string& wave_id) {
  if (wave_id.empty()) {
    return rpc::InvalidField("FIELD_REQUIRED", "wave_id", "is empty");
  }
  const std::optional<std::int32_t> number = ParseWaveId(wave_id);
  if (number.has_value()) return *number;
  return rpc::InvalidField(
      "ID_MALFORMED", "wave_id",
      "is not a number from 1 to 2^31 - 1 without leading zeros");
}

// The people of a roster, whose names must be of `wave`.
absl::StatusOr<std::vector<Participant>> ReadPeople(
    const rpc::WaveName& wave, const v1::ImportRosterRequest& request) {
  std::vector<Participant> people;
  people.reserve(static_cast<std::size_t>(request.participants_size()));
  for (int i = 0; i < request.participants_size(); ++i) {
    const v1::Participant& message = request.participants(i);
    const std::string field = absl::StrCat("participants[", i, "].name");
    PT_ASSIGN_OR_RETURN(
        const rpc::WaveChildName name,
        rpc::ParseWaveChildName(message.name(), rpc::kParticipants, field));
    if (name.wave != wave) {
      return rpc::InvalidField("NAME_MALFORMED", field, "is not under parent");
    }
    people.push_back(FromProto(name.id, message));
  }
  return people;
}

}  // namespace

absl::Status FieldworkHandlers::Handle(const v1::CreateWaveRequest& request,
                                       v1::Wave& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::SurveyName parent,
                      rpc::ParseSurveyName(request.parent(), "parent"));
  PT_ASSIGN_OR_RETURN(const std::int32_t number, ReadWaveId(request.wave_id()));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  PT_ASSIGN_OR_RETURN(
      const rpc::InstrumentName instrument,
      rpc::ParseInstrumentName(request.wave().instrument(), "wave.instrument"));
  if (instrument.tenant != parent.tenant) {
    return rpc::InvalidField("NAME_MALFORMED", "wave.instrument",
                             "is of another tenant than parent");
  }
  Wave wave;
  wave.key = {parent.tenant, parent.locality, parent.survey, number};
  wave.display_name = request.wave().display_name();
  wave.instrument_id = instrument.instrument;
  wave.consent_version = request.wave().consent_version();
  wave.instrument_revision = request.wave().instrument_revision();
  PT_ASSIGN_OR_RETURN(const Wave created,
                      fieldwork_.CreateWave(wave, request.request_id()));
  ToProto(created, response);
  return absl::OkStatus();
}

absl::Status FieldworkHandlers::Handle(const v1::GetWaveRequest& request,
                                       v1::Wave& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::WaveName name,
                      rpc::ParseWaveName(request.name(), "name"));
  PT_ASSIGN_OR_RETURN(const Wave found, store_.GetWave(ToKey(name)));
  ToProto(found, response);
  return absl::OkStatus();
}

absl::Status FieldworkHandlers::Handle(const v1::ListWavesRequest& request,
                                       v1::ListWavesResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::SurveyName parent,
                      rpc::ParseSurveyName(request.parent(), "parent"));
  PT_ASSIGN_OR_RETURN(const Page page, ReadPage(request, "ListWaves"));
  std::int32_t after = 0;
  if (!page.after.empty()) {
    const std::optional<std::int32_t> last = ParseWaveId(page.after);
    if (!last.has_value()) {
      return rpc::InvalidField("PAGE_TOKEN_MALFORMED", "page_token",
                               "was not given out by this server");
    }
    after = *last;
  }
  PT_ASSIGN_OR_RETURN(
      const std::vector<Wave> found,
      store_.ListWaves(ToKey(parent), after, page.read_limit()));
  response.set_next_page_token(FillPage(
      page, found, *response.mutable_waves(),
      [](const Wave& wave, v1::Wave& message) { ToProto(wave, message); },
      [](const Wave& wave) { return absl::StrCat(wave.key.wave); }));
  return absl::OkStatus();
}

absl::Status FieldworkHandlers::Handle(const v1::OpenWaveRequest& request,
                                       v1::Wave& response) const {
  PT_ASSIGN_OR_RETURN(const WaveChange change, ReadChange(request));
  PT_ASSIGN_OR_RETURN(const Wave opened, fieldwork_.OpenWave(change));
  ToProto(opened, response);
  return absl::OkStatus();
}

absl::Status FieldworkHandlers::Handle(const v1::CloseWaveRequest& request,
                                       v1::Wave& response) const {
  PT_ASSIGN_OR_RETURN(const WaveChange change, ReadChange(request));
  PT_ASSIGN_OR_RETURN(const Wave closed, fieldwork_.CloseWave(change));
  ToProto(closed, response);
  return absl::OkStatus();
}

absl::Status FieldworkHandlers::Handle(const v1::ReopenWaveRequest& request,
                                       v1::Wave& response) const {
  PT_ASSIGN_OR_RETURN(const WaveChange change, ReadChange(request));
  PT_ASSIGN_OR_RETURN(const Wave reopened, fieldwork_.ReopenWave(change));
  ToProto(reopened, response);
  return absl::OkStatus();
}

absl::Status FieldworkHandlers::Handle(
    const v1::ImportRosterRequest& request,
    v1::ImportRosterResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::WaveName parent,
                      rpc::ParseWaveName(request.parent(), "parent"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  PT_RETURN_IF_ERROR(
      CheckImportCount(static_cast<std::size_t>(request.participants_size())));
  PT_ASSIGN_OR_RETURN(std::vector<Participant> people,
                      ReadPeople(parent, request));
  PT_ASSIGN_OR_RETURN(const RosterCounts counts,
                      fieldwork_.ImportRoster(ToKey(parent), std::move(people),
                                              request.request_id()));
  response.set_created_count(counts.created);
  response.set_updated_count(counts.updated);
  response.set_unchanged_count(counts.unchanged);
  return absl::OkStatus();
}

absl::Status FieldworkHandlers::Handle(const v1::GetParticipantRequest& request,
                                       v1::Participant& response) const {
  PT_ASSIGN_OR_RETURN(
      const rpc::WaveChildName name,
      rpc::ParseWaveChildName(request.name(), rpc::kParticipants, "name"));
  const WaveKey wave = ToKey(name.wave);
  PT_ASSIGN_OR_RETURN(const Participant found,
                      store_.GetParticipant(wave, name.id));
  ToProto(wave, found, response);
  return absl::OkStatus();
}

absl::Status FieldworkHandlers::Handle(
    const v1::ListParticipantsRequest& request,
    v1::ListParticipantsResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::WaveName parent,
                      rpc::ParseWaveName(request.parent(), "parent"));
  PT_ASSIGN_OR_RETURN(const Page page, ReadPage(request, "ListParticipants"));
  const WaveKey wave = ToKey(parent);
  PT_ASSIGN_OR_RETURN(
      const std::vector<Participant> found,
      store_.ListParticipants(wave, page.after, page.read_limit()));
  response.set_next_page_token(FillPage(
      page, found, *response.mutable_participants(),
      [&](const Participant& participant, v1::Participant& message) {
        ToProto(wave, participant, message);
      },
      [](const Participant& participant) { return participant.person; }));
  return absl::OkStatus();
}

absl::Status FieldworkHandlers::Handle(const v1::GetResponseRequest& request,
                                       v1::Response& response) const {
  PT_ASSIGN_OR_RETURN(
      const rpc::WaveChildName name,
      rpc::ParseWaveChildName(request.name(), rpc::kResponses, "name"));
  const WaveKey wave = ToKey(name.wave);
  PT_ASSIGN_OR_RETURN(const Response found, store_.GetResponse(wave, name.id));
  ToProto(wave, found, response);
  return absl::OkStatus();
}

absl::Status FieldworkHandlers::Handle(const v1::GetUploadRequest& request,
                                       v1::Upload& response) const {
  PT_ASSIGN_OR_RETURN(
      const rpc::WaveChildName name,
      rpc::ParseWaveChildName(request.name(), rpc::kUploads, "name"));
  PT_ASSIGN_OR_RETURN(const Upload found,
                      store_.GetUpload({ToKey(name.wave), name.id}));
  ToProto(found, response);
  return absl::OkStatus();
}

absl::Status FieldworkHandlers::Handle(
    const v1::GetParticipationRequest& request,
    v1::Participation& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::WaveName name,
                      rpc::ParseWaveName(request.name(), "name"));
  return ReadParticipation(store_, ToKey(name), response);
}

}  // namespace pulsetaker::survey
