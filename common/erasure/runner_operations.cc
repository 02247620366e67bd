#include "common/erasure/runner_operations.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/status.h"
#include "common/rpc/resource_name.h"
#include "google/longrunning/operations.pb.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace pulsetaker::erasure {
namespace {

using google::longrunning::Operation;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;

// Each has its whole response, which may be some mebibytes.
constexpr int kPageSize = 10;

// The text in a field of the message inside; empty if there is none.
absl::StatusOr<std::string> TextIn(const google::protobuf::Any& packed,
                                   const char* field_name) {
  std::string full_name;
  if (!google::protobuf::Any::ParseAnyTypeUrl(packed.type_url(), &full_name)) {
    return std::string();
  }
  const auto* const type =
      DescriptorPool::generated_pool()->FindMessageTypeByName(full_name);
  const auto* const field =
      type == nullptr ? nullptr : type->FindFieldByName(field_name);
  if (field == nullptr || field->is_repeated() ||
      field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    return std::string();
  }
  const std::unique_ptr<Message> message(
      MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (!packed.UnpackTo(message.get())) {
    return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                     absl::StrCat("an operation has no ", full_name));
  }
  return message->GetReflection()->GetString(*message, field);
}

class RunnerOperations final : public ResultOperations {
 public:
  explicit RunnerOperations(rpc::OperationRunner& runner) : runner_(runner) {}

  absl::StatusOr<bool> Forget(
      absl::string_view locality,
      const std::function<bool(absl::string_view result)>& is_kept) override {
    PT_ASSIGN_OR_RETURN(const rpc::LocalityName name,
                        rpc::ParseLocalityName(locality, "locality"));
    const std::string tenant = rpc::FormatName(rpc::TenantName{name.tenant});
    bool is_unfinished = false;
    std::string after;
    while (true) {
      PT_ASSIGN_OR_RETURN(const std::vector<Operation> page,
                          runner_.List(tenant, after, kPageSize));
      if (page.empty()) return is_unfinished;
      for (const Operation& operation : page) {
        PT_ASSIGN_OR_RETURN(after,
                            rpc::ParseOperationName(operation.name(), "name"));
        PT_ASSIGN_OR_RETURN(const std::string wave,
                            TextIn(operation.metadata(), "wave"));
        if (!wave.empty() &&
            !absl::StartsWith(wave, absl::StrCat(locality, "/"))) {
          continue;
        }
        if (!operation.done()) {
          is_unfinished = true;
        } else if (!wave.empty() && operation.has_response()) {
          PT_RETURN_IF_ERROR(ForgetOne(after, operation, is_kept));
        }
      }
    }
  }

 private:
  absl::Status ForgetOne(
      const std::string& id, const Operation& operation,
      const std::function<bool(absl::string_view result)>& is_kept) {
    PT_ASSIGN_OR_RETURN(const std::string result,
                        TextIn(operation.response(), "name"));
    if (is_kept(result)) return absl::OkStatus();
    const absl::Status deleted = runner_.Delete(id);
    // Somebody else may just have deleted it.
    return absl::IsNotFound(deleted) ? absl::OkStatus() : deleted;
  }

  rpc::OperationRunner& runner_;
};

}  // namespace

std::unique_ptr<ResultOperations> MakeRunnerOperations(
    rpc::OperationRunner& runner) {
  return std::make_unique<RunnerOperations>(runner);
}

}  // namespace pulsetaker::erasure
