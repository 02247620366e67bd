// Who may not respond to the waves that responses come in for, in memory: every
// row of an upload asks, and hardly anyone is barred.

#pragma once

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "services/survey/domain/overlay.h"
#include "services/survey/domain/wave.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// For the committer's thread only. So what it holds is always what the
// committer has written: whatever changes who is barred clears it.
class Bars {
 public:
  explicit Bars(const Tables& tables) : tables_(tables) {}

  // What lies over the wave. Not null.
  absl::StatusOr<std::shared_ptr<const OverlayIndex>> Find(const WaveKey& wave);

  // To be called in the work that changes something, before it is written: the
  // next work reads it afterwards, written or not.
  void Clear() { overlays_.clear(); }

 private:
  const Tables& tables_;
  absl::flat_hash_map<std::string, std::shared_ptr<const OverlayIndex>>
      overlays_;
};

}  // namespace pulsetaker::survey
