#include "services/network/domain/person_index.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {

absl::StatusOr<NodeId> FindPerson(const Wave& wave, absl::string_view id) {
  const auto found =
      std::lower_bound(wave.people.begin(), wave.people.end(), id,
                       [](const Participant& person, absl::string_view wanted) {
                         return absl::string_view(person.id) < wanted;
                       });
  if (found == wave.people.end() || found->id != id) {
    return MakeError(
        absl::StatusCode::kNotFound, "PERSON_NOT_FOUND",
        absl::StrCat(id, " is not among the people invited to the wave"),
        {{"person", std::string(id)}});
  }
  return static_cast<NodeId>(found - wave.people.begin());
}

absl::StatusOr<std::size_t> FindNetwork(const Wave& wave,
                                        absl::string_view id) {
  for (std::size_t i = 0; i < wave.networks.size(); ++i) {
    if (wave.networks[i].definition.id == id) return i;
  }
  return MakeError(absl::StatusCode::kNotFound, "NETWORK_NOT_FOUND",
                   absl::StrCat(id, " is not among the wave's networks"),
                   {{"network", std::string(id)}});
}

}  // namespace pulsetaker::network
