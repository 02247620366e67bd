#include "services/survey/rpc/backup_service.h"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/page_token.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/unary.h"
#include "pulsetaker/survey/v1/backup_service.grpc.pb.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/page.h"

namespace pulsetaker::survey {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

absl::StatusOr<std::string> ReadName(absl::string_view name) {
  PT_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                      rpc::ParseName(name, "backups/{backup}", "name"));
  return ids[0];
}

void ToMessage(const Backup& backup, v1::Backup& message) {
  message.set_name(absl::StrCat("backups/", backup.id));
  if (!backup.damage.empty()) {
    message.set_state(v1::Backup::STATE_DAMAGED);
    message.set_damage(backup.damage);
    return;
  }
  message.set_state(v1::Backup::STATE_SEALED);
  *message.mutable_create_time() = ToTimestamp(backup.create_time);
  message.set_size_bytes(backup.size_bytes);
  message.set_copied_bytes(backup.copied_bytes);
  message.set_file_count(backup.file_count);
  if (backup.proven_time.has_value()) {
    *message.mutable_proven_time() = ToTimestamp(*backup.proven_time);
  }
}

absl::Status CheckKeepCount(std::int32_t count) {
  if (count >= 0 && count <= kKeepCountMax) return absl::OkStatus();
  return rpc::InvalidField(
      "NUMBER_OUT_OF_RANGE", "keep_count",
      absl::StrCat("is ", count, ", want 0 to ", kKeepCountMax));
}

class BackupServiceImpl final : public v1::BackupService::CallbackService {
 public:
  BackupServiceImpl(BackupStore& backups, BoundedExecutor& executor,
                    Clock clock)
      : backups_(backups), executor_(executor), clock_(std::move(clock)) {}

  Reactor* CreateBackup(Context* context,
                        const v1::CreateBackupRequest* request,
                        v1::Backup* response) override {
    return Run(context, [=, this](const rpc::CallContext& call) {
      return Create(*request, call, *response);
    });
  }

  Reactor* GetBackup(Context* context, const v1::GetBackupRequest* request,
                     v1::Backup* response) override {
    return Run(context, [=, this](const rpc::CallContext&) -> absl::Status {
      PT_ASSIGN_OR_RETURN(const std::string id, ReadName(request->name()));
      PT_ASSIGN_OR_RETURN(const Backup backup, backups_.Get(id));
      ToMessage(backup, *response);
      return absl::OkStatus();
    });
  }

  Reactor* ListBackups(Context* context, const v1::ListBackupsRequest* request,
                       v1::ListBackupsResponse* response) override {
    return Run(context, [=, this](const rpc::CallContext&) {
      return List(*request, *response);
    });
  }

  Reactor* VerifyBackup(Context* context,
                        const v1::VerifyBackupRequest* request,
                        v1::Backup* response) override {
    return Run(
        context, [=, this](const rpc::CallContext& call) -> absl::Status {
          PT_ASSIGN_OR_RETURN(const std::string id, ReadName(request->name()));
          PT_ASSIGN_OR_RETURN(const Backup backup, backups_.Verify(id, [&call] {
            return call.CheckAlive();
          }));
          ToMessage(backup, *response);
          return absl::OkStatus();
        });
  }

  Reactor* DeleteBackup(Context* context,
                        const v1::DeleteBackupRequest* request,
                        google::protobuf::Empty*) override {
    return Run(context, [=, this](const rpc::CallContext&) -> absl::Status {
      PT_ASSIGN_OR_RETURN(const std::string id, ReadName(request->name()));
      PT_RETURN_IF_ERROR(rpc::CheckRequestId(request->request_id()));
      return backups_.Delete(id, request->request_id());
    });
  }

 private:
  Reactor* Run(Context* context,
               std::function<absl::Status(const rpc::CallContext&)> body) {
    return rpc::RunUnary(context, executor_, kErrorDomain, std::move(body));
  }

  absl::Status Create(const v1::CreateBackupRequest& request,
                      const rpc::CallContext& call, v1::Backup& response) {
    PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
    PT_RETURN_IF_ERROR(CheckKeepCount(request.keep_count()));
    const NewBackup wanted = {
        .request_id = request.request_id(),
        .create_time = absl::FromUnixMicros(absl::ToUnixMicros(clock_())),
        .keep_count = request.keep_count()};
    PT_ASSIGN_OR_RETURN(const Backup backup, backups_.Create(wanted, [&call] {
      return call.CheckAlive();
    }));
    ToMessage(backup, response);
    return absl::OkStatus();
  }

  absl::Status List(const v1::ListBackupsRequest& request,
                    v1::ListBackupsResponse& response) const {
    Page page;
    PT_ASSIGN_OR_RETURN(const int size, rpc::PageSizeOf(request.page_size()));
    page.size = static_cast<std::size_t>(size);
    page.scope = "ListBackups";
    PT_ASSIGN_OR_RETURN(page.after,
                        rpc::ReadPageToken(request.page_token(), page.scope));
    PT_ASSIGN_OR_RETURN(std::vector<Backup> backups, backups_.List());
    std::erase_if(
        backups, [&](const Backup& backup) { return backup.id <= page.after; });
    response.set_next_page_token(
        FillPage(page, backups, *response.mutable_backups(), ToMessage,
                 [](const Backup& backup) { return backup.id; }));
    return absl::OkStatus();
  }

  BackupStore& backups_;
  BoundedExecutor& executor_;
  const Clock clock_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeBackupService(BackupStore& backups,
                                                 BoundedExecutor& executor,
                                                 Clock clock) {
  return std::make_unique<BackupServiceImpl>(backups, executor,
                                             std::move(clock));
}

}  // namespace pulsetaker::survey
