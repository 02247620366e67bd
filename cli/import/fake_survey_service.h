// A survey service in memory, for tests of its clients: keeps what the contract
// says, and breaks connections when told to.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "grpcpp/server.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::cli {

class FakeSurveyService final : public survey::v1::SurveyService::Service {
 public:
  // Serves on a free port.
  FakeSurveyService();
  ~FakeSurveyService() override;

  const std::string& address() const { return address_; }
  std::shared_ptr<grpc::Channel> channel() const;

  // The next `count` streams end with this error after their second frame is
  // taken in, and before it is acknowledged.
  void BreakStreams(int count, const grpc::Status& error = {
                                   grpc::StatusCode::UNAVAILABLE, "cut"});
  // No stream is ever acknowledged, nor ended.
  void StallStreams();
  // Rows of this person are rejected.
  void Reject(const std::string& person);

  int stream_count() const;
  std::int64_t rows_received() const;
  // Calls that changed something.
  int change_count() const;
  survey::v1::Wave wave(const std::string& name) const;
  std::size_t wave_count() const;
  std::string stored(const std::string& wave, const std::string& person) const;
  void Revise(const std::string& instrument,
              survey::v1::Instrument::State state, std::int32_t revision);
  void Overwrite(const std::string& wave, const std::string& person,
                 const survey::v1::Response& response);

  grpc::Status CreateInstrument(
      grpc::ServerContext*, const survey::v1::CreateInstrumentRequest* request,
      survey::v1::Instrument* response) override;
  grpc::Status GetInstrument(grpc::ServerContext*,
                             const survey::v1::GetInstrumentRequest* request,
                             survey::v1::Instrument* response) override;
  grpc::Status CreateLocality(grpc::ServerContext*,
                              const survey::v1::CreateLocalityRequest* request,
                              survey::v1::Locality* response) override;
  grpc::Status CreateSurvey(grpc::ServerContext*,
                            const survey::v1::CreateSurveyRequest* request,
                            survey::v1::Survey* response) override;
  grpc::Status CreateWave(grpc::ServerContext*,
                          const survey::v1::CreateWaveRequest* request,
                          survey::v1::Wave* response) override;
  grpc::Status GetWave(grpc::ServerContext*,
                       const survey::v1::GetWaveRequest* request,
                       survey::v1::Wave* response) override;
  grpc::Status OpenWave(grpc::ServerContext*,
                        const survey::v1::OpenWaveRequest* request,
                        survey::v1::Wave* response) override;
  grpc::Status CloseWave(grpc::ServerContext*,
                         const survey::v1::CloseWaveRequest* request,
                         survey::v1::Wave* response) override;
  grpc::Status ReopenWave(grpc::ServerContext*,
                          const survey::v1::ReopenWaveRequest* request,
                          survey::v1::Wave* response) override;
  grpc::Status ImportRoster(grpc::ServerContext*,
                            const survey::v1::ImportRosterRequest* request,
                            survey::v1::ImportRosterResponse*) override;
  grpc::Status StreamResponses(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<survey::v1::StreamResponsesResponse,
                               survey::v1::StreamResponsesRequest>* stream)
      override;
  grpc::Status GetUpload(grpc::ServerContext*,
                         const survey::v1::GetUploadRequest* request,
                         survey::v1::Upload* response) override;
  grpc::Status StreamWaveSnapshot(
      grpc::ServerContext*,
      const survey::v1::StreamWaveSnapshotRequest* request,
      grpc::ServerWriter<survey::v1::StreamWaveSnapshotResponse>* writer)
      override;

 private:
  struct WaveState {
    survey::v1::Wave wave;
    std::map<std::string, survey::v1::Participant> people;
    std::map<std::string, survey::v1::Response> responses;
  };

  // Takes in a frame; returns its acknowledgement.
  survey::v1::StreamResponsesResponse Take(
      const std::string& upload,
      const survey::v1::StreamResponsesRequest& frame)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  grpc::Status SetState(const std::string& name, survey::v1::Wave::State from,
                        survey::v1::Wave::State to, survey::v1::Wave* response);

  mutable Mutex mutex_;
  std::map<std::string, survey::v1::Instrument> instruments_
      ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> places_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, WaveState> waves_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, survey::v1::Upload> uploads_ ABSL_GUARDED_BY(mutex_);
  std::string rejected_ ABSL_GUARDED_BY(mutex_);
  int breaks_left_ ABSL_GUARDED_BY(mutex_) = 0;
  grpc::Status break_error_ ABSL_GUARDED_BY(mutex_);
  bool stalls_ ABSL_GUARDED_BY(mutex_) = false;
  int stream_count_ ABSL_GUARDED_BY(mutex_) = 0;
  std::int64_t rows_received_ ABSL_GUARDED_BY(mutex_) = 0;
  int change_count_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace pulsetaker::cli
