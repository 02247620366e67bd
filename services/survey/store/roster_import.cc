#include "services/survey/store/roster_import.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "services/survey/domain/overlay.h"
#include "services/survey/store/erasure_rows.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/participant_record.h"
#include "services/survey/store/person_keys.h"
#include "services/survey/store/records.h"
#include "services/survey/store/request_results.h"

namespace pulsetaker::survey {

absl::StatusOr<RosterCounts> StageRosterImport(const Tables& tables,
                                               const RosterImport& import,
                                               rocksdb::WriteBatch& batch) {
  const StoredReader now(tables, nullptr);
  const std::string request_key = RequestKey(import.wave, import.request);
  PT_ASSIGN_OR_RETURN(const auto before,
                      now.FindRequest(request_key, import.request));
  if (before.has_value()) return RosterResultOf(*before);

  PT_ASSIGN_OR_RETURN(Wave wave, now.GetWave(import.wave));
  std::vector<std::optional<Participant>> existing;
  existing.reserve(import.people.size());
  for (const Participant& person : import.people) {
    PT_ASSIGN_OR_RETURN(existing.emplace_back(),
                        now.FindParticipant(import.wave, person.person));
  }
  PT_ASSIGN_OR_RETURN(const RosterPlan plan,
                      PlanRosterImport(wave, import.people, existing));
  const std::string prefix = keys::ForWave(import.wave);
  PersonSealer sealer(tables, {wave.key.tenant, wave.key.locality}, batch);
  for (const std::size_t i : plan.writes) {
    const std::string& person = import.people[i].person;
    PT_ASSIGN_OR_RETURN(
        const auto erased,
        FindErasure(tables, now, {wave.key.tenant, wave.key.locality}, person));
    if (erased.has_value()) {
      return PersonErasedError(absl::StrCat("participants[", i, "].name"));
    }
    const std::string key = absl::StrCat(prefix, person);
    PT_ASSIGN_OR_RETURN(const std::string value,
                        EncodeParticipant(sealer, key, import.people[i]));
    batch.Put(tables.participants, key, value);
  }
  PT_KILL_POINT("store.roster_put");
  wave.participant_count += plan.counts.created;
  ++wave.change_count;
  batch.Put(tables.wave_counts, prefix,
            ToCountsRecord(wave).SerializeAsString());
  storage::RequestRecord record;
  record.set_digest(import.request.digest);
  SetResult(plan.counts, record);
  batch.Put(tables.request_ids, request_key, record.SerializeAsString());
  return plan.counts;
}

}  // namespace pulsetaker::survey
