// Instruments: what people are asked, and what a valid one is.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pulsetaker::survey {

inline constexpr std::size_t kNetworkCountMax = 12;
inline constexpr std::size_t kItemCountMax = 500;
inline constexpr std::int32_t kWeightMax = 1'000'000;
inline constexpr std::int32_t kRatingMax = 100;
// Of one network's cap, and of all nominations of one response.
inline constexpr std::int32_t kNominationCountMax = 10'000;
inline constexpr std::size_t kTranslationCountMax = 50;
// Of all texts of all translations together.
inline constexpr std::size_t kTranslationBytesMax = std::size_t{1} << 20;

// The enums here are stored on disk and digested as their numbers, which are
// those of the API: never renumber. Values from outside may be any number;
// CheckInstrument refuses what is not named.

enum class Corner : std::uint8_t {
  kNone = 0,
  kAuthority = 1,
  kCapacity = 2,
  kValue = 3,
};

enum class Provenance : std::uint8_t {
  kUnknown = 0,  // Never valid.
  kSourced = 1,
  kAdapted = 2,
  kDesign = 3,
};

enum class Direction : std::uint8_t {
  kUnknown = 0,  // Never valid.
  kDirected = 1,
  kUndirected = 2,
};

enum class ItemKind : std::uint8_t {
  kUnknown = 0,  // Never valid.
  kCorner = 1,
  kArrow = 2,
  kSelfPlacedPhase = 3,
  kTriggerPresent = 4,
  kPervasive = 5,
};

// One question that asks for names.
struct Network {
  std::string network_id;
  std::string label;
  std::string wording;
  Provenance provenance = Provenance::kUnknown;
  Direction direction = Direction::kUnknown;
  std::string direction_meaning;    // May be empty.
  std::int32_t weight_min = 1;      // In [1, weight_max].
  std::int32_t weight_max = 1;      // At most kWeightMax.
  std::int32_t nomination_cap = 0;  // 0: none but kNominationCountMax.

  friend bool operator==(const Network&, const Network&) = default;
};

// From one corner of the triangle to another.
struct Arrow {
  Corner from = Corner::kNone;
  Corner to = Corner::kNone;

  friend bool operator==(const Arrow&, const Arrow&) = default;
};

// One statement that asks for a rating.
struct Item {
  std::string item_id;
  std::string wording;
  ItemKind kind = ItemKind::kUnknown;
  Corner corner = Corner::kNone;  // Of a kCorner, and of no other.
  std::optional<Arrow> arrow;     // Of a kArrow, and of no other.
  std::string cluster;            // An id, or empty.
  bool external_resource = false;
  bool reverse_scored = false;
  std::int32_t scale_min = 0;  // At least 0.
  std::int32_t scale_max = 0;  // Above scale_min, at most kRatingMax.
  std::string source;          // May be empty.

  friend bool operator==(const Item&, const Item&) = default;
};

// tenants/{tenant}/instruments/{instrument}
struct InstrumentKey {
  std::string tenant;
  std::string instrument;

  friend bool operator==(const InstrumentKey&, const InstrumentKey&) = default;
};

// One revision of it.
struct InstrumentRevisionKey {
  InstrumentKey instrument;
  std::int32_t revision = 0;  // 1 or more.

  friend bool operator==(const InstrumentRevisionKey&,
                         const InstrumentRevisionKey&) = default;
};

// The texts of a network in another language. Empty: not there yet.
struct NetworkTexts {
  std::string network_id;
  std::string label;
  std::string wording;
  std::string direction_meaning;

  friend bool operator==(const NetworkTexts&, const NetworkTexts&) = default;
};

// The text of an item in another language. Empty: not there yet.
struct ItemTexts {
  std::string item_id;
  std::string wording;

  friend bool operator==(const ItemTexts&, const ItemTexts&) = default;
};

// The texts of an instrument in another language.
struct Translation {
  std::string language;  // A BCP 47 tag.
  std::string display_name;
  std::vector<NetworkTexts> networks;
  std::vector<ItemTexts> items;

  friend bool operator==(const Translation&, const Translation&) = default;
};

// Of the API, as these numbers.
enum class InstrumentState : std::uint8_t {
  kDraft = 1,
  kPublished = 2,
};

// A revision of an instrument, which never changes once it is published, or its
// draft. instrument_versions.h has the rules.
struct Instrument {
  InstrumentKey key;
  std::string display_name;
  std::string language;  // A BCP 47 tag.
  std::vector<Network> networks;
  std::vector<Item> items;
  std::vector<Translation>
      translations;            // As CanonicalTranslations makes them.
  std::string content_digest;  // See content_digest.h.
  InstrumentState state = InstrumentState::kPublished;
  // The number of the revision, from 1. Of a draft, that of the latest
  // revision, 0 if there is none.
  std::int32_t revision = 1;
  absl::Time create_time;  // Times are whole microseconds.
  absl::Time update_time;
  absl::Time publish_time;  // Of a draft, meaningless.

  bool is_draft() const { return state == InstrumentState::kDraft; }

  friend bool operator==(const Instrument&, const Instrument&) = default;
};

// Checks what is asked; of translations, all but whether they are complete; see
// translation_check.h. INVALID_ARGUMENT with the
// metadata `field`, a path that begins with "instrument."; the first that
// matches, in this order:
//   FIELD_REQUIRED, TEXT_TOO_LONG, TEXT_MALFORMED   display_name
//   LANGUAGE_MALFORMED
//   NETWORK_COUNT_INVALID, TOO_MANY_ITEMS
//   of the first network at fault:
//     ID_MALFORMED, ID_REPEATED                     network_id
//     FIELD_REQUIRED, TEXT_TOO_LONG, TEXT_MALFORMED label, wording
//     PROVENANCE_UNKNOWN, DIRECTION_UNKNOWN
//     TEXT_TOO_LONG, TEXT_MALFORMED                 direction_meaning
//     WEIGHT_RANGE_INVALID                          weight_min, weight_max
//     NUMBER_OUT_OF_RANGE                           nomination_cap
//   of the first item at fault:
//     ID_MALFORMED, ID_REPEATED                     item_id
//     FIELD_REQUIRED, TEXT_TOO_LONG, TEXT_MALFORMED wording
//     ITEM_KIND_UNKNOWN
//     CORNER_INVALID                                corner, arrow
//     ID_MALFORMED                                  cluster
//     SCALE_INVALID                                 scale_min, scale_max
//     TEXT_TOO_LONG, TEXT_MALFORMED                 source
//   those of CheckTranslations
absl::Status CheckInstrument(const Instrument& instrument);

// LANGUAGE_MALFORMED: not a BCP 47 tag.
absl::Status CheckLanguage(absl::string_view field, absl::string_view language);

}  // namespace pulsetaker::survey
