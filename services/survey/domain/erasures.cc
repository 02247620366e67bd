#include "services/survey/domain/erasures.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "common/base/fault.h"
#include "common/base/status.h"

namespace pulsetaker::survey {
namespace {

// By tenant and locality.
using Places =
    std::map<std::pair<std::string, std::string>, std::vector<Erasure>>;

void Add(const Erasure& erasure, Places& places) {
  places[{erasure.locality.tenant, erasure.locality.locality}].push_back(
      erasure);
}

}  // namespace

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
    Places places;
    for (const Erasure& erasure : ledger_.erasures()) Add(erasure, places);
    for (const auto& [place, erasures] : places) {
      const LocalityKey locality = {place.first, place.second};
      PT_ASSIGN_OR_RETURN(const int anew,
                          people_.EraseAgain(locality, erasures));
      if (anew == 0) continue;
      count += anew;
      PT_RETURN_IF_ERROR(store_.PurgeErased(locality));
    }
  }
  PT_RETURN_IF_ERROR(FinishAll());
  return count;
}

absl::Status Erasures::Finish(const LocalityKey& locality,
                              const std::vector<Erasure>& erasures) {
  PT_RETURN_IF_ERROR(store_.PurgeErased(locality));
  for (const Erasure& erasure : erasures) {
    PT_RETURN_IF_ERROR(ledger_.Keep(erasure));
  }
  return absl::OkStatus();
}

absl::Status Erasures::FinishAll() {
  std::set<std::string> kept;
  for (const Erasure& erasure : ledger_.erasures()) {
    kept.insert(erasure.receipt.id);
  }
  PT_ASSIGN_OR_RETURN(const std::vector<Erasure> stored, store_.ListErasures());
  Places missing;
  for (const Erasure& erasure : stored) {
    if (kept.count(erasure.receipt.id) == 0) Add(erasure, missing);
  }
  for (const auto& [place, erasures] : missing) {
    PT_RETURN_IF_ERROR(Finish({place.first, place.second}, erasures));
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::survey
