#include "common/audit/audit_service.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/page_token.h"
#include "common/rpc/pulled_stream.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/unary.h"
#include "pulsetaker/audit/v1/audit_service.grpc.pb.h"

namespace pulsetaker::audit {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

constexpr absl::string_view kErrorDomain = "audit.pulsetaker";
constexpr absl::string_view kAllTenants = "tenants/-";
constexpr std::size_t kPageBytesMax = std::size_t{1} << 20;
constexpr std::size_t kBatchBytesMax = std::size_t{1} << 19;
constexpr std::size_t kBatchCountMax = 4096;

std::int64_t ToWire(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

void ToMessage(const SignedTreeHead& head, const VerifierKey& key,
               v1::TreeHead& message) {
  message.set_log_id(head.head.log_id);
  message.set_tree_size(ToWire(head.head.size));
  message.set_root_hash(ToBytes(head.head.root));
  const std::int64_t micros = absl::ToUnixMicros(head.head.time);
  message.mutable_sign_time()->set_seconds(micros / 1'000'000);
  message.mutable_sign_time()->set_nanos(
      static_cast<std::int32_t>(micros % 1'000'000 * 1'000));
  message.set_checkpoint(FormatHead(head));
  message.set_public_key(FormatVerifierKey(key));
}

absl::Status OutOfRange(absl::string_view reason, absl::string_view field,
                        std::int64_t found, std::uint64_t max) {
  return rpc::InvalidField(reason, field,
                           absl::StrCat("is ", found, ", want 0 to ", max));
}

// A size that was asked for, of which 0 is `newest`.
absl::StatusOr<std::uint64_t> TreeSizeOf(std::int64_t requested,
                                         std::uint64_t newest) {
  if (requested < 0 || static_cast<std::uint64_t>(requested) > newest) {
    return OutOfRange("TREE_SIZE_OUT_OF_RANGE", "tree_size", requested, newest);
  }
  return requested == 0 ? newest : static_cast<std::uint64_t>(requested);
}

// A page of a list of records.
struct RecordPage {
  std::string tenant;  // "": all.
  std::string scope;
  std::size_t size = 0;
  std::uint64_t first = 0;
};

absl::StatusOr<RecordPage> ReadPage(const v1::ListRecordsRequest& request) {
  RecordPage page;
  if (request.parent() != kAllTenants) {
    PT_ASSIGN_OR_RETURN(const rpc::TenantName name,
                        rpc::ParseTenantName(request.parent(), "parent"));
    page.tenant = name.tenant;
  }
  PT_ASSIGN_OR_RETURN(const int size, rpc::PageSizeOf(request.page_size()));
  page.size = static_cast<std::size_t>(size);
  page.scope = absl::StrCat("ListRecords ", request.parent());
  PT_ASSIGN_OR_RETURN(const std::string after,
                      rpc::ReadPageToken(request.page_token(), page.scope));
  if (!after.empty()) {
    if (!absl::SimpleAtoi(after, &page.first)) {
      return rpc::InvalidField("PAGE_TOKEN_MALFORMED", "page_token",
                               "was not given out by this server");
    }
    ++page.first;
  }
  return page;
}

// Sends the head, then the leaves that it counts.
class ExportSender {
 public:
  ExportSender(const AuditLog& log, std::int64_t first_sequence)
      : log_(log), first_sequence_(first_sequence) {}

  // False after the last leaf.
  absl::StatusOr<bool> Next(v1::ExportRecordsResponse& message) {
    if (!is_begun_) {
      PT_RETURN_IF_ERROR(Begin(*message.mutable_head()));
      is_begun_ = true;
      return true;
    }
    if (next_ == end_) return false;
    PT_ASSIGN_OR_RETURN(
        std::vector<StoredLeaf> leaves,
        log_.store().ReadLeaves(next_, end_, kBatchCountMax, kBatchBytesMax));
    v1::LeafBatch& batch = *message.mutable_leaves();
    batch.set_first_sequence(ToWire(next_));
    for (StoredLeaf& leaf : leaves) batch.add_leaves(std::move(leaf.bytes));
    next_ += leaves.size();
    return true;
  }

 private:
  absl::Status Begin(v1::TreeHead& message) {
    const SignedTreeHead head = log_.SignHeadNow();
    end_ = head.head.size;
    if (first_sequence_ < 0 ||
        static_cast<std::uint64_t>(first_sequence_) > end_) {
      return OutOfRange("SEQUENCE_OUT_OF_RANGE", "first_sequence",
                        first_sequence_, end_);
    }
    next_ = static_cast<std::uint64_t>(first_sequence_);
    ToMessage(head, log_.verifier_key(), message);
    return absl::OkStatus();
  }

  const AuditLog& log_;
  const std::int64_t first_sequence_;
  bool is_begun_ = false;
  std::uint64_t next_ = 0;
  std::uint64_t end_ = 0;
};

class AuditServiceImpl final : public v1::AuditService::CallbackService {
 public:
  AuditServiceImpl(const AuditLog& log, BoundedExecutor& executor)
      : log_(log), executor_(executor) {}

  Reactor* GetTreeHead(Context* context, const v1::GetTreeHeadRequest*,
                       v1::TreeHead* response) override {
    return Run(context, [=, this] {
      ToMessage(log_.SignHeadNow(), log_.verifier_key(), *response);
      return absl::OkStatus();
    });
  }

  Reactor* ListRecords(Context* context, const v1::ListRecordsRequest* request,
                       v1::ListRecordsResponse* response) override {
    return Run(context, [=, this] { return List(*request, *response); });
  }

  Reactor* GetInclusionProof(Context* context,
                             const v1::GetInclusionProofRequest* request,
                             v1::InclusionProof* response) override {
    return Run(context, [=, this] { return Prove(*request, *response); });
  }

  Reactor* GetConsistencyProof(Context* context,
                               const v1::GetConsistencyProofRequest* request,
                               v1::ConsistencyProof* response) override {
    return Run(context, [=, this] { return Prove(*request, *response); });
  }

  grpc::ServerWriteReactor<v1::ExportRecordsResponse>* ExportRecords(
      Context* context, const v1::ExportRecordsRequest* request) override {
    const auto sender =
        std::make_shared<ExportSender>(log_, request->first_sequence());
    return new rpc::PulledStream<v1::ExportRecordsResponse>(
        context, executor_, kErrorDomain,
        [sender](v1::ExportRecordsResponse& message) {
          return sender->Next(message);
        });
  }

 private:
  Reactor* Run(Context* context, std::function<absl::Status()> body) {
    return rpc::RunUnary(context, executor_, kErrorDomain, std::move(body));
  }

  absl::StatusOr<std::vector<StoredLeaf>> ReadLeaves(
      const RecordPage& page) const {
    const std::uint64_t end = log_.head().head.size;
    // One more than the page holds tells whether there are more.
    const std::size_t count_max = page.size + 1;
    if (page.tenant.empty()) {
      return log_.store().ReadLeaves(page.first, end, count_max, kPageBytesMax);
    }
    return log_.store().ReadTenantLeaves(page.tenant, page.first, end,
                                         count_max, kPageBytesMax);
  }

  absl::Status List(const v1::ListRecordsRequest& request,
                    v1::ListRecordsResponse& response) const {
    PT_ASSIGN_OR_RETURN(const RecordPage page, ReadPage(request));
    PT_ASSIGN_OR_RETURN(std::vector<StoredLeaf> leaves, ReadLeaves(page));
    std::size_t bytes = 0;
    for (const StoredLeaf& leaf : leaves) bytes += leaf.bytes.size();
    // Reading ended for the one or the other, and what was read last is the
    // sign that there is more.
    if (leaves.size() > page.size ||
        (leaves.size() > 1 && bytes >= kPageBytesMax)) {
      leaves.pop_back();
      response.set_next_page_token(
          rpc::MakePageToken(page.scope, absl::StrCat(leaves.back().sequence)));
    }
    for (StoredLeaf& leaf : leaves) {
      v1::LogEntry& entry = *response.add_entries();
      if (!entry.mutable_record()->ParseFromString(leaf.bytes)) {
        return kv::UnreadableError(absl::StrCat(
            "record ", leaf.sequence, " of the audit log cannot be parsed"));
      }
      entry.set_leaf(std::move(leaf.bytes));
    }
    return absl::OkStatus();
  }

  absl::Status Prove(const v1::GetInclusionProofRequest& request,
                     v1::InclusionProof& response) const {
    PT_ASSIGN_OR_RETURN(const std::uint64_t size,
                        TreeSizeOf(request.tree_size(), log_.head().head.size));
    if (request.sequence() < 0 ||
        static_cast<std::uint64_t>(request.sequence()) >= size) {
      return rpc::InvalidField(
          "SEQUENCE_OUT_OF_RANGE", "sequence",
          absl::StrCat("is ", request.sequence(), ", want one below ", size));
    }
    PT_ASSIGN_OR_RETURN(
        const std::vector<Hash> proof,
        InclusionProof(static_cast<std::uint64_t>(request.sequence()), size,
                       log_.store().node_reader()));
    response.set_sequence(request.sequence());
    response.set_tree_size(ToWire(size));
    for (const Hash& hash : proof) response.add_hashes(ToBytes(hash));
    return absl::OkStatus();
  }

  absl::Status Prove(const v1::GetConsistencyProofRequest& request,
                     v1::ConsistencyProof& response) const {
    PT_ASSIGN_OR_RETURN(const std::uint64_t size,
                        TreeSizeOf(request.tree_size(), log_.head().head.size));
    const std::int64_t earlier = request.earlier_tree_size();
    if (earlier < 0 || static_cast<std::uint64_t>(earlier) > size) {
      return OutOfRange("TREE_SIZE_OUT_OF_RANGE", "earlier_tree_size", earlier,
                        size);
    }
    PT_ASSIGN_OR_RETURN(const std::vector<Hash> proof,
                        ConsistencyProof(static_cast<std::uint64_t>(earlier),
                                         size, log_.store().node_reader()));
    response.set_earlier_tree_size(earlier);
    response.set_tree_size(ToWire(size));
    for (const Hash& hash : proof) response.add_hashes(ToBytes(hash));
    return absl::OkStatus();
  }

  const AuditLog& log_;
  BoundedExecutor& executor_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAuditService(const AuditLog& log,
                                                BoundedExecutor& executor) {
  return std::make_unique<AuditServiceImpl>(log, executor);
}

}  // namespace pulsetaker::audit
