#include "services/assessment/rpc/local_system_methods.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/resource_name.h"
#include "services/assessment/domain/locality_overview.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/measurement_to_proto.h"
#include "services/assessment/rpc/read_assessment.h"

namespace pulsetaker::assessment {
namespace {

// A wave has few assessments, of 100 kB or so each.
constexpr int kAssessmentsAtOnce = 10;

// The API's enumerations keep 0 for "unspecified".
constexpr int kFirst = 1;

struct Latest {
  AssessmentMaking making;
  v1::Assessment message;
};

AssessmentMaking MakingOf(const StoredAssessment& stored,
                          const v1::Assessment& message) {
  return {.name = stored.name,
          .parameters = FromProto(message.inputs().parameters()),
          .parameters_version = message.inputs().parameters_version(),
          .engine_version = message.inputs().engine_version(),
          .create_time_micros = stored.create_time_micros};
}

// The assessment that is shown for a wave, which has one.
absl::StatusOr<Latest> LatestOf(const AssessmentStore& store,
                                const std::string& wave) {
  std::optional<Latest> latest;
  std::string after;
  while (true) {
    PT_ASSIGN_OR_RETURN(const std::vector<StoredAssessment> page,
                        store.List(wave, after, kAssessmentsAtOnce));
    for (const StoredAssessment& stored : page) {
      Latest next;
      PT_RETURN_IF_ERROR(ParseStored(stored, next.message));
      next.making = MakingOf(stored, next.message);
      if (!latest || IsPreferred(next.making, latest->making)) {
        latest = std::move(next);
      }
    }
    if (page.size() < static_cast<std::size_t>(kAssessmentsAtOnce)) break;
    const std::string& last = page.back().name;
    after = last.substr(last.rfind('/') + 1);
  }
  if (!latest) {
    return absl::InternalError(absl::StrCat(wave, " has no assessment"));
  }
  return *std::move(latest);
}

FindingStatus StatusOf(const v1::Finding& finding) {
  switch (finding.status()) {
    case v1::Finding::STATUS_FIRED:
      return FindingStatus::kFired;
    case v1::Finding::STATUS_NOT_FIRED:
      return FindingStatus::kNotFired;
    case v1::Finding::STATUS_WITHHELD:
      return FindingStatus::kWithheld;
    default:
      return FindingStatus::kNotMeasured;
  }
}

bool IsUndecided(const v1::Finding& finding) {
  const FindingStatus status = StatusOf(finding);
  return status != FindingStatus::kFired && status != FindingStatus::kNotFired;
}

PhaseVerdict VerdictOf(v1::PhaseResult::Verdict verdict) {
  return verdict == v1::PhaseResult::VERDICT_UNSPECIFIED
             ? PhaseVerdict::kNotMeasured
             : static_cast<PhaseVerdict>(verdict - kFirst);
}
static_assert(static_cast<int>(PhaseVerdict::kNotMeasured) + kFirst ==
              v1::PhaseResult::VERDICT_NOT_MEASURED);

Phase PhaseOf(v1::Phase phase) {
  return phase == v1::PHASE_UNSPECIFIED ? Phase::kLatent
                                        : static_cast<Phase>(phase - kFirst);
}

Innovation ToInnovation(const std::string& survey, const v1::Assessment& from) {
  Innovation innovation;
  innovation.survey = survey;
  innovation.verdict = VerdictOf(from.phase().verdict());
  innovation.phase = PhaseOf(from.phase().phase());
  innovation.second_phase = PhaseOf(from.phase().second_phase());
  for (const v1::Finding& risk : from.risks()) {
    innovation.risks.push_back(
        {risk.finding_id(), risk.title(), StatusOf(risk)});
  }
  return innovation;
}

void Summarize(const std::string& survey, const Latest& latest,
               v1::InnovationSummary& to) {
  const v1::Assessment& from = latest.message;
  to.set_survey(survey);
  to.set_assessment(latest.making.name);
  to.set_default_method(IsDefaultMethod(latest.making));
  to.set_verdict(from.phase().verdict());
  to.set_phase_reason(from.phase().reason());
  to.set_phase(from.phase().phase());
  to.set_second_phase(from.phase().second_phase());
  for (const v1::CornerResult& corner : from.triangle().corners()) {
    v1::CornerLevel& level = *to.add_corners();
    level.set_corner(corner.corner());
    *level.mutable_level() = corner.level();
  }
  std::int32_t undecided_risks = 0;
  for (const v1::Finding& risk : from.risks()) {
    if (StatusOf(risk) == FindingStatus::kFired) {
      to.add_fired_risk_ids(risk.finding_id());
    }
    if (IsUndecided(risk)) ++undecided_risks;
  }
  std::int32_t fired = 0;
  std::int32_t undecided = 0;
  for (const v1::Finding& recommendation : from.recommendations()) {
    if (StatusOf(recommendation) == FindingStatus::kFired) ++fired;
    if (IsUndecided(recommendation)) ++undecided;
  }
  to.set_undecided_risk_count(undecided_risks);
  to.set_fired_recommendation_count(fired);
  to.set_undecided_recommendation_count(undecided);
  to.set_change(from.change().status());
}

void PutRollUp(const RollUp& from, v1::LocalityOverview& to) {
  for (std::size_t p = 0; p < from.phases.size(); ++p) {
    v1::InnovationPhaseCount& count = *to.add_phase_counts();
    count.set_phase(ToWire(static_cast<Phase>(p)));
    count.set_innovation_count(from.phases[p].innovation_count);
    count.set_between_next_count(from.phases[p].between_next_count);
  }
  to.set_indeterminate_count(from.indeterminate_count);
  to.set_phase_not_measured_count(from.phase_not_measured_count);
  for (const RiskRecurrence& risk : from.risks) {
    v1::RiskRecurrence& recurrence = *to.add_risks();
    recurrence.set_finding_id(risk.id);
    recurrence.set_title(risk.title);
    for (const std::string& survey : risk.surveys) {
      recurrence.add_surveys(survey);
    }
    recurrence.set_undecided_count(risk.undecided_count);
    recurrence.set_recurs(risk.recurs);
  }
}

// The survey of a wave, both by their resource names.
std::string SurveyOf(const std::string& wave) {
  return wave.substr(0, wave.rfind("/waves/"));
}

}  // namespace

absl::Status GetLocalSystem(const AssessmentStore& store,
                            const v1::GetLocalSystemRequest& request,
                            v1::LocalSystem& response) {
  v1::Assessment assessment;
  PT_RETURN_IF_ERROR(ReadAssessment(store, request.name(), assessment));
  if (!assessment.has_local_system()) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, "LOCAL_SYSTEM_NOT_KEPT",
        absl::StrCat("engine ", assessment.inputs().engine_version(),
                     " did not keep the local system; assess the "
                     "wave again"),
        {{"field", "name"}});
  }
  response = std::move(*assessment.mutable_local_system());
  return absl::OkStatus();
}

absl::Status GetLocalityOverview(const AssessmentStore& store,
                                 const v1::GetLocalityOverviewRequest& request,
                                 v1::LocalityOverview& response) {
  PT_RETURN_IF_ERROR(rpc::ParseLocalityName(request.name(), "name").status());
  // One more than is shown tells whether there are too many.
  PT_ASSIGN_OR_RETURN(
      const std::vector<std::string> waves,
      store.ListNewestWaves(request.name(), kInnovationsMax + 1));
  if (waves.size() > static_cast<std::size_t>(kInnovationsMax)) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     "TOO_MANY_INNOVATIONS",
                     absl::StrCat("more than ", kInnovationsMax,
                                  " surveys of the locality have assessments"),
                     {{"field", "name"}});
  }
  response.set_locality(request.name());
  std::vector<Innovation> innovations;
  for (const std::string& wave : waves) {
    PT_ASSIGN_OR_RETURN(const Latest latest, LatestOf(store, wave));
    const std::string survey = SurveyOf(wave);
    Summarize(survey, latest, *response.add_innovations());
    innovations.push_back(ToInnovation(survey, latest.message));
  }
  PutRollUp(RollUpInnovations(innovations), response);
  return absl::OkStatus();
}

}  // namespace pulsetaker::assessment
