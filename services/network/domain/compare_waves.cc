#include "services/network/domain/compare_waves.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/person_index.h"
#include "services/network/domain/tie_changes.h"
#include "services/network/domain/told_cores.h"

namespace pulsetaker::network {
namespace {

using Claim = RoleChange::Claim;
using Kind = RoleChange::Kind;

absl::Status CheckAlike(const Analysis& previous, const Analysis& current) {
  const bool alike =
      previous.engine_version == current.engine_version &&
      previous.parameters.role_share == current.parameters.role_share &&
      previous.parameters.pulsetaker_rule == current.parameters.pulsetaker_rule;
  if (alike) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, "ANALYSES_DIFFER",
                   "the analyses differ in engine version, role_share or "
                   "pulsetaker_rule, so their roles are not comparable");
}

// Why a role is not told at all, if so. That some of its holders are unstable
// or tentative leaves the others comparable.
WithheldRole::Reason WithheldWhy(const NetworkFindings& findings, Role role) {
  for (const WithheldRole& withheld : findings.withheld_roles) {
    if (withheld.role == role &&
        withheld.reason != WithheldRole::Reason::kUnstable &&
        withheld.reason != WithheldRole::Reason::kTentative) {
      return withheld.reason;
    }
  }
  return WithheldRole::Reason::kNone;
}

std::map<std::string, const RoleFinding*> HoldersOf(
    const NetworkFindings& findings, Role role, const Wave& other) {
  std::map<std::string, const RoleFinding*> holders;
  for (const RoleFinding& finding : findings.roles) {
    if (finding.role == role && FindPerson(other, finding.person).ok()) {
      holders[finding.person] = &finding;
    }
  }
  return holders;
}

RoleChange ChangeFrom(const RoleFinding& finding, Kind kind) {
  return {finding.person, kind,
          finding.certainty == Certainty::kFirm ? Claim::kFirmInOneWave
                                                : Claim::kTentativeInOneWave,
          finding.inclusion_probability};
}

// sqrt(a^2 + b^2), rounded alike by every C library, unlike std::hypot. Both
// are far from overflow.
double Hypotenuse(double a, double b) { return std::sqrt(a * a + b * b); }

class Comparer {
 public:
  Comparer(const AnalyzedWave& previous, const AnalyzedWave& current,
           ToldCores previous_cores, ToldCores current_cores)
      : previous_(previous),
        current_(current),
        people_(MatchPeople(previous.wave, current.wave)),
        previous_cores_(std::move(previous_cores)),
        current_cores_(std::move(current_cores)) {}

  WaveComparison Compare() const {
    WaveComparison comparison;
    comparison.roster = RosterChangeOf(people_, current_.wave);
    comparison.pooled_core =
        CoreChangeOf(people_, previous_cores_.pooled, current_cores_.pooled);
    std::vector<Renewal> renewals;
    for (std::size_t i = 0; i < current_.wave.networks.size(); ++i) {
      NetworkComparison network = CompareNetwork(i);
      if (network.not_compared == NotCompared::kNone) {
        renewals.push_back(network.renewal);
      }
      comparison.networks.push_back(std::move(network));
    }
    for (const WaveNetwork& network : previous_.wave.networks) {
      if (FindNetwork(current_.wave, network.definition.id).ok()) continue;
      NetworkComparison only;
      only.network_id = network.definition.id;
      only.not_compared = NotCompared::kOnlyInPrevious;
      comparison.networks.push_back(std::move(only));
    }
    comparison.renewal = SumOf(renewals);
    return comparison;
  }

 private:
  NetworkComparison CompareNetwork(std::size_t number) const {
    const WaveNetwork& current = current_.wave.networks[number];
    NetworkComparison comparison;
    comparison.network_id = current.definition.id;
    const auto previous_number =
        FindNetwork(previous_.wave, current.definition.id);
    if (!previous_number.ok()) {
      comparison.not_compared = NotCompared::kOnlyInCurrent;
      return comparison;
    }
    const WaveNetwork& previous = previous_.wave.networks[*previous_number];
    if (previous.definition.directed != current.definition.directed) {
      comparison.not_compared = NotCompared::kDirectionDiffers;
      return comparison;
    }
    comparison.previous_gate = previous.gate;
    comparison.current_gate = current.gate;
    comparison.core =
        CoreChangeOf(people_, previous_cores_.networks[*previous_number],
                     current_cores_.networks[number]);
    const MatchedNetwork matched{people_, previous, current};
    comparison.ties = TieChangeOf(matched);
    comparison.renewal = RenewalOf(matched, current_.wave);
    CompareFindings(previous_.result.analysis.networks[*previous_number],
                    current_.result.analysis.networks[number], comparison);
    return comparison;
  }

  void CompareFindings(const NetworkFindings& previous,
                       const NetworkFindings& current,
                       NetworkComparison& comparison) const {
    comparison.density = ChangeOf(previous.density, current.density);
    comparison.arc_reciprocity =
        ChangeOf(previous.arc_reciprocity, current.arc_reciprocity);
    comparison.dyad_reciprocity =
        ChangeOf(previous.dyad_reciprocity, current.dyad_reciprocity);
    for (const Role role : {Role::kHub, Role::kGatekeeper, Role::kPulsetaker}) {
      comparison.roles.push_back(CompareRole(previous, current, role));
    }
  }

  RoleComparison CompareRole(const NetworkFindings& previous,
                             const NetworkFindings& current, Role role) const {
    RoleComparison comparison;
    comparison.role = role;
    for (const NetworkFindings* findings : {&previous, &current}) {
      const WithheldRole::Reason reason = WithheldWhy(*findings, role);
      if (reason == WithheldRole::Reason::kNone) continue;
      comparison.not_compared = RoleNotCompared{findings == &previous, reason};
      return comparison;
    }
    const auto before = HoldersOf(previous, role, current_.wave);
    const auto after = HoldersOf(current, role, previous_.wave);
    std::map<std::string, RoleChange> changes;
    for (const auto& [person, finding] : before) {
      if (after.contains(person)) {
        ++comparison.kept_count;
      } else {
        changes[person] = ChangeFrom(*finding, Kind::kLost);
      }
    }
    for (const auto& [person, finding] : after) {
      if (before.contains(person)) continue;
      changes[person] = ChangeFrom(*finding, Kind::kGained);
    }
    for (auto& [person, change] : changes) {
      comparison.changes.push_back(std::move(change));
    }
    return comparison;
  }

  const AnalyzedWave& previous_;
  const AnalyzedWave& current_;
  const MatchedPeople people_;
  const ToldCores previous_cores_;
  const ToldCores current_cores_;
};

}  // namespace

absl::Status CheckOrder(const WaveKey& previous, const WaveKey& current) {
  WaveKey earlier = current;
  earlier.wave = previous.wave;
  if (earlier == previous && previous.wave < current.wave) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "WAVES_OUT_OF_ORDER",
                   absl::StrCat("wave ", current.wave, " of survey ",
                                current.survey, " is compared with wave ",
                                previous.wave, " of survey ", previous.survey,
                                ", want an earlier one of the same survey"));
}

MeasureChange ChangeOf(const Measure& previous, const Measure& current) {
  MeasureChange result{previous, current, {}};
  for (const Measure* measure : {&previous, &current}) {
    if (measure->measured()) continue;
    result.change = Measure::Missing(measure->not_measured.reason,
                                     measure->not_measured.detail);
    return result;
  }
  const double p = *previous.value;
  const double c = *current.value;
  result.change = Measure::Of(c - p);
  if (previous.interval.has_value() && current.interval.has_value()) {
    const Interval& before = *previous.interval;
    const Interval& after = *current.interval;
    result.change.interval =
        Interval{c - p - Hypotenuse(c - after.low, before.high - p),
                 c - p + Hypotenuse(after.high - c, p - before.low)};
  }
  return result;
}

absl::StatusOr<WaveComparison> CompareWaves(const AnalyzedWave& previous,
                                            const AnalyzedWave& current) {
  PT_RETURN_IF_ERROR(CheckOrder(previous.key, current.key));
  PT_ASSIGN_OR_RETURN(ToldCores previous_cores,
                      CoresToldBy(previous.result, previous.wave));
  PT_ASSIGN_OR_RETURN(ToldCores current_cores,
                      CoresToldBy(current.result, current.wave));
  PT_RETURN_IF_ERROR(
      CheckAlike(previous.result.analysis, current.result.analysis));
  return Comparer(previous, current, std::move(previous_cores),
                  std::move(current_cores))
      .Compare();
}

}  // namespace pulsetaker::network
