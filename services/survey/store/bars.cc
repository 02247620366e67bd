#include "services/survey/store/bars.h"

#include <cstddef>
#include <utility>

#include "common/base/status.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/people_reader.h"

namespace pulsetaker::survey {
namespace {

// More waves than are ever open at once; almost all of them have nothing.
constexpr std::size_t kWavesMax = 1'000;

}  // namespace

absl::StatusOr<std::shared_ptr<const OverlayIndex>> Bars::Find(
    const WaveKey& wave) {
  std::string key = keys::ForWave(wave);
  const auto found = overlays_.find(key);
  if (found != overlays_.end()) return found->second;
  PT_ASSIGN_OR_RETURN(const Overlay overlay,
                      PeopleReader(tables_, nullptr).ReadOverlay(wave));
  auto index = std::make_shared<const OverlayIndex>(overlay);
  if (overlays_.size() == kWavesMax) overlays_.clear();
  overlays_.emplace(std::move(key), index);
  return index;
}

}  // namespace pulsetaker::survey
