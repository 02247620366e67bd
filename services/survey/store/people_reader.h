// Reads what is known of people and checks it, as StoredReader does for all
// else.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/overlay.h"
#include "services/survey/domain/person.h"
#include "services/survey/domain/response.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// Cheap to make; `snapshot` and errors are as in StoredReader.
class PeopleReader {
 public:
  PeopleReader(const Tables& tables, const rocksdb::Snapshot* snapshot)
      : tables_(tables), reader_(tables, snapshot) {}

  // 0 if nothing was ever changed.
  absl::StatusOr<std::int64_t> ReadRevision(const LocalityKey& locality) const;

  // Aliases, opt-outs and who was erased; nothing of any wave.
  absl::StatusOr<Overlay> ReadOverlay(const LocalityKey& locality) const;
  // All that lies over the wave.
  absl::StatusOr<Overlay> ReadOverlay(const WaveKey& wave) const;

  absl::StatusOr<std::optional<OptOut>> FindOptOut(
      const LocalityKey& locality, absl::string_view person) const;
  absl::StatusOr<std::vector<OptOut>> ListOptOuts(const LocalityKey& locality,
                                                  absl::string_view after,
                                                  std::size_t limit) const;

  // The latest merge of this id, split or not.
  absl::StatusOr<std::optional<PersonAlias>> FindAlias(
      const LocalityKey& locality, absl::string_view from) const;
  // All of the locality, without their reasons, which stay sealed.
  absl::StatusOr<std::vector<PersonAlias>> ListMerges(
      const LocalityKey& locality) const;
  absl::StatusOr<std::vector<PersonAlias>> ListAliases(
      const LocalityKey& locality, absl::string_view after_from,
      std::int64_t after_number, std::size_t limit) const;

  absl::StatusOr<std::optional<Withdrawal>> FindWithdrawal(
      const WaveKey& wave, absl::string_view person) const;

  // All of the locality.
  absl::StatusOr<std::vector<Wave>> ListWaves(
      const LocalityKey& locality) const;

  // The ids on the roster, ascending.
  absl::StatusOr<std::vector<std::string>> ListRosterIds(
      const WaveKey& wave) const;

  // Superseded revisions above `after`, ascending, without the one in place.
  absl::StatusOr<std::vector<Response>> ListFormerRevisions(
      const ResponseKey& key, std::int64_t after, std::size_t limit) const;

 private:
  const Tables& tables_;
  const StoredReader reader_;
};

}  // namespace pulsetaker::survey
