// A record that is dropped, changed or moved is found every time: in an export,
// by who has the public key, and in the rows of a store. Sizes:
// PULSETAKER_AUDIT_RECORDS, PULSETAKER_AUDIT_TAMPERINGS (of exports),
// PULSETAKER_AUDIT_STORE_TAMPERINGS.

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "common/audit/audit_log.h"
#include "common/audit/audit_store.h"
#include "common/audit/audit_testing.h"
#include "common/audit/export_file.h"
#include "common/audit/export_verifier.h"
#include "common/audit/key_file.h"
#include "common/audit/keys.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "tests/support/sizes.h"

namespace pulsetaker::audit {
namespace {

namespace fs = std::filesystem;
using testing::SizeFromEnvironment;

constexpr std::uint64_t kRecordsTogether = 1000;
constexpr std::uint64_t kMarkEvery = 2000;
constexpr std::uint64_t kLateRecords = 5000;
constexpr std::size_t kAll = std::size_t{1} << 40;

// What was done to a log.
enum class Kind {
  kDropOne,
  kDropSome,
  kChangeByte,
  kSwap,
  kRepeat,
  kCutAtByte,
  kCutBehindKeptHead,
  kWriteAnew,
  kWriteAnewAndSign,
  kCount
};
constexpr std::array<const char*, static_cast<std::size_t>(Kind::kCount)>
    kKindNames = {"drop one",
                  "drop some",
                  "change a byte",
                  "swap two",
                  "repeat one",
                  "cut anywhere",
                  "cut and sign again with the key",
                  "write all anew from one on",
                  "the same, and sign with another key"};

// An export, as bytes, and how to verify one that is the same up to somewhere
// without beginning again.
struct Pristine {
  VerifierKey key;
  SignedTreeHead head;
  std::string start;                  // Before the first leaf.
  std::vector<std::string> leaves;    // As in the tree.
  std::vector<std::size_t> offsets;   // Of each leaf in the file, and its end.
  std::vector<ExportVerifier> marks;  // After each kMarkEvery leaves.
  std::string file;
};

// Reads leaves for a verifier. What a leaf is follows from its bytes, so that
// those of the log are read once and not again in each of thousands of exports.
class LeafReader {
 public:
  void Remember(const std::vector<std::string>& leaves) {
    for (const std::string& leaf : leaves) {
      facts_.emplace(leaf, ExportVerifier::Read(leaf));
    }
  }
  ExportVerifier::LeafFacts Read(const std::string& leaf) const {
    const auto known = facts_.find(leaf);
    return known == facts_.end() ? ExportVerifier::Read(leaf) : known->second;
  }

 private:
  absl::flat_hash_map<absl::string_view, ExportVerifier::LeafFacts> facts_;
};

// What a verifier says who has the public key; nothing if the file is refused
// before any record.
std::optional<Verdict> VerifyFile(const Pristine& pristine,
                                  const LeafReader& read,
                                  const std::string& file,
                                  std::uint64_t same_up_to,
                                  const std::vector<SignedTreeHead>& kept) {
  // What comes before the mark is the same, and was verified already. Kept
  // heads belong to a verifier from its beginning.
  std::size_t mark =
      kept.empty() ? static_cast<std::size_t>(same_up_to / kMarkEvery) : 0;
  std::string rest = file;
  if (mark > 0) {
    const std::size_t skip =
        pristine.offsets[static_cast<std::size_t>(mark * kMarkEvery)] -
        pristine.start.size();
    rest.erase(pristine.start.size(), skip);
  }
  std::istringstream in(rest);
  ExportReader reader(in);
  const auto start = reader.ReadStart();
  if (!start.ok() || start->key != pristine.key ||
      !VerifyHead(start->head, pristine.key).ok()) {
    return std::nullopt;
  }
  ExportVerifier verifier =
      mark == 0 ? ExportVerifier(start->head, kept) : pristine.marks[mark];
  std::string leaf;
  for (;;) {
    const auto more = reader.ReadLeaf(leaf);
    if (!more.ok()) return verifier.Finish(more.status());
    if (!*more) return verifier.Finish();
    verifier.Add(read.Read(leaf));
  }
}

bool Covers(const Finding& finding, std::uint64_t sequence) {
  return finding.first <= sequence && sequence <= finding.last;
}

bool Names(const Verdict& verdict, Finding::Kind kind, std::uint64_t sequence) {
  return std::any_of(verdict.findings.begin(), verdict.findings.end(),
                     [&](const Finding& finding) {
                       return finding.kind == kind &&
                              finding.first == sequence &&
                              finding.last == sequence;
                     });
}

class AuditTamperingTest : public ::testing::Test {
 protected:
  AuditTamperingTest()
      : folder_(fs::temp_directory_path() / absl::StrCat("audit-", NewUuid())) {
    fs::create_directories(folder_);
  }
  ~AuditTamperingTest() override { fs::remove_all(folder_); }

  AuditLogOptions Options() {
    return {.path = "/data/audit",
            .service = "survey",
            .key_path = (folder_ / "key.pem").string(),
            .clock = [] { return absl::Now(); },
            .env = env_.get()};
  }

  // Has a log take records as a server does, and reads it back.
  void MakeLog() {
    const auto log = AuditLog::Open(Options());
    ASSERT_TRUE(log.ok()) << log.status();
    for (std::uint64_t i = 0; i < count_; i += kRecordsTogether) {
      std::vector<AuditRecord> records;
      for (std::uint64_t j = i; j < std::min(count_, i + kRecordsTogether);
           ++j) {
        records.push_back(NumberedRecord(j));
      }
      if (i + 2 * kRecordsTogether >= count_ && older_head_.head.size == 0) {
        ASSERT_TRUE((*log)->Record(NumberedRecord(count_)).ok());
        older_head_ = (*log)->head();
      }
      (*log)->RecordAll(std::move(records), [](const absl::Status& status) {
        if (!status.ok()) FailStop(status.message());
      });
    }
    ASSERT_TRUE((*log)->Record(NumberedRecord(count_ + 1)).ok());
    pristine_.head = (*log)->head();
    pristine_.key = (*log)->verifier_key();
    count_ = pristine_.head.head.size;
    const auto leaves = (*log)->store().ReadLeaves(0, count_, kAll, kAll);
    ASSERT_TRUE(leaves.ok()) << leaves.status();
    for (const StoredLeaf& leaf : *leaves) {
      pristine_.leaves.push_back(leaf.bytes);
    }
    ASSERT_TRUE(Prepare());
  }

  bool Prepare() {
    Pristine& p = pristine_;
    p.start = EncodeExportStart({.key = p.key, .head = p.head});
    p.file = p.start;
    ExportVerifier verifier(p.head, {});
    for (std::size_t i = 0; i < p.leaves.size(); ++i) {
      if (i % kMarkEvery == 0) p.marks.push_back(verifier);
      p.offsets.push_back(p.file.size());
      AppendExportLeaf(p.leaves[i], p.file);
      verifier.Add(p.leaves[i]);
    }
    p.offsets.push_back(p.file.size());
    read_.Remember(p.leaves);
    return verifier.Finish().findings.empty();
  }

  std::string FileOf(const std::string& start,
                     const std::vector<std::string>& leaves) const {
    std::string file = start;
    file.reserve(pristine_.file.size());
    for (const std::string& leaf : leaves) AppendExportLeaf(leaf, file);
    return file;
  }

  // All leaves, of which those from `from` on are others, each with the right
  // number and the right link.
  std::vector<std::string> WrittenAnew(std::uint64_t from) const {
    std::vector<std::string> leaves = pristine_.leaves;
    LoggedRecord record;
    Hash previous = {};
    for (std::uint64_t i = from; i < leaves.size(); ++i) {
      EXPECT_TRUE(DecodeRecord(leaves[i], record).ok());
      if (i == from) {
        record.record.subject += "x";
      } else {
        record.previous_hash = previous;
      }
      leaves[i] = EncodeRecord(record);
      previous = HashLeaf(leaves[i]);
    }
    return leaves;
  }

  SignedTreeHead HeadOf(const std::vector<std::string>& leaves,
                        const SigningKey& signing) const {
    CompactTree tree;
    for (const std::string& leaf : leaves) tree.Append(HashLeaf(leaf));
    return SignHead({.log_id = pristine_.key.log_id,
                     .size = tree.size(),
                     .root = tree.Root(),
                     .time = pristine_.head.head.time},
                    signing, pristine_.key);
  }

  // The record that a byte of the file belongs to; 0 for those before all.
  std::uint64_t RecordAt(std::size_t byte) const {
    const auto& offsets = pristine_.offsets;
    const auto after = std::upper_bound(offsets.begin(), offsets.end(), byte);
    return after == offsets.begin()
               ? 0
               : static_cast<std::uint64_t>(after - offsets.begin()) - 1;
  }

  // Tampers with the export and verifies it. `named` is set if the findings say
  // which record it was.
  bool IsFound(Kind kind, bool& named);
  bool IsFoundAfterSplice(Kind kind, bool& named);

  std::uint64_t count_ = static_cast<std::uint64_t>(
      SizeFromEnvironment("PULSETAKER_AUDIT_RECORDS", 100'000));
  const fs::path folder_;
  std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  Random random_{20260131};
  Pristine pristine_;
  LeafReader read_;
  SignedTreeHead older_head_;
};

// Records that are taken out, moved or put in again, as spliced bytes.
bool AuditTamperingTest::IsFoundAfterSplice(Kind kind, bool& named) {
  const Pristine& p = pristine_;
  std::uint64_t a = random_.Uniform(count_);
  std::uint64_t b = random_.Uniform(count_);
  if (a == b) b = (b + 1) % count_;
  if (a > b) std::swap(a, b);
  const auto frame = [&](std::uint64_t i) {
    return p.file.substr(p.offsets[i], p.offsets[i + 1] - p.offsets[i]);
  };
  std::string file = p.file;
  std::uint64_t last = a;
  if (kind == Kind::kDropSome) {
    last = std::min(count_ - 1, a + random_.Uniform(500));
  }
  switch (kind) {
    case Kind::kSwap:
      file.replace(p.offsets[b], p.offsets[b + 1] - p.offsets[b], frame(a));
      file.replace(p.offsets[a], p.offsets[a + 1] - p.offsets[a], frame(b));
      break;
    case Kind::kRepeat:
      file.insert(p.offsets[a], frame(b));
      break;
    default:
      file.erase(p.offsets[a], p.offsets[last + 1] - p.offsets[a]);
  }
  const auto verdict = VerifyFile(p, read_, file, a, {});
  if (!verdict.has_value()) return true;
  switch (kind) {
    case Kind::kSwap:
      named = Names(*verdict, Finding::Kind::kMoved, b);
      break;
    case Kind::kRepeat:
      named = Names(*verdict, Finding::Kind::kAdded, b);
      break;
    default:
      named = verdict->findings.size() == 1 &&
              verdict->findings[0].kind == Finding::Kind::kDropped &&
              verdict->findings[0].first == a &&
              verdict->findings[0].last == last;
  }
  return !verdict->findings.empty();
}

bool AuditTamperingTest::IsFound(Kind kind, bool& named) {
  const Pristine& p = pristine_;
  const std::uint64_t a = random_.Uniform(count_);
  // To write leaves anew takes long: from anywhere on one time in eight.
  const std::uint64_t late =
      random_.Uniform(8) == 0
          ? a
          : count_ - 1 - random_.Uniform(std::min(count_, kLateRecords));
  switch (kind) {
    case Kind::kChangeByte: {
      std::string file = p.file;
      const std::size_t byte = random_.Uniform(file.size());
      file[byte] = static_cast<char>(
          file[byte] ^ static_cast<char>(1 + random_.Uniform(255)));
      const std::uint64_t record = RecordAt(byte);
      const auto verdict = VerifyFile(p, read_, file, record, {});
      if (!verdict.has_value()) return named = true;
      named = std::any_of(verdict->findings.begin(), verdict->findings.end(),
                          [&](const Finding& f) { return Covers(f, record); });
      return !verdict->findings.empty();
    }
    case Kind::kCutAtByte: {
      const std::size_t size = random_.Uniform(p.file.size());
      const auto verdict =
          VerifyFile(p, read_, p.file.substr(0, size), RecordAt(size), {});
      named = true;
      return !verdict.has_value() || !verdict->findings.empty();
    }
    case Kind::kCutBehindKeptHead: {
      std::vector<std::string> leaves = p.leaves;
      leaves.resize(a);
      const SignedTreeHead head =
          HeadOf(leaves, *ReadKeyFile(Options().key_path));
      const auto verdict = VerifyFile(
          p, read_,
          FileOf(EncodeExportStart({.key = p.key, .head = head}), leaves), 0,
          {p.head});
      named = verdict.has_value() && verdict->findings.size() == 1 &&
              verdict->findings[0].kind == Finding::Kind::kDropped &&
              verdict->findings[0].first == a;
      return named;
    }
    case Kind::kWriteAnew: {
      const auto verdict =
          VerifyFile(p, read_, FileOf(p.start, WrittenAnew(late)), late, {});
      named = verdict.has_value() && !verdict->findings.empty() &&
              Covers(verdict->findings[0], count_ - 1);
      return !verdict.has_value() || !verdict->findings.empty();
    }
    case Kind::kWriteAnewAndSign: {
      const std::vector<std::string> leaves = WrittenAnew(late);
      const SignedTreeHead head = HeadOf(leaves, SigningKey::Generate());
      const auto verdict = VerifyFile(
          p, read_,
          FileOf(EncodeExportStart({.key = p.key, .head = head}), leaves), a,
          {});
      return named = !verdict.has_value();
    }
    default:
      return IsFoundAfterSplice(kind, named);
  }
}

TEST_F(AuditTamperingTest, IsFoundInAnExportEveryTime) {
  ASSERT_NO_FATAL_FAILURE(MakeLog());
  const std::int64_t tamperings =
      SizeFromEnvironment("PULSETAKER_AUDIT_TAMPERINGS", 3000);
  constexpr auto kKinds = static_cast<std::size_t>(Kind::kCount);
  std::array<int, kKinds> done{};
  std::array<int, kKinds> found{};
  std::array<int, kKinds> named{};
  for (std::int64_t i = 0; i < tamperings; ++i) {
    const auto kind = static_cast<std::size_t>(i) % kKinds;
    bool is_named = false;
    ++done[kind];
    found[kind] += IsFound(static_cast<Kind>(kind), is_named) ? 1 : 0;
    named[kind] += is_named ? 1 : 0;
  }
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    EXPECT_EQ(found[kind], done[kind]) << kKindNames[kind];
    EXPECT_EQ(named[kind], done[kind]) << kKindNames[kind];
    std::cout << absl::StrFormat(
        "export of %d records, %-36s %5d done, %5d found, %5d named\n", count_,
        kKindNames[kind], done[kind], found[kind], named[kind]);
  }
}

// A change of rows, and how it is undone.
struct RowChange {
  std::string family;
  std::string key;
  std::optional<std::string> value;  // Nothing: the row is deleted.
};

class AuditStoreTamperingTest : public AuditTamperingTest {
 protected:
  void Open() {
    auto rocks = kv::OpenRocks({.path = "/data/audit",
                                .families = AuditStore::Families(),
                                .env = env_.get()});
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    store_ = std::make_unique<AuditStore>(*rocks_);
  }

  // Changes rows, and gives what undoes it.
  std::vector<RowChange> Apply(const std::vector<RowChange>& changes) {
    std::vector<RowChange> undo;
    rocksdb::WriteBatch batch = kv::NewBatch();
    for (const RowChange& change : changes) {
      kv::Rocks::Family* family = rocks_->family(change.family);
      undo.push_back(
          {change.family, change.key, *rocks_->Get(family, change.key)});
      if (change.value.has_value()) {
        batch.Put(family, change.key, *change.value);
      } else {
        batch.Delete(family, change.key);
      }
    }
    EXPECT_TRUE(rocks_->Commit(batch).ok());
    std::reverse(undo.begin(), undo.end());
    return undo;
  }

  // What a start does, and then who verifies an export of the whole.
  bool IsSound(std::uint64_t same_up_to) const {
    const auto head = store_->ReadHead();
    if (!head.ok() || !head->has_value() ||
        !VerifyHead(**head, pristine_.key).ok() ||
        !store_->LoadState(**head).ok()) {
      return false;
    }
    const std::uint64_t size = (*head)->head.size;
    // Another head is held against the one that was kept elsewhere.
    const bool is_same = **head == pristine_.head;
    const std::size_t mark = is_same ? same_up_to / kMarkEvery : 0;
    ExportVerifier verifier = is_same
                                  ? pristine_.marks[mark]
                                  : ExportVerifier(**head, {pristine_.head});
    const auto leaves = store_->ReadLeaves(mark * kMarkEvery, size, kAll, kAll);
    if (!leaves.ok()) return false;
    for (const StoredLeaf& leaf : *leaves) verifier.Add(read_.Read(leaf.bytes));
    return verifier.Finish().findings.empty();
  }

  // Whether a proof through the node still leads to the root.
  bool ProofHolds(const NodeId& node) const {
    const std::uint64_t index = (node.index ^ 1) << node.level;
    if (index >= count_) return store_->LoadState(pristine_.head).ok();
    const auto proof = InclusionProof(index, count_, store_->node_reader());
    if (!proof.ok()) return false;
    return VerifyInclusion({.leaf_hash = HashLeaf(pristine_.leaves[index]),
                            .index = index,
                            .size = count_,
                            .root = pristine_.head.head.root},
                           *proof)
        .ok();
  }

  std::string Spoiled(std::string bytes) {
    const std::size_t byte = random_.Uniform(bytes.size());
    bytes[byte] = static_cast<char>(
        bytes[byte] ^ static_cast<char>(1 + random_.Uniform(255)));
    return bytes;
  }

  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<AuditStore> store_;
};

TEST_F(AuditStoreTamperingTest, IsFoundInAStoreEveryTime) {
  ASSERT_NO_FATAL_FAILURE(MakeLog());
  ASSERT_NO_FATAL_FAILURE(Open());
  ASSERT_TRUE(IsSound(0));
  const std::int64_t tamperings =
      SizeFromEnvironment("PULSETAKER_AUDIT_STORE_TAMPERINGS", 1000);
  const std::string head = FormatHead(pristine_.head);
  constexpr std::size_t kKinds = 8;
  constexpr std::array<const char*, kKinds> kNames = {
      "delete a record",           "change a byte of a record",
      "swap two records",          "put one in another's place",
      "change a byte of the head", "delete the tail, with a head of then",
      "change a byte of a node",   "delete a node"};
  std::array<int, kKinds> done{};
  std::array<int, kKinds> found{};
  for (std::int64_t i = 0; i < tamperings; ++i) {
    const std::size_t kind = static_cast<std::size_t>(i) % kKinds;
    std::uint64_t a = random_.Uniform(count_);
    std::uint64_t b = random_.Uniform(count_);
    if (a == b) b = (b + 1) % count_;
    if (a > b) std::swap(a, b);
    const int level = 1 + static_cast<int>(random_.Uniform(10));
    const NodeId node = {.level = level,
                         .index = random_.Uniform(count_ >> level)};
    std::vector<RowChange> changes;
    switch (kind) {
      case 0:
        changes = {{kRecordsFamily, RecordKey(a), std::nullopt}};
        break;
      case 1:
        changes = {
            {kRecordsFamily, RecordKey(a), Spoiled(pristine_.leaves[a])}};
        break;
      case 2:
        changes = {{kRecordsFamily, RecordKey(a), pristine_.leaves[b]},
                   {kRecordsFamily, RecordKey(b), pristine_.leaves[a]}};
        break;
      case 3:
        changes = {{kRecordsFamily, RecordKey(a), pristine_.leaves[b]}};
        break;
      case 4:
        changes = {{kHeadFamily, HeadKey(), Spoiled(head)}};
        break;
      case 5:
        for (std::uint64_t s = older_head_.head.size; s < count_; ++s) {
          changes.push_back({kRecordsFamily, RecordKey(s), std::nullopt});
        }
        changes.push_back({kHeadFamily, HeadKey(), FormatHead(older_head_)});
        break;
      case 6:
        changes = {{kNodesFamily, NodeKey(node),
                    Spoiled(ToBytes(*store_->node_reader()(node)))}};
        break;
      default:
        changes = {{kNodesFamily, NodeKey(node), std::nullopt}};
    }
    const std::vector<RowChange> undo = Apply(changes);
    ++done[kind];
    found[kind] += (kind >= 6 ? ProofHolds(node) : IsSound(a)) ? 0 : 1;
    Apply(undo);
  }
  EXPECT_TRUE(IsSound(0)) << "it was not put back as it was";
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    EXPECT_EQ(found[kind], done[kind]) << kNames[kind];
    std::cout << absl::StrFormat(
        "store of %d records, %-37s %5d done, %5d found\n", count_,
        kNames[kind], done[kind], found[kind]);
  }
}

}  // namespace
}  // namespace pulsetaker::audit
