#include "services/network/domain/told_networks.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/person_index.h"

namespace pulsetaker::network {
namespace {

absl::Status ResponseTooLow(const WaveNetwork& network) {
  const std::string& id = network.definition.id;
  return MakeError(absl::StatusCode::kFailedPrecondition, "RESPONSE_TOO_LOW",
                   absl::StrCat("too few people answered for ", id,
                                " to show who is tied to whom"),
                   {{"network", id}});
}

}  // namespace

absl::StatusOr<ToldNetworks> NetworksTold(const Wave& wave,
                                          absl::Span<const std::string> ids) {
  std::vector<bool> asked(wave.networks.size(), ids.empty());
  for (const std::string& id : ids) {
    PT_ASSIGN_OR_RETURN(const std::size_t number, FindNetwork(wave, id));
    asked[number] = true;
  }
  ToldNetworks networks;
  for (std::size_t i = 0; i < wave.networks.size(); ++i) {
    if (!asked[i]) continue;
    const bool is_withheld = wave.networks[i].gate == Gate::kGroupOnly;
    (is_withheld ? networks.withheld : networks.told).push_back(i);
  }
  const bool fails =
      ids.empty() ? networks.told.empty() : !networks.withheld.empty();
  if (fails) return ResponseTooLow(wave.networks[networks.withheld.front()]);
  return networks;
}

}  // namespace pulsetaker::network
