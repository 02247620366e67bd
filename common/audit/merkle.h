// Merkle trees as in RFC 9162, section 2.1 (those of RFC 6962), over SHA-256:
//
//   MTH({})     = SHA-256()
//   MTH({d})    = SHA-256(0x00 || d)
//   MTH(D[0:n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])),
//                 k the largest power of two below n
//
// A tree only grows at its end, so a full subtree, one of 2^level leaves, never
// changes once it is there. Those are what a store keeps: a root or a proof
// needs O(log n) of them.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace pulsetaker::audit {

inline constexpr std::size_t kHashBytes = 32;
using Hash = std::array<std::uint8_t, kHashBytes>;

// False, and nothing is changed, if these are not kHashBytes bytes.
[[nodiscard]] bool FromBytes(absl::string_view bytes, Hash& hash);
std::string ToBytes(const Hash& hash);

Hash HashLeaf(absl::string_view leaf);
Hash HashNode(const Hash& left, const Hash& right);
// The root of the tree without leaves.
Hash EmptyRoot();

// The root of a full subtree: of the leaves [index * 2^level, (index + 1) *
// 2^level). Level 0 is a leaf.
struct NodeId {
  int level = 0;
  std::uint64_t index = 0;

  friend auto operator<=>(const NodeId&, const NodeId&) = default;
};

// Gives a full subtree that is in the tree. Its errors are handed on.
using NodeReader = std::function<absl::StatusOr<Hash>(const NodeId& id)>;
// Is given each full subtree when its last leaf is appended, leaves included,
// lower levels first.
using NodeWriter = std::function<void(const NodeId& id, const Hash& hash)>;

// A tree of which only the right edge is known, which is all that appending
// takes. A value: copies go on by themselves.
class CompactTree {
 public:
  CompactTree() = default;

  // The tree of the first `size` leaves: reads at most log2(size) + 1 nodes.
  static absl::StatusOr<CompactTree> Load(std::uint64_t size,
                                          const NodeReader& read);

  std::uint64_t size() const { return size_; }

  // Amortised: one node hash. `write` may be empty.
  void Append(const Hash& leaf_hash, const NodeWriter& write = {});

  // O(log size).
  Hash Root() const;

 private:
  std::uint64_t size_ = 0;
  // The full subtrees that the leaves fall into, the largest first: one for
  // each bit that is set in size_.
  std::vector<Hash> edge_;
};

// The proof that the leaf `index` is in the tree of the first `size` leaves:
// the siblings on the way to the root, from the bottom. Reads O(log size)
// nodes. OUT_OF_RANGE: `index` is not below `size`.
absl::StatusOr<std::vector<Hash>> InclusionProof(std::uint64_t index,
                                                 std::uint64_t size,
                                                 const NodeReader& read);

// The proof that the tree of the first `old_size` leaves is the beginning of
// that of the first `size`. Empty for equal sizes, and for an empty old tree,
// which is the beginning of any. Reads O(log size) nodes. OUT_OF_RANGE:
// `old_size` is above `size`.
absl::StatusOr<std::vector<Hash>> ConsistencyProof(std::uint64_t old_size,
                                                   std::uint64_t size,
                                                   const NodeReader& read);

// A leaf in a tree, as someone claims.
struct InclusionClaim {
  Hash leaf_hash;
  std::uint64_t index = 0;
  std::uint64_t size = 0;
  Hash root;
};

// OK: the proof shows it. DATA_LOSS, AUDIT_PROOF_INVALID: it does not.
absl::Status VerifyInclusion(const InclusionClaim& claim,
                             absl::Span<const Hash> proof);

// One tree as the beginning of another, as someone claims.
struct ConsistencyClaim {
  std::uint64_t old_size = 0;
  Hash old_root;
  std::uint64_t size = 0;
  Hash root;
};

// OK: the proof shows it. DATA_LOSS, AUDIT_PROOF_INVALID: it does not.
absl::Status VerifyConsistency(const ConsistencyClaim& claim,
                               absl::Span<const Hash> proof);

}  // namespace pulsetaker::audit
