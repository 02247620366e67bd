// What the port for operators answers. Knows no sockets: admin.h has those.

#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/log.h"
#include "common/base/maintained_store.h"
#include "common/base/metrics.h"
#include "common/base/mutex.h"
#include "common/rpc/health.h"

namespace pulsetaker::rpc {

// What it tells of and changes.
struct AdminParts {
  std::string service;  // "pulsetaker-survey".
  absl::Time start_time;
  log::Level log_level = log::Level::kInfo;  // That is set.
  const Metrics& metrics;
  HealthService& health;
  MaintainedStore* store = nullptr;  // nullptr: the service has none.
};

// What a request may bring in its body.
inline constexpr std::size_t kAdminBodyBytesMax = 64;

struct AdminRequest {
  std::string method;
  std::string path;
  std::string peer;  // The address of the caller, without a port.
  // From a web page, or passed on by a proxy that hides who calls.
  bool is_indirect = false;
  std::string body = {};  // May be longer than kAdminBodyBytesMax.
};

struct AdminAnswer {
  int code = 200;
  std::string content_type = {};
  std::string body = {};
  std::string allow = {};  // The method that the path takes, after a 405.
};

// Safe for use by any number of threads at once.
class AdminRequests {
 public:
  explicit AdminRequests(const AdminParts& parts)
      : parts_(parts), log_level_(parts.log_level) {}

  // Errors are JSON, {"error": "..."}:
  // - 400: the body is not what the path takes. 413: it is too long.
  // - 403: a change by someone who is not on this machine.
  // - 404: no such path. 405: not by this method.
  // - 409: a compaction or verification is running; one at a time.
  // - 500: the store is damaged. 503: it does not answer, or the server stops.
  // - 507: the disk has no room for it.
  AdminAnswer Answer(const AdminRequest& request);

  // Ends what is running, soon.
  void BeginStop() { stop_ = true; }

 private:
  struct Route;
  static const Route kRoutes[];

  AdminAnswer Change(const Route& route, const AdminRequest& request);
  // Carries it out unless something is running.
  AdminAnswer RunAlone(const std::string& path,
                       const std::function<AdminAnswer()>& run);

  AdminAnswer ShowMetrics(const AdminRequest& request);
  AdminAnswer ShowHealth(const AdminRequest& request);
  AdminAnswer ShowStatus(const AdminRequest& request);
  AdminAnswer SetLogLevel(const AdminRequest& request);
  AdminAnswer SetDraining(const AdminRequest& request);
  AdminAnswer Compact(const AdminRequest& request);
  AdminAnswer Verify(const AdminRequest& request);

  const AdminParts parts_;
  std::atomic<log::Level> log_level_;
  std::atomic<bool> stop_ = false;
  Mutex mutex_;
  std::string running_ ABSL_GUARDED_BY(mutex_);  // The path, or "".
};

// Whether only this machine has the address, as in "127.0.0.1" or "::1".
bool IsLoopbackPeer(absl::string_view peer);

// The samples in Prometheus' text format.
std::string ToPrometheusText(const Metrics& metrics);

}  // namespace pulsetaker::rpc
