#include "common/rpc/server_main.h"

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/env_flags.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/base/trace.h"
#include "common/base/uuid.h"
#include "common/rpc/library_logs.h"
#include "common/rpc/otlp_exporter.h"
#include "common/rpc/server.h"
#include "common/rpc/server_security.h"
#include "common/rpc/tls.h"
#include "common/rpc/unary.h"

ABSL_FLAG(std::string, listen, "",
          "Address and port to serve gRPC on; port 0 is a free one.");
ABSL_FLAG(std::string, admin_listen, "",
          "Address and port to serve operators on: /metrics, /status and "
          "more; empty is none.");
ABSL_FLAG(std::string, data_dir, "",
          "Directory that everything is kept in; made if it is not there. "
          "Required.");
ABSL_FLAG(int, worker_threads, 16, "Threads that run calls, 1 to 1000.");
ABSL_FLAG(int, queue_length_max, 1'024,
          "Calls that may wait for a thread, 1 to 1000000; the next is told "
          "UNAVAILABLE.");
ABSL_FLAG(absl::Duration, drain, absl::Seconds(2),
          "How long to stay reachable but not ready before stopping; skipped "
          "if no call came in the last 10s.");
ABSL_FLAG(absl::Duration, grace, absl::Seconds(20),
          "How long calls in progress may take to end while stopping.");
ABSL_FLAG(absl::Duration, default_call_deadline, absl::Seconds(60),
          "How long a call may take if its caller does not say.");
ABSL_FLAG(absl::Duration, connection_age_max, absl::ZeroDuration(),
          "Ends connections that are older, once their calls have ended, so "
          "that clients look again where servers are; 0s is never.");
ABSL_FLAG(std::string, otlp_endpoint, "",
          "Where to send spans of traces, by OTLP in JSON over HTTP: "
          "http://HOST:PORT of a collector; empty is nowhere.");
ABSL_FLAG(double, trace_share, 1,
          "Which share of the traces that begin here is recorded, 0 to 1; "
          "others are recorded if they were where they began.");
ABSL_FLAG(std::string, log_level, "info",
          "The least of what is logged: debug, info, warning or error.");

namespace pulsetaker::rpc {
namespace {

constexpr int kWrongUsage = 2;
constexpr int kWorkerThreadsMax = 1'000;
constexpr int kQueueLengthMax = 1'000'000;
constexpr absl::Duration kConnectionAgeMin = absl::Seconds(1);
constexpr absl::Duration kConnectionAgeMax = absl::Hours(24);

// Blocks the signals that ask to stop, in this thread and in those that it
// starts later. Must come before any other thread.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // A broken pipe is an error of the write.
  return signals;
}

absl::Status CheckTracingFlags() {
  const double share = absl::GetFlag(FLAGS_trace_share);
  if (!(share >= 0 && share <= 1)) {
    return FlagError("--trace_share is not 0 to 1");
  }
  const std::string endpoint = absl::GetFlag(FLAGS_otlp_endpoint);
  if (endpoint.empty()) return absl::OkStatus();
  const absl::Status parsed = ParseOtlpEndpoint(endpoint).status();
  if (parsed.ok()) return absl::OkStatus();
  return FlagError(absl::StrCat("--otlp_endpoint ", parsed.message()));
}

absl::Status CheckFlags() {
  log::Level level;
  if (!log::ParseLevel(absl::GetFlag(FLAGS_log_level), level)) {
    return FlagError("--log_level is none of debug, info, warning and error");
  }
  if (absl::GetFlag(FLAGS_data_dir).empty()) {
    return FlagError("--data_dir is required");
  }
  const int threads = absl::GetFlag(FLAGS_worker_threads);
  if (threads < 1 || threads > kWorkerThreadsMax) {
    return FlagError("--worker_threads is not 1 to 1000");
  }
  const int queue = absl::GetFlag(FLAGS_queue_length_max);
  if (queue < 1 || queue > kQueueLengthMax) {
    return FlagError("--queue_length_max is not 1 to 1000000");
  }
  if (absl::GetFlag(FLAGS_drain) < absl::ZeroDuration() ||
      absl::GetFlag(FLAGS_grace) < absl::ZeroDuration() ||
      absl::GetFlag(FLAGS_default_call_deadline) <= absl::ZeroDuration()) {
    return FlagError("a time is negative, or --default_call_deadline is zero");
  }
  if (absl::GetFlag(FLAGS_connection_age_max) != absl::ZeroDuration() &&
      (absl::GetFlag(FLAGS_connection_age_max) < kConnectionAgeMin ||
       absl::GetFlag(FLAGS_connection_age_max) > kConnectionAgeMax)) {
    return FlagError("--connection_age_max is neither 0s nor 1s to 24h");
  }
  PT_RETURN_IF_ERROR(CheckTracingFlags());
  trace::SetSampledShare(absl::GetFlag(FLAGS_trace_share));
  log::SetLevel(level);
  SetDefaultCallDeadline(absl::GetFlag(FLAGS_default_call_deadline));
  return absl::OkStatus();
}

int FailForUsage(const absl::Status& status) {
  log::Error("wrong_usage", {{"problem", status.message()}});
  return kWrongUsage;
}

int Fail(absl::string_view step, const absl::Status& status) {
  log::Error("cannot_serve", {{"step", step}, {"problem", status.ToString()}});
  return EXIT_FAILURE;
}

ServerOptions OptionsFromFlags() {
  ServerOptions options = {
      .listen = absl::GetFlag(FLAGS_listen),
      .admin_listen = absl::GetFlag(FLAGS_admin_listen),
      .drain = absl::GetFlag(FLAGS_drain),
      .grace = absl::GetFlag(FLAGS_grace),
      .connection_age_max = absl::GetFlag(FLAGS_connection_age_max)};
  log::ParseLevel(absl::GetFlag(FLAGS_log_level), options.log_level);
  return options;
}

void LogServing(const ServerDefaults& defaults, const ServerParts& parts,
                const Security& security, const Server& server) {
  log::Info("serving", {{"service", defaults.name},
                        {"grpc_port", server.grpc_port()},
                        {"admin_port", server.admin_port()},
                        {"data_dir", parts.data_dir},
                        {"security", security.summary()}});
}

// Records spans, from its construction to its destruction, if there is
// somewhere to send them.
class Tracing {
 public:
  Tracing(const std::string& service, Metrics& metrics) {
    const std::string endpoint = absl::GetFlag(FLAGS_otlp_endpoint);
    if (endpoint.empty()) {
      CountNoSpans(metrics);
      return;
    }
    exporter_ = std::make_unique<OtlpExporter>(
        OtlpOptions{.endpoint = *ParseOtlpEndpoint(endpoint),
                    .resource = {.service_name = service,
                                 .service_instance_id = NewUuid()}},
        metrics);
    trace::SetRecorder([exporter = exporter_.get()](trace::FinishedSpan span) {
      exporter->Add(std::move(span));
    });
  }
  ~Tracing() { trace::SetRecorder(nullptr); }
  Tracing(const Tracing&) = delete;
  Tracing& operator=(const Tracing&) = delete;

 private:
  std::unique_ptr<OtlpExporter> exporter_;
};

std::vector<MetricSample> CollectOfProcess(absl::Time start) {
  return {{.name = "pulsetaker_uptime_seconds",
           .help = "How long the process has been running.",
           .value = absl::ToDoubleSeconds(absl::Now() - start)},
          {.name = "pulsetaker_log_lines_dropped_total",
           .help = "Lines of log that stderr did not take.",
           .kind = MetricKind::kCounter,
           .value = static_cast<double>(log::DroppedLines())}};
}

int Serve(const ServerDefaults& defaults,
          const MakeApplication& make_application,
          const sigset_t& stop_signals) {
  const absl::Time start = absl::Now();
  Metrics metrics;
  const auto process_metrics =
      metrics.AddCollector([start] { return CollectOfProcess(start); });
  const Tracing tracing(defaults.name, metrics);
  const auto security = MakeSecurity(absl::GetFlag(FLAGS_listen), metrics);
  if (IsFlagError(security.status())) return FailForUsage(security.status());
  if (!security.ok()) return Fail("secure", security.status());
  auto executor = std::make_unique<BoundedExecutor>(
      absl::GetFlag(FLAGS_worker_threads),
      static_cast<std::size_t>(absl::GetFlag(FLAGS_queue_length_max)));
  ServerParts parts = {
      .data_dir = absl::GetFlag(FLAGS_data_dir),
      .executor = *executor,
      .metrics = metrics,
      .clock = [] { return absl::Now(); },
      .channel_credentials = (*security)->channel_credentials()};

  auto application = make_application(parts);
  if (IsFlagError(application.status())) {
    return FailForUsage(application.status());
  }
  if (!application.ok()) return Fail("open", application.status());
  if (const absl::Status started = (*application)->Start(); !started.ok()) {
    return Fail("start", started);
  }
  ServerOptions options = OptionsFromFlags();
  options.service = defaults.name;
  options.start_time = start;
  options.store = (*application)->store();
  options.security = {.callers = &(*security)->callers(),
                      .audit = (*application)->audit(),
                      .rates = (*security)->call_rates()};
  options.credentials = (*security)->server_credentials();
  auto server = Server::Start(options, (*application)->services(), metrics);
  if (!server.ok()) {
    (*application)->Stop();
    return Fail("listen", server.status());
  }
  LogServing(defaults, parts, **security, **server);

  int signal = 0;
  sigwait(&stop_signals, &signal);
  log::Info("stopping", {{"signal", signal}});
  PT_KILL_POINT("stop.begun");
  (*server)->Shutdown([&] { (*application)->BeginStop(); });
  PT_KILL_POINT("stop.server_shut");
  executor.reset();  // No handler runs; nothing is scheduled any more.
  (*application)->Stop();
  PT_KILL_POINT("stop.application_stopped");
  server->reset();
  application->reset();
  PT_KILL_POINT("stop.database_closed");
  log::Info("stopped", {{"service", defaults.name}});
  return EXIT_SUCCESS;
}

}  // namespace

int ServerMain(int argc, char** argv, const ServerDefaults& defaults,
               const MakeApplication& make_application) {
  const sigset_t stop_signals = BlockStopSignals();
  RedirectLibraryLogs();
  UseTls13Only();
  // Debian's Abseil looks for cycles at each lock of gRPC's, for its
  // developers.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  absl::SetFlag(&FLAGS_listen, defaults.listen);
  absl::SetFlag(&FLAGS_admin_listen, defaults.admin_listen);
  ParseFlags(argc, argv, absl::StrCat(defaults.name, ": ", defaults.summary));
  if (const absl::Status checked = CheckFlags(); !checked.ok()) {
    return FailForUsage(checked);
  }
  return Serve(defaults, make_application, stop_signals);
}

}  // namespace pulsetaker::rpc
