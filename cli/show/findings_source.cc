#include "cli/show/findings_source.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/rpc/patient_call.h"
#include "cli/show/standing.h"
#include "common/base/status.h"

namespace pulsetaker::cli {
namespace {

namespace surveypb = survey::v1;
namespace networkpb = network::v1;
namespace assessmentpb = assessment::v1;

using SurveyStub = surveypb::SurveyService::StubInterface;
using NetworkStub = networkpb::NetworkService::StubInterface;
using AssessmentStub = assessmentpb::AssessmentService::StubInterface;

constexpr std::int32_t kRolesPageSize = 1'000;

}  // namespace

FindingsSource::FindingsSource(const ConnectionOptions& options)
    : deadline_(options.deadline),
      survey_(surveypb::SurveyService::NewStub(
          ChannelTo(Service::kSurvey, options))),
      network_(networkpb::NetworkService::NewStub(
          ChannelTo(Service::kNetwork, options))),
      assessment_(assessmentpb::AssessmentService::NewStub(
          ChannelTo(Service::kAssessment, options))) {}

absl::Time FindingsSource::Deadline() const { return absl::Now() + deadline_; }

absl::Status FindingsSource::Collect(const SelectedWave& selected,
                                     bool with_names, PlaceFindings& findings,
                                     SourceFailure& failure) const {
  const auto done = [&](Service service, absl::Status status) {
    if (!status.ok()) failure = {service, status};
    return status;
  };
  PT_RETURN_IF_ERROR(done(Service::kSurvey, CollectSurvey(selected, findings)));
  const auto assessments = ListAssessments(findings.wave);
  PT_RETURN_IF_ERROR(done(Service::kAssessment, assessments.status()));
  PT_RETURN_IF_ERROR(
      done(Service::kNetwork, assessments->empty()
                                  ? CollectAnalysis(findings)
                                  : Choose(*assessments, findings)));
  if (!with_names) return absl::OkStatus();
  return done(Service::kSurvey, CollectNames(findings));
}

absl::Status FindingsSource::CollectSurvey(const SelectedWave& selected,
                                           PlaceFindings& findings) const {
  findings.locality = selected.locality;
  findings.wave = selected.wave;
  surveypb::GetInstrumentRequest instrument;
  instrument.set_name(selected.wave.instrument());
  instrument.set_revision(selected.wave.instrument_revision());
  PT_ASSIGN_OR_RETURN(findings.instrument,
                      CallPatiently(*survey_, &SurveyStub::GetInstrument,
                                    instrument, Deadline()));
  surveypb::GetSurveyRequest survey;
  survey.set_name(
      selected.wave.name().substr(0, selected.wave.name().rfind("/waves/")));
  PT_ASSIGN_OR_RETURN(
      findings.survey,
      CallPatiently(*survey_, &SurveyStub::GetSurvey, survey, Deadline()));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<assessmentpb::Assessment>>
FindingsSource::ListAssessments(const surveypb::Wave& wave) const {
  std::vector<assessmentpb::Assessment> assessments;
  assessmentpb::ListAssessmentsRequest request;
  request.set_parent(wave.name());
  do {
    PT_ASSIGN_OR_RETURN(
        const assessmentpb::ListAssessmentsResponse page,
        CallPatiently(*assessment_, &AssessmentStub::ListAssessments, request,
                      Deadline()));
    for (const assessmentpb::Assessment& assessment : page.assessments()) {
      if (assessment.inputs().snapshot_digest() == wave.snapshot_digest()) {
        assessments.push_back(assessment);
      }
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return assessments;
}

absl::StatusOr<std::optional<assessmentpb::Assessment>>
FindingsSource::FindAssessment(const surveypb::Wave& wave) const {
  PT_ASSIGN_OR_RETURN(const std::vector<assessmentpb::Assessment> assessments,
                      ListAssessments(wave));
  PlaceFindings findings;
  PT_RETURN_IF_ERROR(Choose(assessments, findings));
  return findings.assessment;
}

absl::Status FindingsSource::Choose(
    const std::vector<assessmentpb::Assessment>& assessments,
    PlaceFindings& findings) const {
  Standing shown;
  for (const assessmentpb::Assessment& assessment : assessments) {
    networkpb::GetAnalysisRequest request;
    request.set_name(assessment.inputs().analysis());
    PT_ASSIGN_OR_RETURN(const networkpb::Analysis analysis,
                        CallPatiently(*network_, &NetworkStub::GetAnalysis,
                                      request, Deadline()));
    const Standing standing = StandingOf(assessment, analysis);
    if (findings.assessment.has_value() && standing < shown) continue;
    shown = standing;
    findings.assessment = assessment;
    findings.analysis = analysis;
  }
  return absl::OkStatus();
}

absl::Status FindingsSource::CollectAnalysis(PlaceFindings& findings) const {
  networkpb::ListAnalysesRequest request;
  request.set_parent(findings.wave.name());
  Standing shown;
  do {
    PT_ASSIGN_OR_RETURN(const networkpb::ListAnalysesResponse page,
                        CallPatiently(*network_, &NetworkStub::ListAnalyses,
                                      request, Deadline()));
    for (const networkpb::Analysis& analysis : page.analyses()) {
      if (analysis.snapshot_digest() != findings.wave.snapshot_digest()) {
        continue;
      }
      const Standing standing = StandingOf(analysis);
      if (findings.analysis.has_value() && standing < shown) continue;
      shown = standing;
      findings.analysis = analysis;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status FindingsSource::CollectNames(PlaceFindings& findings) const {
  if (!findings.analysis.has_value()) return absl::OkStatus();
  std::set<std::string> people;
  for (const networkpb::NetworkFindings& network :
       findings.analysis->networks()) {
    for (const networkpb::RoleFinding& role : network.roles()) {
      people.insert(role.person());
    }
  }
  for (const std::string& person : people) {
    surveypb::GetParticipantRequest request;
    request.set_name(
        absl::StrCat(findings.wave.name(), "/participants/", person));
    const absl::StatusOr<surveypb::Participant> participant = CallPatiently(
        *survey_, &SurveyStub::GetParticipant, request, Deadline());
    PT_RETURN_IF_ERROR(participant.status());
    findings.names[person] = participant->display_name();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<networkpb::PersonRoles>>
FindingsSource::ListPersonRoles(const std::string& analysis) const {
  std::vector<networkpb::PersonRoles> people;
  networkpb::ListPersonRolesRequest request;
  request.set_parent(analysis);
  request.set_page_size(kRolesPageSize);
  do {
    PT_ASSIGN_OR_RETURN(const networkpb::ListPersonRolesResponse page,
                        CallPatiently(*network_, &NetworkStub::ListPersonRoles,
                                      request, Deadline()));
    people.insert(people.end(), page.person_roles().begin(),
                  page.person_roles().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return people;
}

}  // namespace pulsetaker::cli
