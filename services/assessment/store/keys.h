// The key space of the assessment store, all of it. Layout 1:
//
//   family                key            value
//   assessments           wave id        AssessmentRecord
//   national_assessments  tenant id      NationalRecord
//   releases              tenant digest  ReleaseRecord
//   withdrawn             wave id        see common/erasure/withdrawn_rows.h
//
// where `wave` is 0x01 tenant 0x00 locality 0x00 survey 0x00 number, and
// `tenant` is 0x01 tenant 0x00:
//
//   0x01      the layout. Another layout takes another byte; none is reused.
//   tenant, locality, survey
//             1 to 63 bytes of [a-z0-9_-]. They cannot hold 0x00, so 0x00 ends
//             them, and all of `north` sorts before all of `north-west`.
//   number    4 bytes, most significant first: byte order is numeric order, so
//             a page of a list is one forward scan.
//   id        32 bytes of [0-9a-f]: the assessment, or the national one.
//   digest    64 bytes of [0-9a-f]: what was asked, and of what data.
//
// These bytes are on disks that we don't own. keys_test.cc pins them; a change
// that breaks it needs a new layout byte and a migration, not a new golden.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::assessment::keys {

inline constexpr char kAssessmentsFamily[] = "assessments";
inline constexpr char kNationalFamily[] = "national_assessments";
inline constexpr char kReleasesFamily[] = "releases";
inline constexpr std::size_t kAssessmentIdLength = 32;
inline constexpr std::size_t kReleaseDigestLength = 64;

// What the keys of all assessments of `wave`, a resource name, start with.
// INTERNAL: it is none; whoever calls has checked it.
absl::StatusOr<std::string> PrefixOf(absl::string_view wave);

// What the keys of all assessments of `locality`, a resource name, start with.
// INTERNAL: it is none.
absl::StatusOr<std::string> PrefixOfLocality(absl::string_view locality);

// A wave within a locality.
struct WaveId {
  std::string survey;
  std::int32_t number = 0;
};

// The wave in a key with the prefix of a locality. DATA_LOSS,
// STORED_DATA_UNREADABLE if it is no key of an assessment.
absl::StatusOr<WaveId> WaveIdOf(absl::string_view key,
                                absl::string_view prefix);

// The key of an assessment, by its resource name. INTERNAL: it is none.
absl::StatusOr<std::string> ForAssessment(absl::string_view name);

// The same for national assessments, `tenant` being a resource name.
absl::StatusOr<std::string> NationalPrefixOf(absl::string_view tenant);
absl::StatusOr<std::string> ForNational(absl::string_view name);

// The id in a key with this prefix, of either kind. DATA_LOSS,
// STORED_DATA_UNREADABLE if it is no key of an assessment: a key from disk is
// input, so it is checked, and never asserted.
absl::StatusOr<std::string> IdOf(absl::string_view key,
                                 absl::string_view prefix);

// What the keys of all assessments of `tenant`, an id, start with, or those of
// all tenants if it is empty; the same for releases, whose tenant is never
// empty. INTERNAL: it is no id.
absl::StatusOr<std::string> PrefixOfTenant(absl::string_view tenant);

// The resource name of the assessment with this key. DATA_LOSS,
// STORED_DATA_UNREADABLE if it is no key of one.
absl::StatusOr<std::string> NameOf(absl::string_view key);

// The key of a release. INTERNAL: `tenant` is no id, or `digest` none.
absl::StatusOr<std::string> ForRelease(absl::string_view tenant,
                                       absl::string_view digest);

}  // namespace pulsetaker::assessment::keys
