// The methods for waves, rosters, responses and uploads that answer once, but
// for SubmitResponse, whose answer comes from the committer.

#pragma once

#include "absl/status/status.h"
#include "pulsetaker/survey/v1/participant.pb.h"
#include "pulsetaker/survey/v1/response.pb.h"
#include "pulsetaker/survey/v1/wave.pb.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// Handle(request, response) carries out the method that takes this request. It
// blocks. Safe for use by any number of threads at once.
class FieldworkHandlers {
 public:
  // Both must outlive this.
  FieldworkHandlers(Fieldwork& fieldwork, const SurveyStore& store)
      : fieldwork_(fieldwork), store_(store) {}

  absl::Status Handle(const v1::CreateWaveRequest& request,
                      v1::Wave& response) const;
  absl::Status Handle(const v1::GetWaveRequest& request,
                      v1::Wave& response) const;
  absl::Status Handle(const v1::ListWavesRequest& request,
                      v1::ListWavesResponse& response) const;
  absl::Status Handle(const v1::OpenWaveRequest& request,
                      v1::Wave& response) const;
  absl::Status Handle(const v1::CloseWaveRequest& request,
                      v1::Wave& response) const;
  absl::Status Handle(const v1::ReopenWaveRequest& request,
                      v1::Wave& response) const;

  absl::Status Handle(const v1::ImportRosterRequest& request,
                      v1::ImportRosterResponse& response) const;
  absl::Status Handle(const v1::GetParticipantRequest& request,
                      v1::Participant& response) const;
  absl::Status Handle(const v1::ListParticipantsRequest& request,
                      v1::ListParticipantsResponse& response) const;

  absl::Status Handle(const v1::GetResponseRequest& request,
                      v1::Response& response) const;
  absl::Status Handle(const v1::GetUploadRequest& request,
                      v1::Upload& response) const;
  absl::Status Handle(const v1::GetParticipationRequest& request,
                      v1::Participation& response) const;

 private:
  Fieldwork& fieldwork_;
  const SurveyStore& store_;
};

}  // namespace pulsetaker::survey
