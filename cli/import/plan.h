// What an import will send, in terms of the survey: nothing of files is left in
// it but where a wave's rows began, for messages.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pulsetaker::cli {

// Limits of the survey API, checked before anything is sent.
inline constexpr std::size_t kNetworkCountMax = 12;
inline constexpr std::int32_t kWeightMax = 1'000'000;

enum class Layer { kUnknown, kSystemic, kSectoral, kFrontline, kPublic };
enum class Invitation { kInvited, kNotInvited, kOptedOut };
enum class AnswerState { kResponded, kRespondedNobody };

struct NetworkSpec {
  std::string id;
  std::string label;
  std::string wording;
  bool is_directed = true;
  std::int32_t weight_min = 1;
  std::int32_t weight_max = 1;
  std::int32_t nomination_cap = 0;  // 0: none.

  friend bool operator==(const NetworkSpec&, const NetworkSpec&) = default;
};

struct ItemSpec {
  std::string id;
  std::int32_t scale_min = 1;
  std::int32_t scale_max = 5;

  friend bool operator==(const ItemSpec&, const ItemSpec&) = default;
};

// What of an instrument decides whether an answer is valid.
struct InstrumentSpec {
  std::vector<NetworkSpec> networks;
  std::vector<ItemSpec> items;

  friend bool operator==(const InstrumentSpec&,
                         const InstrumentSpec&) = default;
};

enum class InstrumentSource {
  kGiven,     // instrument.json
  kStandard,  // The standard instrument: the networks found are among its own.
  kDerived,   // Made from the networks found in ties.csv.
};

struct PlannedPerson {
  std::string id;
  std::string display_name;
  std::string organisation;
  std::string sector;
  Layer layer = Layer::kUnknown;
  Invitation invitation = Invitation::kInvited;
  std::map<std::string, std::string> attributes;

  friend bool operator==(const PlannedPerson&, const PlannedPerson&) = default;
};

struct PlannedNomination {
  std::string person;
  std::int32_t weight = 1;

  friend bool operator==(const PlannedNomination&,
                         const PlannedNomination&) = default;
};

struct PlannedNetworkAnswer {
  std::string network;
  AnswerState state = AnswerState::kResponded;
  std::vector<PlannedNomination> nominations;

  friend bool operator==(const PlannedNetworkAnswer&,
                         const PlannedNetworkAnswer&) = default;
};

struct PlannedItemAnswer {
  enum class Kind { kRating, kDontKnow, kNotApplicable };

  std::string item;
  Kind kind = Kind::kRating;
  std::int32_t rating = 0;

  friend bool operator==(const PlannedItemAnswer&,
                         const PlannedItemAnswer&) = default;
};

// A network that is left out was skipped.
struct PlannedResponse {
  std::string person;
  std::vector<PlannedNetworkAnswer> networks;
  std::vector<PlannedItemAnswer> items;

  friend bool operator==(const PlannedResponse&,
                         const PlannedResponse&) = default;
};

struct PlannedWave {
  std::int32_t wave = 1;
  std::vector<PlannedPerson> roster;       // Ascending by id.
  std::vector<PlannedResponse> responses;  // Ascending by person.
  // The first row that speaks of this wave, for messages about it.
  std::string first_file;
  std::int64_t first_line = 0;
};

struct PlannedLocality {
  std::string id;
  std::string display_name;
  std::vector<PlannedWave> waves;  // Ascending.
};

struct ImportCounts {
  std::map<std::string, std::int64_t> rows_by_file;
  std::int64_t rows_skipped = 0;
  std::int64_t invited_count = 0;
  std::int64_t not_invited_count = 0;
  std::int64_t opted_out_count = 0;
  std::int64_t response_count = 0;
  std::int64_t nomination_count = 0;  // Rows of ties.csv that are sent.
  // Of nomination_count: to people who are not nodes of the wave.
  std::int64_t outside_count = 0;
  // Undirected ties sent from their second person as well, who has no row of
  // their own and yet is tied. Not part of nomination_count.
  std::int64_t mirrored_count = 0;
  std::int64_t item_answer_count = 0;

  friend bool operator==(const ImportCounts&, const ImportCounts&) = default;
};

struct ImportPlan {
  InstrumentSource instrument_source = InstrumentSource::kDerived;
  InstrumentSpec instrument;
  std::string title;                        // Of meta.json; may be empty.
  std::vector<PlannedLocality> localities;  // Ascending by id.
  ImportCounts counts;
  std::vector<std::string> notes;  // What was decided for the sender.
};

}  // namespace pulsetaker::cli
