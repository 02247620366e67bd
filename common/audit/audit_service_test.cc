// Through the stub.

#include "common/audit/audit_service.h"

#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/audit/audit_testing.h"
#include "common/audit/export_verifier.h"
#include "common/audit/keys.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "common/rpc/client_call.h"
#include "common/rpc/server.h"
#include "gtest/gtest.h"
#include "pulsetaker/audit/v1/audit_service.grpc.pb.h"
#include "rocksdb/env.h"

namespace pulsetaker::audit {
namespace {

namespace fs = std::filesystem;
using Stub = v1::AuditService::Stub;

constexpr std::int64_t kCount = 25;

class AuditServiceTest : public ::testing::Test {
 protected:
  AuditServiceTest()
      : folder_(fs::temp_directory_path() / absl::StrCat("audit-", NewUuid())) {
    log::SetSink([](absl::string_view) {});
    fs::create_directories(folder_);
    auto log = AuditLog::Open({.path = "/data/audit",
                               .service = "survey",
                               .key_path = (folder_ / "key.pem").string(),
                               .clock = [] { return kTestTime; },
                               .env = env_.get()});
    EXPECT_TRUE(log.ok()) << log.status();
    log_ = *std::move(log);
    Append(kCount);
    service_ = MakeAuditService(*log_, executor_);
    auto server = rpc::Server::Start(
        {.listen = "127.0.0.1:0", .drain = absl::ZeroDuration()},
        {service_.get()}, metrics_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = v1::AuditService::NewStub(server_->InProcessChannel());
  }
  ~AuditServiceTest() override {
    server_.reset();
    log_.reset();
    log::SetSink(nullptr);
    fs::remove_all(folder_);
  }

  void Append(std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
      ASSERT_TRUE(log_->Record(NumberedRecord(log_->head().head.size)).ok());
    }
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      const Request& request) {
    return rpc::Call(*stub_, method, request, absl::Now() + absl::Seconds(30));
  }

  absl::StatusOr<v1::ListRecordsResponse> List(const std::string& parent,
                                               std::int32_t page_size = 0,
                                               const std::string& token = "") {
    v1::ListRecordsRequest request;
    request.set_parent(parent);
    request.set_page_size(page_size);
    request.set_page_token(token);
    return Call(&Stub::ListRecords, request);
  }

  absl::StatusOr<v1::InclusionProof> ProveInclusion(std::int64_t sequence,
                                                    std::int64_t size) {
    v1::GetInclusionProofRequest request;
    request.set_sequence(sequence);
    request.set_tree_size(size);
    return Call(&Stub::GetInclusionProof, request);
  }

  absl::StatusOr<v1::ConsistencyProof> ProveConsistency(std::int64_t earlier,
                                                        std::int64_t size) {
    v1::GetConsistencyProofRequest request;
    request.set_earlier_tree_size(earlier);
    request.set_tree_size(size);
    return Call(&Stub::GetConsistencyProof, request);
  }

  absl::Status Export(std::int64_t first, v1::TreeHead& head,
                      std::vector<std::string>& leaves) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + absl::Seconds(30));
    v1::ExportRecordsRequest request;
    request.set_first_sequence(first);
    const auto reader = stub_->ExportRecords(&context, request);
    return rpc::ReadStream<v1::ExportRecordsResponse>(
        context, *reader, [&](v1::ExportRecordsResponse& message) {
          if (message.has_head()) head = message.head();
          for (const std::string& leaf : message.leaves().leaves()) {
            leaves.push_back(leaf);
          }
          return absl::OkStatus();
        });
  }

  TreeHead Head() {
    const auto head = Call(&Stub::GetTreeHead, v1::GetTreeHeadRequest());
    EXPECT_TRUE(head.ok()) << head.status();
    const auto parsed = ParseHead(head->checkpoint());
    EXPECT_TRUE(parsed.ok()) << parsed.status();
    return parsed->head;
  }

  static std::vector<Hash> ToProof(
      const google::protobuf::RepeatedPtrField<std::string>& hashes) {
    std::vector<Hash> proof(static_cast<std::size_t>(hashes.size()));
    for (int i = 0; i < hashes.size(); ++i) {
      EXPECT_TRUE(FromBytes(hashes[i], proof[static_cast<std::size_t>(i)]));
    }
    return proof;
  }

  std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  const fs::path folder_;
  Metrics metrics_;
  BoundedExecutor executor_{/*thread_count=*/2, /*queue_length_max=*/64};
  std::unique_ptr<AuditLog> log_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<Stub> stub_;
};

TEST_F(AuditServiceTest, GivesASignedHead) {
  const auto head = Call(&Stub::GetTreeHead, v1::GetTreeHeadRequest());
  ASSERT_TRUE(head.ok()) << head.status();
  const auto parsed = ParseHead(head->checkpoint());
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const auto key = ParseVerifierKey(head->public_key());
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(*key, log_->verifier_key());
  EXPECT_TRUE(VerifyHead(*parsed, *key).ok());
  EXPECT_EQ(head->tree_size(), kCount);
  EXPECT_EQ(head->log_id(), parsed->head.log_id);
  EXPECT_EQ(head->root_hash(), ToBytes(parsed->head.root));
  EXPECT_EQ(head->sign_time().seconds(), 1'767'225'600);
  EXPECT_EQ(head->sign_time().nanos(), 123'456'000);
}

TEST_F(AuditServiceTest, ListsATenantsRecordsOnly) {
  std::vector<std::int64_t> sequences;
  std::string token;
  do {
    const auto page = List("tenants/north", 4, token);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->entries_size(), 4);
    for (const v1::LogEntry& entry : page->entries()) {
      EXPECT_EQ(entry.record().tenant(), "north");
      EXPECT_EQ(entry.record().SerializeAsString(), entry.leaf());
      sequences.push_back(entry.record().sequence());
    }
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(sequences,
            (std::vector<std::int64_t>{0, 3, 6, 9, 12, 15, 18, 21, 24}));
  EXPECT_EQ(List("tenants/nobody")->entries_size(), 0);
}

TEST_F(AuditServiceTest, ListsAllInPages) {
  std::int64_t next = 0;
  std::string token;
  int pages = 0;
  do {
    const auto page = List("tenants/-", 5, token);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::LogEntry& entry : page->entries()) {
      EXPECT_EQ(entry.record().sequence(), next++);
    }
    token = page->next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(next, kCount);
  EXPECT_EQ(pages, 5) << "the last page has no token";
}

TEST_F(AuditServiceTest, RefusesBadPages) {
  const std::string token = List("tenants/north", 4)->next_page_token();
  struct Case {
    const char* parent;
    std::int32_t page_size;
    std::string token;
    const char* reason;
  };
  const Case cases[] = {
      {"", 0, "", "NAME_MALFORMED"},
      {"tenants/", 0, "", "NAME_MALFORMED"},
      {"tenants/North", -1, "x", "NAME_MALFORMED"},
      {"tenants/-/", 0, "", "NAME_MALFORMED"},
      {"tenants/north", -1, "x", "PAGE_SIZE_NEGATIVE"},
      {"tenants/north", 4, "x", "PAGE_TOKEN_MALFORMED"},
      {"tenants/south", 4, token, "PAGE_TOKEN_MALFORMED"},
      {"tenants/-", 4, token, "PAGE_TOKEN_MALFORMED"},
  };
  for (const Case& one : cases) {
    const auto page = List(one.parent, one.page_size, one.token);
    EXPECT_EQ(page.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(page.status()), one.reason) << one.parent;
  }
}

TEST_F(AuditServiceTest, ProvesInclusion) {
  const TreeHead head = Head();
  const auto all = List("tenants/-");
  ASSERT_TRUE(all.ok()) << all.status();
  for (const v1::LogEntry& entry : all->entries()) {
    const auto proof = ProveInclusion(entry.record().sequence(), 0);
    ASSERT_TRUE(proof.ok()) << proof.status();
    EXPECT_EQ(proof->tree_size(), kCount);
    EXPECT_TRUE(
        VerifyInclusion({.leaf_hash = HashLeaf(entry.leaf()),
                         .index = static_cast<std::uint64_t>(proof->sequence()),
                         .size = head.size,
                         .root = head.root},
                        ToProof(proof->hashes()))
            .ok());
  }
}

TEST_F(AuditServiceTest, ProvesConsistency) {
  const TreeHead earlier = Head();
  Append(13);
  const TreeHead head = Head();
  const auto proof = ProveConsistency(kCount, 0);
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_EQ(proof->earlier_tree_size(), kCount);
  EXPECT_EQ(proof->tree_size(), kCount + 13);
  EXPECT_TRUE(VerifyConsistency({.old_size = earlier.size,
                                 .old_root = earlier.root,
                                 .size = head.size,
                                 .root = head.root},
                                ToProof(proof->hashes()))
                  .ok());
}

TEST_F(AuditServiceTest, RefusesProofsOfWhatIsNot) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  struct Case {
    std::int64_t sequence;
    std::int64_t size;
    const char* reason;
  };
  const Case inclusions[] = {{0, -1, "TREE_SIZE_OUT_OF_RANGE"},
                             {-1, kCount + 1, "TREE_SIZE_OUT_OF_RANGE"},
                             {0, kMax, "TREE_SIZE_OUT_OF_RANGE"},
                             {-1, 0, "SEQUENCE_OUT_OF_RANGE"},
                             {kCount, 0, "SEQUENCE_OUT_OF_RANGE"},
                             {5, 5, "SEQUENCE_OUT_OF_RANGE"},
                             {kMax, 0, "SEQUENCE_OUT_OF_RANGE"}};
  for (const Case& one : inclusions) {
    EXPECT_EQ(ReasonOf(ProveInclusion(one.sequence, one.size).status()),
              one.reason)
        << one.sequence << " " << one.size;
  }
  const Case consistencies[] = {{0, -1, "TREE_SIZE_OUT_OF_RANGE"},
                                {0, kCount + 1, "TREE_SIZE_OUT_OF_RANGE"},
                                {-1, 0, "TREE_SIZE_OUT_OF_RANGE"},
                                {kCount + 1, 0, "TREE_SIZE_OUT_OF_RANGE"},
                                {6, 5, "TREE_SIZE_OUT_OF_RANGE"}};
  for (const Case& one : consistencies) {
    EXPECT_EQ(ReasonOf(ProveConsistency(one.sequence, one.size).status()),
              one.reason)
        << one.sequence << " " << one.size;
  }
}

TEST_F(AuditServiceTest, ExportsWhatVerifies) {
  Append(5000);  // More than a batch.
  v1::TreeHead head;
  std::vector<std::string> leaves;
  const absl::Status exported = Export(0, head, leaves);
  ASSERT_TRUE(exported.ok()) << exported;
  const auto parsed = ParseHead(head.checkpoint());
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_TRUE(VerifyHead(*parsed, log_->verifier_key()).ok());
  ExportVerifier verifier(*parsed, {});
  for (const std::string& leaf : leaves) verifier.Add(leaf);
  const Verdict verdict = verifier.Finish();
  EXPECT_EQ(verdict.record_count, static_cast<std::uint64_t>(kCount + 5000));
  EXPECT_TRUE(verdict.findings.empty());

  std::vector<std::string> rest;
  ASSERT_TRUE(Export(5000, head, rest).ok());
  EXPECT_EQ(rest,
            std::vector<std::string>(leaves.begin() + 5000, leaves.end()));
  rest.clear();
  ASSERT_TRUE(Export(kCount + 5000, head, rest).ok());
  EXPECT_TRUE(rest.empty());
  for (const std::int64_t bad : {std::int64_t{-1}, kCount + 5001}) {
    EXPECT_EQ(ReasonOf(Export(bad, head, rest)), "SEQUENCE_OUT_OF_RANGE");
  }
}

}  // namespace
}  // namespace pulsetaker::audit
