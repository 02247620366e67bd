#include "services/survey/domain/roster_search.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/status.h"
#include "services/survey/domain/folded_name.h"
#include "services/survey/domain/overlay.h"
#include "services/survey/domain/participant.h"

namespace pulsetaker::survey {
namespace {

constexpr std::size_t kPageSize = 1'000;

// A match, with what it is ordered by.
struct Found {
  std::u32string letters;
  RosterMatch match;

  friend bool operator<(const Found& a, const Found& b) {
    return std::tie(a.letters, a.match.person) <
           std::tie(b.letters, b.match.person);
  }
};

// Keeps the first kRosterMatchesMax of all that it is shown.
class FirstMatches {
 public:
  FirstMatches(const NameQuery& query, const OverlayIndex& people,
               absl::string_view respondent)
      : query_(query),
        people_(people),
        respondent_(people.PersonOf(respondent)) {}

  void Show(Participant entry) {
    if (!MayBeNamed(entry)) return;
    FoldedName name = FoldName(entry.display_name);
    if (!query_.Matches(name)) return;
    found_.push_back({std::move(name.letters),
                      {std::move(entry.person), std::move(entry.display_name),
                       std::move(entry.organisation)}});
    std::push_heap(found_.begin(), found_.end());
    if (found_.size() > kRosterMatchesMax) {
      std::pop_heap(found_.begin(), found_.end());
      found_.pop_back();
      result_.is_cut_short = true;
    }
  }

  RosterMatches Finish() {
    std::sort_heap(found_.begin(), found_.end());
    for (Found& found : found_) {
      result_.matches.push_back(std::move(found.match));
    }
    return std::move(result_);
  }

 private:
  bool MayBeNamed(const Participant& entry) const {
    const std::string& id = entry.person;
    return !entry.display_name.Reveal().empty() &&
           entry.invitation != Invitation::kOptedOut && id != respondent_ &&
           people_.PersonOf(id) == id && !people_.HasOptedOut(id) &&
           !people_.IsErased(id);
  }

  const NameQuery& query_;
  const OverlayIndex& people_;
  const std::string respondent_;
  std::vector<Found> found_;  // A heap, with the last one in front.
  RosterMatches result_;
};

}  // namespace

RosterSearch::RosterSearch(const Invitations& invitations,
                           const PeopleStore& people, Clock clock)
    : invitations_(invitations),
      people_(people),
      clock_(std::move(clock)),
      // A bucket lets in one more than it has room for.
      buckets_({{.unit = "searches", .per_second = 1}},
               absl::Seconds(kRosterSearchesAtOnce - 1)) {}

absl::Status RosterSearch::TakeOne(const InvitationToken& token) {
  const WaveKey& wave = token.wave;
  const absl::Status taken = buckets_.Take(
      absl::StrCat(wave.tenant, "/", wave.locality, "/", wave.survey, "/",
                   wave.wave, "/", token.person),
      {1}, clock_());
  if (taken.ok()) return taken;
  return WithRetryDelay(
      MakeError(absl::StatusCode::kResourceExhausted,
                "INVITATION_SEARCHES_EXCEEDED",
                "the invitation was used for too many searches"),
      RetryDelayOf(taken).value_or(absl::Seconds(1)));
}

absl::StatusOr<RosterMatches> RosterSearch::Search(const InvitationToken& token,
                                                   const NameQuery& query) {
  PT_RETURN_IF_ERROR(invitations_.CheckUsable(token));
  PT_RETURN_IF_ERROR(TakeOne(token));
  const WaveKey& wave = token.wave;
  PT_ASSIGN_OR_RETURN(const std::unique_ptr<PeopleView> view,
                      people_.ReadPeople({wave.tenant, wave.locality}));
  PT_ASSIGN_OR_RETURN(const WaveRows read, view->ReadWave(wave));
  const OverlayIndex people(read.overlay);
  FirstMatches matches(query, people, token.person);
  std::string after;
  while (true) {
    PT_ASSIGN_OR_RETURN(std::vector<Participant> page,
                        read.rows->ReadParticipants(after, kPageSize));
    if (page.empty()) return matches.Finish();
    after = page.back().person;
    for (Participant& entry : page) matches.Show(std::move(entry));
  }
}

}  // namespace pulsetaker::survey
