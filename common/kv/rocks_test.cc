// The real RocksDB on its in-memory file system, with the faults that a disk
// has: what RocksDB alone would accept, and what it finds itself.

#include "common/kv/rocks.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "common/kv/rocks_testing.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"

namespace pulsetaker::kv {
namespace {

// A write of nothing, in the log: the header of the record and of the batch.
constexpr std::size_t kEmptyWriteBytes = 7 + 12;

void ExpectDataLoss(const absl::Status& status, absl::string_view names) {
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_EQ(ReasonOf(status), "STORED_DATA_UNREADABLE");
  EXPECT_TRUE(absl::StrContains(status.message(), names)) << status;
}

TEST_F(RocksTest, KeepsWhatWasCommitted) {
  ASSERT_TRUE(Open().ok());
  for (int i = 0; i < 5; ++i) {
    SCOPED_TRACE(i);
    PutMany(10 * i, 10 * (i + 1));
    if (i % 2 == 0) {
      ASSERT_TRUE(rocks_->Flush().ok());
    }
    const absl::Status opened = Open();
    ASSERT_TRUE(opened.ok()) << opened;
    EXPECT_EQ(All().size(), 10u * static_cast<unsigned>(i + 1));
  }
}

TEST_F(RocksTest, ReadsOneKey) {
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(Put("a", "1").ok());
  const auto found = rocks_->Get(rocks_->family(kFamily), "a");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, std::optional<std::string>("1"));
  const auto absent = rocks_->Get(rocks_->family(kFamily), "b");
  ASSERT_TRUE(absent.ok()) << absent.status();
  EXPECT_EQ(*absent, std::nullopt);
}

TEST_F(RocksTest, IteratesWithinAPrefixAndAState) {
  ASSERT_TRUE(Open().ok());
  for (const char* key : {"a", "b1", "b2", "b3", "b\xff", "c"}) {
    ASSERT_TRUE(Put(key, "").ok());
  }
  const auto it = rocks_->NewPrefixIterator(rocks_->family(kFamily), "b");
  ASSERT_TRUE(Put("b4", "").ok());  // After the state that `it` sees.
  std::vector<std::string> keys;
  for (; it->Valid(); it->Next()) keys.emplace_back(it->key());
  EXPECT_EQ(keys, (std::vector<std::string>{"b1", "b2", "b3", "b\xff"}));
  it->Seek("b2x");
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "b3");
}

TEST_F(RocksTest, RaisesTheMarkToWhatWasSynced) {
  ASSERT_TRUE(Open().ok());
  rocksdb::WriteBatch batch = NewBatch();
  batch.Put(rocks_->family(kFamily), "a", "");
  batch.Put(rocks_->family(kFamily), "b", "");
  ASSERT_TRUE(rocks_->WriteUnsynced(batch).ok());
  const auto mark = [&] {
    return (*Ledger::Open(*env_, "/data/store/ledger"))->mark();
  };
  EXPECT_EQ(mark(), 0u);
  EXPECT_TRUE(rocks_->SyncWal().ok());
  EXPECT_EQ(mark(), rocks_->db().GetLatestSequenceNumber());
  EXPECT_GE(mark(), 2u);
}

TEST_F(RocksTest, LetsThreadsShareASync) {
  ASSERT_TRUE(Open().ok());
  constexpr int kThreads = 8;
  constexpr int kWrites = 200;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kWrites; ++i) {
        EXPECT_TRUE(Put(absl::StrCat(t, "/", i), "").ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(All().size(), std::size_t{kThreads} * kWrites);
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(All().size(), std::size_t{kThreads} * kWrites);
}

// The reason for the ledger. RocksDB opens a log without its tail, if only the
// tail ends where a record does: it has no way to know.
TEST_F(RocksTest, ReportsALostTailThatRocksDbAccepts) {
  ASSERT_TRUE(Open().ok());
  PutMany(0, 20);
  Files disk = Disk();
  const std::string log = LogPath(disk);
  const std::size_t short_log = disk[log].size();
  PutMany(20, 40);
  disk = Disk();
  disk[log].resize(short_log);

  // RocksDB alone, as strict as it can be while it accepts a torn tail.
  SetDisk(disk);
  rocksdb::DBOptions alone;
  alone.env = env_.get();
  alone.paranoid_checks = true;
  alone.track_and_verify_wals_in_manifest = true;
  alone.wal_recovery_mode =
      rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status accepted = rocksdb::DB::Open(
      alone, kDb, {{rocksdb::kDefaultColumnFamilyName, {}}, {kFamily, {}}},
      &handles, &db);
  ASSERT_TRUE(accepted.ok()) << accepted.ToString();
  std::string value;
  EXPECT_TRUE(db->Get({}, handles[1], "key39", &value).IsNotFound());
  for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
  delete db;

  SetDisk(disk);
  ExpectDataLoss(Open(), "/data/store/ledger");
  EXPECT_EQ(Disk(), disk);  // What is refused stays as it is.
  ExpectDataLoss(Open(), "/data/store/ledger");
}

TEST_F(RocksTest, AcceptsATornTailThatNoOneWasToldOf) {
  ASSERT_TRUE(Open().ok());
  PutMany(0, 20);
  Files disk = Disk();
  const std::string log = LogPath(disk);
  const std::size_t acknowledged = disk[log].size();
  rocksdb::WriteBatch batch = NewBatch();
  batch.Put(rocks_->family(kFamily), "unacknowledged", std::string(300, 'v'));
  ASSERT_TRUE(rocks_->WriteUnsynced(batch).ok());
  disk = Disk();
  for (std::size_t size = acknowledged; size <= disk[log].size(); size += 10) {
    SCOPED_TRACE(size);
    Files torn = disk;
    torn[log].resize(size);
    SetDisk(torn);
    const absl::Status opened = Open();
    ASSERT_TRUE(opened.ok()) << opened;
    const auto all = All();
    for (int i = 0; i < 20; ++i) {
      EXPECT_TRUE(all.contains(absl::StrCat("key", i)));
    }
  }
}

// Wherever a bit flips in what was acknowledged, and however that looks to
// RocksDB: as damage, or as the end of the log. The empty write at the end,
// with which a file system in memory is synced, is none that anyone was told
// of.
TEST_F(RocksTest, RefusesADamagedLog) {
  ASSERT_TRUE(Open().ok());
  PutMany(0, 30);
  const Files disk = Disk();
  const std::string log = LogPath(disk);
  Random random(7);
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    Files damaged = disk;
    std::string& bytes = damaged[log];
    const std::size_t at = random.Uniform(bytes.size());
    SCOPED_TRACE(at);
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.Uniform(8)));
    SetDisk(damaged);
    const absl::Status opened = Open();
    if (opened.ok()) {
      EXPECT_GE(at, bytes.size() - kEmptyWriteBytes);
      EXPECT_EQ(All().size(), 30u);
      continue;
    }
    ++refused;
    ExpectDataLoss(opened, "/data/store/ledger");
    EXPECT_EQ(Disk(), damaged);
  }
  EXPECT_GE(refused, 190);
}

// A loss of power can keep a later part of the log and not an earlier one. If
// no one was told of either, the log ends before both.
TEST_F(RocksTest, EndsBeforeAGapThatNoOneWasToldOf) {
  ASSERT_TRUE(Open().ok());
  PutMany(0, 20);
  Files disk = Disk();
  const std::string log = LogPath(disk);
  const std::size_t acknowledged = disk[log].size();
  for (const char* key : {"lost", "kept"}) {
    rocksdb::WriteBatch batch = NewBatch();
    batch.Put(rocks_->family(kFamily), key, std::string(300, 'v'));
    ASSERT_TRUE(rocks_->WriteUnsynced(batch).ok());
  }
  disk = Disk();
  std::string& bytes = disk[log];
  // From the middle of the first of the two on.
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(acknowledged) + 100,
              150, '\0');
  SetDisk(disk);
  const absl::Status opened = Open();
  ASSERT_TRUE(opened.ok()) << opened;
  EXPECT_EQ(All().size(), 20u);
  PutMany(20, 30);
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(All().size(), 30u);
}

// The end of the MANIFEST says which table file took the place of a log that is
// gone. RocksDB alone opens without it, and without the rows.
TEST_F(RocksTest, ReportsAManifestThatLostItsEnd) {
  ASSERT_TRUE(Open().ok());
  PutMany(0, 20);
  Files disk = Disk();
  std::string manifest;
  for (const auto& [path, bytes] : disk) {
    if (absl::StrContains(path, "MANIFEST")) manifest = path;
  }
  const std::size_t before_flush = disk[manifest].size();
  ASSERT_TRUE(rocks_->Flush().ok());
  PutMany(20, 40);
  disk = Disk();
  ASSERT_GT(disk[manifest].size(), before_flush);
  disk[manifest].resize(before_flush);
  SetDisk(disk);
  ExpectDataLoss(Open(), manifest);
  EXPECT_EQ(Disk(), disk);
}

// What a loss of power left behind the end of the MANIFEST relies on nothing.
TEST_F(RocksTest, CutsOffATornManifest) {
  ASSERT_TRUE(Open().ok());
  PutMany(0, 20);
  ASSERT_TRUE(rocks_->Flush().ok());
  PutMany(20, 40);
  Files disk = Disk();
  for (auto& [path, bytes] : disk) {
    // A record whose checksum is wrong, and more after it.
    if (absl::StrContains(path, "MANIFEST")) {
      bytes += std::string("\1\2\3\4\x10\0\1", 7) + std::string(100, 'x');
    }
  }
  SetDisk(disk);
  for (int i = 0; i < 2; ++i) {
    const absl::Status opened = Open();
    ASSERT_TRUE(opened.ok()) << opened;
    EXPECT_EQ(All().size(), 40u);
  }
}

TEST_F(RocksTest, ReportsADamagedTableFile) {
  ASSERT_TRUE(Open().ok());
  PutMany(0, 500);
  ASSERT_TRUE(rocks_->Flush().ok());
  Files disk = Disk();
  for (auto& [path, bytes] : disk) {
    if (absl::EndsWith(path, ".sst")) bytes[100] ^= 1;
  }
  SetDisk(disk);
  ASSERT_TRUE(Open().ok());  // Table files are read when they are asked.
  const auto it = rocks_->NewPrefixIterator(rocks_->family(kFamily), "");
  while (it->Valid()) it->Next();
  EXPECT_EQ(it->status().code(), absl::StatusCode::kDataLoss) << it->status();
}

TEST_F(RocksTest, ReportsWhatIsMissing) {
  ASSERT_TRUE(Open().ok());
  PutMany(0, 10);
  ASSERT_TRUE(rocks_->Flush().ok());
  PutMany(10, 20);
  const Files disk = Disk();
  int missing_count = 0;
  for (const auto& [path, bytes] : disk) {
    // OPTIONS is for people, IDENTITY for replicas, and a log may be empty.
    if (absl::StrContains(path, "OPTIONS") ||
        absl::EndsWith(path, "IDENTITY") || bytes.empty()) {
      continue;
    }
    SCOPED_TRACE(path);
    ++missing_count;
    Files without = disk;
    without.erase(path);
    SetDisk(without);
    const absl::Status opened = Open();
    EXPECT_EQ(opened.code(), absl::StatusCode::kDataLoss) << opened;
    EXPECT_EQ(Disk(), without);
  }
  EXPECT_GE(missing_count, 5);  // Ledger, CURRENT, MANIFEST, table, log.
}

TEST_F(RocksTest, RefusesWhatANewerProgramWrote) {
  {
    const auto newer = OpenRocks({.path = "/data/store",
                                  .families = {kFamily, "more"},
                                  .env = env_.get()});
    ASSERT_TRUE(newer.ok()) << newer.status();
  }
  EXPECT_EQ(Open().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(RocksTest, RefusesASecondOpen) {
  ASSERT_TRUE(Open().ok());
  const auto second = OpenRocks(
      {.path = "/data/store", .families = {kFamily}, .env = env_.get()});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
}

using RocksDeathTest = RocksTest;

TEST_F(RocksDeathTest, EndsTheProcessWhenASyncFails) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  ASSERT_TRUE(Open().ok());
  EXPECT_DEATH(
      {
        env_->syncs_fail = true;
        Put("a", "1").IgnoreError();
      },
      "fatal");
}

// The file system that it is for, which differs from that in memory in how it
// syncs, locks and says that something is missing.
TEST(RocksOnDiskTest, KeepsItsPromises) {
  std::string folder =
      (std::filesystem::temp_directory_path() / "rocks_test.XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const RocksOptions options = {
      .path = folder + "/a/b", .families = {kFamily}, .disk_reserve_bytes = 0};
  for (int i = 0; i < 3; ++i) {
    SCOPED_TRACE(i);
    auto rocks = OpenRocks(options);
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    EXPECT_EQ(OpenRocks(options).status().code(),
              absl::StatusCode::kFailedPrecondition);
    for (int row = 0; row < 10; ++row) {
      rocksdb::WriteBatch batch = NewBatch();
      batch.Put((*rocks)->family(kFamily), absl::StrCat(i, "/", row), "value");
      ASSERT_TRUE((*rocks)->Commit(batch).ok());
    }
    int count = 0;
    const auto it = (*rocks)->NewPrefixIterator((*rocks)->family(kFamily), "");
    for (; it->Valid(); it->Next()) ++count;
    EXPECT_EQ(count, 10 * (i + 1));
  }
  std::filesystem::rename(folder + "/a/b/ledger", folder + "/ledger");
  ExpectDataLoss(OpenRocks(options).status(), "ledger: the file is missing");
  std::filesystem::rename(folder + "/ledger", folder + "/a/b/ledger");
  EXPECT_TRUE(OpenRocks(options).ok());
  std::filesystem::rename(folder + "/a/b/db", folder + "/db");
  ExpectDataLoss(OpenRocks(options).status(), "CURRENT is missing");
  std::filesystem::remove_all(folder);
}

TEST_F(RocksTest, GivesMetrics) {
  ASSERT_TRUE(Open().ok());
  PutMany(0, 10);
  std::map<std::string, double> values;
  for (const MetricSample& sample : rocks_->CollectMetrics()) {
    EXPECT_FALSE(sample.help.empty()) << sample.name;
    const double value =
        sample.kind == MetricKind::kHistogram
            ? static_cast<double>(sample.buckets.back().cumulative_count)
            : sample.value;
    EXPECT_TRUE(values.emplace(sample.name, value).second);
  }
  EXPECT_GT(values.at("pulsetaker_rocksdb_written_bytes_total"), 1000);
  EXPECT_GE(values.at("pulsetaker_ledger_mark"), 10);
  EXPECT_GE(values.at("pulsetaker_rocksdb_wal_syncs_total"), 10);
  EXPECT_GE(values.at("pulsetaker_rocksdb_wal_sync_seconds"), 10);
  EXPECT_GT(values.at("pulsetaker_rocksdb_wal_bytes"), 1000);
  EXPECT_EQ(values.at("pulsetaker_disk_full"), 0);
}

}  // namespace
}  // namespace pulsetaker::kv
