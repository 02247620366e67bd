#include "common/audit/merkle.h"

#include <algorithm>
#include <bit>
#include <initializer_list>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "openssl/evp.h"

namespace pulsetaker::audit {
namespace {

constexpr std::uint8_t kLeafPrefix = 0x00;
constexpr std::uint8_t kNodePrefix = 0x01;

struct Piece {
  const void* bytes;
  std::size_t size;
};

// OpenSSL 3 looks an algorithm up by its name at each use, which takes longer
// than to hash a node: each thread does so once.
class Hasher {
 public:
  Hasher()
      : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
        context_(EVP_MD_CTX_new()) {
    Require(algorithm_ != nullptr && context_ != nullptr);
  }
  ~Hasher() {
    EVP_MD_CTX_free(context_);
    EVP_MD_free(algorithm_);
  }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Hash Digest(std::initializer_list<Piece> pieces) {
    Require(EVP_DigestInit_ex2(context_, algorithm_, nullptr) == 1);
    for (const Piece& piece : pieces) {
      Require(EVP_DigestUpdate(context_, piece.bytes, piece.size) == 1);
    }
    Hash hash;
    Require(EVP_DigestFinal_ex(context_, hash.data(), nullptr) == 1);
    return hash;
  }

 private:
  static void Require(bool succeeded) {
    if (!succeeded) FailStop("OpenSSL cannot compute SHA-256");
  }

  EVP_MD* const algorithm_;
  EVP_MD_CTX* const context_;
};

Hash Digest(std::initializer_list<Piece> pieces) {
  thread_local Hasher hasher;
  return hasher.Digest(pieces);
}

// The largest power of two below `count`, which is 2 or more.
std::uint64_t SplitOf(std::uint64_t count) { return std::bit_floor(count - 1); }

// Leaves [begin, end), whose begin is a multiple of the size of the smallest
// full tree that holds as many: how RFC 9162 splits a tree.
struct Leaves {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  std::uint64_t count() const { return end - begin; }
  Leaves left() const { return {begin, begin + SplitOf(count())}; }
  Leaves right() const { return {begin + SplitOf(count()), end}; }
};

absl::StatusOr<Hash> RootOf(const Leaves& leaves, const NodeReader& read) {
  if (std::has_single_bit(leaves.count())) {
    const int level = std::countr_zero(leaves.count());
    return read({.level = level, .index = leaves.begin >> level});
  }
  PT_ASSIGN_OR_RETURN(const Hash left, RootOf(leaves.left(), read));
  PT_ASSIGN_OR_RETURN(const Hash right, RootOf(leaves.right(), read));
  return HashNode(left, right);
}

absl::Status OutOfRange(absl::string_view what, std::uint64_t found,
                        std::uint64_t size) {
  return absl::OutOfRangeError(
      absl::StrCat(what, " ", found, " of a tree of ", size, " leaves"));
}

absl::Status InvalidProof(absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "AUDIT_PROOF_INVALID", problem);
}

// Takes hashes off the front of a proof.
class ProofReader {
 public:
  explicit ProofReader(absl::Span<const Hash> proof) : rest_(proof) {}

  bool empty() const { return rest_.empty(); }
  const Hash& Next() {
    const Hash& next = rest_.front();
    rest_.remove_prefix(1);
    return next;
  }

 private:
  absl::Span<const Hash> rest_;
};

}  // namespace

bool FromBytes(absl::string_view bytes, Hash& hash) {
  if (bytes.size() != kHashBytes) return false;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return true;
}

std::string ToBytes(const Hash& hash) {
  return std::string(hash.begin(), hash.end());
}

Hash HashLeaf(absl::string_view leaf) {
  return Digest({{&kLeafPrefix, 1}, {leaf.data(), leaf.size()}});
}

Hash HashNode(const Hash& left, const Hash& right) {
  return Digest({{&kNodePrefix, 1},
                 {left.data(), left.size()},
                 {right.data(), right.size()}});
}

Hash EmptyRoot() { return Digest({}); }

absl::StatusOr<CompactTree> CompactTree::Load(std::uint64_t size,
                                              const NodeReader& read) {
  CompactTree tree;
  tree.size_ = size;
  std::uint64_t begin = 0;
  for (std::uint64_t rest = size; rest > 0;) {
    const std::uint64_t count = std::bit_floor(rest);
    PT_ASSIGN_OR_RETURN(const Hash root,
                        RootOf({.begin = begin, .end = begin + count}, read));
    tree.edge_.push_back(root);
    begin += count;
    rest -= count;
  }
  return tree;
}

void CompactTree::Append(const Hash& leaf_hash, const NodeWriter& write) {
  NodeId id = {.level = 0, .index = size_};
  Hash hash = leaf_hash;
  if (write) write(id, hash);
  // As in adding 1 to a binary number: each carry joins two subtrees.
  for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    hash = HashNode(edge_.back(), hash);
    edge_.pop_back();
    id = {.level = id.level + 1, .index = id.index >> 1};
    if (write) write(id, hash);
  }
  edge_.push_back(hash);
  ++size_;
}

Hash CompactTree::Root() const {
  if (edge_.empty()) return EmptyRoot();
  Hash root = edge_.back();
  for (std::size_t i = edge_.size() - 1; i > 0; --i) {
    root = HashNode(edge_[i - 1], root);
  }
  return root;
}

absl::StatusOr<std::vector<Hash>> InclusionProof(std::uint64_t index,
                                                 std::uint64_t size,
                                                 const NodeReader& read) {
  if (index >= size) return OutOfRange("leaf", index, size);
  std::vector<Hash> proof;
  Leaves leaves = {.begin = 0, .end = size};
  while (leaves.count() > 1) {
    const bool is_left = index < leaves.left().end;
    PT_ASSIGN_OR_RETURN(const Hash sibling,
                        RootOf(is_left ? leaves.right() : leaves.left(), read));
    proof.push_back(sibling);
    leaves = is_left ? leaves.left() : leaves.right();
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

absl::StatusOr<std::vector<Hash>> ConsistencyProof(std::uint64_t old_size,
                                                   std::uint64_t size,
                                                   const NodeReader& read) {
  if (old_size > size) return OutOfRange("the first leaves", old_size, size);
  std::vector<Hash> proof;
  if (old_size == 0 || old_size == size) return proof;
  Leaves leaves = {.begin = 0, .end = size};
  while (leaves.end != old_size) {
    const bool ends_left = old_size <= leaves.left().end;
    PT_ASSIGN_OR_RETURN(
        const Hash sibling,
        RootOf(ends_left ? leaves.right() : leaves.left(), read));
    proof.push_back(sibling);
    leaves = ends_left ? leaves.left() : leaves.right();
  }
  // Whoever has the old root knows the old tree, but not its last part.
  if (leaves.begin > 0) {
    PT_ASSIGN_OR_RETURN(const Hash last, RootOf(leaves, read));
    proof.push_back(last);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

// RFC 9162, section 2.1.3.2.
absl::Status VerifyInclusion(const InclusionClaim& claim,
                             absl::Span<const Hash> proof) {
  if (claim.index >= claim.size) {
    return InvalidProof(absl::StrCat("leaf ", claim.index,
                                     " cannot be in a tree of ", claim.size));
  }
  std::uint64_t index = claim.index;
  std::uint64_t last = claim.size - 1;
  Hash root = claim.leaf_hash;
  for (const Hash& sibling : proof) {
    if (last == 0) return InvalidProof("the proof of inclusion is too long");
    if ((index & 1) != 0 || index == last) {
      root = HashNode(sibling, root);
      while ((index & 1) == 0 && index != 0) {
        index >>= 1;
        last >>= 1;
      }
    } else {
      root = HashNode(root, sibling);
    }
    index >>= 1;
    last >>= 1;
  }
  if (last != 0) return InvalidProof("the proof of inclusion is too short");
  if (root != claim.root) {
    return InvalidProof("the proof of inclusion leads to another root");
  }
  return absl::OkStatus();
}

// RFC 9162, section 2.1.4.2.
absl::Status VerifyConsistency(const ConsistencyClaim& claim,
                               absl::Span<const Hash> proof) {
  if (claim.old_size > claim.size) {
    return InvalidProof("the old tree is larger than the tree");
  }
  if (claim.old_size == 0 || claim.old_size == claim.size) {
    const Hash expected = claim.old_size == 0 ? EmptyRoot() : claim.root;
    if (!proof.empty()) {
      return InvalidProof("the proof of consistency is too long");
    }
    if (claim.old_root != expected) {
      return InvalidProof("the roots differ where they cannot");
    }
    return absl::OkStatus();
  }
  std::uint64_t index = claim.old_size - 1;
  std::uint64_t last = claim.size - 1;
  while ((index & 1) != 0) {
    index >>= 1;
    last >>= 1;
  }
  ProofReader reader(proof);
  if (reader.empty()) {
    return InvalidProof("the proof of consistency is too short");
  }
  // A full old tree is the first hash itself.
  Hash old_root = index == 0 ? claim.old_root : reader.Next();
  Hash root = old_root;
  while (!reader.empty()) {
    if (last == 0) return InvalidProof("the proof of consistency is too long");
    const Hash& sibling = reader.Next();
    if ((index & 1) != 0 || index == last) {
      old_root = HashNode(sibling, old_root);
      root = HashNode(sibling, root);
      while ((index & 1) == 0 && index != 0) {
        index >>= 1;
        last >>= 1;
      }
    } else {
      root = HashNode(root, sibling);
    }
    index >>= 1;
    last >>= 1;
  }
  if (last != 0) return InvalidProof("the proof of consistency is too short");
  if (old_root != claim.old_root || root != claim.root) {
    return InvalidProof("the proof of consistency leads to other roots");
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::audit
