// The log on a file system in memory; its key in a folder of the real one.

#include "common/audit/audit_log.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/audit/audit_testing.h"
#include "common/audit/export_verifier.h"
#include "common/audit/keys.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "common/kv/rocks_testing.h"

namespace pulsetaker::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kAll = 1'000'000;

class AuditLogTest : public ::testing::Test {
 protected:
  AuditLogTest()
      : folder_(fs::temp_directory_path() / absl::StrCat("audit-", NewUuid())) {
    fs::create_directories(folder_);
  }
  ~AuditLogTest() override {
    log_.reset();
    fs::remove_all(folder_);
  }

  std::string KeyPath() const { return (folder_ / "key.pem").string(); }

  absl::Status Open(const std::string& service = "survey") {
    log_.reset();  // One process, one handle.
    auto log = AuditLog::Open({.path = "/data/audit",
                               .service = service,
                               .key_path = KeyPath(),
                               .clock = [this] { return now_.load(); },
                               .env = &env_,
                               .queued_bytes_max = queued_bytes_max_});
    if (log.ok()) log_ = *std::move(log);
    return log.status();
  }

  void Append(int count) {
    for (int i = 0; i < count; ++i) {
      const absl::Status recorded = log_->Record(NumberedRecord(next_++));
      ASSERT_TRUE(recorded.ok()) << recorded;
    }
  }

  // Changes what a closed log has on disk.
  void Tamper(const std::string& family, const std::string& key,
              const std::optional<std::string>& value) {
    log_.reset();
    auto rocks = kv::OpenRocks({.path = "/data/audit",
                                .families = AuditStore::Families(),
                                .env = &env_});
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    rocksdb::WriteBatch batch = kv::NewBatch();
    if (value.has_value()) {
      batch.Put((*rocks)->family(family), key, *value);
    } else {
      batch.Delete((*rocks)->family(family), key);
    }
    ASSERT_TRUE((*rocks)->Commit(batch).ok());
  }

  // How many findings an export of all records has.
  std::size_t FindingCount() {
    const SignedTreeHead head = log_->SignHeadNow();
    EXPECT_TRUE(VerifyHead(head, log_->verifier_key()).ok());
    ExportVerifier verifier(head, {log_->head()});
    const auto leaves =
        log_->store().ReadLeaves(0, head.head.size, kAll, kAll * 1000);
    if (!leaves.ok()) return 1;
    for (const StoredLeaf& leaf : *leaves) verifier.Add(leaf.bytes);
    return verifier.Finish().findings.size();
  }

  std::unique_ptr<rocksdb::Env> memory_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  kv::FaultyEnv env_{memory_.get()};
  const fs::path folder_;
  std::atomic<absl::Time> now_ = kTestTime;
  std::size_t queued_bytes_max_ = std::size_t{64} << 20;
  std::uint64_t next_ = 0;
  std::unique_ptr<AuditLog> log_;
};

TEST_F(AuditLogTest, BeginsWithAKeyAndAHead) {
  ASSERT_TRUE(Open().ok());
  const SignedTreeHead head = log_->head();
  EXPECT_EQ(head.head.size, 0u);
  EXPECT_EQ(head.head.root, EmptyRoot());
  EXPECT_EQ(head.head.time, kTestTime);
  EXPECT_TRUE(VerifyHead(head, log_->verifier_key()).ok());
  struct stat facts;
  ASSERT_EQ(stat(KeyPath().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  std::string shown;
  ASSERT_TRUE(
      rocksdb::ReadFileToString(&env_, "/data/audit/public_key", &shown).ok());
  const auto key = ParseVerifierKey(shown);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(*key, log_->verifier_key());
}

TEST_F(AuditLogTest, KeepsWhatWasRecorded) {
  ASSERT_TRUE(Open().ok());
  for (int round = 0; round < 3; ++round) {
    Append(40);
    now_ = now_.load() + absl::Seconds(1);
    const SignedTreeHead head = log_->head();
    ASSERT_TRUE(Open().ok());
    EXPECT_EQ(log_->head(), head);
    EXPECT_EQ(FindingCount(), 0u);
  }
  const auto leaves = log_->store().ReadLeaves(0, 120, kAll, kAll);
  ASSERT_TRUE(leaves.ok()) << leaves.status();
  ASSERT_EQ(leaves->size(), 120u);
  std::set<std::string> nonces;
  for (std::size_t i = 0; i < leaves->size(); ++i) {
    LoggedRecord record;
    ASSERT_TRUE(DecodeRecord((*leaves)[i].bytes, record).ok());
    EXPECT_EQ(record.record, NumberedRecord(i));
    EXPECT_EQ(record.service, "survey");
    EXPECT_EQ(record.time_micros,
              absl::ToUnixMicros(kTestTime + absl::Seconds(i / 40)));
    nonces.insert(record.nonce);
  }
  EXPECT_EQ(nonces.size(), 120u);
}

TEST_F(AuditLogTest, SignsTheHeadAtEachMoment) {
  ASSERT_TRUE(Open().ok());
  Append(5);
  now_ = kTestTime + absl::Hours(1);
  const SignedTreeHead head = log_->SignHeadNow();
  EXPECT_EQ(head.head.time, kTestTime + absl::Hours(1));
  EXPECT_EQ(head.head.size, 5u);
  EXPECT_TRUE(VerifyHead(head, log_->verifier_key()).ok());
}

TEST_F(AuditLogTest, ManyThreadsShareSyncs) {
  ASSERT_TRUE(Open().ok());
  constexpr int kThreads = 8;
  constexpr int kEach = 200;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < kEach; ++i) {
        const AuditRecord record =
            NumberedRecord(static_cast<std::uint64_t>(t * kEach + i));
        EXPECT_TRUE(log_->Record(record).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(log_->head().head.size, std::uint64_t{kThreads * kEach});
  EXPECT_EQ(log_->counts().records, std::uint64_t{kThreads * kEach});
  EXPECT_EQ(log_->counts().queued_bytes, 0u);
  EXPECT_EQ(FindingCount(), 0u);
}

// Nobody hears of a record before it is on disk.
TEST_F(AuditLogTest, TellsAfterTheSync) {
  ASSERT_TRUE(Open().ok());
  const int before = env_.syncs;
  std::atomic<int> syncs_when_told = -1;
  std::atomic<bool> told = false;
  log_->RecordAll({NumberedRecord(0), NumberedRecord(1)},
                  [&](const absl::Status& status) {
                    EXPECT_TRUE(status.ok());
                    syncs_when_told = env_.syncs.load();
                    told = true;
                  });
  while (!told) std::this_thread::yield();
  EXPECT_GT(syncs_when_told, before);
  EXPECT_EQ(log_->head().head.size, 2u);
}

TEST_F(AuditLogTest, WritesAllThatWaitsBeforeItEnds) {
  ASSERT_TRUE(Open().ok());
  std::atomic<int> told = 0;
  for (std::uint64_t i = 0; i < 500; ++i) {
    log_->RecordAll({NumberedRecord(i)}, [&](const absl::Status& status) {
      if (status.ok()) ++told;
    });
  }
  log_.reset();
  EXPECT_EQ(told, 500);
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(log_->head().head.size, 500u);
}

TEST_F(AuditLogTest, RefusesAMalformedRecordAndAllThatCameWithIt) {
  ASSERT_TRUE(Open().ok());
  AuditRecord bad = NumberedRecord(1);
  bad.subject = "Ada Lovelace";
  EXPECT_EQ(ReasonOf(log_->Record(bad)), "AUDIT_RECORD_MALFORMED");
  absl::Status told;
  log_->RecordAll({NumberedRecord(0), bad},
                  [&](const absl::Status& status) { told = status; });
  EXPECT_EQ(ReasonOf(told), "AUDIT_RECORD_MALFORMED");
  EXPECT_EQ(log_->head().head.size, 0u);
}

TEST_F(AuditLogTest, TurnsAwayWhatItHasNoRoomFor) {
  queued_bytes_max_ = 1;
  ASSERT_TRUE(Open().ok());
  std::atomic<int> kept = 0;
  std::atomic<int> refused = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    log_->RecordAll({NumberedRecord(i)}, [&](const absl::Status& status) {
      if (status.ok()) ++kept;
      if (ReasonOf(status) == "OVERLOADED") ++refused;
    });
  }
  Append(0);
  log_.reset();
  EXPECT_GT(kept, 0);
  EXPECT_EQ(kept + refused, 2000);
  queued_bytes_max_ = std::size_t{1} << 20;
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(log_->head().head.size, static_cast<std::uint64_t>(kept));
}

TEST_F(AuditLogTest, GoesOnWithoutAGapAfterAFullDisk) {
  ASSERT_TRUE(Open().ok());
  Append(3);
  env_.reported_free_bytes = 1000;
  EXPECT_EQ(ReasonOf(log_->Record(NumberedRecord(3))), "DISK_FULL");
  EXPECT_EQ(log_->head().head.size, 3u);
  env_.reported_free_bytes = std::uint64_t{1} << 40;
  Append(3);
  EXPECT_EQ(log_->head().head.size, 6u);
  EXPECT_EQ(FindingCount(), 0u);
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(FindingCount(), 0u);
}

TEST_F(AuditLogTest, AFailedSyncEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        if (!Open().ok()) _exit(1);
        env_.syncs_fail = true;
        log_->Record(NumberedRecord(0)).IgnoreError();
        _exit(0);
      },
      "failed: IO error: injected");
}

TEST_F(AuditLogTest, ReadsPages) {
  ASSERT_TRUE(Open().ok());
  Append(30);
  const AuditStore& store = log_->store();
  const auto page = store.ReadLeaves(5, 30, 10, kAll);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->size(), 10u);
  EXPECT_EQ(page->front().sequence, 5u);
  EXPECT_EQ(store.ReadLeaves(0, 30, kAll, 1)->size(), 1u);
  EXPECT_EQ(store.ReadLeaves(30, 30, kAll, kAll)->size(), 0u);
  EXPECT_EQ(ReasonOf(store.ReadLeaves(29, 31, kAll, kAll).status()),
            "STORED_DATA_UNREADABLE");

  const auto north = store.ReadTenantLeaves("north", 4, 20, kAll, kAll);
  ASSERT_TRUE(north.ok()) << north.status();
  ASSERT_EQ(north->size(), 5u);  // 6, 9, 12, 15, 18.
  for (const StoredLeaf& leaf : *north) EXPECT_EQ(leaf.sequence % 3, 0u);
  EXPECT_EQ(store.ReadTenantLeaves("north", 4, 20, 2, kAll)->size(), 2u);
  EXPECT_EQ(store.ReadTenantLeaves("nort", 0, 30, kAll, kAll)->size(), 0u);
  EXPECT_EQ(store.ReadTenantLeaves("", 0, 30, kAll, kAll)->size(), 0u);
}

TEST_F(AuditLogTest, ProvesEachRecordAndEachEarlierTree) {
  ASSERT_TRUE(Open().ok());
  std::vector<TreeHead> heads;
  for (int i = 0; i < 21; ++i) {
    heads.push_back(log_->head().head);
    Append(1);
  }
  const TreeHead now = log_->head().head;
  const NodeReader read = log_->store().node_reader();
  const auto leaves = log_->store().ReadLeaves(0, now.size, kAll, kAll);
  ASSERT_TRUE(leaves.ok());
  for (const StoredLeaf& leaf : *leaves) {
    EXPECT_TRUE(VerifyInclusion({.leaf_hash = HashLeaf(leaf.bytes),
                                 .index = leaf.sequence,
                                 .size = now.size,
                                 .root = now.root},
                                *InclusionProof(leaf.sequence, now.size, read))
                    .ok());
  }
  for (const TreeHead& head : heads) {
    EXPECT_TRUE(VerifyConsistency({.old_size = head.size,
                                   .old_root = head.root,
                                   .size = now.size,
                                   .root = now.root},
                                  *ConsistencyProof(head.size, now.size, read))
                    .ok());
  }
}

TEST_F(AuditLogTest, StopsWithoutItsKey) {
  ASSERT_TRUE(Open().ok());
  Append(3);
  log_.reset();
  fs::rename(KeyPath(), folder_ / "away.pem");
  EXPECT_EQ(ReasonOf(Open()), "AUDIT_KEY_MISSING");
  EXPECT_FALSE(fs::exists(KeyPath())) << "a lost key was replaced";

  std::ofstream(KeyPath()) << SigningKey::Generate().ToPem();
  EXPECT_EQ(ReasonOf(Open()), "AUDIT_KEY_EXPOSED");
  fs::permissions(KeyPath(), fs::perms::owner_read);
  EXPECT_EQ(ReasonOf(Open()), "AUDIT_KEY_OF_OTHER_LOG");
  fs::remove(KeyPath());
  std::ofstream(KeyPath()) << "no key";
  fs::permissions(KeyPath(), fs::perms::owner_read);
  EXPECT_EQ(ReasonOf(Open()), "AUDIT_KEY_UNREADABLE");

  fs::remove(KeyPath());
  fs::rename(folder_ / "away.pem", KeyPath());
  EXPECT_EQ(ReasonOf(Open("network")), "AUDIT_KEY_OF_OTHER_LOG");
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(FindingCount(), 0u);
}

TEST_F(AuditLogTest, UsesAKeyThatIsThereAlready) {
  const SigningKey key = SigningKey::Generate();
  std::ofstream(KeyPath()) << key.ToPem();
  fs::permissions(KeyPath(), fs::perms::owner_read | fs::perms::group_read);
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(log_->verifier_key().public_key, key.public_key());
}

// What a start finds of what was done to the rows meanwhile.
TEST_F(AuditLogTest, DoesNotOpenWhatItsHeadDoesNotVouchFor) {
  ASSERT_TRUE(Open().ok());
  Append(6);
  const std::string old_head = FormatHead(log_->head());
  Append(7);
  const std::string head = FormatHead(log_->head());
  const std::string last =
      log_->store().ReadLeaves(12, 13, 1, kAll)->front().bytes;
  const std::string other =
      log_->store().ReadLeaves(11, 12, 1, kAll)->front().bytes;
  log_.reset();
  struct Case {
    const char* what;
    const char* family;
    std::string key;
    std::optional<std::string> value;
    std::string original;
  };
  const Case cases[] = {
      {"the head is gone", kHeadFamily, HeadKey(), std::nullopt, head},
      {"the head is none", kHeadFamily, HeadKey(), "head", head},
      {"the head is old", kHeadFamily, HeadKey(), old_head, head},
      {"the last record is gone", kRecordsFamily, RecordKey(12), std::nullopt,
       last},
      {"the last record is another", kRecordsFamily, RecordKey(12), other,
       last},
  };
  for (const Case& one : cases) {
    Tamper(one.family, one.key, one.value);
    EXPECT_EQ(ReasonOf(Open()), "STORED_DATA_UNREADABLE") << one.what;
    Tamper(one.family, one.key, one.original);
    EXPECT_TRUE(Open().ok()) << one.what;
  }
  // A record beyond the head, a full subtree of the edge.
  Tamper(kRecordsFamily, RecordKey(13), last);
  EXPECT_EQ(ReasonOf(Open()), "STORED_DATA_UNREADABLE");
  Tamper(kRecordsFamily, RecordKey(13), std::nullopt);
  Tamper(kNodesFamily, NodeKey({.level = 3, .index = 0}), std::string(32, 'x'));
  EXPECT_EQ(ReasonOf(Open()), "STORED_DATA_UNREADABLE");
}

TEST_F(AuditLogTest, AnExportShowsWhatAStartDoesNotLookAt) {
  ASSERT_TRUE(Open().ok());
  Append(50);
  const std::string other =
      log_->store().ReadLeaves(11, 12, 1, kAll)->front().bytes;
  Tamper(kRecordsFamily, RecordKey(20), other);
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(FindingCount(), 1u);
  Tamper(kRecordsFamily, RecordKey(20), std::nullopt);
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(FindingCount(), 1u);
}

TEST_F(AuditLogTest, NeverShowsATenantWhatIsAnothers) {
  ASSERT_TRUE(Open().ok());
  Append(10);
  Tamper(kTenantsFamily, TenantKey("north", 4), "");
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(
      ReasonOf(
          log_->store().ReadTenantLeaves("north", 0, 10, kAll, kAll).status()),
      "STORED_DATA_UNREADABLE");
}

}  // namespace
}  // namespace pulsetaker::audit
