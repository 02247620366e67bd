#include "services/survey/domain/wave.h"

#include <cstdint>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {
namespace {

absl::Status StateError(absl::string_view reason, const Wave& wave,
                        absl::string_view wanted) {
  const std::string state(NameOf(wave.state));
  return MakeError(
      absl::StatusCode::kFailedPrecondition, reason,
      absl::StrCat("the wave is in state ", state, ", want ", wanted),
      {{"state", state}});
}

Wave Changed(const Wave& wave, WaveState state) {
  Wave changed = wave;
  changed.state = state;
  ++changed.revision;
  return changed;
}

}  // namespace

absl::string_view NameOf(WaveState state) {
  switch (state) {
    case WaveState::kDraft:
      return "DRAFT";
    case WaveState::kOpen:
      return "OPEN";
    case WaveState::kClosing:
      return "CLOSING";
    case WaveState::kClosed:
      return "CLOSED";
  }
  return "UNKNOWN";
}

absl::Status CheckWave(const Wave& wave) {
  PT_RETURN_IF_ERROR(
      CheckText("wave.display_name", wave.display_name, kNameLengthMax));
  constexpr Range kNumbers = {0, std::numeric_limits<std::int32_t>::max()};
  PT_RETURN_IF_ERROR(
      CheckNumber("wave.consent_version", wave.consent_version, kNumbers));
  return CheckNumber("wave.instrument_revision", wave.instrument_revision,
                     kNumbers);
}

absl::StatusOr<Wave> Opened(const Wave& wave, absl::Time now) {
  if (wave.state != WaveState::kDraft) {
    return StateError("WAVE_NOT_DRAFT", wave, "DRAFT");
  }
  Wave opened = Changed(wave, WaveState::kOpen);
  opened.open_time = now;
  return opened;
}

absl::StatusOr<Wave> Closing(const Wave& wave, absl::Time now) {
  if (wave.state == WaveState::kClosing) return wave;
  PT_RETURN_IF_ERROR(CheckOpen(wave));
  Wave closing = Changed(wave, WaveState::kClosing);
  closing.close_time = now;
  return closing;
}

absl::StatusOr<Wave> Closed(const Wave& wave, absl::string_view digest) {
  if (wave.state != WaveState::kClosing) {
    return StateError("WAVE_NOT_OPEN", wave, "CLOSING");
  }
  Wave closed = Changed(wave, WaveState::kClosed);
  closed.snapshot_digest = std::string(digest);
  return closed;
}

Wave Reviewed(const Wave& wave, absl::string_view digest) {
  Wave reviewed = wave;
  if (wave.state == WaveState::kClosing) ++reviewed.view_revision;
  if (wave.state == WaveState::kClosed && wave.snapshot_digest != digest) {
    reviewed = Changed(wave, WaveState::kClosed);
    reviewed.snapshot_digest = std::string(digest);
  }
  return reviewed;
}

absl::StatusOr<Wave> Reopened(const Wave& wave, absl::Time now) {
  if (wave.state != WaveState::kClosing && wave.state != WaveState::kClosed) {
    return StateError("WAVE_NOT_CLOSED", wave, "CLOSED or CLOSING");
  }
  Wave reopened = Changed(wave, WaveState::kOpen);
  reopened.snapshot_digest.clear();
  reopened.open_time = now;
  reopened.close_time.reset();
  return reopened;
}

absl::Status CheckOpen(const Wave& wave) {
  if (wave.state == WaveState::kOpen) return absl::OkStatus();
  return StateError("WAVE_NOT_OPEN", wave, "OPEN");
}

absl::Status CheckClosed(const Wave& wave) {
  if (wave.state == WaveState::kClosed) return absl::OkStatus();
  return StateError("WAVE_NOT_CLOSED", wave, "CLOSED");
}

}  // namespace pulsetaker::survey
