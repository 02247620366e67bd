// A snapshot in memory, for tests of what reads one.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

class TestSnapshot final : public WaveSnapshot {
 public:
  void Add(Participant participant) {
    participants_[participant.person] = std::move(participant);
    wave_.participant_count = static_cast<std::int64_t>(participants_.size());
  }
  void Add(Response response) {
    responses_[response.person] = std::move(response);
    wave_.response_count = static_cast<std::int64_t>(responses_.size());
  }

  Wave& mutable_wave() { return wave_; }
  const Wave& wave() const override { return wave_; }

  absl::StatusOr<std::vector<Participant>> ReadParticipants(
      absl::string_view after, std::size_t limit) override {
    return Read(participants_, after, limit);
  }
  absl::StatusOr<std::vector<Response>> ReadResponses(
      absl::string_view after, std::size_t limit) override {
    return Read(responses_, after, limit);
  }
  absl::StatusOr<std::optional<Participant>> FindParticipant(
      absl::string_view person) override {
    return Find(participants_, person);
  }
  absl::StatusOr<std::optional<Response>> FindResponse(
      absl::string_view person) override {
    return Find(responses_, person);
  }
  bool HasWithdrawn(absl::string_view) const override { return false; }

 private:
  template <typename Row>
  static std::vector<Row> Read(const std::map<std::string, Row>& rows,
                               absl::string_view after, std::size_t limit) {
    std::vector<Row> read;
    for (auto row = rows.upper_bound(std::string(after));
         row != rows.end() && read.size() < limit; ++row) {
      read.push_back(row->second);
    }
    return read;
  }

  template <typename Row>
  static std::optional<Row> Find(const std::map<std::string, Row>& rows,
                                 absl::string_view person) {
    const auto row = rows.find(std::string(person));
    if (row == rows.end()) return std::nullopt;
    return row->second;
  }

  Wave wave_;
  std::map<std::string, Participant> participants_;
  std::map<std::string, Response> responses_;
};

}  // namespace pulsetaker::survey
