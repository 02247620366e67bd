// What differs between two versions of an instrument, and whether answers to
// what both ask may be compared. docs/domain/instruments.md has the rule, and
// why.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/survey/domain/instrument.h"

namespace pulsetaker::survey {

// The enums here have the numbers of the API. The worse is the higher.
enum class Comparability : std::uint8_t {
  kNone = 0,  // Nothing to compare with.
  kComparable = 1,
  kWithCare = 2,
  kNot = 3,
};

enum class Part : std::uint8_t {
  kDisplayName = 1,
  kLanguage = 2,
  kTranslationAdded = 3,
  kTranslationRemoved = 4,
  kTranslatedDisplayName = 5,
  kTranslatedText = 6,
  kPosition = 7,
  kWording = 8,
  kLabel = 9,
  kProvenance = 10,
  kDirection = 11,
  kDirectionMeaning = 12,
  kLowestWeight = 13,
  kHighestWeight = 14,
  kNominationCap = 15,
  kKind = 16,
  kCorner = 17,
  kArrow = 18,
  kCluster = 19,
  kExternalResource = 20,
  kReverseScored = 21,
  kScaleMin = 22,
  kScaleMax = 23,
  kSource = 24,
};

enum class Presence : std::uint8_t {
  kBoth = 1,
  kAdded = 2,    // In what is compared to only.
  kRemoved = 3,  // In what is compared from only.
};

// What a change of one part does, and why.
struct PartRule {
  Part part;
  absl::string_view name;  // The field, or what else it is, in words.
  Comparability comparability;
  absl::string_view why;
};

// One rule for each part, in the order of the parts.
absl::Span<const PartRule> PartRules();

struct InstrumentChange {
  Part part;
  std::string language;  // Of a translation; else empty.
  Comparability comparability = Comparability::kNone;

  friend bool operator==(const InstrumentChange&,
                         const InstrumentChange&) = default;
};

// A network or an item.
struct QuestionComparison {
  std::string id;
  Presence presence = Presence::kBoth;
  Comparability comparability = Comparability::kNone;  // Of kBoth; the worst.
  std::vector<InstrumentChange> changes;               // Of kBoth.
  std::int32_t from_position = 0;                      // From 1, or 0.
  std::int32_t to_position = 0;                        // From 1, or 0.

  friend bool operator==(const QuestionComparison&,
                         const QuestionComparison&) = default;
};

struct InstrumentComparison {
  std::vector<InstrumentChange> changes;  // Of the instrument as a whole.
  // First those of `to`, in its order, then those of `from` that are not there.
  std::vector<QuestionComparison> networks;
  std::vector<QuestionComparison> items;

  friend bool operator==(const InstrumentComparison&,
                         const InstrumentComparison&) = default;
};

// Changes are in the order of their parts, then of their languages. Both are
// valid. Time O(questions * languages * log).
InstrumentComparison CompareInstruments(const Instrument& from,
                                        const Instrument& to);

}  // namespace pulsetaker::survey
