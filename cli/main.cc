// The command line of pulsetaker. Each subcommand adds itself; here they are
// put together, and what they return becomes the exit code.

#include <cstdio>
#include <exception>

#include "CLI/CLI.hpp"
#include "cli/admin/admin_command.h"
#include "cli/audit/audit_command.h"
#include "cli/backup/backup_command.h"
#include "cli/call/call_command.h"
#include "cli/command.h"
#include "cli/context/context_command.h"
#include "cli/export/export_command.h"
#include "cli/health/health_command.h"
#include "cli/import/import_command.h"
#include "cli/nation/nation_command.h"
#include "cli/report/report_command.h"
#include "cli/run/job_commands.h"
#include "cli/show/show_command.h"
#include "cli/synth/synth_command.h"
#include "common/rpc/tls.h"

namespace pulsetaker::cli {
namespace {

constexpr char kDescription[] =
    "pulsetaker: who answered, who connects people, whether one group "
    "dominates,\nand how well an innovation in a place stands.";
constexpr char kFooter[] =
    "Exit codes:\n"
    "  0  done\n"
    "  1  the command line makes no sense\n"
    "  2  the files do not; nothing was sent\n"
    "  3  a service refused\n"
    "  4  a service did not answer in time\n"
    "  5  something went wrong on the way; part of the work may be done\n"
    "\n"
    "pulsetaker SUBCOMMAND --help explains each.";

int Main(int argc, char** argv) {
  CLI::App app(kDescription, "pulsetaker");
  app.footer(kFooter);
  app.require_subcommand(1);
  Command command;
  AddImportCommand(app, command);
  AddAnalyzeCommand(app, command);
  AddAssessCommand(app, command);
  AddNationCommand(app, command);
  AddShowCommand(app, command);
  AddReportCommand(app, command);
  AddSynthCommand(app, command);
  AddBackupCommand(app, command);
  AddAdminCommand(app, command);
  AddAuditCommand(app, command);
  AddHealthCommand(app, command);
  AddExportCommand(app, command);
  AddCallCommand(app, command);
  AddLoginCommand(app, command);
  AddContextsCommand(app, command);
  AddUseCommand(app, command);
  AddLogoutCommand(app, command);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help is an "error" with code 0; every other one is wrong usage.
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  return static_cast<int>(command.run());
}

}  // namespace
}  // namespace pulsetaker::cli

int main(int argc, char** argv) {
  pulsetaker::rpc::UseTls13Only();
  try {
    return pulsetaker::cli::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pulsetaker: %s\n", error.what());
    return static_cast<int>(pulsetaker::cli::ExitCode::kFailed);
  }
}
