#include "common/rpc/operation_runner.h"

#include <atomic>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/base/trace.h"
#include "common/base/uuid.h"
#include "common/rpc/operation_message.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/unary.h"
#include "google/protobuf/empty.pb.h"

namespace pulsetaker::rpc {
namespace {

// How long to wait before trying again to write what must be written, when the
// disk is full.
constexpr absl::Duration kRetryInterval = absl::Seconds(1);

constexpr char kShared[] = "";

absl::Status CancelledByCaller() {
  return MakeError(absl::StatusCode::kCancelled, "OPERATION_CANCELLED",
                   "the operation was cancelled");
}

}  // namespace

// An operation that is being carried out.
struct OperationRunner::Run {
  std::atomic<bool> cancelled = false;
  Mutex mutex;
  std::string metadata ABSL_GUARDED_BY(mutex);
  absl::Time kept_time ABSL_GUARDED_BY(mutex);
};

class OperationRunner::Context final : public OperationContext {
 public:
  Context(OperationRunner& runner, const OperationRecord& record, Run& run)
      : runner_(runner), record_(record), run_(run) {}

  const std::string& operation_id() const override { return record_.id; }
  int attempt() const override { return record_.attempt; }
  absl::Time create_time() const override { return record_.create_time; }

  absl::Status CheckCancelled() const override {
    return run_.cancelled ? CancelledByCaller() : absl::OkStatus();
  }

  void SetProgress(const google::protobuf::Message& metadata) override {
    google::protobuf::Any any;
    any.PackFrom(metadata);
    const absl::Time now = runner_.options_.clock();
    {
      MutexLock lock(run_.mutex);
      run_.metadata = any.SerializeAsString();
      if (now - run_.kept_time < runner_.options_.progress_interval) return;
      run_.kept_time = now;
    }
    runner_.KeepProgress(record_.id, run_);
  }

 private:
  OperationRunner& runner_;
  const OperationRecord& record_;
  Run& run_;
};

OperationRunner::OperationRunner(OperationStore& store,
                                 OperationRunnerOptions options)
    : store_(store), options_(std::move(options)) {
  if (options_.clock == nullptr || options_.error_domain.empty() ||
      options_.thread_count < 1 || options_.attempts_max < 1) {
    FailStop("an operation runner is wrongly configured");
  }
  MutexLock lock(mutex_);
  lanes_[kShared] = {.thread_count = options_.thread_count};
}

OperationRunner::~OperationRunner() { Stop(); }

void OperationRunner::Register(absl::string_view kind, OperationWorker worker,
                               int own_thread_count) {
  workers_[std::string(kind)] = std::move(worker);
  if (own_thread_count < 1) return;
  MutexLock lock(mutex_);
  lanes_[std::string(kind)] = {.thread_count = own_thread_count};
}

OperationRunner::Lane& OperationRunner::LaneOf(absl::string_view kind) {
  const auto own = lanes_.find(kind);
  return own != lanes_.end() ? own->second : lanes_.find(kShared)->second;
}

absl::Status OperationRunner::Start() {
  PT_ASSIGN_OR_RETURN(const std::vector<OperationRecord> unfinished,
                      store_.ListUnfinished());
  MutexLock lock(mutex_);
  for (const OperationRecord& record : unfinished) {
    LaneOf(record.kind).queue.push_back(record.id);
  }
  for (const auto& [name, lane] : lanes_) {
    for (int i = 0; i < lane.thread_count; ++i) {
      threads_.emplace_back(
          [this, lane_name = name] { RunOperations(lane_name); });
    }
  }
  return absl::OkStatus();
}

void OperationRunner::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    for (const auto& [id, run] : runs_) run->cancelled = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  EndWatches();
}

absl::StatusOr<google::longrunning::Operation> OperationRunner::Submit(
    const NewOperation& operation) {
  if (workers_.find(operation.kind) == workers_.end()) {
    return absl::InternalError(
        absl::StrCat("no worker for operations of kind ", operation.kind));
  }
  OperationRecord record;
  record.id = NewUuid();
  record.kind = operation.kind;
  record.scope = operation.scope;
  record.request_id = operation.request_id;
  record.request = operation.request.SerializeAsString();
  if (const trace::Context& caller = trace::Current(); caller.valid()) {
    record.traceparent = trace::FormatTraceparent(caller);
  }
  record.metadata = operation.metadata.SerializeAsString();
  record.create_time = options_.clock();
  record.update_time = record.create_time;

  MutexLock store_lock(store_mutex_);  // The room that is found stays.
  {
    MutexLock lock(mutex_);
    if (stopping_ ||
        LaneOf(record.kind).queue.size() >= options_.queue_length_max) {
      return MakeError(absl::StatusCode::kUnavailable, "OVERLOADED",
                       "the server has no room for the operation right now");
    }
  }
  PT_ASSIGN_OR_RETURN(const OperationRecord kept, store_.Create(record));
  if (kept.id == record.id) {
    MutexLock lock(mutex_);
    LaneOf(kept.kind).queue.push_back(kept.id);
    changed_.notify_all();  // One alone might be of another lane.
  }
  return ToOperation(kept);
}

void OperationRunner::RunOperations(const std::string& lane_name) {
  for (;;) {
    std::string id;
    {
      MutexLock lock(mutex_);
      std::deque<std::string>& queue = LaneOf(lane_name).queue;
      while (queue.empty() && !stopping_) lock.Wait(changed_);
      if (stopping_) return;
      id = std::move(queue.front());
      queue.pop_front();
    }
    const absl::Status begun = RunOne(id);
    if (begun.ok()) continue;
    log::Error("operation_not_begun",
               {{"operation", id}, {"problem", begun.ToString()}});
    // What cannot be read now will not be later; what cannot be written may.
    if (begun.code() == absl::StatusCode::kDataLoss) continue;
    WaitToRetry();
    MutexLock lock(mutex_);
    LaneOf(lane_name).queue.push_back(id);
  }
}

void OperationRunner::WaitToRetry() {
  MutexLock lock(mutex_);
  if (!stopping_) lock.WaitFor(changed_, kRetryInterval);
}

absl::Status OperationRunner::RunOne(const std::string& id) {
  const auto run = std::make_shared<Run>();
  PT_ASSIGN_OR_RETURN(const std::optional<OperationRecord> record,
                      Begin(id, run));
  if (!record.has_value()) return absl::OkStatus();
  const absl::StatusOr<google::protobuf::Any> result = Carry(*record, *run);
  for (;;) {
    const absl::Status kept = End(id, *run, result);
    if (kept.ok() || kept.code() == absl::StatusCode::kNotFound) break;
    log::Error("operation_not_kept",
               {{"operation", id}, {"problem", kept.ToString()}});
    WaitToRetry();
    MutexLock lock(mutex_);
    if (stopping_) break;  // It is unfinished, and is run again.
  }
  {
    MutexLock lock(mutex_);
    runs_.erase(id);
  }
  NotifyDone(id);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<OperationRecord>> OperationRunner::Begin(
    const std::string& id, const std::shared_ptr<Run>& run) {
  MutexLock store_lock(store_mutex_);
  auto found = store_.Get(id);
  if (absl::IsNotFound(found.status())) return std::nullopt;
  if (!found.ok()) return found.status();
  OperationRecord record = *std::move(found);
  if (record.state == OperationState::kDone) return std::nullopt;
  if (record.cancel_requested) {
    return Refuse(std::move(record), CancelledByCaller());
  }
  if (workers_.find(record.kind) == workers_.end()) {
    const absl::Status unknown = absl::UnimplementedError(
        absl::StrCat("this server runs no operations of kind ", record.kind));
    return Refuse(std::move(record), unknown);
  }
  if (record.attempt >= options_.attempts_max) {
    return Refuse(
        std::move(record),
        MakeError(absl::StatusCode::kAborted, "OPERATION_CRASHED",
                  absl::StrCat("the server ended ", options_.attempts_max,
                               " times while the operation was running")));
  }
  // Counted before it begins: if this run is the end of the process, the next
  // one knows.
  ++record.attempt;
  record.update_time = options_.clock();
  PT_RETURN_IF_ERROR(store_.Update(record));
  {
    MutexLock lock(run->mutex);
    run->metadata = record.metadata;
    run->kept_time = record.update_time;
  }
  MutexLock lock(mutex_);
  if (stopping_) run->cancelled = true;
  runs_[id] = run;
  return record;
}

absl::StatusOr<std::optional<OperationRecord>> OperationRunner::Refuse(
    OperationRecord record, const absl::Status& why) {
  const std::string id = record.id;
  PT_RETURN_IF_ERROR(Finish(std::move(record), why));
  NotifyDone(id);
  return std::nullopt;
}

absl::StatusOr<google::protobuf::Any> OperationRunner::Carry(
    const OperationRecord& record, Run& run) {
  google::protobuf::Any request;
  if (!request.ParseFromString(record.request)) {
    return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                     absl::StrCat("operation ", record.id, ": no request"));
  }
  Context context(*this, record, run);
  // In the trace of the call that began it, whatever has happened since.
  trace::Span span(
      record.kind, trace::SpanKind::kInternal,
      trace::ParseTraceparent(record.traceparent).value_or(trace::Context{}));
  span.AddAttribute("pulsetaker.operation", record.id);
  span.AddAttribute("pulsetaker.attempt", record.attempt);
  const trace::Scope scope(span.context());
  absl::StatusOr<google::protobuf::Any> result = absl::UnknownError("");
  absl::Status carried = CatchExceptions([&] {
    result = workers_.find(record.kind)->second(request, context);
    return result.status();
  });
  span.End(/*failed=*/!carried.ok());
  if (!carried.ok()) return carried;
  return result;
}

absl::Status OperationRunner::End(
    const std::string& id, Run& run,
    const absl::StatusOr<google::protobuf::Any>& result) {
  MutexLock store_lock(store_mutex_);
  PT_ASSIGN_OR_RETURN(OperationRecord record, store_.Get(id));
  {
    MutexLock lock(run.mutex);
    record.metadata = run.metadata;
  }
  bool stopping = false;
  {
    MutexLock lock(mutex_);
    stopping = stopping_;
  }
  if (absl::IsCancelled(result.status()) && stopping &&
      !record.cancel_requested) {
    --record.attempt;  // It was stopped in good order, which is no crash.
    record.update_time = options_.clock();
    return store_.Update(record);
  }
  return Finish(std::move(record), result);
}

absl::Status OperationRunner::Finish(
    OperationRecord record,
    const absl::StatusOr<google::protobuf::Any>& result) {
  record.state = OperationState::kDone;
  record.update_time = options_.clock();
  if (result.ok()) {
    record.response = result->SerializeAsString();
    // An empty answer is an answer, too.
    if (record.response.empty()) {
      google::protobuf::Any nothing;
      nothing.PackFrom(google::protobuf::Empty());
      record.response = nothing.SerializeAsString();
    }
  } else {
    record.error =
        ToRpcStatus(result.status(), options_.error_domain).SerializeAsString();
  }
  PT_RETURN_IF_ERROR(store_.Update(record));
  counts_.Count(result.status());
  log::Info("operation_done",
            {{"operation", record.id},
             {"kind", record.kind},
             {"code", absl::StatusCodeToString(result.status().code())},
             {"attempt", record.attempt},
             {"micros", absl::ToInt64Microseconds(record.update_time -
                                                  record.create_time)}});
  return absl::OkStatus();
}

std::vector<MetricSample> OperationRunner::CollectMetrics() const {
  MutexLock lock(mutex_);
  std::size_t queued = 0;
  for (const auto& [name, lane] : lanes_) queued += lane.queue.size();
  return counts_.ToSamples(queued, runs_.size());
}

void OperationRunner::KeepProgress(const std::string& id, Run& run) {
  MutexLock store_lock(store_mutex_);
  auto record = store_.Get(id);
  absl::Status kept = record.status();
  if (kept.ok()) {
    {
      MutexLock lock(run.mutex);
      record->metadata = run.metadata;
    }
    record->update_time = options_.clock();
    kept = store_.Update(*record);
  }
  if (!kept.ok()) {  // The next one, or the result, will be.
    log::Warning("progress_not_kept",
                 {{"operation", id}, {"problem", kept.ToString()}});
  }
}

absl::StatusOr<google::longrunning::Operation> OperationRunner::Get(
    absl::string_view id) const {
  PT_ASSIGN_OR_RETURN(const OperationRecord record, store_.Get(id));
  return ToOperation(record);
}

absl::Status OperationRunner::CheckScope(absl::string_view id,
                                         absl::string_view scope) const {
  PT_ASSIGN_OR_RETURN(const OperationRecord record, store_.Get(id));
  return scope.empty() || record.scope == scope ? absl::OkStatus()
                                                : OperationNotFoundError();
}

absl::StatusOr<std::vector<google::longrunning::Operation>>
OperationRunner::List(absl::string_view scope, absl::string_view after_id,
                      int limit) const {
  PT_ASSIGN_OR_RETURN(const std::vector<OperationRecord> records,
                      store_.List(scope, after_id, limit));
  std::vector<google::longrunning::Operation> operations;
  for (const OperationRecord& record : records) {
    PT_ASSIGN_OR_RETURN(google::longrunning::Operation operation,
                        ToOperation(record));
    operations.push_back(std::move(operation));
  }
  return operations;
}

absl::Status OperationRunner::Cancel(absl::string_view id) {
  bool is_finished = false;
  {
    MutexLock store_lock(store_mutex_);
    PT_ASSIGN_OR_RETURN(OperationRecord record, store_.Get(id));
    if (record.state == OperationState::kDone) return absl::OkStatus();
    record.cancel_requested = true;
    const std::shared_ptr<Run> run = FindRun(id);
    if (run != nullptr) {
      PT_RETURN_IF_ERROR(store_.Update(record));
      run->cancelled = true;
    } else {
      PT_RETURN_IF_ERROR(Finish(std::move(record), CancelledByCaller()));
      is_finished = true;
    }
  }
  if (is_finished) NotifyDone(id);
  return absl::OkStatus();
}

absl::Status OperationRunner::Delete(absl::string_view id) {
  MutexLock store_lock(store_mutex_);
  PT_ASSIGN_OR_RETURN(const OperationRecord record, store_.Get(id));
  if (record.state != OperationState::kDone) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     "OPERATION_UNFINISHED",
                     "the operation is not done; cancel it first");
  }
  return store_.Delete(id);
}

std::shared_ptr<OperationRunner::Run> OperationRunner::FindRun(
    absl::string_view id) const {
  MutexLock lock(mutex_);
  const auto found = runs_.find(id);
  return found == runs_.end() ? nullptr : found->second;
}

std::uint64_t OperationRunner::Watch(absl::string_view id,
                                     std::function<void()> done) {
  std::uint64_t watch = 0;
  bool ended = false;
  {
    MutexLock lock(mutex_);
    watch = next_watch_++;
    watchers_.emplace(watch, Watcher{std::string(id), std::move(done)});
    ended = watches_ended_;
  }
  // In this order: whoever is done in between finds the watcher.
  const auto record = store_.Get(id);
  if (ended || !record.ok() || record->state == OperationState::kDone) {
    NotifyDone(id);
  }
  return watch;
}

void OperationRunner::Unwatch(std::uint64_t watch) {
  MutexLock lock(mutex_);
  watchers_.erase(watch);
}

void OperationRunner::EndWatches() {
  std::map<std::uint64_t, Watcher> ended;
  {
    MutexLock lock(mutex_);
    watches_ended_ = true;
    ended.swap(watchers_);
  }
  for (const auto& [watch, watcher] : ended) watcher.done();
}

void OperationRunner::NotifyDone(absl::string_view id) {
  std::vector<std::function<void()>> calls;
  {
    MutexLock lock(mutex_);
    for (auto it = watchers_.begin(); it != watchers_.end();) {
      if (it->second.id == id) {
        calls.push_back(std::move(it->second.done));
        it = watchers_.erase(it);
      } else {
        ++it;
      }
    }
  }
  for (const auto& call : calls) call();
}

absl::StatusOr<google::longrunning::Operation> OperationRunner::ToOperation(
    const OperationRecord& record) const {
  PT_ASSIGN_OR_RETURN(google::longrunning::Operation operation,
                      ToMessage(record));
  // The disk is behind the run by up to the progress interval.
  if (const auto run = FindRun(record.id);
      run != nullptr && !operation.done()) {
    MutexLock lock(run->mutex);
    if (!operation.mutable_metadata()->ParseFromString(run->metadata)) {
      operation.clear_metadata();
    }
  }
  return operation;
}

}  // namespace pulsetaker::rpc
