// A full disk, on RocksDB's in-memory file system: what is refused, what is
// kept, and how it goes on.

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/status.h"
#include "common/kv/disk_watch.h"
#include "common/kv/flush_gate.h"
#include "common/kv/rocks_testing.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

#if defined(__SANITIZE_ADDRESS__)
// RocksDB loses a memory table of 3 kB each time that it tries to recover while
// the disk is still full.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT: its name.
  return "leak:rocksdb::DBImpl::ResumeImpl\n";
}
#endif

namespace pulsetaker::kv {
namespace {

// While this lives, RocksDB's threads for flushes begin none.
class HeldFlushes {
 public:
  HeldFlushes() : env_(*rocksdb::Env::Default()) {
    const int threads = env_.GetBackgroundThreads(rocksdb::Env::HIGH);
    for (int i = 0; i < threads; ++i) {
      env_.Schedule(&Hold, this, rocksdb::Env::HIGH);
    }
    while (holding_ < threads) absl::SleepFor(kMoment);
  }
  ~HeldFlushes() { Release(); }

  // Whether a flush is waiting for one of the threads.
  bool has_flush() const {
    return env_.GetThreadPoolQueueLen(rocksdb::Env::HIGH) > 0;
  }

  // Returns when the flushes that waited have begun.
  void Release() {
    released_ = true;
    while (holding_ > 0 || has_flush()) absl::SleepFor(kMoment);
    absl::SleepFor(20 * kMoment);
  }

 private:
  static constexpr absl::Duration kMoment = absl::Milliseconds(5);

  static void Hold(void* arg) {
    auto& held = *static_cast<HeldFlushes*>(arg);
    ++held.holding_;
    while (!held.released_) absl::SleepFor(kMoment);
    --held.holding_;
  }

  rocksdb::Env& env_;
  std::atomic<int> holding_ = 0;
  std::atomic<bool> released_ = false;
};

class RocksDiskFullTest : public RocksTest {
 protected:
  absl::Status PutUnsynced(const std::string& key,
                           const std::string& value = "value") {
    rocksdb::WriteBatch batch = NewBatch();
    batch.Put(rocks_->family(kFamily), key, value);
    return rocks_->WriteUnsynced(batch);
  }

  double Metric(absl::string_view name) {
    for (const MetricSample& sample : rocks_->CollectMetrics()) {
      if (sample.name == name) return sample.value;
    }
    return -1;
  }

  // Writes "more" as soon as that goes.
  void AwaitRoom() {
    const absl::Time begin = absl::Now();
    absl::Status put;
    do {
      ASSERT_LT(absl::Now() - begin, absl::Seconds(10)) << put;
      absl::SleepFor(absl::Milliseconds(5));
      put = Put("more", "");
    } while (!put.ok());
  }

  // Opens a database whose disk fills up when a flush is due and has not begun.
  void FillDiskBeforeAFlush() {
    options_.write_buffer_bytes = std::size_t{64} << 10;
    ASSERT_TRUE(Open().ok());
    HeldFlushes held;
    for (int i = 0; !held.has_flush(); ++i) PutMany(i, i + 1);
    PutMany(0, 1);  // So that the next log has a row, too.
    env_->full = true;
    EXPECT_EQ(ReasonOf(Put("more", "")), "DISK_FULL");
  }
};

TEST_F(RocksDiskFullTest, KeepsAReserveOfTheDisk) {
  ASSERT_TRUE(Open().ok());
  PutMany(0, 10);
  env_->reported_free_bytes = (std::uint64_t{128} << 20) - 1;
  const absl::Status refused = Put("more", "");
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted) << refused;
  EXPECT_EQ(ReasonOf(refused), "DISK_FULL");
  EXPECT_EQ(All().size(), 10u);  // Reads go on.
  EXPECT_EQ(Metric("pulsetaker_disk_full"), 1);
  env_->reported_free_bytes = std::uint64_t{128} << 20;
  EXPECT_TRUE(Put("more", "").ok());  // By itself, as soon as there is room.
  EXPECT_EQ(Metric("pulsetaker_disk_full"), 0);
  EXPECT_EQ(Metric("pulsetaker_disk_free_bytes"),
            Metric("pulsetaker_disk_reserve_bytes"));
}

// Small writes that share a sync may go into the reserve; many may not.
TEST_F(RocksDiskFullTest, LooksForRoomOnceForASyncAndForEachMebibyte) {
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(PutUnsynced("first").ok());
  env_->reported_free_bytes = 0;
  EXPECT_TRUE(PutUnsynced("second").ok());
  const std::string long_value(std::size_t{1} << 20, '.');
  EXPECT_EQ(ReasonOf(PutUnsynced("long", long_value)), "DISK_FULL");
  EXPECT_EQ(ReasonOf(PutUnsynced("after")), "DISK_FULL");

  env_->reported_free_bytes = std::uint64_t{1} << 40;
  EXPECT_TRUE(PutUnsynced("third").ok());
  ASSERT_TRUE(rocks_->SyncWal().ok());
  env_->reported_free_bytes = 0;
  EXPECT_EQ(ReasonOf(PutUnsynced("fourth")), "DISK_FULL");
}

TEST_F(RocksDiskFullTest, ResumesAfterTheDiskWasFull) {
  ASSERT_TRUE(Open().ok());
  PutMany(0, 10);
  env_->full = true;
  for (int i = 0; i < 3; ++i) {
    const absl::Status refused = Put("more", "");
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted) << refused;
    EXPECT_EQ(ReasonOf(refused), "DISK_FULL");
  }
  EXPECT_EQ(All().size(), 10u);
  env_->full = false;
  AwaitRoom();
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(All().size(), 11u);
}

// A committer writes many batches for one sync. If the disk is full for one of
// them, those before it are synced when there is room, and not said to be
// before.
TEST_F(RocksDiskFullTest, SyncsWhatCameBeforeTheDiskWasFull) {
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(PutUnsynced("before").ok());
  env_->full = true;
  EXPECT_EQ(ReasonOf(PutUnsynced("after")), "DISK_FULL");
  EXPECT_EQ(ReasonOf(rocks_->SyncWal()), "DISK_FULL");
  env_->full = false;
  absl::Status synced;
  for (int i = 0; i < 200; ++i) {
    synced = rocks_->SyncWal();
    if (synced.ok()) break;
    EXPECT_EQ(ReasonOf(synced), "DISK_FULL");
    absl::SleepFor(absl::Milliseconds(20));
  }
  ASSERT_TRUE(synced.ok()) << synced;
  SetDisk(Disk());
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(All(), (std::map<std::string, std::string>{{"before", "value"}}));
}

// RocksDB never leaves a log to which nothing could be written.
TEST_F(RocksDiskFullTest, ResumesFromTheFirstWriteOfALog) {
  env_->allocates = true;
  ASSERT_TRUE(Open().ok());
  for (int i = 0; i < 3; ++i) {
    SCOPED_TRACE(i);
    PutMany(10 * i, 10 * (i + 1));
    ASSERT_TRUE(rocks_->Flush().ok());
    env_->full = true;
    EXPECT_TRUE(PutUnsynced("first").ok());  // In what was set aside.
    EXPECT_EQ(ReasonOf(rocks_->Flush()), "DISK_FULL");
    EXPECT_EQ(ReasonOf(Put("more", "")), "DISK_FULL");
    env_->full = false;
    AwaitRoom();
  }
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(All().size(), 32u);
}

TEST_F(RocksDiskFullTest, ClosesWhileTheDiskIsFull) {
  ASSERT_TRUE(Open().ok());
  PutMany(0, 10);
  env_->full = true;
  EXPECT_EQ(ReasonOf(Put("more", "")), "DISK_FULL");
  rocks_.reset();
  env_->full = false;
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(All().size(), 10u);
}

// RocksDB forgets a flush that begins between an error and the call that has it
// go on, and that call then waits for it for ever.
TEST_F(RocksDiskFullTest, ForgetsNoFlush) {
  FillDiskBeforeAFlush();
  const std::size_t before = All().size();
  env_->full = false;
  AwaitRoom();
  EXPECT_TRUE(rocks_->Flush().ok());
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(All().size(), before + 1);
}

TEST_F(RocksDiskFullTest, ClosesBeforeAFlush) {
  FillDiskBeforeAFlush();
  const std::size_t before = All().size();
  rocks_.reset();
  env_->full = false;
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(All().size(), before);
}

// On real files, as RocksDB's memory does not sync by itself; and on fast ones,
// so that many syncs meet a write.
TEST(RocksFullDiskTest, SyncsBesideAWriteThatMeetsAFullDisk) {
  const std::filesystem::path fast = "/dev/shm";
  const std::filesystem::path parent =
      std::filesystem::exists(fast) ? fast
                                    : std::filesystem::temp_directory_path();
  std::string folder = (parent / "full_disk.XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  FaultyEnv env(rocksdb::Env::Default());
  auto opened = OpenRocks(
      {.path = folder + "/store", .families = {kFamily}, .env = &env});
  ASSERT_TRUE(opened.ok()) << opened.status();
  Rocks& rocks = **opened;
  std::atomic<bool> over = false;
  std::thread syncer([&] {
    while (!over) rocks.SyncWal().IgnoreError();
  });
  for (int round = 0; round < 20; ++round) {
    absl::Status put;
    for (int i = 0; i < 200 && put.ok(); ++i) {
      env.full = i == 100;
      rocksdb::WriteBatch batch = NewBatch();
      batch.Put(rocks.family(kFamily), absl::StrCat(i), "value");
      put = rocks.WriteUnsynced(batch);
    }
    EXPECT_EQ(ReasonOf(put), "DISK_FULL");
    env.full = false;
    const absl::Time begin = absl::Now();
    while (!rocks.SyncWal().ok()) {
      ASSERT_LT(absl::Now() - begin, absl::Seconds(10));
      absl::SleepFor(absl::Milliseconds(5));
    }
  }
  over = true;
  syncer.join();
  opened->reset();
  std::filesystem::remove_all(folder);
}

// A database in memory that is watched.
class DiskWatchTest : public ::testing::Test {
 protected:
  DiskWatchTest()
      : memory_(rocksdb::NewMemEnv(rocksdb::Env::Default())),
        gated_(NewGatedEnv(rocksdb::NewCompositeEnv(memory_->GetFileSystem()),
                           watch_->flush_gate())) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.env = gated_.get();
    options.listeners = {watch_};
    options.write_buffer_size = std::size_t{64} << 10;
    rocksdb::DB* opened = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open(options, "/db", &opened).ok());
    db_.reset(opened);
    watch_->Watch(*db_, [] { return true; });
  }
  ~DiskWatchTest() override { watch_->EndWatch(); }

  const std::shared_ptr<DiskWatch> watch_ = std::make_shared<DiskWatch>();
  const std::unique_ptr<rocksdb::Env> memory_;
  const std::unique_ptr<rocksdb::Env> gated_;
  std::unique_ptr<rocksdb::DB> db_;
};

// A write that met a full disk may say so when others have gone on already.
TEST_F(DiskWatchTest, GoesOnWhenTheDatabaseWasNotStopped) {
  watch_->Stop();
  EXPECT_TRUE(watch_->stopped());
  const absl::Time begin = absl::Now();
  while (watch_->stopped()) {
    ASSERT_LT(absl::Now() - begin, absl::Seconds(10));
    absl::SleepFor(absl::Milliseconds(5));
  }
}

// The only write there is may wait for a flush, and ask for nothing.
TEST_F(DiskWatchTest, GoesOnUnasked) {
  rocksdb::Status full(rocksdb::Status::NoSpace(),
                       rocksdb::Status::Severity::kHardError);
  watch_->OnBackgroundError(rocksdb::BackgroundErrorReason::kManifestWrite,
                            &full);
  const std::string value(10'000, 'v');
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(db_->Put({}, absl::StrCat(i), value).ok());
  }
  EXPECT_FALSE(watch_->stopped());
}

}  // namespace
}  // namespace pulsetaker::kv
