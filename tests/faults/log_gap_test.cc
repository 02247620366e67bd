// What a loss of power leaves of writes that no one was told of is a first part
// of them: never one without those before it.
//
// Numbered batches go into two families, and only a few are synced. They fill
// several log files, and are of a size that lets some begin with a block of the
// log: where RocksDB does not see a gap.

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/kv/rocks.h"
#include "gtest/gtest.h"
#include "tests/faults/disk_state.h"
#include "tests/faults/simulated_disk.h"

namespace pulsetaker::testing {
namespace {

constexpr char kPath[] = "/var/lib/store";
constexpr int kBatches = 120;
constexpr int kBatchesOfASync = 50;
constexpr int kLosses = 1'000;
constexpr std::size_t kWriteBufferBytes = std::size_t{64} << 10;
// Four of them fill a block of the log.
constexpr std::size_t kRecordBytes = 8'192;
constexpr std::size_t kLogHeaderBytes = 7;

class OpenedRocks {
 public:
  explicit OpenedRocks(std::shared_ptr<SimulatedDisk> disk)
      : env_(SimulatedDisk::NewEnv(std::move(disk))) {
    auto opened = kv::OpenRocks({.path = kPath,
                                 .families = {"one", "two"},
                                 .env = env_.get(),
                                 .write_buffer_bytes = kWriteBufferBytes});
    status_ = opened.status();
    if (opened.ok()) rocks_ = *std::move(opened);
  }

  const absl::Status& status() const { return status_; }
  kv::Rocks& rocks() { return *rocks_; }

 private:
  const std::unique_ptr<rocksdb::Env> env_;
  absl::Status status_;
  std::unique_ptr<kv::Rocks> rocks_;
};

// A batch whose record in the log has kRecordBytes.
rocksdb::WriteBatch BatchOf(kv::Rocks& rocks, int number) {
  const std::string key = absl::StrCat(1'000 + number);
  rocksdb::WriteBatch batch = kv::NewBatch();
  batch.Put(rocks.family("two"), key, "");
  batch.Put(rocks.family("one"), key, std::string(1'000, '.'));
  // Once more, as long as the record has room.
  const std::size_t room = kRecordBytes - kLogHeaderBytes;
  rocksdb::WriteBatch probe = batch;
  probe.Put(rocks.family("one"), key, std::string(1'000, '.'));
  const std::size_t added = probe.GetDataSize() - batch.GetDataSize() - 1'000;
  batch.Put(rocks.family("one"), key,
            std::string(room - batch.GetDataSize() - added, '.'));
  EXPECT_EQ(batch.GetDataSize(), room);
  return batch;
}

// The number of the batches in `family`, which must be the first ones.
int CountBatches(kv::Rocks& rocks, const std::string& family) {
  int count = 0;
  const auto it = rocks.NewPrefixIterator(rocks.family(family), "");
  for (; it->Valid(); it->Next()) {
    EXPECT_EQ(it->key(), absl::StrCat(1'000 + count)) << family;
    ++count;
  }
  EXPECT_TRUE(it->status().ok()) << it->status();
  return count;
}

// What writing the batches did to the disk.
std::vector<DiskOperation> Record() {
  const auto disk = std::make_shared<SimulatedDisk>();
  OpenedRocks opened(disk);
  EXPECT_TRUE(opened.status().ok()) << opened.status();
  for (int i = 0; i < kBatches; ++i) {
    rocksdb::WriteBatch batch = BatchOf(opened.rocks(), i);
    EXPECT_TRUE(opened.rocks().WriteUnsynced(batch).ok());
    if (i % kBatchesOfASync != kBatchesOfASync - 1) continue;
    EXPECT_TRUE(opened.rocks().SyncWal().ok());
    disk->Remark("synced", static_cast<std::uint64_t>(i) + 1);
  }
  return disk->operations();
}

TEST(LogGapTest, KeepsAFirstPartOfWhatWasWritten) {
  const std::vector<DiskOperation> operations = Record();
  Random random(1);
  std::vector<std::size_t> moments;
  for (int i = 0; i < kLosses; ++i) {
    moments.push_back(random.Uniform(operations.size() + 1));
  }
  std::sort(moments.begin(), moments.end());
  DiskState state;
  std::size_t done = 0;
  int synced = 0;
  for (const std::size_t moment : moments) {
    SCOPED_TRACE(absl::StrCat("after operation ", moment));
    for (; done < moment; ++done) {
      state.Apply(operations[done]);
      if (operations[done].path == "synced") {
        synced = static_cast<int>(operations[done].position);
      }
    }
    OpenedRocks left(
        std::make_shared<SimulatedDisk>(state.AfterPowerLoss(random)));
    ASSERT_TRUE(left.status().ok()) << left.status();
    const int count = CountBatches(left.rocks(), "one");
    EXPECT_EQ(CountBatches(left.rocks(), "two"), count);
    EXPECT_GE(count, synced);
    if (HasFailure()) return;
  }
}

TEST(LogGapTest, SyncsEachLogFileBeforeTheNextIsWrittenTo) {
  using Kind = DiskOperation::Kind;
  std::map<int, bool> unsynced;  // Of each log file that was written to.
  std::set<int> logs;
  for (const DiskOperation& operation : Record()) {
    if (operation.kind == Kind::kMakeFile &&
        absl::EndsWith(operation.path, ".log")) {
      logs.insert(operation.file);
    }
    if (!logs.contains(operation.file)) continue;
    if (operation.kind == Kind::kSyncFile) unsynced[operation.file] = false;
    if (operation.kind != Kind::kWrite) continue;
    for (const auto& [file, is_unsynced] : unsynced) {
      EXPECT_TRUE(file == operation.file || !is_unsynced) << file;
    }
    unsynced[operation.file] = true;
  }
  EXPECT_GT(unsynced.size(), 5u);
}

}  // namespace
}  // namespace pulsetaker::testing
