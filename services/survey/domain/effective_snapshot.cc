#include "services/survey/domain/effective_snapshot.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status.h"

namespace pulsetaker::survey {
namespace {

// What there is of a person with aliases.
struct MergedPerson {
  std::optional<Participant> entry;
  std::string responds_as;  // The id whose response is shown, or "".
};
using MergedPeople = std::map<std::string, MergedPerson, std::less<>>;

// How strong an invitation is among those of one person.
int RankOf(Invitation invitation) {
  switch (invitation) {
    case Invitation::kOptedOut:
      return 3;
    case Invitation::kInvited:
      return 2;
    case Invitation::kNotInvited:
      return 1;
    case Invitation::kUnknown:
      break;
  }
  return 0;
}

// The nominations as they are shown, of the answer of `person`.
void ShowNominations(const OverlayIndex& overlay, absl::string_view person,
                     NetworkAnswer& answer) {
  std::vector<Nomination>& nominations = answer.nominations;
  bool renamed = false;
  const auto is_shown = [&](Nomination& nomination) {
    if (overlay.IsErased(nomination.person)) {
      ++answer.hidden.opted_out;
      return false;
    }
    const absl::string_view named = overlay.PersonOf(nomination.person);
    if (overlay.HasOptedOut(named)) {
      ++answer.hidden.opted_out;
      return false;
    }
    if (named == person) {
      ++answer.hidden.of_self;
      return false;
    }
    if (named != nomination.person) {
      nomination.person = std::string(named);
      renamed = true;
    }
    return true;
  };
  nominations.erase(std::remove_if(nominations.begin(), nominations.end(),
                                   [&](Nomination& n) { return !is_shown(n); }),
                    nominations.end());
  if (!renamed) return;
  std::sort(nominations.begin(), nominations.end(),
            [](const Nomination& a, const Nomination& b) {
              if (a.person != b.person) return a.person < b.person;
              return a.weight > b.weight;
            });
  const auto end = std::unique(nominations.begin(), nominations.end(),
                               [](const Nomination& a, const Nomination& b) {
                                 return a.person == b.person;
                               });
  answer.hidden.repeated +=
      static_cast<std::int32_t>(std::distance(end, nominations.end()));
  nominations.erase(end, nominations.end());
}

class EffectiveSnapshot final : public WaveSnapshot {
 public:
  EffectiveSnapshot(std::unique_ptr<WaveSnapshot> rows, const Overlay& overlay)
      : rows_(std::move(rows)), overlay_(overlay), wave_(rows_->wave()) {}

  // Reads what there is of the people of the overlay.
  absl::Status ReadPeople() {
    for (const auto& [person, unused] : overlay_.groups()) {
      PT_RETURN_IF_ERROR(ReadMerged(person));
    }
    for (const std::string& person : overlay_.opted_out()) {
      PT_RETURN_IF_ERROR(CountOut(person));
    }
    for (const std::string& id : overlay_.left_out()) {
      if (overlay_.HasOptedOut(id)) continue;  // Counted.
      PT_RETURN_IF_ERROR(CountOut(id));
    }
    for (const std::string& id : overlay_.erased()) {
      PT_RETURN_IF_ERROR(CountOut(id));
      PT_ASSIGN_OR_RETURN(const auto entry, rows_->FindParticipant(id));
      wave_.participant_count -= entry.has_value() ? 1 : 0;
    }
    return absl::OkStatus();
  }

  const Wave& wave() const override { return wave_; }

  absl::StatusOr<std::vector<Participant>> ReadParticipants(
      absl::string_view after, std::size_t limit) override {
    return Read<Participant>(
        after, limit,
        [this](absl::string_view from, std::size_t count) {
          return rows_->ReadParticipants(from, count);
        },
        [this](Participant row) { return Shown(std::move(row)); },
        [](const std::string& /*id*/, const MergedPerson& person)
            -> absl::StatusOr<std::optional<Participant>> {
          return person.entry;
        });
  }

  absl::StatusOr<std::vector<Response>> ReadResponses(
      absl::string_view after, std::size_t limit) override {
    return Read<Response>(
        after, limit,
        [this](absl::string_view from, std::size_t count) {
          return rows_->ReadResponses(from, count);
        },
        [this](Response row) { return Shown(std::move(row)); },
        [this](const std::string& id, const MergedPerson& person) {
          return MergedResponse(id, person);
        });
  }

  absl::StatusOr<std::optional<Participant>> FindParticipant(
      absl::string_view person) override {
    if (overlay_.IsMerged(person)) {
      const auto merged = merged_.find(person);
      if (merged == merged_.end()) return std::optional<Participant>();
      return merged->second.entry;
    }
    PT_ASSIGN_OR_RETURN(auto row, rows_->FindParticipant(person));
    if (!row.has_value()) return row;
    return Shown(*std::move(row));
  }

  absl::StatusOr<std::optional<Response>> FindResponse(
      absl::string_view person) override {
    if (overlay_.IsMerged(person)) {
      const auto merged = merged_.find(person);
      if (merged == merged_.end()) return std::optional<Response>();
      return MergedResponse(merged->first, merged->second);
    }
    PT_ASSIGN_OR_RETURN(auto row, rows_->FindResponse(person));
    if (!row.has_value()) return row;
    return Shown(*std::move(row));
  }

  bool HasWithdrawn(absl::string_view person) const override {
    return overlay_.HasWithdrawn(person);
  }

 private:
  // Pages of `read` without the ids of merged people, in which those who are
  // merged stand where their own id does.
  template <typename Row, typename ReadRows, typename Show, typename Merged>
  absl::StatusOr<std::vector<Row>> Read(absl::string_view after,
                                        std::size_t limit, const ReadRows& read,
                                        const Show& show,
                                        const Merged& merged) {
    std::vector<Row> shown;
    std::string cursor(after);
    auto next = merged_.upper_bound(after);
    // Adds merged people below `end`; all, if it is empty.
    const auto add_merged = [&](absl::string_view end) -> absl::Status {
      for (; shown.size() < limit && next != merged_.end() &&
             (end.empty() || next->first < end);
           ++next) {
        PT_ASSIGN_OR_RETURN(std::optional<Row> row,
                            merged(next->first, next->second));
        if (row.has_value()) shown.push_back(*std::move(row));
      }
      return absl::OkStatus();
    };
    while (shown.size() < limit) {
      PT_ASSIGN_OR_RETURN(std::vector<Row> rows,
                          read(cursor, limit - shown.size()));
      if (rows.empty()) {
        PT_RETURN_IF_ERROR(add_merged(""));
        return shown;
      }
      cursor = rows.back().person;
      for (Row& row : rows) {
        PT_RETURN_IF_ERROR(add_merged(row.person));
        if (shown.size() == limit) break;
        if (overlay_.IsMerged(row.person)) continue;
        std::optional<Row> visible = show(std::move(row));
        if (visible.has_value()) shown.push_back(*std::move(visible));
      }
    }
    return shown;
  }

  // What is shown of the row of someone who is not merged, if anything.
  std::optional<Participant> Shown(Participant row) const {
    if (overlay_.IsErased(row.person)) return std::nullopt;
    if (overlay_.HasOptedOut(row.person)) {
      row.invitation = Invitation::kOptedOut;
    }
    return row;
  }
  std::optional<Response> Shown(Response row) const {
    if (overlay_.HasOptedOut(row.person) || overlay_.IsLeftOut(row.person) ||
        overlay_.IsErased(row.person)) {
      return std::nullopt;
    }
    for (NetworkAnswer& answer : row.answers.networks) {
      ShowNominations(overlay_, row.person, answer);
    }
    return row;
  }

  absl::StatusOr<std::optional<Response>> MergedResponse(
      const std::string& id, const MergedPerson& person) const {
    if (person.responds_as.empty()) return std::optional<Response>();
    PT_ASSIGN_OR_RETURN(std::optional<Response> row,
                        rows_->FindResponse(person.responds_as));
    if (!row.has_value()) return row;
    row->person = id;
    for (NetworkAnswer& answer : row->answers.networks) {
      ShowNominations(overlay_, id, answer);
    }
    return row;
  }

  absl::Status ReadMerged(const std::string& id) {
    MergedPerson person;
    Invitation invitation = Invitation::kUnknown;
    for (const std::string& each : overlay_.IdsOf(id)) {
      PT_ASSIGN_OR_RETURN(std::optional<Participant> entry,
                          rows_->FindParticipant(each));
      if (entry.has_value()) {
        if (RankOf(entry->invitation) > RankOf(invitation)) {
          invitation = entry->invitation;
        }
        if (person.entry.has_value()) {
          --wave_.participant_count;
        } else {
          person.entry = *std::move(entry);
        }
      }
      PT_ASSIGN_OR_RETURN(const bool responded, HasResponse(each));
      if (!responded) continue;
      if (person.responds_as.empty() && !overlay_.IsLeftOut(each)) {
        person.responds_as = each;
      } else {
        --wave_.response_count;
      }
    }
    if (overlay_.HasOptedOut(id)) invitation = Invitation::kOptedOut;
    if (person.entry.has_value()) {
      person.entry->person = id;
      person.entry->invitation = invitation;
    }
    if (invitation == Invitation::kOptedOut && !person.responds_as.empty()) {
      person.responds_as.clear();
      --wave_.response_count;
    }
    merged_.emplace(id, std::move(person));
    return absl::OkStatus();
  }

  // Takes the response of someone who is not merged out of the count.
  absl::Status CountOut(const std::string& id) {
    if (overlay_.IsMerged(id)) return absl::OkStatus();  // Counted.
    PT_ASSIGN_OR_RETURN(const bool responded, HasResponse(id));
    wave_.response_count -= responded ? 1 : 0;
    return absl::OkStatus();
  }

  absl::StatusOr<bool> HasResponse(absl::string_view id) const {
    PT_ASSIGN_OR_RETURN(const auto row, rows_->FindResponse(id));
    return row.has_value();
  }

  const std::unique_ptr<WaveSnapshot> rows_;
  const OverlayIndex overlay_;
  Wave wave_;
  MergedPeople merged_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<WaveSnapshot>> MakeEffectiveSnapshot(
    std::unique_ptr<WaveSnapshot> rows, const Overlay& overlay) {
  if (overlay.empty()) return rows;
  auto snapshot = std::make_unique<EffectiveSnapshot>(std::move(rows), overlay);
  PT_RETURN_IF_ERROR(snapshot->ReadPeople());
  return snapshot;
}

}  // namespace pulsetaker::survey
