#include "services/survey/domain/retentions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"
#include "services/survey/domain/overlay.h"

namespace pulsetaker::survey {
namespace {

// The thread that writes reads all responses of the locality for each batch,
// and nobody else writes meanwhile.
constexpr std::size_t kBatchMax = 500;
constexpr std::size_t kPageSize = 1'000;

// Whoever of the locality is due, ascending.
absl::StatusOr<std::vector<std::string>> FindDue(const PeopleView& view,
                                                 const OverlayIndex& people,
                                                 const RetentionPolicy& policy,
                                                 absl::Time now) {
  PT_ASSIGN_OR_RETURN(const std::vector<Wave> waves, view.ListWaves());
  const bool may_be_due =
      std::any_of(waves.begin(), waves.end(), [&](const Wave& wave) {
        return wave.participant_count > 0 && IsOver(policy, wave, now);
      });
  if (!may_be_due) return std::vector<std::string>();
  LastCloses closes(people);
  for (const Wave& wave : waves) {
    PT_ASSIGN_OR_RETURN(const std::vector<std::string> roster,
                        view.ListRosterIds(wave.key));
    closes.Add(wave, roster);
  }
  return closes.DueAt(policy, now);
}

}  // namespace

absl::StatusOr<RetentionPolicy> Retentions::UpdatePolicy(
    absl::string_view tenant, std::int32_t erase_after_days,
    std::optional<std::int64_t> expected_revision) {
  PT_RETURN_IF_ERROR(CheckRetentionDays(erase_after_days));
  const absl::Time now =
      absl::FromUnixMicros(absl::ToUnixMicros(parts_.clock()));
  return parts_.policies.UpdatePolicy(
      tenant,
      [&](const RetentionPolicy& current) -> absl::StatusOr<RetentionPolicy> {
        PT_RETURN_IF_ERROR(CheckRevision("retention_policy.etag",
                                         expected_revision, current.revision));
        return Changed(current, erase_after_days, now);
      });
}

RetentionRun Retentions::EraseDue(const std::function<bool()>& stop) {
  RetentionRun run;
  if (is_unfinished_) {
    const absl::Status finished = parts_.erasures.FinishAll();
    is_unfinished_ = !finished.ok();
    if (!finished.ok()) run.failures.push_back(finished);
  }
  const auto policies = parts_.policies.ListPolicies();
  if (!policies.ok()) {
    run.failures.push_back(policies.status());
    return run;
  }
  for (const RetentionPolicy& policy : *policies) {
    if (IsInForce(policy, parts_.clock())) {
      EraseOfTenant(policy.tenant, stop, run);
    }
  }
  return run;
}

void Retentions::EraseOfTenant(const std::string& tenant,
                               const std::function<bool()>& stop,
                               RetentionRun& run) {
  std::string after;
  while (!stop()) {
    const auto page = parts_.store.ListLocalities(tenant, after, kPageSize);
    if (!page.ok()) {
      run.failures.push_back(page.status());
      return;
    }
    if (page->empty()) return;
    after = page->back().key.locality;
    for (const Locality& locality : *page) {
      if (stop()) return;
      const absl::Status done = EraseInLocality(locality.key, stop, run);
      if (!done.ok()) run.failures.push_back(done);
    }
  }
}

absl::Status Retentions::EraseInLocality(const LocalityKey& locality,
                                         const std::function<bool()>& stop,
                                         RetentionRun& run) {
  const bool was_unfinished = is_unfinished_;
  std::vector<Erasure> erased;
  absl::Status outcome;
  while (!stop()) {
    absl::StatusOr<std::vector<Erasure>> some = EraseSome(locality);
    outcome = some.status();
    if (some.ok() && some->empty()) break;
    is_unfinished_ = true;  // An error may have come after the write.
    if (!some.ok()) break;
    std::move(some->begin(), some->end(), std::back_inserter(erased));
  }
  if (erased.empty()) return outcome;
  const auto count = static_cast<std::int64_t>(erased.size());
  run.erased_count += count;
  if (outcome.ok() && !stop()) {
    outcome = parts_.erasures.Finish(locality, erased);
    if (outcome.ok()) is_unfinished_ = was_unfinished;
  }
  const absl::Status recorded = parts_.record(locality, count, outcome);
  return outcome.ok() ? recorded : outcome;
}

absl::StatusOr<std::vector<Erasure>> Retentions::EraseSome(
    const LocalityKey& locality) {
  // Read anew: somebody may have taken it back meanwhile.
  PT_ASSIGN_OR_RETURN(const RetentionPolicy policy,
                      parts_.policies.GetPolicy(locality.tenant));
  const absl::Time now =
      absl::FromUnixMicros(absl::ToUnixMicros(parts_.clock()));
  if (!IsInForce(policy, now)) return std::vector<Erasure>();
  return parts_.people.EraseChosen(
      locality, parts_.new_id(),
      [&](const PeopleView& view) -> absl::StatusOr<std::vector<Erasure>> {
        const OverlayIndex people(view.overlay());
        PT_ASSIGN_OR_RETURN(std::vector<std::string> due,
                            FindDue(view, people, policy, now));
        due.resize(std::min(due.size(), kBatchMax));
        std::vector<Erasure> erasures;
        for (const std::string& person : due) {
          Erasure& erasure = erasures.emplace_back();
          erasure.locality = locality;
          erasure.ids = people.IdsOf(person);
          erasure.receipt.id = parts_.new_id();
          erasure.receipt.erase_time = now;
        }
        return erasures;
      });
}

}  // namespace pulsetaker::survey
