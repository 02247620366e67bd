#include "tests/faults/store_content.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::testing {
namespace {

constexpr std::size_t kPageSize = 1'000;

// Nothing, if that is what the store says.
template <typename T>
absl::StatusOr<std::optional<T>> Optional(absl::StatusOr<T> found) {
  if (found.ok()) return std::optional<T>(*std::move(found));
  if (absl::IsNotFound(found.status())) return std::optional<T>();
  return std::move(found).status();
}

absl::Status ReadRows(survey::WaveSnapshot& snapshot, StoreContent& content) {
  std::string after;
  for (;;) {
    PT_ASSIGN_OR_RETURN(std::vector<survey::Participant> people,
                        snapshot.ReadParticipants(after, kPageSize));
    if (people.empty()) break;
    after = people.back().person;
    for (survey::Participant& one : people) {
      content.people[one.person] = std::move(one);
    }
  }
  after.clear();
  for (;;) {
    PT_ASSIGN_OR_RETURN(std::vector<survey::Response> responses,
                        snapshot.ReadResponses(after, kPageSize));
    if (responses.empty()) return absl::OkStatus();
    after = responses.back().person;
    for (survey::Response& one : responses) {
      content.responses[one.person] = std::move(one);
    }
  }
}

std::string Describe(const survey::Wave& wave) {
  return absl::StrCat(survey::NameOf(wave.state), " revision ", wave.revision,
                      " people ", wave.participant_count, " responses ",
                      wave.response_count);
}

std::string Describe(const survey::Upload& upload) {
  return absl::StrCat("offset ", upload.committed_offset, " stored ",
                      upload.stored_count, " unchanged ",
                      upload.unchanged_count, " superseded ",
                      upload.superseded_count);
}

std::string Describe(const survey::Response& response) {
  return absl::StrCat("revision ", response.revision, " at ",
                      absl::ToUnixMicros(response.submit_time));
}

std::string Describe(const survey::Participant& person) {
  return person.display_name.Reveal();
}

template <typename T>
std::string Describe(const std::optional<T>& value) {
  return value.has_value() ? Describe(*value) : "nothing";
}

// The first entry in which two maps differ.
template <typename T>
std::string MapDifference(absl::string_view what,
                          const std::map<std::string, T>& want,
                          const std::map<std::string, T>& got) {
  for (const auto& [id, value] : want) {
    const auto found = got.find(id);
    if (found == got.end()) return absl::StrCat(what, " ", id, " is missing");
    if (!(found->second == value)) {
      return absl::StrCat(what, " ", id, " is ", Describe(found->second),
                          ", want ", Describe(value));
    }
  }
  for (const auto& [id, value] : got) {
    if (!want.contains(id)) {
      return absl::StrCat(what, " ", id, " is not wanted: ", Describe(value));
    }
  }
  return "";
}

}  // namespace

const survey::WaveKey& FaultWave() {
  static const survey::WaveKey& key =
      *new survey::WaveKey{"north", "leeds", "care", 3};
  return key;
}

std::string UploadId(int upload) { return absl::StrCat("u", upload); }

absl::StatusOr<StoreContent> ReadContent(survey::SurveyDatabase& database) {
  const survey::SurveyStore& store = database.store();
  const survey::WaveKey& wave = FaultWave();
  StoreContent content;
  PT_ASSIGN_OR_RETURN(
      content.locality,
      Optional(store.GetLocality({wave.tenant, wave.locality})));
  PT_ASSIGN_OR_RETURN(
      content.instrument,
      Optional(store.GetInstrument({wave.tenant, "standard", 1})));
  PT_ASSIGN_OR_RETURN(
      content.survey,
      Optional(store.GetSurvey({wave.tenant, wave.locality, wave.survey})));
  PT_ASSIGN_OR_RETURN(content.wave, Optional(store.GetWave(wave)));
  for (int i = 0; i < kUploadCount; ++i) {
    PT_ASSIGN_OR_RETURN(auto upload,
                        Optional(store.GetUpload({wave, UploadId(i)})));
    if (upload.has_value()) content.uploads[UploadId(i)] = *std::move(upload);
  }
  if (!content.wave.has_value()) return content;
  // Counted for watchers, once per committed batch: how the rows fell into
  // batches is no part of what was acknowledged.
  content.wave->change_count = 0;
  PT_ASSIGN_OR_RETURN(const auto snapshot, store.ReadSnapshot(wave));
  PT_RETURN_IF_ERROR(ReadRows(*snapshot, content));
  return content;
}

std::string Difference(const StoreContent& want, const StoreContent& got) {
  if (want.locality != got.locality) return "the locality differs";
  if (want.instrument != got.instrument) return "the instrument differs";
  if (want.survey != got.survey) return "the survey differs";
  std::string difference =
      MapDifference("response", want.responses, got.responses);
  if (difference.empty()) {
    difference = MapDifference("upload", want.uploads, got.uploads);
  }
  if (difference.empty()) {
    difference = MapDifference("participant", want.people, got.people);
  }
  if (difference.empty() && want.wave != got.wave) {
    difference = absl::StrCat("the wave is ", Describe(got.wave), ", want ",
                              Describe(want.wave));
  }
  return difference;
}

}  // namespace pulsetaker::testing
