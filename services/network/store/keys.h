// The key space of the analysis store, all of it. Layout 1:
//
//   family    key            value
//   analyses  wave id        ResultRecord
//   persons   wave id person ResultRecord
//   withdrawn wave id        see common/erasure/withdrawn_rows.h
//
// where `wave` is 0x01 tenant 0x00 locality 0x00 survey 0x00 number:
//
//   0x01      the layout. Another layout takes another byte; none is reused.
//   tenant, locality, survey
//             1 to 63 bytes of [a-z0-9_-]. They cannot hold 0x00, so 0x00 ends
//             them, and all of `north` sorts before all of `north-west`.
//   number    4 bytes, most significant first: byte order is numeric order.
//   id        32 bytes of [0-9a-f]: the analysis.
//   person    1 to 63 bytes of [a-z0-9_-]; what is before it has its length, so
//             nothing ends it, and people lie in the order of their ids.
//
// An analysis is there if its row in `analyses` is. It is written after all of
// its people, so whoever finds it finds them.
//
// These bytes are on disks that we don't own. keys_test.cc pins them; a change
// that breaks it needs a new layout byte and a migration, not a new golden.

#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/network/domain/snapshot.h"

namespace pulsetaker::network::keys {

inline constexpr char kAnalysesFamily[] = "analyses";
inline constexpr char kPersonsFamily[] = "persons";
inline constexpr std::size_t kAnalysisIdLength = 32;

// What all keys of one wave start with, in either family.
std::string Prefix(const WaveKey& wave);

// What all keys of one locality start with, in either family.
std::string LocalityPrefix(absl::string_view tenant,
                           absl::string_view locality);

std::string ForAnalysis(const WaveKey& wave, absl::string_view id);

// What the keys of all the people of an analysis start with.
std::string PersonsPrefix(const WaveKey& wave, absl::string_view id);
std::string ForPerson(const WaveKey& wave, absl::string_view id,
                      absl::string_view person);

struct AnalysisKey {
  WaveKey wave;
  std::string id;
};

// What ForAnalysis made the key of. DATA_LOSS, STORED_DATA_UNREADABLE if it
// made no such key.
absl::StatusOr<AnalysisKey> AnalysisKeyOf(absl::string_view key);

// The key of the analysis that a key is of that ForPerson made. DATA_LOSS,
// STORED_DATA_UNREADABLE if it made no such key.
absl::StatusOr<std::string> AnalysisOfPerson(absl::string_view key);

// The id in a key that ForAnalysis made for this wave; the person in one that
// ForPerson made for this analysis. DATA_LOSS, STORED_DATA_UNREADABLE if they
// made no such key: a key from disk is input, so it is checked, and never
// asserted.
absl::StatusOr<std::string> IdOf(absl::string_view key, const WaveKey& wave);
absl::StatusOr<std::string> PersonOf(absl::string_view key, const WaveKey& wave,
                                     absl::string_view id);

}  // namespace pulsetaker::network::keys
