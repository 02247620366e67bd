#include "cli/audit/audit_command.h"

#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/audit/audit_download.h"
#include "cli/audit/audit_verify.h"
#include "cli/export/out_file.h"
#include "cli/rpc/connection.h"
#include "pulsetaker/audit/v1/audit_service.grpc.pb.h"

namespace pulsetaker::cli {
namespace {

const std::map<std::string, Service> kServices = {
    {"survey", Service::kSurvey},
    {"network", Service::kNetwork},
    {"assessment", Service::kAssessment}};

struct AuditFlags {
  ConnectionOptions connection;
  std::string service = "survey";
  std::string out = "-";
  bool show_key = false;
  // An export takes as long as its size says.
  absl::Duration wait = absl::Hours(2);

  Service chosen() const { return kServices.at(service); }
};

std::unique_ptr<audit::v1::AuditService::StubInterface> StubOf(
    const AuditFlags& flags) {
  return audit::v1::AuditService::NewStub(
      ChannelTo(flags.chosen(), flags.connection));
}

ExitCode Fail(const char* action, const absl::Status& status,
              const AuditFlags& flags) {
  std::fprintf(stderr, "pulsetaker audit %s: %s\n", action,
               FailureText(status, flags.chosen(), flags.connection).c_str());
  return ExitCodeOf(status);
}

ExitCode Head(const AuditFlags& flags) {
  const auto stub = StubOf(flags);
  const absl::StatusOr<audit::ExportStart> head =
      FetchHead(*stub, absl::Now() + flags.connection.deadline);
  if (!head.ok()) return Fail("head", head.status(), flags);
  const std::string text =
      flags.show_key ? absl::StrCat(audit::FormatVerifierKey(head->key), "\n")
                     : audit::FormatHead(head->head);
  OutFile file(flags.out);
  absl::Status kept = file.Write(text);
  if (kept.ok()) kept = file.Finish();
  return kept.ok() ? ExitCode::kOk : Fail("head", kept, flags);
}

ExitCode Export(const AuditFlags& flags) {
  const auto stub = StubOf(flags);
  OutFile file(flags.out);
  absl::StatusOr<audit::ExportStart> start =
      DownloadLog(*stub, absl::Now() + flags.wait,
                  [&](absl::string_view bytes) { return file.Write(bytes); });
  if (start.ok()) {
    if (const absl::Status kept = file.Finish(); !kept.ok()) start = kept;
  }
  if (!start.ok()) return Fail("export", start.status(), flags);
  std::fprintf(stderr, "%llu records of %s\n",
               static_cast<unsigned long long>(start->head.head.size),
               start->head.head.log_id.c_str());
  return ExitCode::kOk;
}

using Flags = std::shared_ptr<AuditFlags>;

// Adds an action that asks a service.
CLI::App* AddAction(CLI::App& audit, const std::string& name,
                    const std::string& description, const Flags& flags,
                    ExitCode (*run)(const AuditFlags&), Command& command) {
  CLI::App* sub = audit.add_subcommand(name, description);
  sub->add_option("--service", flags->service, "Whose log it is")
      ->check(CLI::IsMember({"survey", "network", "assessment"}))
      ->capture_default_str();
  sub->add_option("--out", flags->out, "The file; - is standard output")
      ->capture_default_str();
  AddConnectionOptions(
      *sub, {Service::kSurvey, Service::kNetwork, Service::kAssessment},
      flags->connection);
  sub->callback([flags, run, &command] {
    command.run = [flags, run] { return run(*flags); };
  });
  return sub;
}

void AddVerify(CLI::App& audit, Command& command) {
  const auto flags = std::make_shared<AuditVerifyFlags>();
  CLI::App* verify = audit.add_subcommand(
      "verify",
      "Recompute an exported log, without any service, and say which records "
      "were changed, dropped or moved. Exit code 2 if any were");
  verify->add_option("file", flags->file, "What \"export\" wrote")->required();
  verify->add_option("--public-key", flags->public_key,
                     "The log's public key, or a file that has it, from "
                     "elsewhere than the export");
  verify->add_option("--earlier", flags->earlier,
                     "A file with a head that was kept; may be given again");
  verify->callback([flags, &command] {
    command.run = [flags] { return VerifyAuditExport(*flags); };
  });
}

}  // namespace

void AddAuditCommand(CLI::App& app, Command& command) {
  CLI::App* audit = app.add_subcommand(
      "audit", "Keep and verify the audit log of a service. For its operator");
  audit->require_subcommand(1);
  const auto head_flags = std::make_shared<AuditFlags>();
  CLI::App* head = AddAction(
      *audit, "head", "Print the signed head of a log, to keep elsewhere",
      head_flags, Head, command);
  head->add_flag("--key", head_flags->show_key,
                 "Print the log's public key in its place");
  const auto export_flags = std::make_shared<AuditFlags>();
  CLI::App* sub = AddAction(*audit, "export", "Write all of a log to a file",
                            export_flags, Export, command);
  AddDurationOption(*sub, "--wait", export_flags->wait, "The longest to wait");
  AddVerify(*audit, command);
}

}  // namespace pulsetaker::cli
