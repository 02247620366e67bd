// Looks at every row of a survey store: whether it can be read as strictly as
// the server reads it, and whether the rows agree with each other. What passes
// can be served.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/crypto/root_key.h"
#include "common/kv/rocks.h"

namespace pulsetaker::survey {

// What an audit has read.
struct StoreAudit {
  std::map<std::string, std::int64_t> row_counts;  // Of each family.
  std::int64_t digested_wave_count = 0;            // Closed ones.

  friend bool operator==(const StoreAudit&, const StoreAudit&) = default;
};

// Reads the state of `rocks`, whose families are keys::Families(), at the time
// of the call, also while it is written to. Checks that
// - every key and value of every family is one that this program writes;
// - what a row belongs to is there: its wave, survey, locality, instrument,
//   consent text, participant, key;
// - each wave has as many people and responses as its counts say;
// - the uploads of a wave have stored no more than it has, and it has no more
//   than they and single submissions can have stored; the same for revisions;
//   of both, what was withdrawn may be missing;
// - what a later revision took the place of is not in place itself, and what
// was
//   withdrawn is not there;
// - all that is sealed opens with its person's key, in its place;
// - each instrument, and the snapshot of each closed wave, has its digest.
//
// DATA_LOSS, STORED_DATA_UNREADABLE, which names the family and the key.
// FAILED_PRECONDITION, ROOT_KEY_UNKNOWN: not with this root key; nullptr is the
// one of the store's own. UNAVAILABLE: the disk does not answer. Time O(rows),
// memory O(waves).
absl::StatusOr<StoreAudit> AuditStore(
    kv::Rocks& rocks,
    std::shared_ptr<const crypto::RootKey> root_key = nullptr);

// The families of which an audit can read the rows. A test compares them with
// keys::Families().
std::vector<std::string> AuditedFamilies();

}  // namespace pulsetaker::survey
