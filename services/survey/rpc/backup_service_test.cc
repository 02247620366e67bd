// The documented errors and effects of BackupService, through the stub, on a
// store in a real folder.

#include "services/survey/rpc/backup_service.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "pulsetaker/survey/v1/backup_service.grpc.pb.h"
#include "services/survey/store/survey_database.h"

namespace pulsetaker::survey {
namespace {

namespace fs = std::filesystem;
using Stub = v1::BackupService::Stub;

std::string Uuid(int i) {
  return absl::StrFormat("%08x-0000-4000-8000-000000000000", i);
}

// The field that a refusal names, after its reason.
std::string Refusal(const absl::Status& status) {
  std::string text = absl::StrCat(absl::StatusCodeToString(status.code()), " ",
                                  ReasonOf(status));
  for (const auto& [key, value] : MetadataOf(status)) {
    if (key == "field") absl::StrAppend(&text, " ", value);
  }
  return text;
}

class BackupServiceTest : public ::testing::Test {
 protected:
  BackupServiceTest() { Start(root_ / "backups"); }
  ~BackupServiceTest() override {
    Stop();
    fs::remove_all(root_);
  }

  void Start(const std::string& backup_dir) {
    Stop();
    auto opened =
        OpenSurveyDatabase({.path = root_ / "store", .backup_dir = backup_dir});
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    service_ = MakeBackupService(database_->backups(), executor_, [] {
      return absl::FromUnixMicros(1'769'846'400'000'000);
    });
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::BackupService::NewStub(server_->InProcessChannel({}));
  }

  void Stop() {
    if (server_ != nullptr) server_->Shutdown();
    server_.reset();
    service_.reset();
    database_.reset();
  }

  absl::StatusOr<v1::Backup> Create(const std::string& request_id,
                                    std::int32_t keep_count = 0) {
    v1::CreateBackupRequest request;
    request.set_request_id(request_id);
    request.set_keep_count(keep_count);
    return rpc::Call(*stub_, &Stub::CreateBackup, request, Soon());
  }
  absl::StatusOr<v1::Backup> Get(const std::string& name) {
    v1::GetBackupRequest request;
    request.set_name(name);
    return rpc::Call(*stub_, &Stub::GetBackup, request, Soon());
  }
  absl::StatusOr<v1::Backup> Verify(const std::string& name) {
    v1::VerifyBackupRequest request;
    request.set_name(name);
    return rpc::Call(*stub_, &Stub::VerifyBackup, request, Soon());
  }
  absl::Status Delete(const std::string& name, const std::string& request_id) {
    v1::DeleteBackupRequest request;
    request.set_name(name);
    request.set_request_id(request_id);
    return rpc::Call(*stub_, &Stub::DeleteBackup, request, Soon()).status();
  }
  absl::StatusOr<v1::ListBackupsResponse> List(int size = 0,
                                               const std::string& token = "") {
    v1::ListBackupsRequest request;
    request.set_page_size(size);
    request.set_page_token(token);
    return rpc::Call(*stub_, &Stub::ListBackups, request, Soon());
  }

  static absl::Time Soon() { return absl::Now() + absl::Seconds(60); }

  static fs::path MakeRoot() {
    std::string path = fs::temp_directory_path() / "backup_service_XXXXXX";
    return ::mkdtemp(path.data());
  }

  const fs::path root_ = MakeRoot();
  BoundedExecutor executor_{2, 16};
  std::unique_ptr<SurveyDatabase> database_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Stub> stub_;
};

TEST_F(BackupServiceTest, MakesListsVerifiesAndDeletes) {
  const auto made = Create(Uuid(1));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->name(), "backups/20260131-080000-000000");
  EXPECT_EQ(made->state(), v1::Backup::STATE_SEALED);
  EXPECT_EQ(made->create_time().seconds(), 1'769'846'400);
  EXPECT_GT(made->size_bytes(), 0);
  EXPECT_GT(made->file_count(), 3);
  const auto same = [&](const absl::StatusOr<v1::Backup>& backup) {
    return backup.ok() &&
           backup->SerializeAsString() == made->SerializeAsString();
  };
  EXPECT_TRUE(same(Create(Uuid(1)))) << "a repeat";
  EXPECT_TRUE(same(Get(made->name())));
  EXPECT_TRUE(same(Verify(made->name())));
  ASSERT_TRUE(Create(Uuid(2)).ok());
  const auto first = List(1);
  ASSERT_EQ(first->backups_size(), 1);
  EXPECT_EQ(first->backups(0).name(), made->name());
  const auto second = List(1, first->next_page_token());
  ASSERT_EQ(second->backups_size(), 1);
  EXPECT_EQ(second->backups(0).name(), "backups/20260131-080000-000001");
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_TRUE(Delete(made->name(), Uuid(3)).ok());
  EXPECT_TRUE(Delete(made->name(), Uuid(3)).ok()) << "a repeat";
  EXPECT_EQ(List()->backups_size(), 1);
  ASSERT_TRUE(Create(Uuid(4), 1).ok());
  EXPECT_EQ(List()->backups_size(), 1);
}

TEST_F(BackupServiceTest, RefusesInTheDocumentedOrder) {
  const std::string name = Create(Uuid(1))->name();
  const struct {
    absl::Status status;
    const char* wanted;
  } cases[] = {
      {Create("x", -1).status(),
       "INVALID_ARGUMENT REQUEST_ID_MALFORMED request_id"},
      {Create(Uuid(1), -1).status(),
       "INVALID_ARGUMENT NUMBER_OUT_OF_RANGE keep_count"},
      {Create(Uuid(1), 10'001).status(),
       "INVALID_ARGUMENT NUMBER_OUT_OF_RANGE keep_count"},
      {Create(Uuid(1), 7).status(), "ALREADY_EXISTS REQUEST_ID_REUSED"},
      {Get("backup/1").status(), "INVALID_ARGUMENT NAME_MALFORMED name"},
      {Get("backups/../x").status(), "INVALID_ARGUMENT NAME_MALFORMED name"},
      {Get("backups/1").status(), "NOT_FOUND BACKUP_NOT_FOUND"},
      {Verify("backups/").status(), "INVALID_ARGUMENT NAME_MALFORMED name"},
      {Verify("backups/1").status(), "NOT_FOUND BACKUP_NOT_FOUND"},
      {List(-1, "x").status(), "INVALID_ARGUMENT PAGE_SIZE_NEGATIVE page_size"},
      {List(1, "x").status(),
       "INVALID_ARGUMENT PAGE_TOKEN_MALFORMED page_token"},
      {Delete("x", "x"), "INVALID_ARGUMENT NAME_MALFORMED name"},
      {Delete("backups/1", "x"),
       "INVALID_ARGUMENT REQUEST_ID_MALFORMED request_id"},
      {Delete("backups/1", Uuid(5)), "NOT_FOUND BACKUP_NOT_FOUND"},
  };
  for (const auto& refused : cases) {
    EXPECT_EQ(Refusal(refused.status), refused.wanted);
  }
  ASSERT_TRUE(Delete(name, Uuid(6)).ok());
  const std::string other = Create(Uuid(7))->name();
  EXPECT_NE(other, name) << "a name is given once";
  EXPECT_EQ(Refusal(Delete(other, Uuid(6))),
            "ALREADY_EXISTS REQUEST_ID_REUSED");
}

TEST_F(BackupServiceTest, NamesTheFileThatIsDamaged) {
  const std::string name = Create(Uuid(1))->name();
  std::ofstream(root_ / "backups/private/1/CURRENT") << "MANIFEST-999999\n";
  const absl::Status damaged = Verify(name).status();
  EXPECT_EQ(Refusal(damaged), "FAILED_PRECONDITION BACKUP_DAMAGED");
  EXPECT_TRUE(absl::StrContains(damaged.message(), "private/1/CURRENT"))
      << damaged;
  fs::remove_all(root_ / "backups/sealed");
  const auto listed = List();
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->backups_size(), 1);
  EXPECT_EQ(listed->backups(0).name(), "backups/unsealed-1");
  EXPECT_EQ(listed->backups(0).state(), v1::Backup::STATE_DAMAGED);
  EXPECT_NE(listed->backups(0).damage(), "");
  EXPECT_TRUE(Delete("backups/unsealed-1", Uuid(2)).ok());
}

TEST_F(BackupServiceTest, SaysThatThereIsNoFolder) {
  Start("");
  const char* wanted = "FAILED_PRECONDITION BACKUP_NOT_CONFIGURED";
  EXPECT_EQ(Refusal(Create(Uuid(1)).status()), wanted);
  EXPECT_EQ(Refusal(Get("backups/1").status()), wanted);
  EXPECT_EQ(Refusal(List().status()), wanted);
  EXPECT_EQ(Refusal(Verify("backups/1").status()), wanted);
  EXPECT_EQ(Refusal(Delete("backups/1", Uuid(1))), wanted);
  EXPECT_EQ(Refusal(Create("x").status()),
            "INVALID_ARGUMENT REQUEST_ID_MALFORMED request_id");
}

}  // namespace
}  // namespace pulsetaker::survey
