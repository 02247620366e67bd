// The way of responses in with nothing looked at: what a frame costs in gRPC,
// the committer, one sync of the log and the mark, and the acknowledgement. The
// rows are written as they come, under the id of the person.
//
// A server like the real one, with the same flags, that answers StreamResponses
// alone.

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/mutex.h"
#include "common/base/status.h"
#include "common/kv/rocks.h"
#include "common/rpc/server_main.h"
#include "common/rpc/unary.h"
#include "grpcpp/support/server_callback.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "services/survey/store/committer.h"

namespace pulsetaker::survey {
namespace {

using v1::StreamResponsesRequest;
using v1::StreamResponsesResponse;

constexpr char kFamily[] = "rows";
// As long as a key of the real store.
constexpr char kKeyPrefix[] = "bench/rows/of/a/wave/long";

class BareStream final
    : public grpc::ServerBidiReactor<StreamResponsesRequest,
                                     StreamResponsesResponse> {
 public:
  BareStream(kv::Rocks::Family* family, Committer& committer)
      : family_(family), committer_(committer) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      MutexLock lock(mutex_);
      half_closed_ = true;
      return GoOn();
    }
    auto frame = std::make_shared<StreamResponsesRequest>(std::move(request_));
    request_.Clear();
    {
      MutexLock lock(mutex_);
      ++appending_;
    }
    const absl::Status queued = committer_.Submit(
        {.bytes = frame->ByteSizeLong(),
         .stage =
             [this, frame](rocksdb::WriteBatch& batch) {
               std::string key = kKeyPrefix;
               const std::size_t prefix = key.size();
               for (const v1::UploadRow& row : frame->rows()) {
                 key.resize(prefix);
                 key += row.person();
                 const rocksdb::Status put =
                     batch.Put(family_, key, row.response());
                 if (!put.ok()) return absl::InternalError(put.ToString());
               }
               return absl::OkStatus();
             },
         .done = [this, frame](
                     const absl::Status& status) { Answer(*frame, status); }});
    if (!queued.ok()) FailStop(queued.message());
    StartRead(&request_);
  }

  void OnWriteDone(bool /*ok*/) override {
    MutexLock lock(mutex_);
    writing_ = false;
    GoOn();
  }

  void OnDone() override {
    // Whoever called Finish may not have let go of the mutex yet.
    {
      MutexLock lock(mutex_);
    }
    delete this;
  }

 private:
  void Answer(const StreamResponsesRequest& frame, const absl::Status& status) {
    if (!status.ok()) FailStop(status.message());
    StreamResponsesResponse answer;
    answer.set_first_offset(frame.offset());
    answer.set_committed_offset(frame.offset() + frame.rows_size());
    for (int i = 0; i < frame.rows_size(); ++i) {
      answer.add_verdicts(v1::ROW_VERDICT_STORED);
    }
    MutexLock lock(mutex_);
    --appending_;
    answers_.push_back(std::move(answer));
    GoOn();
  }

  void GoOn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_) return;
    if (!answers_.empty()) {
      response_ = std::move(answers_.front());
      answers_.pop_front();
      while (!answers_.empty()) {
        const StreamResponsesResponse& next = answers_.front();
        response_.set_committed_offset(next.committed_offset());
        response_.mutable_verdicts()->MergeFrom(next.verdicts());
        answers_.pop_front();
      }
      writing_ = true;
      StartWrite(&response_);
    } else if (half_closed_ && appending_ == 0) {
      Finish(grpc::Status::OK);
    }
  }

  kv::Rocks::Family* const family_;
  Committer& committer_;
  StreamResponsesRequest request_;
  StreamResponsesResponse response_;
  Mutex mutex_;
  std::deque<StreamResponsesResponse> answers_ ABSL_GUARDED_BY(mutex_);
  int appending_ ABSL_GUARDED_BY(mutex_) = 0;
  bool half_closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
};

class BareService final : public v1::SurveyService::CallbackService {
 public:
  BareService(kv::Rocks& rocks, Committer& committer)
      : family_(rocks.family(kFamily)), committer_(committer) {}

  grpc::ServerBidiReactor<StreamResponsesRequest, StreamResponsesResponse>*
  StreamResponses(grpc::CallbackServerContext* /*context*/) override {
    return new BareStream(family_, committer_);
  }

 private:
  kv::Rocks::Family* const family_;
  Committer& committer_;
};

class BareApplication final : public rpc::Application {
 public:
  explicit BareApplication(std::unique_ptr<kv::Rocks> rocks)
      : rocks_(std::move(rocks)),
        committer_(*rocks_, {}),
        service_(*rocks_, committer_) {}

  std::vector<grpc::Service*> services() override { return {&service_}; }

 private:
  const std::unique_ptr<kv::Rocks> rocks_;
  Committer committer_;
  BareService service_;
};

absl::StatusOr<std::unique_ptr<rpc::Application>> MakeBareApplication(
    rpc::ServerParts& parts) {
  PT_ASSIGN_OR_RETURN(auto rocks, kv::OpenRocks({.path = parts.data_dir,
                                                 .families = {kFamily}}));
  return std::make_unique<BareApplication>(std::move(rocks));
}

}  // namespace
}  // namespace pulsetaker::survey

int main(int argc, char** argv) {
  return pulsetaker::rpc::ServerMain(
      argc, argv,
      {.name = "bare-ingest",
       .summary = "Writes rows as they come, for ingest_bench.",
       .listen = "127.0.0.1:0",
       .admin_listen = ""},
      pulsetaker::survey::MakeBareApplication);
}
