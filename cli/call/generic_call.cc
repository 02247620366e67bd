#include "cli/call/generic_call.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/rpc/client_call.h"
#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "grpcpp/support/slice.h"

namespace pulsetaker::cli {
namespace {

using google::protobuf::Message;

// What the completion queue says is done.
enum class Step : std::intptr_t { kStart = 1, kWrite, kRead, kFinish };

void* Tag(Step step) { return reinterpret_cast<void*>(step); }  // NOLINT

grpc::ByteBuffer Serialise(const Message& message) {
  const std::string bytes = message.SerializeAsString();
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

// A call on its way: a bidirectional stream, which every kind of call is.
class RunningCall {
 public:
  RunningCall(const std::shared_ptr<grpc::Channel>& channel,
              const GenericCall& call,
              const std::function<absl::Status(const Message&)>& take)
      : call_(call), take_(take), stub_(channel) {
    rpc::SetDeadline(context_, call.deadline);
    stream_ = stub_.PrepareCall(&context_, call.path, &queue_);
  }

  absl::Status Run() {
    stream_->StartCall(Tag(Step::kStart));
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
      const auto step = static_cast<Step>(reinterpret_cast<std::intptr_t>(tag));
      if (step == Step::kFinish) break;
      Continue(step, ok);
    }
    if (!taken_.ok()) return taken_;
    return rpc::FromGrpcStatus(status_);
  }

 private:
  void Continue(Step step, bool ok) {
    if (step == Step::kRead) {
      if (ok) Take();
      if (!ok || !taken_.ok()) {
        if (!taken_.ok()) context_.TryCancel();
        stream_->Finish(&status_, Tag(Step::kFinish));
        return;
      }
      stream_->Read(&buffer_, Tag(Step::kRead));
      return;
    }
    if (step == Step::kStart) stream_->Read(&buffer_, Tag(Step::kRead));
    // A write that failed: the reads will say why.
    if (!ok) return;
    if (next_ < call_.requests.size()) {
      const std::size_t index = next_++;
      stream_->Write(Serialise(*call_.requests[index]), Tag(Step::kWrite));
    } else if (!half_closed_) {
      half_closed_ = true;
      stream_->WritesDone(Tag(Step::kWrite));
    }
  }

  void Take() {
    const std::unique_ptr<Message> message(
        google::protobuf::MessageFactory::generated_factory()
            ->GetPrototype(call_.response_type)
            ->New());
    grpc::ProtoBufferReader reader(&buffer_);
    if (!message->ParseFromZeroCopyStream(&reader)) {
      taken_ = absl::InternalError("the answer is not what the contract says");
      return;
    }
    taken_ = take_(*message);
  }

  const GenericCall& call_;
  const std::function<absl::Status(const Message&)>& take_;
  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  grpc::ByteBuffer buffer_;
  grpc::Status status_;
  absl::Status taken_;
  std::size_t next_ = 0;
  bool half_closed_ = false;
};

}  // namespace

absl::Status Run(const std::shared_ptr<grpc::Channel>& channel,
                 const GenericCall& call,
                 const std::function<absl::Status(const Message&)>& take) {
  return RunningCall(channel, call, take).Run();
}

}  // namespace pulsetaker::cli
