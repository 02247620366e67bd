// Operations through the stub, over a store on a disk in memory: what a client
// sees, and what is left after a crash.

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/base/log.h"
#include "common/base/metrics.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "common/base/trace.h"
#include "common/kv/rocks_operation_store.h"
#include "common/rpc/client_call.h"
#include "common/rpc/operation_runner.h"
#include "common/rpc/operations_service.h"
#include "common/rpc/server.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "google/protobuf/wrappers.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"

namespace pulsetaker::rpc {
namespace {

namespace lro = google::longrunning;
using google::protobuf::Any;
using google::protobuf::StringValue;

std::string Uuid(unsigned i) {
  return absl::StrFormat("%08x-0000-4000-8000-000000000000", i);
}

Any Pack(const std::string& text) {
  StringValue value;
  value.set_value(text);
  Any any;
  any.PackFrom(value);
  return any;
}

std::string Unpack(const Any& any) {
  StringValue value;
  EXPECT_TRUE(any.UnpackTo(&value)) << any.DebugString();
  return value.value();
}

class OperationsTest : public ::testing::Test {
 protected:
  OperationsTest() {
    log::SetSink([](absl::string_view) {});
    auto rocks = kv::OpenRocks({.path = "/db",
                                .families = {kv::kOperationsFamily},
                                .env = env_.get()});
    EXPECT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    store_ = kv::MakeRocksOperationStore(*rocks_);
    StartProcess();
  }
  ~OperationsTest() override {
    StopProcess();
    log::SetSink(nullptr);
  }

  // The test's worker is `work_`; the default one repeats its request.
  void StartProcess() {
    runner_ = std::make_unique<OperationRunner>(
        *store_,
        OperationRunnerOptions{.thread_count = 1,
                               .queue_length_max = 2,
                               .progress_interval = absl::ZeroDuration(),
                               .error_domain = "test.pulsetaker",
                               .clock = [] { return absl::Now(); }});
    runner_->Register("Work", [this](const Any& request, auto& context) {
      ++begun_;
      return work_(request, context);
    });
    // Has a thread to itself.
    runner_->Register(
        "Long",
        [this](const Any& request, auto& context) {
          ++long_begun_;
          return WorkForever(request, context);
        },
        1);
    ASSERT_TRUE(runner_->Start().ok());
    executor_ = std::make_unique<BoundedExecutor>(2, 100);
    service_ = MakeOperationsService(*runner_, *executor_, "test.pulsetaker");
    auto server = Server::Start({.listen = "127.0.0.1:0",
                                 .drain = absl::ZeroDuration(),
                                 .grace = absl::Seconds(5)},
                                {service_.get()}, metrics_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = lro::Operations::NewStub(server_->InProcessChannel());
  }

  void StopProcess() {
    if (server_ == nullptr) return;
    server_->Shutdown([this] { runner_->EndWatches(); });
    server_.reset();
    executor_.reset();
    runner_->Stop();
    service_.reset();
    runner_.reset();
  }

  absl::StatusOr<lro::Operation> Submit(unsigned request,
                                        const std::string& text = "text") {
    return runner_->Submit({.kind = "Work",
                            .scope = "tenants/north",
                            .request_id = Uuid(request),
                            .request = Pack(text),
                            .metadata = Pack("begun")});
  }

  absl::StatusOr<lro::Operation> Get(const std::string& name) {
    lro::GetOperationRequest request;
    request.set_name(name);
    return Call(*stub_, &lro::Operations::Stub::GetOperation, request, Soon());
  }

  absl::StatusOr<lro::Operation> Wait(const std::string& name,
                                      int timeout_seconds = 10) {
    lro::WaitOperationRequest request;
    request.set_name(name);
    request.mutable_timeout()->set_seconds(timeout_seconds);
    return Call(*stub_, &lro::Operations::Stub::WaitOperation, request, Soon());
  }

  absl::Status Cancel(const std::string& name) {
    lro::CancelOperationRequest request;
    request.set_name(name);
    return Call(*stub_, &lro::Operations::Stub::CancelOperation, request,
                Soon())
        .status();
  }

  absl::Status Delete(const std::string& name) {
    lro::DeleteOperationRequest request;
    request.set_name(name);
    return Call(*stub_, &lro::Operations::Stub::DeleteOperation, request,
                Soon())
        .status();
  }

  static absl::Time Soon() { return absl::Now() + absl::Seconds(20); }

  // Works until it is cancelled.
  static absl::StatusOr<Any> WorkForever(const Any& /*request*/,
                                         OperationContext& context) {
    while (context.CheckCancelled().ok()) absl::SleepFor(absl::Milliseconds(1));
    return context.CheckCancelled();
  }

  void WaitUntilBegun(int count) {
    while (begun_ < count) absl::SleepFor(absl::Milliseconds(1));
  }

  OperationWorker work_ = [](const Any& request,
                             OperationContext&) -> absl::StatusOr<Any> {
    return Pack(absl::StrCat("done: ", Unpack(request)));
  };
  std::atomic<int> begun_ = 0;
  std::atomic<int> long_begun_ = 0;
  Metrics metrics_;
  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<OperationStore> store_;
  std::unique_ptr<OperationRunner> runner_;
  std::unique_ptr<BoundedExecutor> executor_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<lro::Operations::Stub> stub_;
};

TEST_F(OperationsTest, CarriesOutWhatIsSubmitted) {
  const auto submitted = Submit(1);
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  EXPECT_EQ(submitted->name().find("operations/"), 0u);
  const auto done = Wait(submitted->name());
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_TRUE(done->done());
  EXPECT_EQ(Unpack(done->response()), "done: text");
  EXPECT_EQ(Unpack(done->metadata()), "begun");
  EXPECT_EQ(Get(submitted->name())->SerializeAsString(),
            done->SerializeAsString());
  StopProcess();
  StartProcess();
  EXPECT_EQ(Get(submitted->name())->SerializeAsString(),
            done->SerializeAsString());
  EXPECT_EQ(begun_, 1);
}

TEST_F(OperationsTest, CarriesOutARepeatOnce) {
  const auto first = Submit(1);
  ASSERT_TRUE(Wait(first->name()).ok());
  const auto repeat = Submit(1);
  ASSERT_TRUE(repeat.ok()) << repeat.status();
  EXPECT_EQ(repeat->name(), first->name());
  EXPECT_TRUE(repeat->done());
  EXPECT_EQ(begun_, 1);
  EXPECT_EQ(ReasonOf(Submit(1, "other").status()), "REQUEST_ID_REUSED");
}

TEST_F(OperationsTest, KeepsAnErrorWithItsReason) {
  work_ = [](const Any&, OperationContext&) -> absl::StatusOr<Any> {
    return MakeError(absl::StatusCode::kFailedPrecondition, "WAVE_NOT_CLOSED",
                     "close the wave first", {{"wave", "3"}});
  };
  const auto done = Wait(Submit(1)->name());
  ASSERT_TRUE(done.ok()) << done.status();
  ASSERT_TRUE(done->has_error());
  const absl::Status error = FromRpcStatus(done->error());
  EXPECT_EQ(error.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(error.message(), "close the wave first");
  EXPECT_EQ(ReasonOf(error), "WAVE_NOT_CLOSED");
  EXPECT_EQ(MetadataOf(error), (ErrorMetadata{{"wave", "3"}}));
}

TEST_F(OperationsTest, MakesAnErrorOfAnException) {
  work_ = [](const Any&, OperationContext&) -> absl::StatusOr<Any> {
    throw std::bad_alloc();
  };
  EXPECT_EQ(Wait(Submit(1)->name())->error().code(),
            static_cast<int>(grpc::StatusCode::INTERNAL));
}

TEST_F(OperationsTest, ShowsProgress) {
  absl::Notification half;
  absl::Notification go_on;
  work_ = [&](const Any&, OperationContext& context) -> absl::StatusOr<Any> {
    StringValue progress;
    progress.set_value(absl::StrCat("half of attempt ", context.attempt()));
    context.SetProgress(progress);
    half.Notify();
    go_on.WaitForNotification();
    return Pack("");
  };
  const std::string name = Submit(1)->name();
  half.WaitForNotification();
  EXPECT_EQ(Unpack(Get(name)->metadata()), "half of attempt 1");
  EXPECT_FALSE(Get(name)->done());
  go_on.Notify();
  EXPECT_EQ(Unpack(Wait(name)->metadata()), "half of attempt 1");
}

TEST_F(OperationsTest, CancelsWhatRuns) {
  work_ = WorkForever;
  const std::string name = Submit(1)->name();
  WaitUntilBegun(1);
  ASSERT_TRUE(Cancel(name).ok());
  const auto done = Wait(name);
  EXPECT_EQ(ReasonOf(FromRpcStatus(done->error())), "OPERATION_CANCELLED");
  EXPECT_TRUE(Cancel(name).ok());  // Again, and to no effect.
  EXPECT_EQ(Get(name)->SerializeAsString(), done->SerializeAsString());
}

TEST_F(OperationsTest, CancelsWhatWaits) {
  work_ = WorkForever;
  const std::string running = Submit(1)->name();
  WaitUntilBegun(1);
  const std::string waiting = Submit(2)->name();
  ASSERT_TRUE(Cancel(waiting).ok());
  EXPECT_TRUE(Get(waiting)->done());
  ASSERT_TRUE(Cancel(running).ok());
  ASSERT_TRUE(Wait(running)->done());
  EXPECT_EQ(begun_, 1);
}

TEST_F(OperationsTest, KeepsAResultThatCameBeforeTheCancellation) {
  absl::Notification begun;
  absl::Notification go_on;
  work_ = [&](const Any&, OperationContext&) -> absl::StatusOr<Any> {
    begun.Notify();
    go_on.WaitForNotification();
    return Pack("anyway");
  };
  const std::string name = Submit(1)->name();
  begun.WaitForNotification();
  ASSERT_TRUE(Cancel(name).ok());
  go_on.Notify();
  EXPECT_EQ(Unpack(Wait(name)->response()), "anyway");
}

TEST_F(OperationsTest, TurnsAwayWhatItHasNoRoomFor) {
  work_ = WorkForever;
  ASSERT_TRUE(Submit(1).ok());
  WaitUntilBegun(1);
  ASSERT_TRUE(Submit(2).ok());
  ASSERT_TRUE(Submit(3).ok());
  const auto refused = Submit(4);
  EXPECT_EQ(ReasonOf(refused.status()), "OVERLOADED");
  EXPECT_EQ(store_->List("", "", 10)->size(), 3u);  // Nothing is kept of it.
}

TEST_F(OperationsTest, GoesOnAfterAStop) {
  work_ = WorkForever;
  const std::string running = Submit(1, "first")->name();
  WaitUntilBegun(1);
  const std::string waiting = Submit(2, "second")->name();
  for (int i = 0; i < 5; ++i) {  // More often than it may crash.
    StopProcess();
    StartProcess();
    WaitUntilBegun(i + 2);
    EXPECT_FALSE(Get(running)->done());
  }
  StopProcess();
  std::vector<std::string> order;
  work_ = [&](const Any& request, OperationContext& context) {
    EXPECT_EQ(context.attempt(), 1);  // None of it was a crash.
    order.push_back(Unpack(request));
    return absl::StatusOr<Any>(Pack("done"));
  };
  StartProcess();
  EXPECT_EQ(Unpack(Wait(running)->response()), "done");
  EXPECT_EQ(Unpack(Wait(waiting)->response()), "done");
  EXPECT_EQ(order, (std::vector<std::string>{"first", "second"}));
}

TEST_F(OperationsTest, GivesUpWhatEndsTheProcess) {
  StopProcess();
  OperationRecord record = {.id = Uuid(1),
                            .kind = "Work",
                            .scope = "tenants/north",
                            .request_id = Uuid(2),
                            .request = Pack("text").SerializeAsString(),
                            .attempt = 2};  // As two crashes leave it.
  ASSERT_TRUE(store_->Create(record).ok());
  int attempt = 0;
  work_ = [&](const Any& request, OperationContext& context) {
    attempt = context.attempt();
    return WorkForever(request, context);
  };
  StartProcess();
  WaitUntilBegun(1);
  EXPECT_EQ(attempt, 3);
  StopProcess();
  record.attempt = 3;  // The third.
  ASSERT_TRUE(store_->Update(record).ok());
  StartProcess();
  const auto done = Wait(absl::StrCat("operations/", record.id));
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(ReasonOf(FromRpcStatus(done->error())), "OPERATION_CRASHED");
  EXPECT_EQ(begun_, 1);
}

TEST_F(OperationsTest, EndsWhatItDoesNotKnow) {
  StopProcess();
  ASSERT_TRUE(store_
                  ->Create({.id = Uuid(1),
                            .kind = "Other",
                            .scope = "tenants/north",
                            .request_id = Uuid(2),
                            .request = ""})
                  .ok());
  StartProcess();
  const auto done = Wait(absl::StrCat("operations/", Uuid(1)));
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(FromRpcStatus(done->error()).message(),
            "this server runs no operations of kind Other");
  EXPECT_EQ(done->error().code(),
            static_cast<int>(grpc::StatusCode::UNIMPLEMENTED));
}

// The only shared thread is free for others, though two of a kind with a thread
// of its own are there, one of them waiting.
TEST_F(OperationsTest, KindsWithTheirOwnThreadsKeepNoOthersWaiting) {
  const auto submit_long = [&](unsigned request) {
    return runner_->Submit({.kind = "Long",
                            .scope = "tenants/north",
                            .request_id = Uuid(request),
                            .request = Pack("long"),
                            .metadata = Pack("begun")});
  };
  const std::string first = submit_long(1)->name();
  const std::string second = submit_long(2)->name();
  while (long_begun_ == 0) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_TRUE(Wait(Submit(3)->name())->done());

  // The same after a restart.
  StopProcess();
  long_begun_ = 0;
  StartProcess();
  while (long_begun_ == 0) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_TRUE(Wait(Submit(4)->name())->done());
  EXPECT_EQ(long_begun_, 1);
  EXPECT_FALSE(Get(first)->done());
  EXPECT_FALSE(Get(second)->done());
}

// Also when another process carries them out.
TEST_F(OperationsTest, RunInTheTraceOfTheCallThatBeganThem) {
  const trace::Context caller = *trace::ParseTraceparent(
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  Mutex mutex;
  std::vector<trace::FinishedSpan> spans;
  trace::SetRecorder([&](trace::FinishedSpan span) {
    MutexLock lock(mutex);
    if (span.name == "Work") spans.push_back(std::move(span));
  });
  work_ = WorkForever;
  std::string name;
  {
    const trace::Scope scope(caller);
    name = Submit(1)->name();
  }
  WaitUntilBegun(1);
  StopProcess();
  trace::Context seen;
  work_ = [&](const Any&, OperationContext&) -> absl::StatusOr<Any> {
    seen = trace::Current();
    return Pack("");
  };
  StartProcess();
  ASSERT_TRUE(Wait(name).ok());
  StopProcess();
  trace::SetRecorder(nullptr);
  ASSERT_EQ(spans.size(), 2u);  // One for each attempt.
  for (const trace::FinishedSpan& span : spans) {
    EXPECT_EQ(span.context.trace_id, caller.trace_id);
    EXPECT_EQ(span.parent_id, caller.span_id);
    EXPECT_EQ(span.kind, trace::SpanKind::kInternal);
  }
  EXPECT_EQ(spans[1].context, seen);
  EXPECT_TRUE(spans[0].failed);
  EXPECT_FALSE(spans[1].failed);
}

TEST_F(OperationsTest, AreCounted) {
  const auto value = [&](const std::string& metric, const std::string& result) {
    for (const MetricSample& sample : runner_->CollectMetrics()) {
      const bool is_it =
          sample.name == absl::StrCat("pulsetaker_operations_", metric) &&
          (result.empty() || sample.labels.at(0).second == result);
      if (is_it) return sample.value;
    }
    return -1.0;
  };
  EXPECT_EQ(value("running", ""), 0);
  ASSERT_TRUE(Wait(Submit(1)->name()).ok());
  work_ = [](const Any&, OperationContext&) -> absl::StatusOr<Any> {
    return absl::InternalError("broken");
  };
  ASSERT_TRUE(Wait(Submit(2)->name()).ok());
  work_ = WorkForever;
  const std::string running = Submit(3)->name();
  WaitUntilBegun(3);
  const std::string queued = Submit(4)->name();
  EXPECT_EQ(value("running", ""), 1);
  EXPECT_EQ(value("queued", ""), 1);
  ASSERT_TRUE(Cancel(queued).ok());
  ASSERT_TRUE(Cancel(running).ok());
  ASSERT_TRUE(Wait(running).ok());
  EXPECT_EQ(value("ended_total", "done"), 1);
  EXPECT_EQ(value("ended_total", "failed"), 1);
  EXPECT_EQ(value("ended_total", "cancelled"), 2);
  while (value("running", "") != 0) absl::SleepFor(absl::Milliseconds(1));
}

TEST_F(OperationsTest, DeletesOnlyWhatIsDone) {
  work_ = WorkForever;
  const std::string name = Submit(1)->name();
  WaitUntilBegun(1);
  EXPECT_EQ(ReasonOf(Delete(name)), "OPERATION_UNFINISHED");
  ASSERT_TRUE(Cancel(name).ok());
  ASSERT_TRUE(Wait(name)->done());
  EXPECT_TRUE(Delete(name).ok());
  EXPECT_EQ(ReasonOf(Get(name).status()), "OPERATION_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Delete(name)), "OPERATION_NOT_FOUND");
}

TEST_F(OperationsTest, ListsEachOnce) {
  std::vector<std::string> names;
  for (unsigned i = 0; i < 7; ++i) {
    names.push_back(Submit(i)->name());
    ASSERT_TRUE(Wait(names.back())->done());
  }
  std::sort(names.begin(), names.end());
  for (const int page_size : {1, 3, 6, 7, 8, 0}) {
    SCOPED_TRACE(page_size);
    lro::ListOperationsRequest request;
    request.set_name("operations");
    request.set_page_size(page_size);
    std::vector<std::string> listed;
    do {
      const auto page =
          Call(*stub_, &lro::Operations::Stub::ListOperations, request, Soon());
      ASSERT_TRUE(page.ok()) << page.status();
      for (const auto& operation : page->operations()) {
        listed.push_back(operation.name());
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(listed, names);
  }
}

TEST_F(OperationsTest, RefusesAsDocumented) {
  for (const std::string& name :
       {std::string(), std::string("operations/1"), Uuid(1)}) {
    for (const absl::Status& status : {Get(name).status(), Wait(name).status(),
                                       Cancel(name), Delete(name)}) {
      EXPECT_EQ(ReasonOf(status), "NAME_MALFORMED") << status;
    }
  }
  const std::string absent = absl::StrCat("operations/", Uuid(9));
  for (const absl::Status& status :
       {Get(absent).status(), Wait(absent).status(), Cancel(absent),
        Delete(absent)}) {
    EXPECT_EQ(ReasonOf(status), "OPERATION_NOT_FOUND") << status;
  }
  const struct {
    std::string reason;
    std::function<void(lro::ListOperationsRequest&)> spoil;
  } cases[] = {
      {"NAME_MALFORMED", [](auto& r) { r.set_name("tenants/north"); }},
      {"FILTER_UNSUPPORTED", [](auto& r) { r.set_filter("done=true"); }},
      {"PAGE_SIZE_NEGATIVE", [](auto& r) { r.set_page_size(-1); }},
      {"PAGE_TOKEN_MALFORMED", [](auto& r) { r.set_page_token("x"); }},
  };
  for (const auto& c : cases) {
    lro::ListOperationsRequest request;
    request.set_name("operations");
    c.spoil(request);
    EXPECT_EQ(ReasonOf(Call(*stub_, &lro::Operations::Stub::ListOperations,
                            request, Soon())
                           .status()),
              c.reason);
  }
}

TEST_F(OperationsTest, WaitsNoLongerThanItIsToldTo) {
  work_ = WorkForever;
  const std::string name = Submit(1)->name();
  const absl::Time begin = absl::Now();
  const auto waited = Wait(name, /*timeout_seconds=*/0);
  ASSERT_TRUE(waited.ok()) << waited.status();
  EXPECT_FALSE(waited->done());
  lro::WaitOperationRequest request;  // Without a timeout: the call's deadline.
  request.set_name(name);
  const auto until_deadline =
      Call(*stub_, &lro::Operations::Stub::WaitOperation, request,
           absl::Now() + absl::Milliseconds(400));
  ASSERT_TRUE(until_deadline.ok()) << until_deadline.status();
  EXPECT_FALSE(until_deadline->done());
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
}

TEST_F(OperationsTest, WaitsForManyAtOnceAndLosesNone) {
  absl::Notification go_on;
  work_ = [&](const Any&, OperationContext&) -> absl::StatusOr<Any> {
    go_on.WaitForNotification();
    return Pack("done");
  };
  const std::string name = Submit(1)->name();
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 20; ++t) {
    threads.emplace_back([&, t] {
      const auto done = Wait(name, /*timeout_seconds=*/t < 15 ? 10 : 0);
      EXPECT_TRUE(done.ok()) << done.status();
      answered += done.ok() && (done->done() || t >= 15) ? 1 : 0;
    });
  }
  absl::SleepFor(absl::Milliseconds(50));
  go_on.Notify();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 20);
}

// Over the network, and without a second try: a transport within the process
// has no way to say that it goes away, and cuts what is under way.
TEST_F(OperationsTest, LetsNoWaitHoldUpAStop) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  stub_ = lro::Operations::NewStub(grpc::CreateCustomChannel(
      absl::StrCat("127.0.0.1:", server_->grpc_port()),
      grpc::InsecureChannelCredentials(), arguments));
  work_ = WorkForever;
  const std::string name = Submit(1)->name();
  absl::StatusOr<lro::Operation> waited;
  std::thread waiter([&] { waited = Wait(name); });
  absl::SleepFor(absl::Milliseconds(100));
  const absl::Time begin = absl::Now();
  StopProcess();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(4));
  waiter.join();
  ASSERT_TRUE(waited.ok()) << waited.status();
  EXPECT_FALSE(waited->done());
}

}  // namespace
}  // namespace pulsetaker::rpc
