#include "common/rpc/resource_name.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"

namespace pulsetaker::rpc {
namespace {

constexpr absl::string_view kTenantPattern = "tenants/{tenant}";
constexpr absl::string_view kLocalityPattern =
    "tenants/{tenant}/localities/{locality}";
constexpr absl::string_view kInstrumentPattern =
    "tenants/{tenant}/instruments/{instrument}";
constexpr absl::string_view kSurveyPattern =
    "tenants/{tenant}/localities/{locality}/surveys/{survey}";
constexpr absl::string_view kWavePattern =
    "tenants/{tenant}/localities/{locality}/surveys/{survey}/waves/{wave}";
constexpr absl::string_view kOperationPattern = "operations/{operation}";
constexpr char kReason[] = "NAME_MALFORMED";

bool IsPlaceholder(absl::string_view part) {
  return absl::StartsWith(part, "{");
}

// What is wrong with the id in the place of `placeholder`, or "".
absl::string_view ProblemOfId(absl::string_view placeholder,
                              absl::string_view id) {
  if (placeholder == "{wave}" || placeholder == "{consent_text}") {
    return ParseWaveId(id).has_value()
               ? ""
               : "is not a number of 1 to 2147483647 without leading zeros";
  }
  if (placeholder == "{operation}") {
    return IsUuid(id) ? "" : "is not a UUID in lower case";
  }
  return IsResourceId(id)
             ? ""
             : "is not 1 to 63 of a-z, 0-9, '-' and '_', beginning with a "
               "letter or digit";
}

WaveName WaveOf(const std::vector<std::string>& ids) {
  return {.tenant = ids[0],
          .locality = ids[1],
          .survey = ids[2],
          .wave = ParseWaveId(ids[3]).value_or(0)};
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ParseName(absl::string_view name,
                                                   absl::string_view pattern,
                                                   absl::string_view field) {
  const std::vector<absl::string_view> wanted = absl::StrSplit(pattern, '/');
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  bool has_form = parts.size() == wanted.size();
  for (std::size_t i = 0; has_form && i < parts.size(); ++i) {
    has_form = IsPlaceholder(wanted[i]) || parts[i] == wanted[i];
  }
  if (!has_form) {
    return InvalidField(kReason, field,
                        absl::StrCat("is not of the form ", pattern));
  }
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!IsPlaceholder(wanted[i])) continue;
    const absl::string_view problem = ProblemOfId(wanted[i], parts[i]);
    if (!problem.empty()) {
      return InvalidField(kReason, field,
                          absl::StrCat("is not of the form ", pattern, ": its ",
                                       wanted[i], " ", problem));
    }
    ids.emplace_back(parts[i]);
  }
  return ids;
}

absl::StatusOr<TenantName> ParseTenantName(absl::string_view name,
                                           absl::string_view field) {
  PT_ASSIGN_OR_RETURN(const auto ids, ParseName(name, kTenantPattern, field));
  return TenantName{.tenant = ids[0]};
}

absl::StatusOr<LocalityName> ParseLocalityName(absl::string_view name,
                                               absl::string_view field) {
  PT_ASSIGN_OR_RETURN(const auto ids, ParseName(name, kLocalityPattern, field));
  return LocalityName{.tenant = ids[0], .locality = ids[1]};
}

absl::StatusOr<InstrumentName> ParseInstrumentName(absl::string_view name,
                                                   absl::string_view field) {
  PT_ASSIGN_OR_RETURN(const auto ids,
                      ParseName(name, kInstrumentPattern, field));
  return InstrumentName{.tenant = ids[0], .instrument = ids[1]};
}

absl::StatusOr<SurveyName> ParseSurveyName(absl::string_view name,
                                           absl::string_view field) {
  PT_ASSIGN_OR_RETURN(const auto ids, ParseName(name, kSurveyPattern, field));
  return SurveyName{.tenant = ids[0], .locality = ids[1], .survey = ids[2]};
}

absl::StatusOr<WaveName> ParseWaveName(absl::string_view name,
                                       absl::string_view field) {
  PT_ASSIGN_OR_RETURN(const auto ids, ParseName(name, kWavePattern, field));
  return WaveOf(ids);
}

absl::StatusOr<WaveChildName> ParseWaveChildName(absl::string_view name,
                                                 absl::string_view collection,
                                                 absl::string_view field) {
  PT_ASSIGN_OR_RETURN(
      const auto ids,
      ParseName(name, absl::StrCat(kWavePattern, "/", collection, "/{id}"),
                field));
  return WaveChildName{.wave = WaveOf(ids), .id = ids[4]};
}

absl::StatusOr<std::string> ParseOperationName(absl::string_view name,
                                               absl::string_view field) {
  PT_ASSIGN_OR_RETURN(const auto ids,
                      ParseName(name, kOperationPattern, field));
  return ids[0];
}

std::string FormatName(const TenantName& name) {
  return absl::StrCat("tenants/", name.tenant);
}

std::string FormatName(const LocalityName& name) {
  return absl::StrCat("tenants/", name.tenant, "/localities/", name.locality);
}

std::string FormatName(const InstrumentName& name) {
  return absl::StrCat("tenants/", name.tenant, "/instruments/",
                      name.instrument);
}

std::string FormatName(const SurveyName& name) {
  return absl::StrCat("tenants/", name.tenant, "/localities/", name.locality,
                      "/surveys/", name.survey);
}

std::string FormatName(const WaveName& name) {
  return absl::StrCat("tenants/", name.tenant, "/localities/", name.locality,
                      "/surveys/", name.survey, "/waves/", name.wave);
}

std::string FormatName(const WaveChildName& name,
                       absl::string_view collection) {
  return absl::StrCat(FormatName(name.wave), "/", collection, "/", name.id);
}

std::string FormatOperationName(absl::string_view operation_id) {
  return absl::StrCat("operations/", operation_id);
}

}  // namespace pulsetaker::rpc
