// The use case of finding the people that a respondent wants to name.
//
// Names are read and opened at each call, as for duplicates
// (duplicate_search.h): nothing is kept of them, so nothing needs to be erased.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/pii.h"
#include "common/base/tenant_buckets.h"
#include "services/survey/domain/invitation_token.h"
#include "services/survey/domain/invitations.h"
#include "services/survey/domain/name_query.h"
#include "services/survey/domain/people_store.h"

namespace pulsetaker::survey {

inline constexpr std::size_t kRosterMatchesMax = 20;
// Searches that an invitation allows: so many at once, then one a second. Who
// names thirty people types less; who wants the roster needs days.
inline constexpr int kRosterSearchesAtOnce = 60;

struct RosterMatch {
  std::string person;
  PersonalText display_name;
  std::string organisation;
};

struct RosterMatches {
  std::vector<RosterMatch> matches;  // By folded name, then by id.
  bool is_cut_short = false;         // More match than kRosterMatchesMax.
};

// Safe for use by any number of threads at once.
class RosterSearch {
 public:
  // Both must outlive this. `clock` never goes back.
  RosterSearch(const Invitations& invitations, const PeopleStore& people,
               Clock clock = MonotonicNow);

  // Who on the roster of the token's wave matches. Not the one whom the token
  // is for, nor who opted out or was erased, has no name, or is under an alias.
  // `token` is verified.
  //
  // Invitations::CheckUsable. RESOURCE_EXHAUSTED, INVITATION_SEARCHES_EXCEEDED,
  // with RetryDelayOf. Time O(roster).
  absl::StatusOr<RosterMatches> Search(const InvitationToken& token,
                                       const NameQuery& query);

 private:
  absl::Status TakeOne(const InvitationToken& token);

  const Invitations& invitations_;
  const PeopleStore& people_;
  const Clock clock_;
  TenantBuckets buckets_;  // One of each invitation.
};

}  // namespace pulsetaker::survey
