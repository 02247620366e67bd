// The rows of a wave, without what lies over them.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/survey_store.h"
#include "services/survey/store/committer.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

class StoredWaveSnapshot final : public WaveSnapshot {
 public:
  // `tables` must outlive this. `wave` was read from `view`.
  StoredWaveSnapshot(const Tables& tables,
                     std::shared_ptr<const DurableView> view, Wave wave)
      : view_(std::move(view)),
        reader_(tables, view_->snapshot()),
        wave_(std::move(wave)) {}

  const Wave& wave() const override { return wave_; }

  absl::StatusOr<std::vector<Participant>> ReadParticipants(
      absl::string_view after, std::size_t limit) override {
    return reader_.ListParticipants(wave_.key, after, limit);
  }

  absl::StatusOr<std::vector<Response>> ReadResponses(
      absl::string_view after, std::size_t limit) override {
    return reader_.ListResponses(wave_.key, after, limit);
  }

  absl::StatusOr<std::optional<Participant>> FindParticipant(
      absl::string_view person) override {
    return reader_.FindParticipant(wave_.key, person);
  }

  absl::StatusOr<std::optional<Response>> FindResponse(
      absl::string_view person) override {
    return reader_.FindResponse(wave_.key, person);
  }

  // The overlay says who did.
  bool HasWithdrawn(absl::string_view) const override { return false; }

 private:
  const std::shared_ptr<const DurableView> view_;
  const StoredReader reader_;
  const Wave wave_;
};

}  // namespace pulsetaker::survey
