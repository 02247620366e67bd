// A wave of a million responses is exported in flat memory: a generator stands
// for the store, so that what grows is the export's.

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "services/survey/domain/wave_export.h"

namespace pulsetaker::survey {
namespace {

constexpr std::int64_t kPeople = 1'000'000;
constexpr std::int64_t kGrowthMax = std::int64_t{32} << 20;

std::string PersonId(std::int64_t number) {
  return absl::StrFormat("p%07d", number);
}

// People and responses that follow from their numbers.
class EndlessWave final : public WaveSnapshot {
 public:
  EndlessWave() {
    wave_.participant_count = kPeople;
    wave_.response_count = kPeople;
  }

  const Wave& wave() const override { return wave_; }

  absl::StatusOr<std::vector<Participant>> ReadParticipants(
      absl::string_view after, std::size_t limit) override {
    std::vector<Participant> people;
    for (std::int64_t i = After(after); i < End(after, limit); ++i) {
      Participant& person = people.emplace_back();
      person.person = PersonId(i);
      person.invitation = Invitation::kInvited;
    }
    return people;
  }

  absl::StatusOr<std::vector<Response>> ReadResponses(
      absl::string_view after, std::size_t limit) override {
    std::vector<Response> responses;
    for (std::int64_t i = After(after); i < End(after, limit); ++i) {
      Response& response = responses.emplace_back();
      response.person = PersonId(i);
      response.revision = 1;
      response.answers.networks = {{"work",
                                    AnswerState::kResponded,
                                    {{PersonId((i + 1) % kPeople), 1},
                                     {PersonId((i + 7) % kPeople), 2}}}};
      response.answers.items = {{"au1", 4, NonAnswer::kNone}};
    }
    return responses;
  }

  absl::StatusOr<std::optional<Participant>> FindParticipant(
      absl::string_view) override {
    return absl::UnimplementedError("an export reads in order");
  }
  absl::StatusOr<std::optional<Response>> FindResponse(
      absl::string_view) override {
    return absl::UnimplementedError("an export reads in order");
  }
  bool HasWithdrawn(absl::string_view) const override { return false; }

 private:
  static std::int64_t After(absl::string_view person) {
    std::int64_t number = -1;
    if (!person.empty()) {
      EXPECT_TRUE(absl::SimpleAtoi(person.substr(1), &number));
    }
    return number + 1;
  }
  static std::int64_t End(absl::string_view after, std::size_t limit) {
    return std::min(kPeople, After(after) + static_cast<std::int64_t>(limit));
  }

  Wave wave_;
};

std::int64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t all_pages = 0;
  std::int64_t resident_pages = 0;
  file >> all_pages >> resident_pages;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

TEST(ExportMemoryTest, StaysFlatForAMillionResponses) {
  Instrument instrument;
  instrument.networks.emplace_back().network_id = "work";
  instrument.items.emplace_back().item_id = "au1";
  EndlessWave wave;
  for (const ExportFormat format :
       {ExportFormat::kJsonLines, ExportFormat::kCsvWide,
        ExportFormat::kCsvLong}) {
    WaveExport pieces(format, instrument, wave, {});
    std::int64_t first = 0;
    std::int64_t peak = 0;
    for (;;) {
      const auto piece = pieces.Next();
      ASSERT_TRUE(piece.ok()) << piece.status();
      if (piece->empty()) break;
      if (first == 0) first = ResidentBytes();
      peak = std::max(peak, ResidentBytes());
    }
    EXPECT_EQ(pieces.position().responses, kPeople);
    EXPECT_LE(peak - first, kGrowthMax);
    std::printf(
        "format %d: %lld responses in %lld bytes, memory grew by %lld KiB\n",
        static_cast<int>(format),
        static_cast<long long>(pieces.position().responses),
        static_cast<long long>(pieces.position().bytes),
        static_cast<long long>((peak - first) >> 10));
  }
}

}  // namespace
}  // namespace pulsetaker::survey
