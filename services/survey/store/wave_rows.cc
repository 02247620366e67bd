#include "services/survey/store/wave_rows.h"

#include <utility>

#include "common/base/status.h"
#include "services/survey/store/people_reader.h"
#include "services/survey/store/stored_snapshot.h"

namespace pulsetaker::survey {
absl::StatusOr<WaveRows> ReadWaveRows(const Tables& tables,
                                      std::shared_ptr<const DurableView> view,
                                      const WaveKey& key) {
  WaveRows read;
  PT_ASSIGN_OR_RETURN(Wave wave,
                      StoredReader(tables, view->snapshot()).GetWave(key));
  PT_ASSIGN_OR_RETURN(read.overlay,
                      PeopleReader(tables, view->snapshot()).ReadOverlay(key));
  read.rows = std::make_unique<StoredWaveSnapshot>(tables, std::move(view),
                                                   std::move(wave));
  return read;
}

}  // namespace pulsetaker::survey
