// Long-running operations: kept before they run, run on threads of their own,
// run again after a crash, asked about through google.longrunning.Operations.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/base/mutex.h"
#include "common/base/operation.h"
#include "common/rpc/operation_counts.h"
#include "google/longrunning/operations.pb.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/message.h"

namespace pulsetaker::rpc {

// What a worker knows of its run, and through which it tells how far it is. For
// the duration of the run, for any number of threads.
class OperationContext {
 public:
  virtual ~OperationContext() = default;

  virtual const std::string& operation_id() const = 0;
  virtual int attempt() const = 0;  // 1 for the first run.
  virtual absl::Time create_time() const = 0;

  // CANCELLED once someone has cancelled the operation or the server stops.
  // Workers ask often and return it as it is: whether the operation has ended
  // or goes on after a restart is decided here.
  virtual absl::Status CheckCancelled() const = 0;

  // Publishes `metadata` as the operation's. Cheap to call often: it is kept on
  // disk only once in a while, and readers see the latest.
  virtual void SetProgress(const google::protobuf::Message& metadata) = 0;
};

// Carries out an operation: request in, response out. May be run again from the
// start after a crash, so its effects must be the same the second time.
using OperationWorker = std::function<absl::StatusOr<google::protobuf::Any>(
    const google::protobuf::Any& request, OperationContext& context)>;

struct OperationRunnerOptions {
  int thread_count = 1;
  std::size_t queue_length_max = 1000;  // Of each queue: not yet begun.
  // An operation during which the process died this often fails, in place of
  // taking the process down forever.
  int attempts_max = 3;
  absl::Duration progress_interval = absl::Seconds(1);  // Between writes.
  std::string error_domain = {};                        // "network.pulsetaker".
  Clock clock = {};
};

struct NewOperation {
  std::string kind;
  std::string scope;       // What request ids are unique in: the tenant's name.
  std::string request_id;  // A UUID.
  google::protobuf::Any request;
  google::protobuf::Any metadata = {};  // The first progress; may be empty.
};

// Safe for use by any number of threads at once, after Start.
class OperationRunner {
 public:
  // `store` must outlive it.
  OperationRunner(OperationStore& store, OperationRunnerOptions options);

  // Stops, if that has not been done.
  ~OperationRunner();
  OperationRunner(const OperationRunner&) = delete;
  OperationRunner& operator=(const OperationRunner&) = delete;

  // Says who carries out operations of this kind. Before Start. With
  // `own_thread_count` above 0 the kind has so many threads and a queue to
  // itself, so that long operations keep none of another kind waiting; else it
  // shares those of the options.
  void Register(absl::string_view kind, OperationWorker worker,
                int own_thread_count = 0);

  // Begins to run, first of all what is unfinished in the store.
  absl::Status Start();

  // Asks runs to end and waits for them. What is unfinished stays so in the
  // store and is run after the next Start, which does not count as a crash.
  void Stop();

  // Keeps a new operation and queues it. A repeat of its request_id returns the
  // operation that the first call made, done or not.
  //
  // ALREADY_EXISTS, REQUEST_ID_REUSED: the id came with another request.
  // UNAVAILABLE, OVERLOADED: the queue is full, nothing is kept.
  absl::StatusOr<google::longrunning::Operation> Submit(
      const NewOperation& operation);

  // NOT_FOUND, OPERATION_NOT_FOUND, for all that take an id.
  absl::StatusOr<google::longrunning::Operation> Get(
      absl::string_view id) const;

  // Whether there is such an operation of `scope`, or of any if that is empty.
  absl::Status CheckScope(absl::string_view id, absl::string_view scope) const;

  // The first `limit` of `scope`, or of all if that is empty, with an id above
  // `after_id`, in the order of their ids.
  absl::StatusOr<std::vector<google::longrunning::Operation>> List(
      absl::string_view scope, absl::string_view after_id, int limit) const;

  // Asks for an end. An operation that is done stays as it is; any other one
  // ends with CANCELLED, OPERATION_CANCELLED, unless its worker is done first.
  absl::Status Cancel(absl::string_view id);

  // Forgets a finished operation.
  // FAILED_PRECONDITION, OPERATION_UNFINISHED: cancel it first.
  absl::Status Delete(absl::string_view id);

  // Calls `done` once, on any thread, when the operation is done or watching
  // ends; at once if that is so, or if there is no such operation. Returns a
  // number for Unwatch.
  std::uint64_t Watch(absl::string_view id, std::function<void()> done);

  // The watch's `done` does not begin after this; it may be under way.
  void Unwatch(std::uint64_t watch);

  // Calls every watch's `done`, also of those to come, so that no call waits
  // for an operation while the server stops.
  void EndWatches();

  // What is queued, running, and has ended since the start, as
  // pulsetaker_operations_*.
  std::vector<MetricSample> CollectMetrics() const;

 private:
  struct Run;
  class Context;
  struct Watcher {
    std::string id;
    std::function<void()> done;
  };

  // Threads that carry out operations from one queue. What is in the queue is
  // accepted and not begun.
  struct Lane {
    int thread_count = 0;
    std::deque<std::string> queue = {};
  };

  // The lane of a kind; of one that is not known, the shared one.
  Lane& LaneOf(absl::string_view kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  void RunOperations(const std::string& lane_name);
  void WaitToRetry();

  // Carries out the operation, if it is not done. An error is of the store,
  // before the operation began.
  absl::Status RunOne(const std::string& id);
  // The operation, if it is to be carried out; it may be done or refused.
  absl::StatusOr<std::optional<OperationRecord>> Begin(
      const std::string& id, const std::shared_ptr<Run>& run);
  absl::StatusOr<std::optional<OperationRecord>> Refuse(
      OperationRecord record, const absl::Status& why);
  absl::StatusOr<google::protobuf::Any> Carry(const OperationRecord& record,
                                              Run& run);
  absl::Status End(const std::string& id, Run& run,
                   const absl::StatusOr<google::protobuf::Any>& result);
  absl::Status Finish(OperationRecord record,
                      const absl::StatusOr<google::protobuf::Any>& result);

  void KeepProgress(const std::string& id, Run& run);
  std::shared_ptr<Run> FindRun(absl::string_view id) const;
  void NotifyDone(absl::string_view id);
  absl::StatusOr<google::longrunning::Operation> ToOperation(
      const OperationRecord& record) const;

  OperationStore& store_;
  const OperationRunnerOptions options_;
  std::map<std::string, OperationWorker, std::less<>> workers_;
  OperationCounts counts_;

  // Held over each read-change-write of a record, so that none is lost.
  Mutex store_mutex_;
  mutable Mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool watches_ended_ ABSL_GUARDED_BY(mutex_) = false;
  // By the kind that has it to itself; "" is shared.
  std::map<std::string, Lane, std::less<>> lanes_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::shared_ptr<Run>, std::less<>> runs_
      ABSL_GUARDED_BY(mutex_);
  std::map<std::uint64_t, Watcher> watchers_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t next_watch_ ABSL_GUARDED_BY(mutex_) = 1;
  std::vector<std::thread> threads_;
};

}  // namespace pulsetaker::rpc
