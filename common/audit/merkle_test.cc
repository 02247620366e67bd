// Against the published vectors of Certificate Transparency's tree of eight
// leaves, and against the definition of RFC 9162, written down naively.

#include "common/audit/merkle.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/digest.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::audit {
namespace {

using Proof = std::vector<Hash>;

Hash FromHex(absl::string_view hex) {
  Hash hash{};
  EXPECT_TRUE(FromBytes(absl::HexStringToBytes(hex), hash)) << hex;
  return hash;
}

// The definitions, over SHA-256 from another place than that of the code.
Hash NaiveDigest(const std::string& bytes) {
  Hash hash{};
  EXPECT_TRUE(FromBytes(Sha256().Update(bytes).Finish(), hash));
  return hash;
}

Hash NaiveRoot(absl::Span<const std::string> leaves) {
  if (leaves.empty()) return NaiveDigest("");
  if (leaves.size() == 1) {
    return NaiveDigest(absl::StrCat(std::string(1, '\0'), leaves[0]));
  }
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  return NaiveDigest(absl::StrCat("\x01",
                                  ToBytes(NaiveRoot(leaves.subspan(0, k))),
                                  ToBytes(NaiveRoot(leaves.subspan(k)))));
}

// PATH(m, D[n]) of RFC 9162, section 2.1.3.1.
Proof NaivePath(std::size_t m, absl::Span<const std::string> leaves) {
  if (leaves.size() == 1) return {};
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  Proof path = m < k ? NaivePath(m, leaves.subspan(0, k))
                     : NaivePath(m - k, leaves.subspan(k));
  path.push_back(NaiveRoot(m < k ? leaves.subspan(k) : leaves.subspan(0, k)));
  return path;
}

// SUBPROOF(m, D[n], b) of RFC 9162, section 2.1.4.1.
Proof NaiveSubproof(std::size_t m, absl::Span<const std::string> leaves,
                    bool whole) {
  if (m == leaves.size()) return whole ? Proof() : Proof{NaiveRoot(leaves)};
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  Proof proof = m <= k ? NaiveSubproof(m, leaves.subspan(0, k), whole)
                       : NaiveSubproof(m - k, leaves.subspan(k), false);
  proof.push_back(NaiveRoot(m <= k ? leaves.subspan(k) : leaves.subspan(0, k)));
  return proof;
}

// A tree whose full subtrees are kept, as a store does.
class KeptTree {
 public:
  explicit KeptTree(absl::Span<const std::string> leaves) {
    for (const std::string& leaf : leaves) {
      tree_.Append(HashLeaf(leaf), [this](const NodeId& id, const Hash& hash) {
        EXPECT_TRUE(nodes_.emplace(id, hash).second) << "given twice";
      });
    }
  }

  const CompactTree& tree() const { return tree_; }
  std::size_t node_count() const { return nodes_.size(); }
  NodeReader reader() {
    return [this](const NodeId& id) -> absl::StatusOr<Hash> {
      ++reads_;
      const auto found = nodes_.find(id);
      if (found == nodes_.end()) return absl::InternalError("not kept");
      return found->second;
    };
  }
  int TakeReads() { return std::exchange(reads_, 0); }

 private:
  CompactTree tree_;
  std::map<NodeId, Hash> nodes_;
  int reads_ = 0;
};

std::vector<std::string> NumberedLeaves(std::size_t count) {
  std::vector<std::string> leaves;
  for (std::size_t i = 0; i < count; ++i) {
    leaves.push_back(absl::StrCat("leaf ", i));
  }
  return leaves;
}

std::vector<std::string> PublishedLeaves() {
  std::vector<std::string> leaves;
  for (const char* hex :
       {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f"}) {
    leaves.push_back(absl::HexStringToBytes(hex));
  }
  return leaves;
}

constexpr const char* kPublishedRoots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

struct PublishedProof {
  std::uint64_t first;  // A leaf, from 0, or the size of the old tree.
  std::uint64_t size;
  std::vector<const char*> hashes;
};

const PublishedProof kPublishedInclusions[] = {
    {0, 1, {}},
    {0,
     8,
     {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {5,
     8,
     {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2,
     3,
     {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
    {1,
     5,
     {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};

const PublishedProof kPublishedConsistencies[] = {
    {1, 1, {}},
    {1,
     8,
     {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {6,
     8,
     {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2,
     5,
     {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};

Proof ToProof(const PublishedProof& published) {
  Proof proof;
  for (const char* hex : published.hashes) proof.push_back(FromHex(hex));
  return proof;
}

TEST(MerkleTest, GivesThePublishedRoots) {
  CompactTree tree;
  EXPECT_EQ(tree.Root(), FromHex(kPublishedRoots[0]));
  for (const std::string& leaf : PublishedLeaves()) {
    tree.Append(HashLeaf(leaf));
    EXPECT_EQ(tree.Root(), FromHex(kPublishedRoots[tree.size()]))
        << tree.size();
  }
}

TEST(MerkleTest, GivesThePublishedProofs) {
  KeptTree kept(PublishedLeaves());
  for (const PublishedProof& published : kPublishedInclusions) {
    const auto proof =
        InclusionProof(published.first, published.size, kept.reader());
    ASSERT_TRUE(proof.ok()) << proof.status();
    EXPECT_EQ(*proof, ToProof(published));
  }
  for (const PublishedProof& published : kPublishedConsistencies) {
    const auto proof =
        ConsistencyProof(published.first, published.size, kept.reader());
    ASSERT_TRUE(proof.ok()) << proof.status();
    EXPECT_EQ(*proof, ToProof(published));
    EXPECT_TRUE(VerifyConsistency(
                    {.old_size = published.first,
                     .old_root = FromHex(kPublishedRoots[published.first]),
                     .size = published.size,
                     .root = FromHex(kPublishedRoots[published.size])},
                    *proof)
                    .ok());
  }
}

TEST(MerkleTest, IsTheDefinitionForEverySizeAndLeaf) {
  const std::vector<std::string> all = NumberedLeaves(70);
  for (std::size_t size = 0; size <= all.size(); ++size) {
    const auto leaves = absl::MakeConstSpan(all).subspan(0, size);
    KeptTree kept(leaves);
    const Hash root = NaiveRoot(leaves);
    EXPECT_EQ(kept.tree().Root(), root) << size;
    EXPECT_LT(kept.node_count(), 2 * size + 1);
    for (std::size_t i = 0; i < size; ++i) {
      const auto proof = InclusionProof(i, size, kept.reader());
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_EQ(*proof, NaivePath(i, leaves)) << i << " of " << size;
      EXPECT_TRUE(VerifyInclusion({.leaf_hash = HashLeaf(leaves[i]),
                                   .index = i,
                                   .size = size,
                                   .root = root},
                                  *proof)
                      .ok());
    }
    for (std::size_t old_size = 1; old_size <= size; ++old_size) {
      const auto proof = ConsistencyProof(old_size, size, kept.reader());
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_EQ(*proof, NaiveSubproof(old_size, leaves, true))
          << old_size << " of " << size;
      EXPECT_TRUE(
          VerifyConsistency({.old_size = old_size,
                             .old_root = NaiveRoot(leaves.subspan(0, old_size)),
                             .size = size,
                             .root = root},
                            *proof)
              .ok());
    }
  }
}

TEST(MerkleTest, LoadsFromTheKeptNodesAndGoesOn) {
  const std::vector<std::string> all = NumberedLeaves(300);
  KeptTree kept(all);
  for (std::uint64_t size = 0; size < all.size(); size += 7) {
    auto tree = CompactTree::Load(size, kept.reader());
    ASSERT_TRUE(tree.ok()) << tree.status();
    for (std::size_t i = size; i < all.size(); ++i) {
      tree->Append(HashLeaf(all[i]));
    }
    EXPECT_EQ(tree->Root(), kept.tree().Root()) << size;
    EXPECT_EQ(tree->size(), all.size());
  }
}

TEST(MerkleTest, ReadsFewNodes) {
  const std::vector<std::string> all = NumberedLeaves((1 << 14) + 4321);
  KeptTree kept(all);
  Random random(7);
  constexpr int kLevels = 15;
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t size = 1 + random.Uniform(all.size());
    kept.TakeReads();
    ASSERT_TRUE(CompactTree::Load(size, kept.reader()).ok());
    EXPECT_LE(kept.TakeReads(), kLevels);
    ASSERT_TRUE(InclusionProof(random.Uniform(size), size, kept.reader()).ok());
    EXPECT_LE(kept.TakeReads(), 2 * kLevels);
    ASSERT_TRUE(
        ConsistencyProof(1 + random.Uniform(size), size, kept.reader()).ok());
    EXPECT_LE(kept.TakeReads(), 2 * kLevels);
  }
}

// Whatever is changed of a claim or its proof, it no longer holds.
TEST(MerkleTest, RefusesEveryOtherClaim) {
  const std::vector<std::string> all = NumberedLeaves(40);
  KeptTree kept(all);
  Random random(11);
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::uint64_t size = 2 + random.Uniform(all.size() - 1);
    const auto leaves = absl::MakeConstSpan(all).subspan(0, size);
    const std::uint64_t index = random.Uniform(size);
    const std::uint64_t old_size = 1 + random.Uniform(size - 1);
    InclusionClaim in = {.leaf_hash = HashLeaf(leaves[index]),
                         .index = index,
                         .size = size,
                         .root = NaiveRoot(leaves)};
    ConsistencyClaim grown = {
        .old_size = old_size,
        .old_root = NaiveRoot(leaves.subspan(0, old_size)),
        .size = size,
        .root = in.root};
    Proof path = *InclusionProof(index, size, kept.reader());
    Proof proof = *ConsistencyProof(old_size, size, kept.reader());
    const std::uint8_t bit = static_cast<std::uint8_t>(1u << random.Uniform(8));
    const std::size_t byte = random.Uniform(kHashBytes);
    switch (random.Uniform(5)) {
      case 0:
        path[random.Uniform(path.size())][byte] ^= bit;
        proof[random.Uniform(proof.size())][byte] ^= bit;
        break;
      case 1:
        path.pop_back();
        proof.pop_back();
        break;
      case 2:
        path.push_back(in.root);
        proof.push_back(in.root);
        break;
      case 3:
        in.root[byte] ^= bit;
        grown.root[byte] ^= bit;
        break;
      case 4:
        in.leaf_hash[byte] ^= bit;
        grown.old_root[byte] ^= bit;
        break;
    }
    const absl::Status included = VerifyInclusion(in, path);
    const absl::Status consistent = VerifyConsistency(grown, proof);
    EXPECT_EQ(ReasonOf(included), "AUDIT_PROOF_INVALID");
    EXPECT_EQ(ReasonOf(consistent), "AUDIT_PROOF_INVALID");
    refused += included.ok() || consistent.ok() ? 0 : 1;
  }
  EXPECT_EQ(refused, 3000);
}

TEST(MerkleTest, RefusesAnotherPlaceInTheTree) {
  const std::vector<std::string> all = NumberedLeaves(21);
  KeptTree kept(all);
  const Hash root = NaiveRoot(all);
  for (std::uint64_t index = 0; index < all.size(); ++index) {
    const Proof path = *InclusionProof(index, all.size(), kept.reader());
    for (std::uint64_t other = 0; other <= all.size(); ++other) {
      EXPECT_EQ(VerifyInclusion({.leaf_hash = HashLeaf(all[index]),
                                 .index = other,
                                 .size = all.size(),
                                 .root = root},
                                path)
                    .ok(),
                other == index);
    }
  }
}

TEST(MerkleTest, JudgesTheEdges) {
  KeptTree kept(NumberedLeaves(3));
  EXPECT_EQ(InclusionProof(3, 3, kept.reader()).status().code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ConsistencyProof(4, 3, kept.reader()).status().code(),
            absl::StatusCode::kOutOfRange);
  const Hash root = kept.tree().Root();
  EXPECT_TRUE(
      VerifyConsistency(
          {.old_size = 0, .old_root = EmptyRoot(), .size = 3, .root = root}, {})
          .ok());
  const ConsistencyClaim bad[] = {
      {.old_size = 0, .old_root = root, .size = 3, .root = root},
      {.old_size = 3, .old_root = EmptyRoot(), .size = 3, .root = root},
      {.old_size = 4, .old_root = root, .size = 3, .root = root},
      {.old_size = 2, .old_root = root, .size = 3, .root = root},
  };
  for (const ConsistencyClaim& claim : bad) {
    EXPECT_EQ(ReasonOf(VerifyConsistency(claim, {})), "AUDIT_PROOF_INVALID");
  }
  EXPECT_FALSE(
      VerifyConsistency(
          {.old_size = 3, .old_root = root, .size = 3, .root = root}, {root})
          .ok());
}

TEST(MerkleTest, HandsOnWhatTheReaderSays) {
  const NodeReader broken = [](const NodeId&) -> absl::StatusOr<Hash> {
    return absl::DataLossError("gone");
  };
  EXPECT_TRUE(absl::IsDataLoss(CompactTree::Load(5, broken).status()));
  EXPECT_TRUE(absl::IsDataLoss(InclusionProof(1, 5, broken).status()));
  EXPECT_TRUE(absl::IsDataLoss(ConsistencyProof(3, 5, broken).status()));
}

}  // namespace
}  // namespace pulsetaker::audit
