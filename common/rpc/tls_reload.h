// TLS files as they last made sense.
//
// gRPC can read files again by itself, but a file that it cannot use leaves a
// server without any certificate, and turns away everybody. So it is given
// copies in memory, that change only to what was checked first.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/metrics.h"
#include "common/base/mutex.h"
#include "common/rpc/tls_files.h"

namespace pulsetaker::rpc {

// A file in memory that is replaced as a whole, at once. Whoever opens its path
// reads what it had then.
class MemoryFile {
 public:
  // The errors of the system, as UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<MemoryFile>> Make();
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  // Only this process can open it.
  std::string path() const;

  // Each time the file has another time of modification, to the second: that is
  // how gRPC sees that two files are not of the same moment.
  absl::Status Replace(const std::string& content);

 private:
  explicit MemoryFile(int fd) : fd_(fd) {}

  const int fd_;
  int version_ = 0;
};

// Safe for use by any number of threads at once.
class ReloadedTlsFiles {
 public:
  // The errors of ReadTlsFiles and CheckTlsContent, and UNAVAILABLE where the
  // system has no files in memory.
  static absl::StatusOr<std::unique_ptr<ReloadedTlsFiles>> Open(
      const TlsFiles& files, TlsRole role);

  // Where the copies are, for as long as this object lives. Certificate and key
  // are in one file, so that they change together.
  TlsFiles copies() const;

  // Takes over what is in the files if it has changed and can be used. If it
  // cannot be used, what was there before stays, and a warning is written once
  // it has been seen twice: a file that is read while it is replaced is not
  // worth one.
  void Look();

  // When the certificate that is in use ends to hold; never, if there is none.
  absl::Time expiry() const;

  // Whether the files, as they were seen twice, cannot be used.
  bool rejects() const;

 private:
  ReloadedTlsFiles(TlsFiles files, TlsRole role,
                   std::unique_ptr<MemoryFile> identity,
                   std::unique_ptr<MemoryFile> ca)
      : files_(std::move(files)),
        role_(role),
        identity_(std::move(identity)),
        ca_(std::move(ca)) {}

  absl::Status Take(const TlsContent& content)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReadAndTake() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const TlsFiles files_;
  const TlsRole role_;
  mutable Mutex mutex_;
  const std::unique_ptr<MemoryFile> identity_;
  const std::unique_ptr<MemoryFile> ca_;
  TlsContent content_ ABSL_GUARDED_BY(mutex_);  // That is in use.
  absl::Time expiry_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  int rejections_ ABSL_GUARDED_BY(mutex_) = 0;  // One after the other.
};

// Looks at the files every second until the process ends, as nothing tells when
// gRPC has done with them. The same object for the same files and role.
absl::StatusOr<ReloadedTlsFiles*> KeepReloading(const TlsFiles& files,
                                                TlsRole role);

// Adds, for what KeepReloading gave:
//   pulsetaker_tls_certificate_expiry_timestamp_seconds
//     when the certificate in use ends to hold, in seconds since 1970
//   pulsetaker_tls_files_rejected
//     1 while the files cannot be used and older content is, else 0
[[nodiscard]] std::unique_ptr<Metrics::Registration> AddTlsMetrics(
    Metrics& metrics, const ReloadedTlsFiles& files);

}  // namespace pulsetaker::rpc
