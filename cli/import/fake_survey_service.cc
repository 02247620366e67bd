#include "cli/import/fake_survey_service.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/crc32.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"

namespace pulsetaker::cli {
namespace {

namespace v1 = survey::v1;

grpc::Status NotFound() { return {grpc::StatusCode::NOT_FOUND, "not there"}; }

std::string WaveOf(const std::string& name, const std::string& collection) {
  return name.substr(0, name.rfind(collection));
}

std::string IdOf(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

}  // namespace

FakeSurveyService::FakeSurveyService() {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

FakeSurveyService::~FakeSurveyService() {
  server_->Shutdown(absl::ToChronoTime(absl::Now()));
}

std::shared_ptr<grpc::Channel> FakeSurveyService::channel() const {
  return grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
}

void FakeSurveyService::BreakStreams(int count, const grpc::Status& error) {
  const MutexLock lock(mutex_);
  breaks_left_ = count;
  break_error_ = error;
}

void FakeSurveyService::StallStreams() {
  const MutexLock lock(mutex_);
  stalls_ = true;
}

void FakeSurveyService::Reject(const std::string& person) {
  const MutexLock lock(mutex_);
  rejected_ = person;
}

int FakeSurveyService::stream_count() const {
  const MutexLock lock(mutex_);
  return stream_count_;
}

std::int64_t FakeSurveyService::rows_received() const {
  const MutexLock lock(mutex_);
  return rows_received_;
}

int FakeSurveyService::change_count() const {
  const MutexLock lock(mutex_);
  return change_count_;
}

v1::Wave FakeSurveyService::wave(const std::string& name) const {
  const MutexLock lock(mutex_);
  const auto found = waves_.find(name);
  return found == waves_.end() ? v1::Wave() : found->second.wave;
}

std::size_t FakeSurveyService::wave_count() const {
  const MutexLock lock(mutex_);
  return waves_.size();
}

std::string FakeSurveyService::stored(const std::string& wave,
                                      const std::string& person) const {
  const MutexLock lock(mutex_);
  return waves_.at(wave).responses.at(person).ShortDebugString();
}

void FakeSurveyService::Revise(const std::string& instrument,
                               v1::Instrument::State state,
                               std::int32_t revision) {
  const MutexLock lock(mutex_);
  instruments_.at(instrument).set_state(state);
  instruments_.at(instrument).set_revision(revision);
}

void FakeSurveyService::Overwrite(const std::string& wave,
                                  const std::string& person,
                                  const v1::Response& response) {
  const MutexLock lock(mutex_);
  waves_.at(wave).responses[person] = response;
}

grpc::Status FakeSurveyService::CreateInstrument(
    grpc::ServerContext*, const v1::CreateInstrumentRequest* request,
    v1::Instrument* response) {
  const MutexLock lock(mutex_);
  const std::string name = absl::StrCat(request->parent(), "/instruments/",
                                        request->instrument_id());
  const auto [entry, is_new] =
      instruments_.emplace(name, request->instrument());
  if (!is_new) return {grpc::StatusCode::ALREADY_EXISTS, "there"};
  ++change_count_;
  entry->second.set_name(name);
  entry->second.set_state(v1::Instrument::STATE_PUBLISHED);
  entry->second.set_revision(1);
  *response = entry->second;
  return grpc::Status::OK;
}

grpc::Status FakeSurveyService::GetInstrument(
    grpc::ServerContext*, const v1::GetInstrumentRequest* request,
    v1::Instrument* response) {
  const MutexLock lock(mutex_);
  const auto found = instruments_.find(request->name());
  if (found == instruments_.end()) return NotFound();
  *response = found->second;
  return grpc::Status::OK;
}

grpc::Status FakeSurveyService::CreateLocality(
    grpc::ServerContext*, const v1::CreateLocalityRequest* request,
    v1::Locality* response) {
  const MutexLock lock(mutex_);
  const std::string name =
      absl::StrCat(request->parent(), "/localities/", request->locality_id());
  if (!places_.emplace(name, request->locality().display_name()).second) {
    return {grpc::StatusCode::ALREADY_EXISTS, "there"};
  }
  ++change_count_;
  response->set_name(name);
  return grpc::Status::OK;
}

grpc::Status FakeSurveyService::CreateSurvey(
    grpc::ServerContext*, const v1::CreateSurveyRequest* request,
    v1::Survey* response) {
  const MutexLock lock(mutex_);
  const std::string name =
      absl::StrCat(request->parent(), "/surveys/", request->survey_id());
  if (!places_.emplace(name, request->survey().display_name()).second) {
    return {grpc::StatusCode::ALREADY_EXISTS, "there"};
  }
  ++change_count_;
  response->set_name(name);
  return grpc::Status::OK;
}

grpc::Status FakeSurveyService::CreateWave(grpc::ServerContext*,
                                           const v1::CreateWaveRequest* request,
                                           v1::Wave* response) {
  const MutexLock lock(mutex_);
  const std::string name =
      absl::StrCat(request->parent(), "/waves/", request->wave_id());
  const auto [entry, is_new] = waves_.try_emplace(name);
  if (!is_new) return {grpc::StatusCode::ALREADY_EXISTS, "there"};
  ++change_count_;
  v1::Wave& wave = entry->second.wave;
  wave = request->wave();
  wave.set_name(name);
  wave.set_state(v1::Wave::STATE_DRAFT);
  wave.set_etag("1");
  wave.set_instrument_revision(instruments_[wave.instrument()].revision());
  *response = wave;
  return grpc::Status::OK;
}

grpc::Status FakeSurveyService::GetWave(grpc::ServerContext*,
                                        const v1::GetWaveRequest* request,
                                        v1::Wave* response) {
  const MutexLock lock(mutex_);
  const auto found = waves_.find(request->name());
  if (found == waves_.end()) return NotFound();
  *response = found->second.wave;
  return grpc::Status::OK;
}

grpc::Status FakeSurveyService::SetState(const std::string& name,
                                         v1::Wave::State from,
                                         v1::Wave::State to,
                                         v1::Wave* response) {
  const MutexLock lock(mutex_);
  const auto found = waves_.find(name);
  if (found == waves_.end()) return NotFound();
  v1::Wave& wave = found->second.wave;
  if (wave.state() != from) {
    return {grpc::StatusCode::FAILED_PRECONDITION, "another state"};
  }
  ++change_count_;
  wave.set_state(to);
  wave.set_etag(absl::StrCat(wave.etag(), "1"));
  *response = wave;
  return grpc::Status::OK;
}

grpc::Status FakeSurveyService::OpenWave(grpc::ServerContext*,
                                         const v1::OpenWaveRequest* request,
                                         v1::Wave* response) {
  return SetState(request->name(), v1::Wave::STATE_DRAFT, v1::Wave::STATE_OPEN,
                  response);
}

grpc::Status FakeSurveyService::CloseWave(grpc::ServerContext*,
                                          const v1::CloseWaveRequest* request,
                                          v1::Wave* response) {
  return SetState(request->name(), v1::Wave::STATE_OPEN, v1::Wave::STATE_CLOSED,
                  response);
}

grpc::Status FakeSurveyService::ReopenWave(grpc::ServerContext*,
                                           const v1::ReopenWaveRequest* request,
                                           v1::Wave* response) {
  return SetState(request->name(), v1::Wave::STATE_CLOSED, v1::Wave::STATE_OPEN,
                  response);
}

grpc::Status FakeSurveyService::ImportRoster(
    grpc::ServerContext*, const v1::ImportRosterRequest* request,
    v1::ImportRosterResponse*) {
  const MutexLock lock(mutex_);
  const auto found = waves_.find(request->parent());
  if (found == waves_.end()) return NotFound();
  ++change_count_;
  for (const v1::Participant& person : request->participants()) {
    found->second.people[IdOf(person.name())] = person;
  }
  return grpc::Status::OK;
}

v1::StreamResponsesResponse FakeSurveyService::Take(
    const std::string& name, const v1::StreamResponsesRequest& frame) {
  v1::Upload& upload = uploads_[name];
  upload.set_name(name);
  WaveState& wave = waves_.at(WaveOf(name, "/uploads/"));
  v1::StreamResponsesResponse acknowledgement;
  acknowledgement.set_first_offset(upload.committed_offset());
  for (int i = 0; i < frame.rows_size(); ++i) {
    ++rows_received_;
    const std::int64_t offset = frame.offset() + i;
    if (offset < upload.committed_offset()) continue;
    const v1::UploadRow& row = frame.rows(i);
    v1::Response response;
    const bool is_valid = row.person() != rejected_ &&
                          Crc32(row.response()) == row.crc32() &&
                          response.ParseFromString(row.response()) &&
                          wave.people.count(row.person()) == 1;
    if (is_valid) {
      const bool is_new = wave.responses.count(row.person()) == 0;
      wave.responses[row.person()] = response;
      is_new ? upload.set_stored_count(upload.stored_count() + 1)
             : upload.set_superseded_count(upload.superseded_count() + 1);
      acknowledgement.add_verdicts(v1::ROW_VERDICT_STORED);
    } else {
      upload.set_rejected_count(upload.rejected_count() + 1);
      acknowledgement.add_verdicts(v1::ROW_VERDICT_REJECTED);
      v1::RowProblem& problem = *acknowledgement.add_problems();
      problem.set_offset(offset);
      problem.set_reason("ITEM_UNKNOWN");
      problem.set_message("is unknown");
    }
    upload.set_committed_offset(offset + 1);
  }
  acknowledgement.set_committed_offset(upload.committed_offset());
  return acknowledgement;
}

grpc::Status FakeSurveyService::StreamResponses(
    grpc::ServerContext* context,
    grpc::ServerReaderWriter<v1::StreamResponsesResponse,
                             v1::StreamResponsesRequest>* stream) {
  {
    const MutexLock lock(mutex_);
    ++stream_count_;
  }
  std::string name;
  int frame_count = 0;
  v1::StreamResponsesRequest frame;
  while (stream->Read(&frame)) {
    if (!frame.upload().empty()) name = frame.upload();
    v1::StreamResponsesResponse acknowledgement;
    std::optional<grpc::Status> error;
    bool stalls = false;
    {
      const MutexLock lock(mutex_);
      stalls = stalls_;
      if (!stalls) acknowledgement = Take(name, frame);
      if (frame_count++ > 0 && breaks_left_ > 0) {
        --breaks_left_;
        error = break_error_;
      }
    }
    if (error.has_value()) return *error;
    while (stalls && !context->IsCancelled()) {
      absl::SleepFor(absl::Milliseconds(5));
    }
    if (stalls) return {grpc::StatusCode::CANCELLED, "stalled"};
    stream->Write(acknowledgement);
  }
  return grpc::Status::OK;
}

grpc::Status FakeSurveyService::GetUpload(grpc::ServerContext*,
                                          const v1::GetUploadRequest* request,
                                          v1::Upload* response) {
  const MutexLock lock(mutex_);
  const auto found = uploads_.find(request->name());
  if (found == uploads_.end()) return NotFound();
  *response = found->second;
  return grpc::Status::OK;
}

grpc::Status FakeSurveyService::StreamWaveSnapshot(
    grpc::ServerContext*, const v1::StreamWaveSnapshotRequest* request,
    grpc::ServerWriter<v1::StreamWaveSnapshotResponse>* writer) {
  const MutexLock lock(mutex_);
  const auto found = waves_.find(request->name());
  if (found == waves_.end()) return NotFound();
  v1::StreamWaveSnapshotResponse header;
  header.mutable_header();
  writer->Write(header);
  v1::StreamWaveSnapshotResponse people;
  for (const auto& [id, person] : found->second.people) {
    auto& entry = *people.mutable_participants()->add_participants();
    entry.set_person(id);
    entry.set_organisation(person.organisation());
    entry.set_sector(person.sector());
    entry.set_layer(person.layer());
    entry.set_invitation(person.invitation());
    *entry.mutable_attributes() = person.attributes();
  }
  writer->Write(people);
  v1::StreamWaveSnapshotResponse responses;
  for (const auto& [person, response] : found->second.responses) {
    auto& entry = *responses.mutable_responses()->add_responses();
    entry.set_person(person);
    *entry.mutable_network_answers() = response.network_answers();
    *entry.mutable_item_answers() = response.item_answers();
  }
  writer->Write(responses);
  return grpc::Status::OK;
}

}  // namespace pulsetaker::cli
