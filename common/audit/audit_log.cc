#include "common/audit/audit_log.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/audit/key_file.h"
#include "common/audit/record.h"
#include "common/base/fault.h"
#include "common/base/secret.h"
#include "common/base/status.h"
#include "common/kv/files.h"
#include "rocksdb/write_batch.h"

namespace pulsetaker::audit {
namespace {

// What shares a sync. One piece of work may be larger.
constexpr std::size_t kSyncBytesMax = std::size_t{4} << 20;
// Of a record besides its texts: other fields, its keys and nodes.
constexpr std::size_t kRecordBytes = 300;
// The rows are small, and read seldom.
constexpr std::size_t kBlockCacheBytes = std::size_t{16} << 20;
constexpr std::size_t kWriteBufferBytes = std::size_t{16} << 20;
// Less than that of the services' stores: when these take nothing more, reads
// must still be written down.
constexpr std::uint64_t kDiskReserveBytes = std::uint64_t{4} << 20;

std::size_t BytesOf(const std::vector<AuditRecord>& records) {
  std::size_t bytes = 0;
  for (const AuditRecord& record : records) {
    bytes += kRecordBytes + record.subject.size() + record.tenant.size() +
             record.method.size() + record.resource.size() +
             record.reason.size() + record.trace_id.size();
  }
  return bytes;
}

std::string KeyPathOf(const AuditLogOptions& options) {
  return options.key_path.empty()
             ? absl::StrCat(options.path, "/signing_key.pem")
             : options.key_path;
}

// A key is only made for a log that was never begun: one that lost its key must
// not go on under another, as if it were another log.
absl::StatusOr<SigningKey> OpenKey(const std::string& path, bool is_begun) {
  absl::StatusOr<SigningKey> key = ReadKeyFile(path);
  if (PT_PLANTED_BUG("audit_lost_key_replaced")) is_begun = false;
  if (!is_begun && ReasonOf(key.status()) == "AUDIT_KEY_MISSING") {
    return CreateKeyFile(path);
  }
  return key;
}

absl::Status ShowPublicKey(rocksdb::Env& env, const std::string& path,
                           const VerifierKey& key) {
  const std::string text = FormatVerifierKey(key) + "\n";
  const absl::StatusOr<std::string> shown = kv::ReadFile(env, path);
  if (shown.ok() && *shown == text) return absl::OkStatus();
  const rocksdb::Status written = kv::ReplaceFile(env, path, text);
  return written.ok() ? absl::OkStatus() : kv::FileError(path, written);
}

}  // namespace

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(
    const AuditLogOptions& options) {
  PT_ASSIGN_OR_RETURN(std::unique_ptr<kv::Rocks> rocks,
                      kv::OpenRocks({.path = options.path,
                                     .families = AuditStore::Families(),
                                     .env = options.env,
                                     .block_cache_bytes = kBlockCacheBytes,
                                     .write_buffer_bytes = kWriteBufferBytes,
                                     .disk_reserve_bytes = kDiskReserveBytes}));
  // What was recovered may have been written by a process that died before its
  // sync. It will be read, so it is made durable first.
  PT_RETURN_IF_ERROR(rocks->SyncWal());
  PT_ASSIGN_OR_RETURN(const std::optional<SignedTreeHead> head,
                      AuditStore(*rocks).ReadHead());
  PT_ASSIGN_OR_RETURN(SigningKey signing,
                      OpenKey(KeyPathOf(options), head.has_value()));
  std::unique_ptr<AuditLog> log(
      new AuditLog(options, std::move(rocks), std::move(signing)));
  PT_RETURN_IF_ERROR(log->Start());
  return log;
}

AuditLog::AuditLog(const AuditLogOptions& options,
                   std::unique_ptr<kv::Rocks> rocks, SigningKey signing)
    : options_(options),
      rocks_(std::move(rocks)),
      store_(*rocks_),
      signing_(std::move(signing)),
      key_(MakeVerifierKey(options_.service, signing_.public_key())) {}

AuditLog::~AuditLog() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (writer_.joinable()) writer_.join();
}

absl::Status AuditLog::Start() {
  PT_ASSIGN_OR_RETURN(std::optional<SignedTreeHead> head, store_.ReadHead());
  if (head.has_value()) {
    PT_RETURN_IF_ERROR(CheckKey(*head));
  } else {
    head = SignHead(
        {.log_id = key_.log_id, .size = 0, .root = EmptyRoot(), .time = Now()},
        signing_, key_);
    rocksdb::WriteBatch batch = kv::NewBatch();
    store_.StageHead(*head, batch);
    PT_RETURN_IF_ERROR(store_.Commit(batch));
  }
  PT_ASSIGN_OR_RETURN(state_, store_.LoadState(*head));
  PT_RETURN_IF_ERROR(ShowPublicKey(
      rocks_->env(), absl::StrCat(options_.path, "/public_key"), key_));
  {
    MutexLock lock(mutex_);
    head_ = *std::move(head);
  }
  writer_ = std::thread([this] { WriteUntilStopped(); });
  return absl::OkStatus();
}

absl::Status AuditLog::CheckKey(const SignedTreeHead& head) const {
  if (head.head.log_id != key_.log_id) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, "AUDIT_KEY_OF_OTHER_LOG",
        absl::StrCat("the audit log in ", options_.path, " is ",
                     head.head.log_id, ", and the key ", KeyPathOf(options_),
                     " is that of ", key_.log_id));
  }
  const absl::Status verified = VerifyHead(head, key_);
  if (!verified.ok()) return kv::UnreadableError(verified.message());
  return absl::OkStatus();
}

absl::Status AuditLog::Record(const AuditRecord& record) {
  Mutex mutex;
  std::condition_variable told;
  std::optional<absl::Status> outcome;
  RecordAll({record}, [&](const absl::Status& status) {
    // Notified under the lock: once it is free, `told` may be gone.
    MutexLock lock(mutex);
    outcome = status;
    told.notify_one();
  });
  MutexLock lock(mutex);
  while (!outcome.has_value()) lock.Wait(told);
  return *outcome;
}

void AuditLog::RecordAll(std::vector<AuditRecord> records,
                         std::function<void(const absl::Status&)> done) {
  for (const AuditRecord& record : records) {
    const absl::Status checked = CheckRecord(record);
    if (!checked.ok()) return done(checked);
  }
  const std::size_t bytes = BytesOf(records);
  {
    MutexLock lock(mutex_);
    // A piece larger than the whole queue may still come, alone.
    if (counts_.queued_bytes == 0 ||
        counts_.queued_bytes + bytes <= options_.queued_bytes_max) {
      counts_.queued_bytes += bytes;
      queue_.push_back({.records = std::move(records),
                        .bytes = bytes,
                        .done = std::move(done)});
      changed_.notify_one();
      return;
    }
  }
  done(MakeError(absl::StatusCode::kUnavailable, "OVERLOADED",
                 "the audit log has no room for more records right now"));
}

SignedTreeHead AuditLog::head() const {
  MutexLock lock(mutex_);
  return head_;
}

SignedTreeHead AuditLog::SignHeadNow() const {
  TreeHead current = head().head;
  current.time = Now();
  return SignHead(current, signing_, key_);
}

AuditLog::Counts AuditLog::counts() const {
  MutexLock lock(mutex_);
  return counts_;
}

void AuditLog::WriteUntilStopped() {
  for (;;) {
    const std::vector<Work> works = TakeWorks();
    if (works.empty()) return;
    const absl::Status written = Write(works);
    {
      MutexLock lock(mutex_);
      if (written.ok()) head_ = state_.head;
      for (const Work& work : works) {
        counts_.queued_bytes -= work.bytes;
        if (written.ok()) counts_.records += work.records.size();
      }
      ++counts_.syncs;
    }
    for (const Work& work : works) work.done(written);
  }
}

std::vector<AuditLog::Work> AuditLog::TakeWorks() {
  MutexLock lock(mutex_);
  while (queue_.empty() && !stopping_) lock.Wait(changed_);
  std::vector<Work> works;
  std::size_t bytes = 0;
  while (!queue_.empty() &&
         (works.empty() || bytes + queue_.front().bytes <= kSyncBytesMax)) {
    bytes += queue_.front().bytes;
    works.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return works;
}

absl::Status AuditLog::Write(const std::vector<Work>& works) {
  std::size_t count = 0;
  std::size_t bytes = 0;
  for (const Work& work : works) {
    count += work.records.size();
    bytes += work.bytes;
  }
  if (count == 0) return absl::OkStatus();
  const absl::Time now = Now();
  const std::string nonces = RandomBytes(count * kNonceBytes);
  // Kept only once it is on disk: what was not written leaves no gap.
  LogState next = state_;
  rocksdb::WriteBatch batch = kv::NewBatch(bytes);
  std::size_t nonce = 0;
  for (const Work& work : works) {
    for (const AuditRecord& record : work.records) {
      store_.Stage({.time_micros = absl::ToUnixMicros(now),
                    .service = options_.service,
                    .record = record,
                    .nonce = nonces.substr(nonce, kNonceBytes)},
                   next, batch);
      nonce += kNonceBytes;
    }
  }
  next.head = SignHead({.log_id = key_.log_id,
                        .size = next.tree.size(),
                        .root = next.tree.Root(),
                        .time = now},
                       signing_, key_);
  store_.StageHead(next.head, batch);
  const absl::Status kept = PT_PLANTED_BUG("audit_told_before_sync")
                                ? rocks_->WriteUnsynced(batch)
                                : store_.Commit(batch);
  if (kept.ok() || PT_PLANTED_BUG("audit_refused_counted")) {
    state_ = std::move(next);
  }
  return kept;
}

absl::Time AuditLog::Now() const {
  return absl::FromUnixMicros(absl::ToUnixMicros(options_.clock()));
}

}  // namespace pulsetaker::audit
