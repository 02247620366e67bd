#include "common/kv/manifest_guard.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/crc32.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/kv/rocks.h"
#include "rocksdb/file_system.h"

namespace pulsetaker::kv {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

constexpr absl::string_view kPrefix = "MANIFEST-";
// More than is written to a log at once.
constexpr std::uint64_t kFirstWriteBytes = std::uint64_t{16} << 20;

// The number of a MANIFEST with this name; 0 for any other name.
std::uint64_t NumberOf(absl::string_view name) {
  std::uint64_t number = 0;
  if (!absl::ConsumePrefix(&name, kPrefix)) return 0;
  return absl::SimpleAtoi(name, &number) ? number : 0;
}

class GuardedManifest final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  GuardedManifest(std::unique_ptr<rocksdb::FSWritableFile> file,
                  std::uint64_t number, Ledger& ledger)
      : FSWritableFileOwnerWrapper(std::move(file)), ledger_(ledger) {
    written_.number = number;
  }

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    const IOStatus appended =
        FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (appended.ok()) Count(data);
    return appended;
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info,
                  IODebugContext* debug) override {
    const IOStatus appended =
        FSWritableFileOwnerWrapper::Append(data, options, info, debug);
    if (appended.ok()) Count(data);
    return appended;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus synced = FSWritableFileOwnerWrapper::Sync(options, debug);
    return synced.ok() ? PutDown() : synced;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus synced = FSWritableFileOwnerWrapper::Fsync(options, debug);
    return synced.ok() ? PutDown() : synced;
  }

 private:
  void Count(const rocksdb::Slice& data) {
    written_.bytes += data.size();
    written_.crc32 = Crc32(FromSlice(data), written_.crc32);
  }

  IOStatus PutDown() {
    const absl::Status marked = ledger_.AdvanceManifest(written_);
    if (marked.ok()) return IOStatus::OK();
    const std::string problem(marked.message());
    return absl::IsResourceExhausted(marked) ? IOStatus::NoSpace(problem)
                                             : IOStatus::IOError(problem);
  }

  Ledger& ledger_;
  ManifestMark written_;
};

// A log file whose end is always that of a write. What a full disk takes half
// of would look like damage once it is no longer the last file.
class GuardedLog final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  GuardedLog(std::unique_ptr<rocksdb::FSWritableFile> file,
             const std::function<void()>& refused)
      : FSWritableFileOwnerWrapper(std::move(file)), refused_(refused) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    return Keep(FSWritableFileOwnerWrapper::Append(data, options, debug), data,
                options, debug);
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info,
                  IODebugContext* debug) override {
    return Keep(FSWritableFileOwnerWrapper::Append(data, options, info, debug),
                data, options, debug);
  }
  // RocksDB flushes after each write.
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus flushed = FSWritableFileOwnerWrapper::Flush(options, debug);
    if (flushed.ok()) whole_bytes_ = bytes_;
    return flushed;
  }

 private:
  IOStatus Keep(const IOStatus& appended, const rocksdb::Slice& data,
                const IOOptions& options, IODebugContext* debug) {
    if (appended.ok()) {
      bytes_ += data.size();
      return appended;
    }
    if (Truncate(whole_bytes_, options, debug).ok()) bytes_ = whole_bytes_;
    if (appended.IsNoSpace()) refused_();
    return appended;
  }

  const std::function<void()>& refused_;
  std::uint64_t bytes_ = 0;
  std::uint64_t whole_bytes_ = 0;
};

class GuardedFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  GuardedFileSystem(const std::shared_ptr<rocksdb::FileSystem>& base,
                    Ledger& ledger, std::function<void()> log_refused)
      : FileSystemWrapper(base),
        ledger_(ledger),
        log_refused_(std::move(log_refused)) {}

  const char* Name() const override { return "GuardedFileSystem"; }

  IOStatus NewWritableFile(const std::string& path,
                           const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    IOStatus made = target()->NewWritableFile(path, options, file, debug);
    const std::uint64_t number =
        NumberOf(absl::string_view(path).substr(path.rfind('/') + 1));
    if (made.ok() && number > 0) {
      *file =
          std::make_unique<GuardedManifest>(std::move(*file), number, ledger_);
    } else if (made.ok() && absl::EndsWith(path, ".log")) {
      made = MakeRoom(path, **file, debug);
      *file = made.ok()
                  ? std::make_unique<GuardedLog>(std::move(*file), log_refused_)
                  : nullptr;
    }
    return made;
  }

  IOStatus RenameFile(const std::string& path, const std::string& target_path,
                      const IOOptions& options,
                      IODebugContext* debug) override {
    const IOStatus renamed =
        target()->RenameFile(path, target_path, options, debug);
    if (renamed.ok() && absl::EndsWith(target_path, "/CURRENT")) {
      ledger_.SwitchManifest();
    }
    return renamed;
  }

 private:
  // A log has room for its first write or is not made: RocksDB 7.8 never leaves
  // a log to which nothing could be written for another. A file system that
  // cannot set room aside is not asked to.
  IOStatus MakeRoom(const std::string& path, rocksdb::FSWritableFile& log,
                    IODebugContext* debug) {
    IOStatus made = log.Allocate(0, kFirstWriteBytes, IOOptions(), debug);
    if (!made.IsNoSpace()) return IOStatus::OK();
    target()->DeleteFile(path, IOOptions(), debug).PermitUncheckedError();
    return made;
  }

  Ledger& ledger_;
  const std::function<void()> log_refused_;
};

// The path of the MANIFEST that CURRENT names.
absl::StatusOr<std::string> PathInUse(rocksdb::Env& env,
                                      const std::string& path) {
  const std::string current = path + "/CURRENT";
  std::string name;
  const rocksdb::Status read = rocksdb::ReadFileToString(&env, current, &name);
  if (!read.ok()) {
    return absl::UnavailableError(absl::StrCat(current, ": ", read.ToString()));
  }
  const std::string in_use(absl::StripSuffix(name, "\n"));
  if (NumberOf(in_use) == 0 || in_use.size() == name.size()) {
    return UnreadableError(absl::StrCat(current, " names no MANIFEST"));
  }
  return absl::StrCat(path, "/", in_use);
}

// The mark of the MANIFEST in use, and its path.
absl::StatusOr<std::optional<ManifestMark>> MarkInUse(rocksdb::Env& env,
                                                      const std::string& folder,
                                                      Ledger& ledger,
                                                      std::string& path) {
  PT_ASSIGN_OR_RETURN(path, PathInUse(env, folder));
  return ledger.UseManifest(
      NumberOf(absl::string_view(path).substr(path.rfind('/') + 1)));
}

}  // namespace

std::unique_ptr<rocksdb::Env> NewManifestGuard(
    rocksdb::Env& env, Ledger& ledger, std::function<void()> log_refused) {
  return rocksdb::NewCompositeEnv(std::make_shared<GuardedFileSystem>(
      env.GetFileSystem(), ledger, std::move(log_refused)));
}

absl::Status CheckManifest(rocksdb::Env& env, const std::string& folder,
                           Ledger& ledger) {
  std::string path;
  PT_ASSIGN_OR_RETURN(const auto mark, MarkInUse(env, folder, ledger, path));
  if (!mark.has_value()) return absl::OkStatus();
  std::string content;
  const rocksdb::Status read = rocksdb::ReadFileToString(&env, path, &content);
  if (read.IsNotFound() || read.IsPathNotFound()) {
    return UnreadableError(absl::StrCat(path, " is missing"));
  }
  if (!read.ok()) {
    return absl::UnavailableError(absl::StrCat(path, ": ", read.ToString()));
  }
  if (content.size() < mark->bytes) {
    return UnreadableError(absl::StrCat(path, " has ", content.size(),
                                        " bytes, but the ledger says that ",
                                        mark->bytes, " were written"));
  }
  const absl::string_view known(content.data(), mark->bytes);
  if (Crc32(known) == mark->crc32) return absl::OkStatus();
  return UnreadableError(
      absl::StrCat(path, " is not what the ledger says was written"));
}

absl::StatusOr<bool> CutTornManifest(rocksdb::Env& env,
                                     const std::string& folder,
                                     Ledger& ledger) {
  std::string path;
  PT_ASSIGN_OR_RETURN(const auto mark, MarkInUse(env, folder, ledger, path));
  if (!mark.has_value() || !ledger.was_whole()) return false;
  std::uint64_t size = 0;
  rocksdb::Status status = env.GetFileSize(path, &size);
  if (status.ok() && size <= mark->bytes) return false;
  log::Warning("manifest_cut",
               {{"path", path},
                {"bytes", static_cast<std::int64_t>(size)},
                {"kept", static_cast<std::int64_t>(mark->bytes)}});
  if (status.ok()) status = env.Truncate(path, mark->bytes);
  std::unique_ptr<rocksdb::WritableFile> file;
  if (status.ok()) status = env.ReopenWritableFile(path, &file, {});
  if (status.ok()) status = file->Sync();
  if (status.ok()) status = file->Close();
  if (status.ok()) return true;
  return absl::UnavailableError(absl::StrCat(path, ": ", status.ToString()));
}

}  // namespace pulsetaker::kv
