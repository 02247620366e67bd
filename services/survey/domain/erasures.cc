#include "services/survey/domain/erasures.h"

#include <map>
#include <utility>
#include <vector>

#include "common/base/fault.h"
#include "common/base/status.h"

namespace pulsetaker::survey {

absl::StatusOr<ErasureReceipt> Erasures::ErasePerson(
    const PersonKey& key, const std::string& request_id) {
  PT_ASSIGN_OR_RETURN(const Erasure erasure,
                      people_.ErasePerson(key, request_id));
  if (!PT_PLANTED_BUG("erasure_not_in_ledger")) {
    PT_RETURN_IF_ERROR(ledger_.Keep(erasure));
  }
  PT_RETURN_IF_ERROR(store_.PurgeErased(key.locality));
  return erasure.receipt;
}

absl::StatusOr<int> Erasures::Replay() {
  int count = 0;
  if (!PT_PLANTED_BUG("erasure_ledger_not_replayed")) {
    std::map<std::pair<std::string, std::string>, std::vector<Erasure>> places;
    for (const Erasure& erasure : ledger_.erasures()) {
      places[{erasure.locality.tenant, erasure.locality.locality}].push_back(
          erasure);
    }
    for (const auto& [place, erasures] : places) {
      const LocalityKey locality = {place.first, place.second};
      PT_ASSIGN_OR_RETURN(const int anew,
                          people_.EraseAgain(locality, erasures));
      if (anew == 0) continue;
      count += anew;
      PT_RETURN_IF_ERROR(store_.PurgeErased(locality));
    }
  }
  PT_ASSIGN_OR_RETURN(const std::vector<Erasure> stored, store_.ListErasures());
  for (const Erasure& erasure : stored) {
    PT_RETURN_IF_ERROR(ledger_.Keep(erasure));
  }
  return count;
}

}  // namespace pulsetaker::survey
