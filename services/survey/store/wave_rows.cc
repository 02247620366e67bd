#include "services/survey/store/wave_rows.h"

#include <set>
#include <string>
#include <utility>

#include "common/base/status.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/people_reader.h"
#include "services/survey/store/quality_rows.h"
#include "services/survey/store/stored_snapshot.h"

namespace pulsetaker::survey {
namespace {

// Adds the people whose responses findings or decisions leave out.
absl::Status AddLeftOut(const Tables& tables, const StoredReader& reader,
                        const WaveKey& wave, std::set<std::string>& left_out) {
  const std::string prefix = keys::ForWave(wave);
  return reader.Scan(tables.quality_reviews, prefix, prefix,
                     [&](absl::string_view key,
                         absl::string_view value) -> absl::StatusOr<bool> {
                       PT_ASSIGN_OR_RETURN(std::string person,
                                           keys::IdOf(key, prefix));
                       PT_ASSIGN_OR_RETURN(const FlaggedResponse flagged,
                                           DecodeFlags(person, value));
                       if (IsLeftOut(flagged))
                         left_out.insert(std::move(person));
                       return true;
                     });
}

}  // namespace

absl::StatusOr<WaveRows> ReadWaveRows(const Tables& tables,
                                      std::shared_ptr<const DurableView> view,
                                      const WaveKey& key) {
  WaveRows read;
  PT_ASSIGN_OR_RETURN(Wave wave,
                      StoredReader(tables, view->snapshot()).GetWave(key));
  PT_ASSIGN_OR_RETURN(read.overlay,
                      PeopleReader(tables, view->snapshot()).ReadOverlay(key));
  // Of these there is nothing to leave out.
  read.overlay.erased.clear();
  PT_RETURN_IF_ERROR(AddLeftOut(tables, StoredReader(tables, view->snapshot()),
                                key, read.overlay.left_out));
  read.rows = std::make_unique<StoredWaveSnapshot>(tables, std::move(view),
                                                   std::move(wave));
  return read;
}

}  // namespace pulsetaker::survey
