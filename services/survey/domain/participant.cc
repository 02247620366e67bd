#include "services/survey/domain/participant.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {
namespace {

bool IsKnown(Layer layer) {
  return static_cast<std::size_t>(layer) < kLayerCount;
}

// `secondary` is ascending.
absl::Status CheckLayers(absl::string_view path, Layer primary,
                         absl::Span<const Layer> secondary) {
  const auto invalid = [&](absl::string_view field, absl::string_view problem) {
    return FieldError("LAYER_INVALID", absl::StrCat(path, field), problem);
  };
  if (!IsKnown(primary)) return invalid(".layer", "is not a layer");
  if (!secondary.empty() && primary == Layer::kUnknown) {
    return invalid(".secondary_layers", "is set, but layer is not");
  }
  for (std::size_t i = 0; i < secondary.size(); ++i) {
    if (secondary[i] == Layer::kUnknown || !IsKnown(secondary[i])) {
      return invalid(".secondary_layers", "has something that is not a layer");
    }
    if (secondary[i] == primary) {
      return invalid(".secondary_layers", "has the primary layer");
    }
    if (i > 0 && secondary[i] == secondary[i - 1]) {
      return invalid(".secondary_layers", "has a layer twice");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckInvitation(absl::string_view path, Invitation invitation) {
  switch (invitation) {
    case Invitation::kInvited:
    case Invitation::kNotInvited:
    case Invitation::kOptedOut:
      return absl::OkStatus();
    case Invitation::kUnknown:
      break;
  }
  return FieldError("INVITATION_UNKNOWN", absl::StrCat(path, ".invitation"),
                    "is unset or unknown");
}

// Everything but the id.
absl::Status CheckParticipant(absl::string_view path,
                              const Participant& person) {
  PT_RETURN_IF_ERROR(CheckText(absl::StrCat(path, ".display_name"),
                               person.display_name.Reveal(), kNameLengthMax));
  PT_RETURN_IF_ERROR(CheckText(absl::StrCat(path, ".organisation"),
                               person.organisation, kNameLengthMax));
  PT_RETURN_IF_ERROR(
      CheckText(absl::StrCat(path, ".sector"), person.sector, kNameLengthMax));
  PT_RETURN_IF_ERROR(CheckLayers(path, person.layer, person.secondary_layers));
  PT_RETURN_IF_ERROR(CheckInvitation(path, person.invitation));
  return CheckEntries(absl::StrCat(path, ".attributes"), person.attributes);
}

absl::Status RosterFixed(const Wave& wave, std::size_t index,
                         absl::string_view what) {
  const std::string state(NameOf(wave.state));
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "ROSTER_FIXED",
      absl::StrCat("participants[", index, "] would be ", what,
                   ", which a wave in state ", state, " does not allow"),
      {{"field", absl::StrCat("participants[", index, "]")}, {"state", state}});
}

}  // namespace

absl::Status CheckImportCount(std::size_t count) {
  if (count >= 1 && count <= kImportCountMax) return absl::OkStatus();
  return FieldError(
      "PARTICIPANT_COUNT_INVALID", "participants",
      absl::StrCat("has ", count, ", want 1 to ", kImportCountMax));
}

absl::StatusOr<std::vector<Participant>> CanonicalRoster(
    std::vector<Participant> people) {
  PT_RETURN_IF_ERROR(CheckImportCount(people.size()));
  absl::flat_hash_set<absl::string_view> seen;
  seen.reserve(people.size());
  for (std::size_t i = 0; i < people.size(); ++i) {
    Participant& person = people[i];
    const std::string path = absl::StrCat("participants[", i, "]");
    PT_RETURN_IF_ERROR(CheckId(absl::StrCat(path, ".name"), person.person));
    if (!seen.insert(person.person).second) {
      return FieldError("PARTICIPANT_REPEATED", absl::StrCat(path, ".name"),
                        "came before");
    }
    std::sort(person.secondary_layers.begin(), person.secondary_layers.end());
    PT_RETURN_IF_ERROR(CheckParticipant(path, person));
  }
  return people;
}

absl::StatusOr<RosterPlan> PlanRosterImport(
    const Wave& wave, absl::Span<const Participant> people,
    absl::Span<const std::optional<Participant>> existing) {
  RosterPlan plan;
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (existing[i] == people[i]) {
      ++plan.counts.unchanged;
      continue;
    }
    if (existing[i].has_value()) {
      if (wave.state != WaveState::kDraft) {
        return RosterFixed(wave, i, "changed");
      }
      ++plan.counts.updated;
    } else {
      if (wave.state != WaveState::kDraft && wave.state != WaveState::kOpen) {
        return RosterFixed(wave, i, "added");
      }
      ++plan.counts.created;
    }
    plan.writes.push_back(i);
  }
  const std::int64_t count = wave.participant_count + plan.counts.created;
  if (count > kParticipantCountMax) {
    return MakeError(
        absl::StatusCode::kResourceExhausted, "ROSTER_FULL",
        absl::StrCat("the wave would have ", count,
                     " participants, want at most ", kParticipantCountMax));
  }
  return plan;
}

}  // namespace pulsetaker::survey
