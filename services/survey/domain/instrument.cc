#include "services/survey/domain/instrument.h"

#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"
#include "services/survey/domain/translation_check.h"

namespace pulsetaker::survey {
namespace {

constexpr std::size_t kLanguageLengthMax = 35;  // As RFC 5646, 4.4.1 has it.

// Checks an id that no other of its list may have.
absl::Status CheckOwnId(absl::string_view field, const std::string& id,
                        std::set<std::string>& seen) {
  PT_RETURN_IF_ERROR(CheckId(field, id));
  if (seen.insert(id).second) return absl::OkStatus();
  return FieldError("ID_REPEATED", field, absl::StrCat("is ", id, " again"));
}

absl::Status CheckProvenance(absl::string_view path, Provenance provenance) {
  switch (provenance) {
    case Provenance::kSourced:
    case Provenance::kAdapted:
    case Provenance::kDesign:
      return absl::OkStatus();
    case Provenance::kUnknown:
      break;
  }
  return FieldError("PROVENANCE_UNKNOWN", absl::StrCat(path, ".provenance"),
                    "is unset or unknown");
}

absl::Status CheckDirection(absl::string_view path, Direction direction) {
  switch (direction) {
    case Direction::kDirected:
    case Direction::kUndirected:
      return absl::OkStatus();
    case Direction::kUnknown:
      break;
  }
  return FieldError("DIRECTION_UNKNOWN", absl::StrCat(path, ".direction"),
                    "is unset or unknown");
}

absl::Status CheckWeights(absl::string_view path, const Network& network) {
  if (network.weight_min < 1 || network.weight_min > kWeightMax) {
    return FieldError(
        "WEIGHT_RANGE_INVALID", absl::StrCat(path, ".weight_min"),
        absl::StrCat("is ", network.weight_min, ", want 1 to ", kWeightMax));
  }
  if (network.weight_max < network.weight_min ||
      network.weight_max > kWeightMax) {
    return FieldError("WEIGHT_RANGE_INVALID", absl::StrCat(path, ".weight_max"),
                      absl::StrCat("is ", network.weight_max, ", want ",
                                   network.weight_min, " to ", kWeightMax));
  }
  return absl::OkStatus();
}

// Everything but the id.
absl::Status CheckNetwork(absl::string_view path, const Network& network) {
  PT_RETURN_IF_ERROR(CheckRequiredText(absl::StrCat(path, ".label"),
                                       network.label, kNameLengthMax));
  PT_RETURN_IF_ERROR(CheckRequiredText(absl::StrCat(path, ".wording"),
                                       network.wording, kWordingLengthMax));
  PT_RETURN_IF_ERROR(CheckProvenance(path, network.provenance));
  PT_RETURN_IF_ERROR(CheckDirection(path, network.direction));
  PT_RETURN_IF_ERROR(CheckText(absl::StrCat(path, ".direction_meaning"),
                               network.direction_meaning, kNoteLengthMax));
  PT_RETURN_IF_ERROR(CheckWeights(path, network));
  return CheckNumber(absl::StrCat(path, ".nomination_cap"),
                     network.nomination_cap, {0, kNominationCountMax});
}

bool IsCorner(Corner corner) {
  switch (corner) {
    case Corner::kAuthority:
    case Corner::kCapacity:
    case Corner::kValue:
      return true;
    case Corner::kNone:
      break;
  }
  return false;
}

absl::Status CheckKind(absl::string_view path, ItemKind kind) {
  switch (kind) {
    case ItemKind::kCorner:
    case ItemKind::kArrow:
    case ItemKind::kSelfPlacedPhase:
    case ItemKind::kTriggerPresent:
    case ItemKind::kPervasive:
      return absl::OkStatus();
    case ItemKind::kUnknown:
      break;
  }
  return FieldError("ITEM_KIND_UNKNOWN", absl::StrCat(path, ".kind"),
                    "is unset or unknown");
}

absl::Status CheckCorners(absl::string_view path, const Item& item) {
  if (item.kind == ItemKind::kCorner) {
    if (!IsCorner(item.corner)) {
      return FieldError("CORNER_INVALID", absl::StrCat(path, ".corner"),
                        "is not a corner of the triangle");
    }
  } else if (item.corner != Corner::kNone) {
    return FieldError("CORNER_INVALID", absl::StrCat(path, ".corner"),
                      "is set on an item that is not of KIND_CORNER");
  }
  if (item.kind != ItemKind::kArrow) {
    if (!item.arrow.has_value()) return absl::OkStatus();
    return FieldError("CORNER_INVALID", absl::StrCat(path, ".arrow"),
                      "is set on an item that is not of KIND_ARROW");
  }
  if (!item.arrow.has_value() || !IsCorner(item.arrow->from) ||
      !IsCorner(item.arrow->to) || item.arrow->from == item.arrow->to) {
    return FieldError("CORNER_INVALID", absl::StrCat(path, ".arrow"),
                      "is not from one corner of the triangle to another");
  }
  return absl::OkStatus();
}

absl::Status CheckScale(absl::string_view path, const Item& item) {
  if (item.scale_min < 0 || item.scale_min >= kRatingMax) {
    return FieldError(
        "SCALE_INVALID", absl::StrCat(path, ".scale_min"),
        absl::StrCat("is ", item.scale_min, ", want 0 to ", kRatingMax - 1));
  }
  if (item.scale_max <= item.scale_min || item.scale_max > kRatingMax) {
    return FieldError("SCALE_INVALID", absl::StrCat(path, ".scale_max"),
                      absl::StrCat("is ", item.scale_max, ", want ",
                                   item.scale_min + 1, " to ", kRatingMax));
  }
  return absl::OkStatus();
}

// Everything but the id.
absl::Status CheckItem(absl::string_view path, const Item& item) {
  PT_RETURN_IF_ERROR(CheckRequiredText(absl::StrCat(path, ".wording"),
                                       item.wording, kWordingLengthMax));
  PT_RETURN_IF_ERROR(CheckKind(path, item.kind));
  PT_RETURN_IF_ERROR(CheckCorners(path, item));
  if (!item.cluster.empty()) {
    PT_RETURN_IF_ERROR(CheckId(absl::StrCat(path, ".cluster"), item.cluster));
  }
  PT_RETURN_IF_ERROR(CheckScale(path, item));
  return CheckText(absl::StrCat(path, ".source"), item.source, kNoteLengthMax);
}

absl::Status CheckCounts(const Instrument& instrument) {
  if (instrument.networks.empty() ||
      instrument.networks.size() > kNetworkCountMax) {
    return FieldError("NETWORK_COUNT_INVALID", "instrument.networks",
                      absl::StrCat("has ", instrument.networks.size(),
                                   ", want 1 to ", kNetworkCountMax));
  }
  if (instrument.items.size() > kItemCountMax) {
    return FieldError("TOO_MANY_ITEMS", "instrument.items",
                      absl::StrCat("has ", instrument.items.size(),
                                   ", want at most ", kItemCountMax));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLanguage(absl::string_view field,
                           absl::string_view language) {
  if (!language.empty() && language.size() <= kLanguageLengthMax &&
      absl::ascii_isalpha(language.front()) && language.back() != '-' &&
      absl::c_all_of(language, [](char c) {
        return absl::ascii_isalnum(c) || c == '-';
      })) {
    return absl::OkStatus();
  }
  return FieldError("LANGUAGE_MALFORMED", field,
                    "is not a BCP 47 tag such as en or cy-GB");
}

absl::Status CheckInstrument(const Instrument& instrument) {
  PT_RETURN_IF_ERROR(CheckRequiredText(
      "instrument.display_name", instrument.display_name, kNameLengthMax));
  PT_RETURN_IF_ERROR(CheckLanguage("instrument.language", instrument.language));
  PT_RETURN_IF_ERROR(CheckCounts(instrument));
  std::set<std::string> network_ids;
  for (std::size_t i = 0; i < instrument.networks.size(); ++i) {
    const Network& network = instrument.networks[i];
    const std::string path = absl::StrCat("instrument.networks[", i, "]");
    PT_RETURN_IF_ERROR(CheckOwnId(absl::StrCat(path, ".network_id"),
                                  network.network_id, network_ids));
    PT_RETURN_IF_ERROR(CheckNetwork(path, network));
  }
  std::set<std::string> item_ids;
  for (std::size_t i = 0; i < instrument.items.size(); ++i) {
    const Item& item = instrument.items[i];
    const std::string path = absl::StrCat("instrument.items[", i, "]");
    PT_RETURN_IF_ERROR(
        CheckOwnId(absl::StrCat(path, ".item_id"), item.item_id, item_ids));
    PT_RETURN_IF_ERROR(CheckItem(path, item));
  }
  return CheckTranslations(instrument);
}

}  // namespace pulsetaker::survey
