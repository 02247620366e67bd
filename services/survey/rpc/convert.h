// Parts of messages that more than one kind of resource has: names, etags,
// times, enums.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/rpc/resource_name.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/survey.h"
#include "services/survey/domain/upload.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

inline constexpr absl::string_view kErrorDomain = "survey.pulsetaker";

LocalityKey ToKey(const rpc::LocalityName& name);
InstrumentKey ToKey(const rpc::InstrumentName& name);
SurveyKey ToKey(const rpc::SurveyName& name);
WaveKey ToKey(const rpc::WaveName& name);

std::string NameOf(const LocalityKey& key);
std::string NameOf(const InstrumentKey& key);
std::string NameOf(const SurveyKey& key);
std::string NameOf(const WaveKey& key);
// `collection` is one of those of common/rpc/resource_name.h.
std::string NameOf(const WaveKey& key, absl::string_view collection,
                   absl::string_view id);

// An etag is the revision, in a coat that keeps people from computing with it.
std::string EtagOf(std::int64_t revision);

// The revision that a caller expects: none for an empty etag, and one that no
// resource ever has for an etag that no resource ever had.
std::optional<std::int64_t> ExpectedRevision(absl::string_view etag);

google::protobuf::Timestamp ToTimestamp(absl::Time time);

// An enum of the domain from the number of an enum of the API, which are the
// same. A number that this program does not know becomes a value that the
// domain refuses.
template <typename Enum>
Enum ToEnum(int number, Enum last) {
  const bool known = number >= 0 && number <= static_cast<int>(last);
  // Any byte is a value of an enum whose type is a byte, named or not.
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
  return static_cast<Enum>(known ? number : 0xff);
}

}  // namespace pulsetaker::survey
