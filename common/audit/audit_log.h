// The audit log of one service: a folder with records that are only ever added,
// the tree over them, and the key that its heads are signed with.
//
//   {path}/db, {path}/ledger   RocksDB and its ledger (kv/rocks.h)
//   {path}/signing_key.pem     the key, unless it is kept elsewhere
//   {path}/public_key          what its heads are verified with, for people to
//                              copy

#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/audit/audit_store.h"
#include "common/audit/audit_trail.h"
#include "common/audit/merkle.h"
#include "common/audit/signing_key.h"
#include "common/audit/tree_head.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/kv/rocks.h"
#include "rocksdb/env.h"

namespace pulsetaker::audit {

struct AuditLogOptions {
  std::string path;             // A folder of its own; made if it is not there.
  std::string service;          // "survey", "network" or "assessment".
  std::string key_path = {};    // "" is signing_key.pem in the folder.
  Clock clock;                  // For the times of records and heads.
  rocksdb::Env* env = nullptr;  // Not owned. nullptr is the real file system.
  // Records that wait; more are turned away.
  std::size_t queued_bytes_max = std::size_t{64} << 20;
};

// Safe for use by any number of threads at once. One thread of its own writes:
// it takes all that waits, adds it, signs the new head, and syncs once.
class AuditLog final : public AuditTrail {
 public:
  // What was done since it was opened.
  struct Counts {
    std::uint64_t records = 0;
    std::uint64_t syncs = 0;
    std::uint64_t queued_bytes = 0;  // Now.
  };

  // The first time, makes the log and, if there is none at its path, the key.
  // Later on both must be there, and belong together.
  //
  // The errors of kv::OpenRocks and of ReadKeyFile. FAILED_PRECONDITION,
  // AUDIT_KEY_OF_OTHER_LOG. DATA_LOSS, STORED_DATA_UNREADABLE: the records are
  // not those that the signed head vouches for, as far as AuditStore::LoadState
  // looks; an export that is verified shows the rest.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(
      const AuditLogOptions& options);

  // Writes all that was recorded, then returns.
  ~AuditLog() override;
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  absl::Status Record(const AuditRecord& record) override;
  void RecordAll(std::vector<AuditRecord> records,
                 std::function<void(const absl::Status&)> done) override;

  // The newest head that is on disk: it counts all of which anyone was told.
  SignedTreeHead head() const;

  // The same, signed at this moment.
  SignedTreeHead SignHeadNow() const;

  const VerifierKey& verifier_key() const { return key_; }

  // For reading below the size of a head.
  const AuditStore& store() const { return store_; }
  const kv::Rocks& rocks() const { return *rocks_; }

  Counts counts() const;

 private:
  struct Work {
    std::vector<AuditRecord> records;
    std::size_t bytes = 0;
    std::function<void(const absl::Status&)> done;
  };

  AuditLog(const AuditLogOptions& options, std::unique_ptr<kv::Rocks> rocks,
           SigningKey signing);

  // Reads where the log stands, or begins it, and starts the writer.
  absl::Status Start();
  absl::Status CheckKey(const SignedTreeHead& head) const;

  void WriteUntilStopped();
  // Waits for work and takes what shares a sync; none to stop.
  std::vector<Work> TakeWorks();
  absl::Status Write(const std::vector<Work>& works);
  absl::Time Now() const;

  const AuditLogOptions options_;
  const std::unique_ptr<kv::Rocks> rocks_;
  AuditStore store_;
  const SigningKey signing_;
  const VerifierKey key_;
  LogState state_;  // The writer's.

  mutable Mutex mutex_;
  std::condition_variable changed_;  // There is work, or stopping_.
  std::deque<Work> queue_ ABSL_GUARDED_BY(mutex_);
  SignedTreeHead head_ ABSL_GUARDED_BY(mutex_);
  Counts counts_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread writer_;  // Last: it uses all of the above.
};

}  // namespace pulsetaker::audit
