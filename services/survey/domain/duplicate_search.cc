#include "services/survey/domain/duplicate_search.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "common/base/status.h"
#include "services/survey/domain/overlay.h"

namespace pulsetaker::survey {
namespace {

constexpr std::size_t kPageSize = 1'000;

absl::StatusOr<std::set<PairOfPeople>> ReadDecided(const PeopleView& view) {
  std::set<PairOfPeople> decided;
  PT_ASSIGN_OR_RETURN(const std::vector<PersonAlias> merges, view.ListMerges());
  for (const PersonAlias& merge : merges) {
    decided.insert(std::minmax(merge.from, merge.into));
  }
  return decided;
}

// Takes the name of everyone on the roster of the wave who has none yet.
class NameReader {
 public:
  explicit NameReader(const PeopleView& view)
      : view_(view), people_(view.overlay()) {}

  absl::Status Read(const WaveKey& wave) {
    PT_ASSIGN_OR_RETURN(const WaveRows read, view_.ReadWave(wave));
    std::string after;
    while (true) {
      PT_ASSIGN_OR_RETURN(std::vector<Participant> page,
                          read.rows->ReadParticipants(after, kPageSize));
      if (page.empty()) return absl::OkStatus();
      after = page.back().person;
      for (Participant& entry : page) Take(std::move(entry));
    }
  }

  std::vector<NamedPerson> Finish() { return std::move(named_); }

 private:
  void Take(Participant entry) {
    if (people_.PersonOf(entry.person) != entry.person ||
        people_.IsErased(entry.person) || entry.display_name.Reveal().empty() ||
        !seen_.insert(entry.person).second) {
      return;
    }
    named_.push_back({std::move(entry.person), std::move(entry.display_name)});
  }

  const PeopleView& view_;
  const OverlayIndex people_;
  absl::flat_hash_set<std::string> seen_;
  std::vector<NamedPerson> named_;
};

}  // namespace

absl::StatusOr<std::vector<LikelyDuplicate>> SearchDuplicates(
    const PeopleStore& store, const LocalityKey& locality,
    const PairOfPeople& after, std::size_t limit) {
  const auto view = store.ReadPeople(locality);
  if (absl::IsNotFound(view.status())) return std::vector<LikelyDuplicate>();
  PT_RETURN_IF_ERROR(view.status());
  PT_ASSIGN_OR_RETURN(std::vector<Wave> waves, (*view)->ListWaves());
  std::stable_sort(waves.begin(), waves.end(),
                   [](const Wave& a, const Wave& b) {
                     return a.create_time > b.create_time;
                   });
  NameReader names(**view);
  for (const Wave& wave : waves) PT_RETURN_IF_ERROR(names.Read(wave.key));
  DuplicatesWanted wanted = {.after = after, .limit = limit};
  PT_ASSIGN_OR_RETURN(wanted.decided, ReadDecided(**view));
  return FindLikelyDuplicates(names.Finish(), wanted);
}

}  // namespace pulsetaker::survey
