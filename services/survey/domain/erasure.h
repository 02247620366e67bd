// Erasing a person: what is removed, what stays to keep them out, and the
// receipt. docs/domain/people.md has the rules.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/response.h"

namespace pulsetaker::survey {

// What was removed, in all waves of the locality.
struct ErasureCounts {
  std::int64_t roster_entries = 0;
  std::int64_t responses = 0;    // In place; with all that they superseded.
  std::int64_t nominations = 0;  // In answers of others, superseded ones too.
  std::int64_t invitations = 0;
  std::int64_t findings = 0;  // With what was noted of them.
  std::int64_t merges = 0;    // With the reason that was given.

  friend bool operator==(const ErasureCounts&, const ErasureCounts&) = default;
};

// What the one who asked is given. It does not say who was erased.
struct ErasureReceipt {
  std::string id;  // The UUID of the request that erased.
  absl::Time erase_time;
  ErasureCounts counts;
  std::string public_key;  // Ed25519: 32 bytes, and 64 of the signature.
  std::string signature;   // Of ContentOf.

  friend bool operator==(const ErasureReceipt&,
                         const ErasureReceipt&) = default;
};

// What is signed: lines of text, each of them `name: value`, in a fixed order.
std::string ContentOf(const ErasureReceipt& receipt);

// SHA-256 of ContentOf: 64 digits of [0-9a-f].
std::string DigestOf(const ErasureReceipt& receipt);

// The name of the public key: 16 digits of [0-9a-f].
std::string KeyIdOf(const ErasureReceipt& receipt);

// Someone who was erased. The ids are random, and all that is kept: without
// them a backup or a repeat would bring the person back.
struct Erasure {
  LocalityKey locality;
  // All of the person; the one that was asked for first.
  std::vector<std::string> ids;
  ErasureReceipt receipt;  // Without a signature before it is carried out.

  friend bool operator==(const Erasure&, const Erasure&) = default;
};

using IsErased = std::function<bool(absl::string_view id)>;

// Takes the nominations of those who are erased out of the answers, and counts
// them as hidden. An answer of which nothing is left stays one: the person
// named someone. Returns how many there were.
std::int64_t RemoveNominations(const IsErased& is_erased, Answers& answers);

}  // namespace pulsetaker::survey
