// Names of resources: paths in which every resource has one spelling. Parsers
// return INVALID_ARGUMENT, NAME_MALFORMED with the `field` that held the name,
// and say which part is wrong.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::rpc {

// tenants/{tenant}
struct TenantName {
  std::string tenant;
  friend bool operator==(const TenantName&, const TenantName&) = default;
};

// tenants/{tenant}/localities/{locality}
struct LocalityName {
  std::string tenant;
  std::string locality;
  friend bool operator==(const LocalityName&, const LocalityName&) = default;
};

// tenants/{tenant}/instruments/{instrument}
struct InstrumentName {
  std::string tenant;
  std::string instrument;
  friend bool operator==(const InstrumentName&,
                         const InstrumentName&) = default;
};

// tenants/{tenant}/localities/{locality}/surveys/{survey}
struct SurveyName {
  std::string tenant;
  std::string locality;
  std::string survey;
  friend bool operator==(const SurveyName&, const SurveyName&) = default;
};

// tenants/{tenant}/localities/{locality}/surveys/{survey}/waves/{wave}
struct WaveName {
  std::string tenant;
  std::string locality;
  std::string survey;
  std::int32_t wave = 0;  // 1 or more.
  friend bool operator==(const WaveName&, const WaveName&) = default;
};

// A resource of a wave: {wave}/participants/{id} and so on.
struct WaveChildName {
  WaveName wave;
  std::string id;
  friend bool operator==(const WaveChildName&, const WaveChildName&) = default;
};

// The collections that a WaveChildName can be of.
inline constexpr char kParticipants[] = "participants";
inline constexpr char kResponses[] = "responses";
inline constexpr char kUploads[] = "uploads";
inline constexpr char kInvitations[] = "invitations";
inline constexpr char kAnalyses[] = "analyses";
inline constexpr char kAssessments[] = "assessments";

absl::StatusOr<TenantName> ParseTenantName(absl::string_view name,
                                           absl::string_view field);
absl::StatusOr<LocalityName> ParseLocalityName(absl::string_view name,
                                               absl::string_view field);
absl::StatusOr<InstrumentName> ParseInstrumentName(absl::string_view name,
                                                   absl::string_view field);
absl::StatusOr<SurveyName> ParseSurveyName(absl::string_view name,
                                           absl::string_view field);
absl::StatusOr<WaveName> ParseWaveName(absl::string_view name,
                                       absl::string_view field);
// `collection` is one of those above.
absl::StatusOr<WaveChildName> ParseWaveChildName(absl::string_view name,
                                                 absl::string_view collection,
                                                 absl::string_view field);

// The id of operations/{operation}: a UUID.
absl::StatusOr<std::string> ParseOperationName(absl::string_view name,
                                               absl::string_view field);

std::string FormatName(const TenantName& name);
std::string FormatName(const LocalityName& name);
std::string FormatName(const InstrumentName& name);
std::string FormatName(const SurveyName& name);
std::string FormatName(const WaveName& name);
std::string FormatName(const WaveChildName& name, absl::string_view collection);
std::string FormatOperationName(absl::string_view operation_id);

// The ids in `name`, which has the form of `pattern`, such as
// "tenants/{tenant}/waves/{wave}". Ids of {wave} and {consent_text} are
// numbers, of {operation} UUIDs, all others resource ids.
absl::StatusOr<std::vector<std::string>> ParseName(absl::string_view name,
                                                   absl::string_view pattern,
                                                   absl::string_view field);

}  // namespace pulsetaker::rpc
