#include "common/rpc/admin_requests.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::rpc {
namespace {

using Json = nlohmann::ordered_json;

AdminAnswer ToAnswer(int code, const Json& json) {
  // What came from a disk or a caller need not be UTF-8.
  return {.code = code,
          .content_type = "application/json",
          .body = json.dump(2, ' ', /*ensure_ascii=*/false,
                            Json::error_handler_t::replace) +
                  "\n"};
}

AdminAnswer Refuse(int code, const std::string& problem) {
  return ToAnswer(code, {{"error", problem}});
}

// What an error of the store means to who asked for something.
AdminAnswer ToAnswer(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  const std::string problem =
      absl::StrCat(reason, reason.empty() ? "" : ": ", status.message());
  switch (status.code()) {
    case absl::StatusCode::kResourceExhausted:
      return Refuse(507, problem);
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kCancelled:
      return Refuse(503, problem);
    default:
      return Refuse(500, problem);
  }
}

const char* NameOf(log::Level level) {
  switch (level) {
    case log::Level::kDebug:
      return "debug";
    case log::Level::kInfo:
      return "info";
    case log::Level::kWarning:
      return "warning";
    case log::Level::kError:
      return "error";
  }
  return "";
}

Json ToJson(const StoreFacts& facts) {
  Json json = {{"disk_bytes", facts.disk_bytes},
               {"free_bytes", nullptr},
               {"wal_bytes", facts.wal_bytes},
               {"live_sst_bytes", facts.live_sst_bytes},
               {"background_error", nullptr}};
  if (facts.free_bytes.has_value()) json["free_bytes"] = *facts.free_bytes;
  if (!facts.background_error.empty()) {
    json["background_error"] = facts.background_error;
  }
  return json;
}

}  // namespace

struct AdminRequests::Route {
  absl::string_view method;
  absl::string_view path;
  // What the body must be, or "" if it must be empty.
  absl::string_view allowed_body;
  AdminAnswer (AdminRequests::*answer)(const AdminRequest&);
};

// Changes are PUT: a web page cannot make one without being asked for CORS,
// which nothing here grants.
constexpr AdminRequests::Route AdminRequests::kRoutes[] = {
    {"GET", "/metrics", "", &AdminRequests::ShowMetrics},
    {"GET", "/healthz", "", &AdminRequests::ShowHealth},
    {"GET", "/status", "", &AdminRequests::ShowStatus},
    {"PUT", "/log-level", "debug, info, warning or error",
     &AdminRequests::SetLogLevel},
    {"PUT", "/drain", "true or false", &AdminRequests::SetDraining},
    {"PUT", "/compact", "", &AdminRequests::Compact},
    {"PUT", "/verify", "", &AdminRequests::Verify},
};

bool IsLoopbackPeer(absl::string_view peer) {
  return absl::StartsWith(peer, "127.") || peer == "::1" ||
         absl::StartsWith(peer, "::ffff:127.");
}

AdminAnswer AdminRequests::Answer(const AdminRequest& request) {
  for (const Route& route : kRoutes) {
    if (request.path != route.path) continue;
    if (request.method != route.method) {
      AdminAnswer refused =
          Refuse(405, absl::StrCat(route.path, " takes ", route.method,
                                   " and not ", request.method));
      refused.allow = std::string(route.method);
      return refused;
    }
    if (route.method == "GET") return (this->*route.answer)(request);
    const absl::Time begin = absl::Now();
    AdminAnswer answer = Change(route, request);
    log::Info("operator_request",
              {{"path", route.path},
               {"status", answer.code},
               {"micros", absl::ToInt64Microseconds(absl::Now() - begin)}});
    return answer;
  }
  return Refuse(404, absl::StrCat("there is no ", request.path));
}

AdminAnswer AdminRequests::Change(const Route& route,
                                  const AdminRequest& request) {
  if (!IsLoopbackPeer(request.peer)) {
    return Refuse(403, absl::StrCat("changes are for callers on this machine, "
                                    "and this one is at ",
                                    request.peer));
  }
  if (request.is_indirect) {
    return Refuse(403,
                  "changes are for operators, not for web pages or through "
                  "proxies");
  }
  if (request.body.size() > kAdminBodyBytesMax) {
    return Refuse(413, absl::StrCat("the body has more than ",
                                    kAdminBodyBytesMax, " bytes"));
  }
  AdminRequest plain = request;
  plain.body = std::string(absl::StripAsciiWhitespace(request.body));
  if (route.allowed_body.empty() && !plain.body.empty()) {
    return Refuse(400, absl::StrCat(route.path, " takes no body, and has '",
                                    plain.body, "'"));
  }
  AdminAnswer answer = (this->*route.answer)(plain);
  if (answer.code != 400) return answer;
  return Refuse(400, absl::StrCat("the body is '", plain.body, "', want ",
                                  route.allowed_body));
}

AdminAnswer AdminRequests::RunAlone(const std::string& path,
                                    const std::function<AdminAnswer()>& run) {
  if (parts_.store == nullptr) {
    return Refuse(404, "this service has no store");
  }
  {
    MutexLock lock(mutex_);
    if (!running_.empty()) {
      return Refuse(409, absl::StrCat(running_, " is running; one at a time"));
    }
    running_ = path;
  }
  AdminAnswer answer = run();
  MutexLock lock(mutex_);
  running_.clear();
  return answer;
}

AdminAnswer AdminRequests::ShowMetrics(const AdminRequest& /*request*/) {
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = ToPrometheusText(parts_.metrics)};
}

AdminAnswer AdminRequests::ShowHealth(const AdminRequest& /*request*/) {
  const bool serving = parts_.health.serving();
  return {.code = serving ? 200 : 503,
          .content_type = "text/plain",
          .body = serving ? "serving\n" : "not serving\n"};
}

AdminAnswer AdminRequests::ShowStatus(const AdminRequest& /*request*/) {
  Json status = {
      {"service", parts_.service},
      {"version", PULSETAKER_VERSION},
      {"started", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", parts_.start_time,
                                   absl::UTCTimeZone())},
      {"serving", parts_.health.serving()},
      {"draining", parts_.health.draining()},
      {"log_level", NameOf(log_level_)},
      {"running", nullptr}};
  {
    MutexLock lock(mutex_);
    if (!running_.empty()) status["running"] = running_.substr(1);
  }
  if (parts_.store != nullptr) {
    const absl::StatusOr<StoreFacts> facts = parts_.store->Facts();
    if (!facts.ok()) return ToAnswer(facts.status());
    status["store"] = ToJson(*facts);
  }
  return ToAnswer(200, status);
}

AdminAnswer AdminRequests::SetLogLevel(const AdminRequest& request) {
  log::Level level;
  if (!log::ParseLevel(request.body, level)) return {.code = 400};
  log_level_ = level;
  log::SetLevel(level);
  return ToAnswer(200, {{"log_level", request.body}});
}

AdminAnswer AdminRequests::SetDraining(const AdminRequest& request) {
  if (request.body != "true" && request.body != "false") return {.code = 400};
  parts_.health.SetDraining(request.body == "true");
  return ToAnswer(200, {{"draining", parts_.health.draining()},
                        {"serving", parts_.health.serving()}});
}

AdminAnswer AdminRequests::Compact(const AdminRequest& request) {
  return RunAlone(request.path, [this] {
    const absl::StatusOr<StoreCompaction> done = parts_.store->Compact(stop_);
    if (!done.ok()) return ToAnswer(done.status());
    return ToAnswer(200, {{"bytes_before", done->bytes_before},
                          {"bytes_after", done->bytes_after}});
  });
}

AdminAnswer AdminRequests::Verify(const AdminRequest& request) {
  return RunAlone(request.path, [this] {
    const absl::StatusOr<VerifiedFiles> done = parts_.store->VerifyFiles(stop_);
    if (!done.ok()) return ToAnswer(done.status());
    return ToAnswer(200, {{"files", done->file_count}, {"bytes", done->bytes}});
  });
}

}  // namespace pulsetaker::rpc
