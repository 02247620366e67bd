#include "common/kv/fault_settings.h"

#include <cstddef>
#include <cstdlib>
#include <memory>

#include "absl/strings/numbers.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "rocksdb/listener.h"

namespace pulsetaker::kv {
namespace {

class KillPoints final : public rocksdb::EventListener {
 public:
  void OnFlushBegin(rocksdb::DB*, const rocksdb::FlushJobInfo&) override {
    PT_KILL_POINT("rocksdb.flush_begun");
  }
  void OnFlushCompleted(rocksdb::DB*, const rocksdb::FlushJobInfo&) override {
    PT_KILL_POINT("rocksdb.flush_completed");
  }
  void OnMemTableSealed(const rocksdb::MemTableInfo&) override {
    PT_KILL_POINT("rocksdb.log_switched");
  }
  void OnTableFileCreationStarted(
      const rocksdb::TableFileCreationBriefInfo&) override {
    PT_KILL_POINT("rocksdb.table_begun");
  }
  void OnTableFileCreated(const rocksdb::TableFileCreationInfo&) override {
    PT_KILL_POINT("rocksdb.table_created");
  }
  void OnTableFileDeleted(const rocksdb::TableFileDeletionInfo&) override {
    PT_KILL_POINT("rocksdb.table_deleted");
  }
  void OnCompactionBegin(rocksdb::DB*,
                         const rocksdb::CompactionJobInfo&) override {
    PT_KILL_POINT("rocksdb.compaction_begun");
  }
  void OnCompactionCompleted(rocksdb::DB*,
                             const rocksdb::CompactionJobInfo&) override {
    PT_KILL_POINT("rocksdb.compaction_completed");
  }

  bool ShouldBeNotifiedOnFileIO() override { return true; }
  void OnFileWriteFinish(const rocksdb::FileOperationInfo&) override {
    PT_KILL_POINT("io.written");
  }
  void OnFileSyncFinish(const rocksdb::FileOperationInfo&) override {
    PT_KILL_POINT("io.synced");
  }
  void OnFileCloseFinish(const rocksdb::FileOperationInfo&) override {
    PT_KILL_POINT("io.closed");
  }
};

}  // namespace

void AddFaultSettings(rocksdb::DBOptions& db,
                      rocksdb::ColumnFamilyOptions& family) {
  db.listeners.push_back(std::make_shared<KillPoints>());
  const char* const asked = std::getenv("PULSETAKER_WRITE_BUFFER_BYTES");
  if (asked == nullptr) return;
  std::size_t bytes = 0;
  if (!absl::SimpleAtoi(asked, &bytes)) {
    FailStop("PULSETAKER_WRITE_BUFFER_BYTES is not a number");
  }
  family.write_buffer_size = bytes;
  db.max_total_wal_size = 4 * bytes;
}

}  // namespace pulsetaker::kv
