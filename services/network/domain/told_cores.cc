#include "services/network/domain/told_cores.h"

#include <algorithm>
#include <cstddef>

#include "common/base/status.h"
#include "services/network/domain/clique_sampler.h"

namespace pulsetaker::network {
namespace {

bool IsOf(const AnalysisResult& result, const Wave& wave) {
  return result.analysis.snapshot_digest == wave.snapshot_digest &&
         std::equal(result.persons.begin(), result.persons.end(),
                    wave.people.begin(), wave.people.end(),
                    [&](const PersonRoles& roles, const Participant& person) {
                      return roles.person == person.id &&
                             roles.networks.size() == wave.networks.size();
                    }) &&
         std::equal(
             result.analysis.networks.begin(), result.analysis.networks.end(),
             wave.networks.begin(), wave.networks.end(),
             [](const NetworkFindings& findings, const WaveNetwork& network) {
               return findings.network_id == network.definition.id;
             });
}

// Empty if `is_member` says nothing of anybody, or no of everybody.
template <typename IsMember>
NodeFlags FlagsWhere(const AnalysisResult& result, const IsMember& is_member) {
  NodeFlags flags(result.persons.size());
  for (std::size_t node = 0; node < flags.size(); ++node) {
    flags[node] = is_member(result.persons[node]) ? 1 : 0;
  }
  if (std::count(flags.begin(), flags.end(), char{1}) == 0) flags.clear();
  return flags;
}

}  // namespace

absl::Status CheckAnalysisOf(const AnalysisResult& result, const Wave& wave) {
  if (IsOf(result, wave)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "ANALYSIS_OF_OTHER_WAVE",
                   "the analysis is of another snapshot, or of other people or "
                   "networks");
}

absl::StatusOr<ToldCores> CoresToldBy(const AnalysisResult& result,
                                      const Wave& wave) {
  PT_RETURN_IF_ERROR(CheckAnalysisOf(result, wave));
  ToldCores cores;
  for (std::size_t i = 0; i < wave.networks.size(); ++i) {
    cores.networks.push_back(FlagsWhere(result, [i](const PersonRoles& person) {
      return person.networks[i].in_core.value_or(false);
    }));
  }
  const int threshold = result.analysis.clique_risk.recurrence_threshold;
  if (threshold < 1) return cores;  // No network counts.
  cores.pooled = FlagsWhere(result, [threshold](const PersonRoles& person) {
    return person.core_network_count.value_or(0) >= threshold;
  });
  const auto size =
      std::count(cores.pooled.begin(), cores.pooled.end(), char{1});
  if (static_cast<std::size_t>(size) < kPooledCoreMin) cores.pooled.clear();
  return cores;
}

}  // namespace pulsetaker::network
