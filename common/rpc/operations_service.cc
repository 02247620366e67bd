#include "common/rpc/operations_service.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/rpc/access.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/page_token.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/unary.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "google/protobuf/util/time_util.h"
#include "grpcpp/alarm.h"

namespace pulsetaker::rpc {
namespace {

namespace lro = google::longrunning;

constexpr char kCollection[] = "operations";
constexpr int kWaitingMax = 1'000;
// What is left of a call's time to send the answer in.
constexpr absl::Duration kAnswerTime = absl::Milliseconds(50);

absl::Status Overloaded() {
  return MakeError(absl::StatusCode::kUnavailable, "OVERLOADED",
                   "the server has no room for the call right now");
}

// What a WaitOperation needs, which outlives it.
struct WaitParts {
  OperationRunner& runner;
  BoundedExecutor& executor;
  const std::string& error_domain;
  std::atomic<int>& waiting;
};

// One WaitOperation: answers once, after whichever comes first of the end of
// the operation, the end of its time, and the caller's leaving.
class WaitReactor final : public grpc::ServerUnaryReactor,
                          public std::enable_shared_from_this<WaitReactor> {
 public:
  WaitReactor(const WaitParts& parts, std::string id, std::string scope,
              lro::Operation& response)
      : parts_(parts),
        id_(std::move(id)),
        scope_(std::move(scope)),
        response_(response) {}

  void Begin(absl::Time until) {
    self_ = shared_from_this();
    alarm_.emplace();
    alarm_->Set(absl::ToChronoTime(until),
                [self = self_](bool /*ok*/) { self->Answer(); });
    // Watching looks into the store, which is not for gRPC's threads.
    const bool scheduled =
        parts_.executor.TrySchedule([self = self_] { self->StartWatch(); });
    if (!scheduled && !answered_.exchange(true)) {
      alarm_->Cancel();
      Finish(ToGrpcStatus(Overloaded(), parts_.error_domain));
    }
  }

  void FinishWith(const absl::Status& status) {
    self_ = shared_from_this();
    answered_ = true;
    Finish(ToGrpcStatus(status, parts_.error_domain));
  }

  void OnCancel() override { Answer(); }

  void OnDone() override {
    --parts_.waiting;
    alarm_.reset();                      // It refers to this object, too.
    const auto last = std::move(self_);  // Destroyed at the end of this scope.
  }

 private:
  void StartWatch() {
    // One of another tenant is answered as fast as one that there is not.
    if (!parts_.runner.CheckScope(id_, scope_).ok()) return Answer();
    const std::uint64_t watch = parts_.runner.Watch(
        id_, [self = shared_from_this()] { self->Answer(); });
    watch_ = watch;
    // Whoever answered meanwhile did not know of the watch.
    if (answered_) parts_.runner.Unwatch(watch);
  }

  void Answer() {
    if (answered_.exchange(true)) return;
    const auto self = shared_from_this();
    if (alarm_.has_value()) alarm_->Cancel();
    parts_.runner.Unwatch(watch_);
    const bool scheduled = parts_.executor.TrySchedule([self] {
      self->Finish(ToGrpcStatus(CatchExceptions([&] { return self->Read(); }),
                                self->parts_.error_domain));
    });
    if (!scheduled) Finish(ToGrpcStatus(Overloaded(), parts_.error_domain));
  }

  absl::Status Read() {
    PT_RETURN_IF_ERROR(parts_.runner.CheckScope(id_, scope_));
    PT_ASSIGN_OR_RETURN(response_, parts_.runner.Get(id_));
    return absl::OkStatus();
  }

  const WaitParts parts_;
  const std::string id_;
  const std::string scope_;
  lro::Operation& response_;
  std::optional<grpc::Alarm> alarm_;
  std::atomic<std::uint64_t> watch_ = 0;
  std::atomic<bool> answered_ = false;
  std::shared_ptr<WaitReactor> self_;  // Until gRPC is done with it.
};

class OperationsServiceImpl final : public lro::Operations::CallbackService {
 public:
  OperationsServiceImpl(OperationRunner& runner, BoundedExecutor& executor,
                        std::string error_domain)
      : runner_(runner),
        executor_(executor),
        error_domain_(std::move(error_domain)) {}

  grpc::ServerUnaryReactor* GetOperation(
      grpc::CallbackServerContext* context,
      const lro::GetOperationRequest* request,
      lro::Operation* response) override {
    return RunUnary(context, executor_, error_domain_,
                    [=, this](const CallContext& call) -> absl::Status {
                      PT_ASSIGN_OR_RETURN(const std::string id,
                                          OwnId(call, *request));
                      PT_ASSIGN_OR_RETURN(*response, runner_.Get(id));
                      return absl::OkStatus();
                    });
  }

  grpc::ServerUnaryReactor* ListOperations(
      grpc::CallbackServerContext* context,
      const lro::ListOperationsRequest* request,
      lro::ListOperationsResponse* response) override {
    return RunUnary(context, executor_, error_domain_,
                    [=, this](const CallContext& call) {
                      return List(ScopeOf(call.caller()), *request, *response);
                    });
  }

  grpc::ServerUnaryReactor* CancelOperation(
      grpc::CallbackServerContext* context,
      const lro::CancelOperationRequest* request,
      google::protobuf::Empty* /*response*/) override {
    return RunUnary(context, executor_, error_domain_,
                    [=, this](const CallContext& call) {
                      const auto id = OwnId(call, *request);
                      return id.ok() ? runner_.Cancel(*id) : id.status();
                    });
  }

  grpc::ServerUnaryReactor* DeleteOperation(
      grpc::CallbackServerContext* context,
      const lro::DeleteOperationRequest* request,
      google::protobuf::Empty* /*response*/) override {
    return RunUnary(context, executor_, error_domain_,
                    [=, this](const CallContext& call) {
                      const auto id = OwnId(call, *request);
                      return id.ok() ? runner_.Delete(*id) : id.status();
                    });
  }

  grpc::ServerUnaryReactor* WaitOperation(
      grpc::CallbackServerContext* context,
      const lro::WaitOperationRequest* request,
      lro::Operation* response) override {
    const absl::Status admitted = AdmissionOf(*context);
    const auto id = ParseOperationName(request->name(), "name");
    const bool has_room = ++waiting_ <= kWaitingMax;
    const auto reactor = std::make_shared<WaitReactor>(
        WaitParts{.runner = runner_,
                  .executor = executor_,
                  .error_domain = error_domain_,
                  .waiting = waiting_},
        id.ok() ? *id : "", ScopeOf(CallerOf(*context)), *response);
    if (!admitted.ok()) {
      reactor->FinishWith(admitted);
    } else if (!id.ok()) {
      reactor->FinishWith(id.status());
    } else if (!has_room) {
      reactor->FinishWith(Overloaded());
    } else {
      reactor->Begin(EndOfWait(*context, *request));
    }
    return reactor.get();
  }

 private:
  static absl::Time EndOfWait(const grpc::CallbackServerContext& context,
                              const lro::WaitOperationRequest& request) {
    const absl::Time end_of_call = DeadlineOf(context) - kAnswerTime;
    if (!request.has_timeout()) return end_of_call;
    const auto micros =
        google::protobuf::util::TimeUtil::DurationToMicroseconds(
            request.timeout());
    return std::min(end_of_call, absl::Now() + absl::Microseconds(micros));
  }

  // What the operations of the caller have as their scope; empty is all.
  static std::string ScopeOf(const Caller& caller) {
    if (PT_PLANTED_BUG("operations_of_all_tenants")) return "";
    return caller.any_tenant ? "" : FormatName(TenantName{caller.tenant});
  }

  // The id in the request's name, if the operation is the caller's.
  template <typename Request>
  absl::StatusOr<std::string> OwnId(const CallContext& call,
                                    const Request& request) const {
    PT_ASSIGN_OR_RETURN(std::string id,
                        ParseOperationName(request.name(), "name"));
    PT_RETURN_IF_ERROR(runner_.CheckScope(id, ScopeOf(call.caller())));
    return id;
  }

  absl::Status List(const std::string& scope,
                    const lro::ListOperationsRequest& request,
                    lro::ListOperationsResponse& response) const {
    if (request.name() != kCollection) {
      return InvalidField("NAME_MALFORMED", "name",
                          absl::StrCat("is not ", kCollection));
    }
    if (!request.filter().empty()) {
      return InvalidField("FILTER_UNSUPPORTED", "filter",
                          "is set, and operations cannot be filtered");
    }
    const std::string list = absl::StrCat(kCollection, " of ", scope);
    PT_ASSIGN_OR_RETURN(const int page_size, PageSizeOf(request.page_size()));
    PT_ASSIGN_OR_RETURN(const std::string after_id,
                        ReadPageToken(request.page_token(), list));
    // One more than asked tells whether this page is the last.
    PT_ASSIGN_OR_RETURN(std::vector<lro::Operation> page,
                        runner_.List(scope, after_id, page_size + 1));
    if (static_cast<int>(page.size()) > page_size) {
      page.pop_back();
      PT_ASSIGN_OR_RETURN(const std::string last_id,
                          ParseOperationName(page.back().name(), "name"));
      response.set_next_page_token(MakePageToken(list, last_id));
    }
    for (lro::Operation& operation : page) {
      *response.add_operations() = std::move(operation);
    }
    return absl::OkStatus();
  }

  OperationRunner& runner_;
  BoundedExecutor& executor_;
  const std::string error_domain_;
  std::atomic<int> waiting_ = 0;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeOperationsService(OperationRunner& runner,
                                                     BoundedExecutor& executor,
                                                     std::string error_domain) {
  return std::make_unique<OperationsServiceImpl>(runner, executor,
                                                 std::move(error_domain));
}

}  // namespace pulsetaker::rpc
