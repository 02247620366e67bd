#include "common/rpc/health.h"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "common/rpc/unary.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"

namespace pulsetaker::rpc {
namespace {

namespace v1 = grpc::health::v1;
using Response = v1::HealthCheckResponse;
using Status = Response::ServingStatus;

// One Watch. Sends the latest status whenever it differs from what was sent
// last. Operations of a reactor may call back at once, so none is begun with a
// lock held, and nothing is begun after Finish.
class Watcher final : public grpc::ServerWriteReactor<Response>,
                      public std::enable_shared_from_this<Watcher> {
 public:
  explicit Watcher(std::function<void(Watcher*)> forget)
      : forget_(std::move(forget)) {}

  void Send(Status status) {
    {
      MutexLock lock(mutex_);
      wanted_ = status;
    }
    Advance();
  }

  void End(grpc::Status status) {
    {
      MutexLock lock(mutex_);
      if (ending_) return;
      ending_ = true;
      end_ = std::move(status);
    }
    Advance();
  }

  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(mutex_);
      writing_ = false;
    }
    if (!ok) {
      End(grpc::Status(grpc::StatusCode::CANCELLED, "the caller has left"));
    }
    Advance();
  }
  void OnCancel() override {
    End(grpc::Status(grpc::StatusCode::CANCELLED, "the caller has left"));
  }
  void OnDone() override { forget_(this); }  // May destroy this.

 private:
  // Begins the next write or the end, if there is one to begin.
  void Advance() {
    enum : std::uint8_t { kNothing, kWrite, kFinish } next = kNothing;
    {
      MutexLock lock(mutex_);
      if (writing_ || finished_) return;
      if (ending_) {
        finished_ = true;
        next = kFinish;
      } else if (wanted_ != sent_) {
        writing_ = true;
        sent_ = wanted_;
        response_.set_status(sent_);
        next = kWrite;
      }
    }
    const auto self = shared_from_this();
    if (next == kWrite) StartWrite(&response_);
    if (next == kFinish) Finish(end_);
  }

  const std::function<void(Watcher*)> forget_;
  Response response_;  // Touched only while nothing is being written.
  grpc::Status end_;   // Set once, before `finished_`.
  Mutex mutex_;
  Status wanted_ ABSL_GUARDED_BY(mutex_) = Response::UNKNOWN;
  Status sent_ ABSL_GUARDED_BY(mutex_) = Response::UNKNOWN;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

class HealthServiceImpl final : public HealthService,
                                private v1::Health::CallbackService {
 public:
  HealthServiceImpl() { services_.insert(""); }

  grpc::Service& service() override { return *this; }

  void AddService(absl::string_view name) override {
    MutexLock lock(mutex_);
    services_.insert(std::string(name));
  }

  void SetServing(bool serving) override {
    Change([this, serving]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      is_set_to_serve_ = serving;
    });
  }

  void SetDraining(bool draining) override {
    Change([this, draining]()
               ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { draining_ = draining; });
  }

  bool draining() const override {
    MutexLock lock(mutex_);
    return draining_;
  }

  bool serving() const override {
    MutexLock lock(mutex_);
    return is_set_to_serve_ && !draining_;
  }

  void Shutdown() override {
    SetServing(false);
    std::vector<std::shared_ptr<Watcher>> watchers;
    {
      MutexLock lock(mutex_);
      shut_down_ = true;
      for (const auto& [key, watch] : watches_) {
        watchers.push_back(watch.watcher);
      }
    }
    for (const auto& watcher : watchers) watcher->End(ShuttingDown());
  }

 private:
  struct Watched {
    std::shared_ptr<Watcher> watcher;
    std::string service;
  };

  static grpc::Status ShuttingDown() {
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "the server stops");
  }

  // Makes the change, and tells who watches.
  void Change(const std::function<void()>& change) {
    std::map<std::shared_ptr<Watcher>, Status> updates;
    {
      MutexLock lock(mutex_);
      if (shut_down_) return;
      change();
      for (const auto& [watcher, watch] : watches_) {
        updates.emplace(watch.watcher, StatusOf(watch.service));
      }
    }
    for (const auto& [watcher, status] : updates) watcher->Send(status);
  }

  Status StatusOf(const std::string& name) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!services_.contains(name)) return Response::SERVICE_UNKNOWN;
    return is_set_to_serve_ && !draining_ ? Response::SERVING
                                          : Response::NOT_SERVING;
  }

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const v1::HealthCheckRequest* request,
                                  Response* response) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    Status status = Response::UNKNOWN;
    {
      MutexLock lock(mutex_);
      status = StatusOf(request->service());
    }
    if (status == Response::SERVICE_UNKNOWN) {
      reactor->Finish(
          grpc::Status(grpc::StatusCode::NOT_FOUND, "no such service"));
    } else {
      response->set_status(status);
      reactor->Finish(grpc::Status::OK);
    }
    return reactor;
  }

  grpc::ServerWriteReactor<Response>* Watch(
      grpc::CallbackServerContext* /*context*/,
      const v1::HealthCheckRequest* request) override {
    auto watcher =
        std::make_shared<Watcher>([this](Watcher* done) { Forget(done); });
    Status status = Response::UNKNOWN;
    bool refuse = false;
    {
      MutexLock lock(mutex_);
      watches_.emplace(watcher.get(), Watched{.watcher = watcher,
                                              .service = request->service()});
      status = StatusOf(request->service());
      refuse = shut_down_;
    }
    watcher->Send(status);
    if (refuse) watcher->End(ShuttingDown());
    return watcher.get();
  }

  void Forget(Watcher* watcher) {
    std::shared_ptr<Watcher> last;  // Destroyed without the lock.
    MutexLock lock(mutex_);
    const auto found = watches_.find(watcher);
    if (found == watches_.end()) return;
    last = std::move(found->second.watcher);
    watches_.erase(found);
  }

  mutable Mutex mutex_;
  bool is_set_to_serve_ ABSL_GUARDED_BY(mutex_) = false;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool shut_down_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<std::string> services_ ABSL_GUARDED_BY(mutex_);
  std::map<Watcher*, Watched> watches_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<HealthService> MakeHealthService() {
  return std::make_unique<HealthServiceImpl>();
}

}  // namespace pulsetaker::rpc
