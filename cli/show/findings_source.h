// Collects what the three services know about a wave.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/rpc/connection.h"
#include "cli/run/places.h"
#include "cli/show/place_page.h"
#include "pulsetaker/assessment/v1/assessment_service.grpc.pb.h"
#include "pulsetaker/network/v1/network_service.grpc.pb.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::cli {

// Which service failed, and how.
struct SourceFailure {
  Service service = Service::kSurvey;
  absl::Status status;
};

class FindingsSource {
 public:
  explicit FindingsSource(const ConnectionOptions& options);

  // The findings about the wave as it was closed last: of its assessment, that
  // of the highest Standing if there are several, and of the analysis that it
  // rests on. Names of people only if `with_names`, and of none but those
  // whom the analysis names.
  absl::Status Collect(const SelectedWave& selected, bool with_names,
                       PlaceFindings& findings, SourceFailure& failure) const;

  // The assessment of the wave as it was closed last; that of the highest
  // Standing if there are several.
  absl::StatusOr<std::optional<assessment::v1::Assessment>> FindAssessment(
      const survey::v1::Wave& wave) const;

  absl::StatusOr<std::vector<network::v1::PersonRoles>> ListPersonRoles(
      const std::string& analysis) const;

  survey::v1::SurveyService::StubInterface& survey() const { return *survey_; }
  assessment::v1::AssessmentService::StubInterface& assessment() const {
    return *assessment_;
  }

 private:
  absl::Status CollectSurvey(const SelectedWave& selected,
                             PlaceFindings& findings) const;
  // Those of the wave as it was closed last.
  absl::StatusOr<std::vector<assessment::v1::Assessment>> ListAssessments(
      const survey::v1::Wave& wave) const;
  // Takes that of the highest Standing, and the analysis that it rests on.
  absl::Status Choose(
      const std::vector<assessment::v1::Assessment>& assessments,
      PlaceFindings& findings) const;
  // Takes an analysis, where there is no assessment.
  absl::Status CollectAnalysis(PlaceFindings& findings) const;
  absl::Status CollectNames(PlaceFindings& findings) const;
  absl::Time Deadline() const;

  const absl::Duration deadline_;
  const std::unique_ptr<survey::v1::SurveyService::StubInterface> survey_;
  const std::unique_ptr<network::v1::NetworkService::StubInterface> network_;
  const std::unique_ptr<assessment::v1::AssessmentService::StubInterface>
      assessment_;
};

}  // namespace pulsetaker::cli
