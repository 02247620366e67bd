#include "services/survey/store_commands.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/status.h"
#include "common/crypto/root_key.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/store_proof.h"
#include "services/survey/store/store_restore.h"

namespace pulsetaker::survey {
namespace {

constexpr int kWrongUsage = 2;

std::string CountOf(const StoreAudit& audit, const char* family) {
  const auto found = audit.row_counts.find(family);
  return absl::StrCat(found == audit.row_counts.end() ? 0 : found->second);
}

// "3 waves (1 closed, its digest the same), 9 people, ..."
std::string Describe(const StoreAudit& audit) {
  std::int64_t rows = 0;
  for (const auto& [family, count] : audit.row_counts) rows += count;
  return absl::StrCat(
      rows, " rows read: ", CountOf(audit, keys::kWavesFamily), " waves, ",
      audit.digested_wave_count, " of them closed with their digests, ",
      CountOf(audit, keys::kParticipantsFamily), " people on rosters, ",
      CountOf(audit, keys::kResponsesFamily), " responses, ",
      CountOf(audit, keys::kUploadsFamily), " uploads");
}

int Fail(const char* command, const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  std::fprintf(stderr, "pulsetaker-survey %s: %s%s%s: %s\n", command,
               absl::StatusCodeToString(status.code()).c_str(),
               reason.empty() ? "" : ", ", reason.c_str(),
               std::string(status.message()).c_str());
  return EXIT_FAILURE;
}

std::string Describe(const kv::BackupSeal& seal) {
  return absl::StrCat("backup ", seal.id, " of ",
                      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", seal.create_time,
                                       absl::UTCTimeZone()));
}

int Restore(const StoreRestore& restore) {
  const absl::StatusOr<RestoredStore> restored = RestoreStore(restore);
  if (!restored.ok()) return Fail("restore", restored.status());
  std::printf("%s: restored %s; %s\n", restore.data_dir.c_str(),
              Describe(restored->seal).c_str(),
              Describe(restored->audit).c_str());
  return EXIT_SUCCESS;
}

int Prove(const StoreRestore& restore, const std::string& scratch_dir) {
  const absl::StatusOr<RestoredStore> proven = ProveBackup(
      {.backup_dir = restore.backup_dir,
       .backup = restore.backup,
       .scratch_dir = scratch_dir,
       .proven_time = absl::FromUnixMicros(absl::ToUnixMicros(absl::Now())),
       .root_key = restore.root_key});
  if (!proven.ok()) return Fail("prove", proven.status());
  std::printf("%s: proven: restored and verified; %s\n",
              Describe(proven->seal).c_str(), Describe(proven->audit).c_str());
  return EXIT_SUCCESS;
}

int Verify(const StoreRestore& store) {
  const std::string& data_dir = store.data_dir;
  const absl::StatusOr<StoreAudit> audit =
      VerifyStore(data_dir, nullptr, store.root_key);
  if (!audit.ok()) return Fail("verify", audit.status());
  std::printf("%s: whole; %s\n", data_dir.c_str(), Describe(*audit).c_str());
  return EXIT_SUCCESS;
}

}  // namespace

std::optional<int> RunStoreCommand(int argc, char** argv) {
  const std::string name = argc > 1 ? argv[1] : "";
  if (name != "restore" && name != "prove" && name != "verify") {
    return std::nullopt;
  }
  CLI::App app("Commands for the folder of a server that is not running",
               "pulsetaker-survey");
  StoreRestore plan;
  std::string scratch_dir;
  std::string root_key_file;
  CLI::App* restore = app.add_subcommand(
      "restore",
      "Put a backup into an empty folder, after looking at every file and row");
  CLI::App* prove = app.add_subcommand(
      "prove",
      "Restore a backup to a scratch folder, look at every file and row, and "
      "mark it as proven if all is well");
  CLI::App* verify = app.add_subcommand(
      "verify", "Look at every file and row of a store; changes nothing");
  for (CLI::App* sub : {restore, prove}) {
    sub->add_option("--backup-dir", plan.backup_dir, "Folder of the backups")
        ->required();
    sub->add_option("--backup", plan.backup,
                    "Which: its id, or \"latest\" for the newest")
        ->required();
  }
  prove
      ->add_option("--scratch-dir", scratch_dir,
                   "Folder with room for the whole store; what is put there is "
                   "removed afterwards")
      ->required();
  for (CLI::App* sub : {restore, verify}) {
    sub->add_option("--data-dir", plan.data_dir, "Folder of the store")
        ->required();
  }
  restore->add_option("--erasure-ledger-dir", plan.erasure_ledger_dirs,
                      "A folder with a copy of the file \"erasures\", besides "
                      "the one of the backups: of the lost store, if it is "
                      "there");
  for (CLI::App* sub : {restore, prove, verify}) {
    sub->add_option("--root-key-file", root_key_file,
                    "File of the root key that the server is given; none if "
                    "its key is in the store");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help is an "error" with code 0; every other one is wrong usage.
    return app.exit(error) == 0 ? EXIT_SUCCESS : kWrongUsage;
  }
  if (!root_key_file.empty()) {
    auto root_key = crypto::ReadRootKeyFile(root_key_file);
    if (!root_key.ok()) return Fail(name.c_str(), root_key.status());
    plan.root_key = *std::move(root_key);
  }
  if (prove->parsed()) return Prove(plan, scratch_dir);
  return restore->parsed() ? Restore(plan) : Verify(plan);
}

}  // namespace pulsetaker::survey
