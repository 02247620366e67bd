#include "cli/backup/backup_command.h"

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/rpc/connection.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "common/rpc/client_call.h"
#include "pulsetaker/survey/v1/backup_service.grpc.pb.h"

namespace pulsetaker::cli {
namespace {

namespace pb = survey::v1;
using Stub = pb::BackupService::StubInterface;

struct BackupFlags {
  ConnectionOptions connection;
  // Making or reading a backup takes as long as its size says.
  absl::Duration wait = absl::Hours(2);
  std::int32_t keep_count = 0;
  std::string backup;
};

std::unique_ptr<Stub> StubOf(const BackupFlags& flags) {
  return pb::BackupService::NewStub(
      ChannelTo(Service::kSurvey, flags.connection));
}

ExitCode Fail(const char* action, const absl::Status& status,
              const BackupFlags& flags) {
  std::fprintf(stderr, "pulsetaker backup %s: %s\n", action,
               FailureText(status, Service::kSurvey, flags.connection).c_str());
  return ExitCodeOf(status);
}

// The name, of which the id alone may be given.
std::string NameOf(const std::string& backup) {
  return absl::StartsWith(backup, "backups/")
             ? backup
             : absl::StrCat("backups/", backup);
}

std::string IdOf(const pb::Backup& backup) {
  return backup.name().substr(backup.name().rfind('/') + 1);
}

// Whether it was restored and verified, and when.
std::string ProofOf(const pb::Backup& backup) {
  if (!backup.has_proven_time()) return "not proven";
  return absl::StrCat(
      "proven ",
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                       absl::FromUnixSeconds(backup.proven_time().seconds()),
                       absl::UTCTimeZone()));
}

ExitCode Create(const BackupFlags& flags) {
  pb::CreateBackupRequest request;
  request.set_keep_count(flags.keep_count);
  request.set_request_id(NewUuid());
  const auto stub = StubOf(flags);
  const absl::StatusOr<pb::Backup> made =
      rpc::Call(*stub, &Stub::CreateBackup, request, absl::Now() + flags.wait);
  if (!made.ok()) return Fail("create", made.status(), flags);
  std::printf("%s made: %lld bytes in %lld files, %lld bytes copied\n",
              IdOf(*made).c_str(), static_cast<long long>(made->size_bytes()),
              static_cast<long long>(made->file_count()),
              static_cast<long long>(made->copied_bytes()));
  return ExitCode::kOk;
}

ExitCode List(const BackupFlags& flags) {
  const auto stub = StubOf(flags);
  pb::ListBackupsRequest request;
  do {
    const absl::StatusOr<pb::ListBackupsResponse> page =
        rpc::Call(*stub, &Stub::ListBackups, request,
                  absl::Now() + flags.connection.deadline);
    if (!page.ok()) return Fail("list", page.status(), flags);
    for (const pb::Backup& backup : page->backups()) {
      if (backup.state() == pb::Backup::STATE_DAMAGED) {
        std::printf("%s  damaged: %s\n", IdOf(backup).c_str(),
                    backup.damage().c_str());
        continue;
      }
      std::printf("%s  %lld bytes in %lld files, %lld bytes copied, %s\n",
                  IdOf(backup).c_str(),
                  static_cast<long long>(backup.size_bytes()),
                  static_cast<long long>(backup.file_count()),
                  static_cast<long long>(backup.copied_bytes()),
                  ProofOf(backup).c_str());
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return ExitCode::kOk;
}

ExitCode Verify(const BackupFlags& flags) {
  pb::VerifyBackupRequest request;
  request.set_name(NameOf(flags.backup));
  const auto stub = StubOf(flags);
  const absl::StatusOr<pb::Backup> verified =
      rpc::Call(*stub, &Stub::VerifyBackup, request, absl::Now() + flags.wait);
  if (!verified.ok()) return Fail("verify", verified.status(), flags);
  std::printf("%s: its files are whole: %lld bytes in %lld files\n",
              IdOf(*verified).c_str(),
              static_cast<long long>(verified->size_bytes()),
              static_cast<long long>(verified->file_count()));
  return ExitCode::kOk;
}

ExitCode Delete(const BackupFlags& flags) {
  pb::DeleteBackupRequest request;
  request.set_name(NameOf(flags.backup));
  request.set_request_id(NewUuid());
  const auto stub = StubOf(flags);
  const absl::Status deleted =
      rpc::Call(*stub, &Stub::DeleteBackup, request, absl::Now() + flags.wait)
          .status();
  if (!deleted.ok()) return Fail("delete", deleted, flags);
  std::printf("%s deleted\n", request.name().c_str());
  return ExitCode::kOk;
}

// Adds one of the four, with the connection.
CLI::App* AddAction(CLI::App& backup, const std::string& name,
                    const std::string& description,
                    const std::shared_ptr<BackupFlags>& flags,
                    const std::function<ExitCode(const BackupFlags&)>& run,
                    Command& command) {
  CLI::App* sub = backup.add_subcommand(name, description);
  AddConnectionOptions(*sub, {Service::kSurvey}, flags->connection);
  sub->callback([flags, run, &command] {
    command.run = [flags, run] { return run(*flags); };
  });
  return sub;
}

}  // namespace

void AddBackupCreate(CLI::App& parent, const std::string& name,
                     Command& command) {
  const auto flags = std::make_shared<BackupFlags>();
  CLI::App* create = AddAction(parent, name, "Make a backup of a survey server",
                               flags, Create, command);
  create
      ->add_option("--keep", flags->keep_count,
                   "Backups to keep: older ones are deleted once the files of "
                   "this one were read back, but never the newest that is "
                   "proven; 0 keeps all")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  AddDurationOption(*create, "--wait", flags->wait, "The longest to wait");
}

void AddBackupCommand(CLI::App& app, Command& command) {
  const auto flags = std::make_shared<BackupFlags>();
  CLI::App* backup = app.add_subcommand(
      "backup",
      "Back up what a survey server keeps, while it runs. For its operator; "
      "\"pulsetaker-survey restore\" brings one back");
  backup->require_subcommand(1);
  AddBackupCreate(*backup, "create", command);
  AddAction(*backup, "list", "List the backups, oldest first", flags, List,
            command);
  CLI::App* verify =
      AddAction(*backup, "verify",
                "Read the files of a backup and compare their checksums", flags,
                Verify, command);
  CLI::App* remove =
      AddAction(*backup, "delete", "Delete a backup", flags, Delete, command);
  for (CLI::App* sub : {verify, remove}) {
    sub->add_option("backup", flags->backup, "Its id, as \"list\" shows it")
        ->required();
  }
  for (CLI::App* sub : {verify, remove}) {
    AddDurationOption(*sub, "--wait", flags->wait, "The longest to wait");
  }
}

}  // namespace pulsetaker::cli
