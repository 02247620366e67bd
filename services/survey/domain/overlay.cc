#include "services/survey/domain/overlay.h"

#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::survey {
namespace {

absl::Status MayNotRespond(absl::string_view reason, absl::string_view field,
                           absl::string_view problem,
                           const ErrorMetadata& metadata = {}) {
  ErrorMetadata all = metadata;
  all.emplace_back("field", std::string(field));
  return MakeError(absl::StatusCode::kFailedPrecondition, reason,
                   absl::StrCat(field, " ", problem), all);
}

}  // namespace

OverlayIndex::OverlayIndex(const Overlay& overlay)
    : empty_(overlay.empty()),
      person_of_(overlay.aliases.begin(), overlay.aliases.end()),
      withdrawn_(overlay.withdrawn.begin(), overlay.withdrawn.end()),
      left_out_(overlay.left_out.begin(), overlay.left_out.end()),
      erased_(overlay.erased.begin(), overlay.erased.end()) {
  for (const auto& [alias, person] : overlay.aliases) {
    groups_[person].push_back(alias);
  }
  for (const std::string& id : overlay.opted_out) {
    opted_out_.emplace(PersonOf(id));
  }
  for (const std::string& id : overlay.withdrawn) {
    withdrawn_people_.emplace(PersonOf(id));
  }
}

absl::string_view OverlayIndex::PersonOf(absl::string_view id) const {
  const auto found = person_of_.find(id);
  return found == person_of_.end() ? id : absl::string_view(found->second);
}

bool OverlayIndex::HasOptedOut(absl::string_view id) const {
  return opted_out_.contains(PersonOf(id));
}

bool OverlayIndex::HasWithdrawn(absl::string_view id) const {
  return withdrawn_people_.contains(PersonOf(id));
}

std::vector<std::string> OverlayIndex::IdsOf(absl::string_view id) const {
  std::vector<std::string> ids = {std::string(PersonOf(id))};
  const auto group = groups_.find(ids.front());
  if (group != groups_.end()) {
    ids.insert(ids.end(), group->second.begin(), group->second.end());
  }
  return ids;
}

absl::Status PersonErasedError(absl::string_view field) {
  return MayNotRespond("PERSON_ERASED", field,
                       "is of someone who was erased from the locality, for "
                       "good");
}

absl::Status CheckNotErased(const OverlayIndex& overlay, absl::string_view id,
                            absl::string_view field) {
  return overlay.IsErased(id) ? PersonErasedError(field) : absl::OkStatus();
}

absl::Status CheckNotWithdrawn(const OverlayIndex& overlay,
                               absl::string_view id, absl::string_view field) {
  PT_RETURN_IF_ERROR(CheckNotErased(overlay, id, field));
  if (!overlay.IsWithdrawn(id)) return absl::OkStatus();
  return MayNotRespond("RESPONSE_WITHDRAWN", field,
                       "is of someone who has withdrawn their response from "
                       "the wave, for good");
}

absl::Status CheckMayRespond(const OverlayIndex& overlay, absl::string_view id,
                             absl::string_view field) {
  if (overlay.empty()) return absl::OkStatus();
  PT_RETURN_IF_ERROR(CheckNotWithdrawn(overlay, id, field));
  const absl::string_view person = overlay.PersonOf(id);
  if (person != id) {
    return MayNotRespond("RESPONDENT_MERGED", field,
                         absl::StrCat("was merged into ", person),
                         {{"person", std::string(person)}});
  }
  if (overlay.HasOptedOut(id)) {
    return MayNotRespond("RESPONDENT_OPTED_OUT", field,
                         "is of someone who opted out of the locality");
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::survey
