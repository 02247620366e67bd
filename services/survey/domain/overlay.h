// What lies over the rows of a wave and changes what is shown of them, without
// rewriting any: docs/domain/people.md.

#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::survey {

// Every set is of ids as they were given, aliases or not.
struct Overlay {
  // From an alias to the id of its person. What is a value is never a key.
  std::map<std::string, std::string> aliases;
  // Who wants to be left out of all waves of the locality.
  std::set<std::string> opted_out;
  // Whose response in this wave was erased.
  std::set<std::string> withdrawn;
  // Whose response in this wave is there, and is to be left out.
  std::set<std::string> left_out;
  // Who was erased from the locality. Nothing of them is in any row; but until
  // a change is carried out there may be.
  std::set<std::string> erased;

  bool empty() const {
    return aliases.empty() && opted_out.empty() && withdrawn.empty() &&
           left_out.empty() && erased.empty();
  }

  friend bool operator==(const Overlay&, const Overlay&) = default;
};

// An overlay to be asked about people. A person here is an id that is no alias.
// Never changes: any number of threads may use one.
class OverlayIndex {
 public:
  explicit OverlayIndex(const Overlay& overlay);

  bool empty() const { return empty_; }

  // The person whom this id is of: itself, if it is no alias. The answer lives
  // as long as this and `id` do.
  absl::string_view PersonOf(absl::string_view id) const;

  // True if any id of the person is in the set. `id` is any of them.
  bool HasOptedOut(absl::string_view id) const;
  bool HasWithdrawn(absl::string_view id) const;

  // True if this very id is in the set.
  bool IsWithdrawn(absl::string_view id) const {
    return withdrawn_.contains(id);
  }
  bool IsLeftOut(absl::string_view id) const { return left_out_.contains(id); }

  bool IsErased(absl::string_view id) const { return erased_.contains(id); }

  // True if this id is an alias or has aliases.
  bool IsMerged(absl::string_view id) const {
    return groups_.find(PersonOf(id)) != groups_.end();
  }

  // All ids of the person: the person first, then the aliases, ascending.
  std::vector<std::string> IdsOf(absl::string_view id) const;

  // Of each person who has aliases: the aliases, ascending.
  using Groups = std::map<std::string, std::vector<std::string>, std::less<>>;
  const Groups& groups() const { return groups_; }

  // People who opted out, no aliases among them.
  const absl::flat_hash_set<std::string>& opted_out() const {
    return opted_out_;
  }
  const absl::flat_hash_set<std::string>& left_out() const { return left_out_; }
  const absl::flat_hash_set<std::string>& erased() const { return erased_; }

 private:
  bool empty_ = true;
  absl::flat_hash_map<std::string, std::string> person_of_;
  Groups groups_;
  absl::flat_hash_set<std::string> opted_out_;         // People.
  absl::flat_hash_set<std::string> withdrawn_;         // Ids.
  absl::flat_hash_set<std::string> withdrawn_people_;  // People.
  absl::flat_hash_set<std::string> left_out_;          // Ids.
  absl::flat_hash_set<std::string> erased_;            // Ids.
};

// OK if nothing in the overlay keeps this id from responding.
// FAILED_PRECONDITION, with the `field` given, the first that matches:
//   PERSON_ERASED
//   RESPONSE_WITHDRAWN
//   RESPONDENT_MERGED (metadata `person`: whom to use)
//   RESPONDENT_OPTED_OUT
absl::Status CheckMayRespond(const OverlayIndex& overlay, absl::string_view id,
                             absl::string_view field);

// OK if this id was not erased. PERSON_ERASED.
absl::Status CheckNotErased(const OverlayIndex& overlay, absl::string_view id,
                            absl::string_view field);

// The error for an id that was erased.
absl::Status PersonErasedError(absl::string_view field);

// OK if the response of this id was not withdrawn. PERSON_ERASED,
// RESPONSE_WITHDRAWN.
absl::Status CheckNotWithdrawn(const OverlayIndex& overlay,
                               absl::string_view id, absl::string_view field);

}  // namespace pulsetaker::survey
