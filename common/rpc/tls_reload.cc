#include "common/rpc/tls_reload.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <map>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/status.h"

namespace pulsetaker::rpc {
namespace {

constexpr absl::Duration kLookEvery = absl::Seconds(1);
constexpr int kRejectionsToWarn = 2;

absl::Status SystemError(const char* what) {
  return absl::UnavailableError(
      absl::StrCat("cannot ", what, " a file in memory: ", strerror(errno)));
}

// MFD_NOEXEC_SEAL of Linux 6.3, which the C library's headers do not have yet.
constexpr unsigned int kNeverExecutable = 0x8;

// An open file in memory, or -1. It ends with its last descriptor. Hardened
// kernels want it to be said that nothing in it will be run; older ones do not
// know how.
int NewMemoryFile() {
  constexpr char kName[] = "pulsetaker_tls";
  const int fd = memfd_create(kName, MFD_CLOEXEC | kNeverExecutable);
  if (fd >= 0 || errno != EINVAL) return fd;
  return memfd_create(kName, MFD_CLOEXEC);
}

bool WriteAll(int fd, const std::string& content) {
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t count =
        write(fd, content.data() + done, content.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<MemoryFile>> MemoryFile::Make() {
  const int fd = NewMemoryFile();
  if (fd < 0) return SystemError("make");
  std::unique_ptr<MemoryFile> file(new MemoryFile(fd));
  // Without a mounted /proc it has no path.
  if (access(file->path().c_str(), R_OK) != 0) return SystemError("read");
  return file;
}

MemoryFile::~MemoryFile() { close(fd_); }

std::string MemoryFile::path() const {
  return absl::StrCat("/proc/self/fd/", fd_);
}

absl::Status MemoryFile::Replace(const std::string& content) {
  const int fresh = NewMemoryFile();
  if (fresh < 0) return SystemError("make");
  const timespec time = {.tv_sec = ++version_, .tv_nsec = 0};
  const timespec times[] = {time, time};
  // dup3 puts the new one in place of the old one at once.
  const bool is_done = WriteAll(fresh, content) &&
                       futimens(fresh, times) == 0 &&
                       dup3(fresh, fd_, O_CLOEXEC) == fd_;
  absl::Status status = is_done ? absl::OkStatus() : SystemError("replace");
  close(fresh);
  return status;
}

absl::StatusOr<std::unique_ptr<ReloadedTlsFiles>> ReloadedTlsFiles::Open(
    const TlsFiles& files, TlsRole role) {
  PT_ASSIGN_OR_RETURN(auto identity, MemoryFile::Make());
  PT_ASSIGN_OR_RETURN(auto ca, MemoryFile::Make());
  std::unique_ptr<ReloadedTlsFiles> made(
      new ReloadedTlsFiles(files, role, std::move(identity), std::move(ca)));
  MutexLock lock(made->mutex_);
  PT_RETURN_IF_ERROR(made->ReadAndTake());
  return made;
}

TlsFiles ReloadedTlsFiles::copies() const {
  const std::string identity =
      files_.certificate.empty() ? "" : identity_->path();
  return {.certificate = identity, .key = identity, .ca = ca_->path()};
}

absl::Status ReloadedTlsFiles::Take(const TlsContent& content) {
  const absl::StatusOr<absl::Time> checked = CheckTlsContent(content, files_);
  if (!checked.ok() && !PT_PLANTED_BUG("tls_files_not_checked")) {
    return checked.status();
  }
  const absl::Time expiry = checked.value_or(absl::InfinitePast());
  // Readers of PEM pass over what is of another kind.
  PT_RETURN_IF_ERROR(
      identity_->Replace(absl::StrCat(content.certificate, "\n", content.key)));
  PT_RETURN_IF_ERROR(ca_->Replace(content.ca));
  content_ = content;
  expiry_ = expiry;
  WarnOfTlsFiles(files_, expiry, absl::Now());
  return absl::OkStatus();
}

absl::Status ReloadedTlsFiles::ReadAndTake() {
  PT_ASSIGN_OR_RETURN(const TlsContent content, ReadTlsFiles(files_, role_));
  if (content == content_) return absl::OkStatus();
  return Take(content);
}

void ReloadedTlsFiles::Look() {
  MutexLock lock(mutex_);
  const TlsContent before = content_;
  const absl::Status status = ReadAndTake();
  if (!status.ok()) {
    if (++rejections_ == kRejectionsToWarn) {
      log::Warning("tls_files_rejected", {{"reason", ReasonOf(status)},
                                          {"problem", status.message()}});
    }
    return;
  }
  rejections_ = 0;
  if (content_ == before) return;
  log::Info("tls_files_reloaded",
            {{"certificate", files_.certificate},
             {"expiry", absl::FormatTime(absl::RFC3339_sec, expiry_,
                                         absl::UTCTimeZone())}});
}

absl::Time ReloadedTlsFiles::expiry() const {
  MutexLock lock(mutex_);
  return expiry_;
}

bool ReloadedTlsFiles::rejects() const {
  MutexLock lock(mutex_);
  return rejections_ >= kRejectionsToWarn;
}

absl::StatusOr<ReloadedTlsFiles*> KeepReloading(const TlsFiles& files,
                                                TlsRole role) {
  using Key = std::tuple<std::string, std::string, std::string, TlsRole>;
  // Never destroyed: their threads use them until the process ends.
  static Mutex& mutex = *new Mutex;
  static auto& kept = *new std::map<Key, std::unique_ptr<ReloadedTlsFiles>>;
  MutexLock lock(mutex);
  auto& entry = kept[{files.certificate, files.key, files.ca, role}];
  if (entry == nullptr) {
    PT_ASSIGN_OR_RETURN(entry, ReloadedTlsFiles::Open(files, role));
    std::thread([opened = entry.get()] {
      while (true) {
        absl::SleepFor(kLookEvery);
        opened->Look();
      }
    }).detach();
  }
  return entry.get();
}

std::unique_ptr<Metrics::Registration> AddTlsMetrics(
    Metrics& metrics, const ReloadedTlsFiles& files) {
  return metrics.AddCollector([&files]() -> std::vector<MetricSample> {
    return {
        {.name = "pulsetaker_tls_certificate_expiry_timestamp_seconds",
         .help = "When the certificate in use ends to hold, in seconds since "
                 "1970.",
         .value = static_cast<double>(absl::ToUnixSeconds(files.expiry()))},
        {.name = "pulsetaker_tls_files_rejected",
         .help = "1 while the TLS files cannot be used, and what was in them "
                 "before is.",
         .value = files.rejects() ? 1.0 : 0.0}};
  });
}

}  // namespace pulsetaker::rpc
