#include "cli/admin/admin_command.h"

#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "cli/admin/admin_client.h"
#include "cli/admin/server_program.h"
#include "cli/backup/backup_command.h"
#include "cli/rpc/connection.h"

namespace pulsetaker::cli {
namespace {

constexpr Service kServices[] = {Service::kSurvey, Service::kNetwork,
                                 Service::kAssessment};

struct AdminFlags {
  std::map<Service, std::string> addresses = {
      {Service::kSurvey, "127.0.0.1:7411"},
      {Service::kNetwork, "127.0.0.1:7412"},
      {Service::kAssessment, "127.0.0.1:7413"}};
  std::string service;  // "" is all of them.
  absl::Duration wait = absl::Seconds(10);
  std::string log_level;
  std::string data_dir;
  std::string backup_dir;
  std::string backup;
  std::string root_key_file;
};

std::vector<Service> Chosen(const AdminFlags& flags) {
  std::vector<Service> chosen;
  for (const Service service : kServices) {
    if (flags.service.empty() || flags.service == NameOf(service)) {
      chosen.push_back(service);
    }
  }
  return chosen;
}

ExitCode FailToReach(const std::string& who, const absl::Status& status) {
  std::fprintf(stderr, "pulsetaker admin: %s: %s\n", who.c_str(),
               std::string(status.message()).c_str());
  return absl::IsInvalidArgument(status) ? ExitCode::kUsage
                                         : ExitCode::kUnreachable;
}

// Has the chosen service make a change, and says what it answered.
ExitCode Change(const AdminFlags& flags, const std::string& path,
                const std::string& body,
                const std::function<std::string(const nlohmann::json&)>& say) {
  const Service service = Chosen(flags).front();
  const std::string& address = flags.addresses.at(service);
  const std::string who = absl::StrCat(NameOf(service), " at ", address);
  const absl::StatusOr<AdminReply> reply = CallAdmin({.address = address,
                                                      .method = "PUT",
                                                      .path = path,
                                                      .body = body,
                                                      .timeout = flags.wait});
  if (!reply.ok()) return FailToReach(who, reply.status());
  if (reply->code == 200) {
    std::printf("%s: %s\n", who.c_str(), say(reply->body).c_str());
    return ExitCode::kOk;
  }
  std::fprintf(stderr, "pulsetaker admin: %s says: %s\n", who.c_str(),
               reply->error().c_str());
  // What it found is wrong with its store, and no refusal.
  return reply->code == 500 ? ExitCode::kFailed : ExitCode::kRefused;
}

// What a reply says under a key, whatever answers there: "?" if nothing.
nlohmann::json At(const nlohmann::json& reply, const char* key) {
  return reply.is_object() && reply.contains(key) ? reply[key]
                                                  : nlohmann::json();
}

std::string TextOf(const nlohmann::json& reply, const char* key) {
  const nlohmann::json value = At(reply, key);
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "?" : value.dump();
}

std::string InMebibytes(const nlohmann::json& reply, const char* key) {
  const nlohmann::json bytes = At(reply, key);
  if (!bytes.is_number()) return "?";
  return absl::StrFormat("%.1f MiB", bytes.get<double>() / (1 << 20));
}

std::string StateOf(const nlohmann::json& status) {
  if (At(status, "serving") == true) return "serving";
  return At(status, "draining") == true ? "draining" : "not serving";
}

void ShowLine(const std::string& name, const std::string& address,
              const std::string& state, const std::string& rest) {
  std::printf("%-10s  %-21s  %-11s  %s\n", name.c_str(), address.c_str(),
              state.c_str(), rest.c_str());
}

// One line of the table, and below it what is under way and what is wrong.
void ShowStatus(Service service, const std::string& address,
                const nlohmann::json& status) {
  const nlohmann::json store = At(status, "store");
  ShowLine(NameOf(service), address, StateOf(status),
           absl::StrCat(TextOf(status, "version"), "  since ",
                        TextOf(status, "started"), "  log ",
                        TextOf(status, "log_level"), "  store ",
                        InMebibytes(store, "disk_bytes"), ", free ",
                        InMebibytes(store, "free_bytes")));
  if (!At(status, "running").is_null()) {
    std::printf("%-10s  running: %s\n", "", TextOf(status, "running").c_str());
  }
  if (!At(store, "background_error").is_null()) {
    std::printf("%-10s  background error: %s\n", "",
                TextOf(store, "background_error").c_str());
  }
}

ExitCode Status(const AdminFlags& flags) {
  ExitCode code = ExitCode::kOk;
  for (const Service service : Chosen(flags)) {
    const std::string& address = flags.addresses.at(service);
    const absl::StatusOr<AdminReply> reply = CallAdmin({.address = address,
                                                        .method = "GET",
                                                        .path = "/status",
                                                        .timeout = flags.wait});
    if (absl::IsInvalidArgument(reply.status())) {
      return FailToReach(NameOf(service), reply.status());
    }
    if (reply.ok() && reply->code == 200) {
      ShowStatus(service, address, reply->body);
      continue;
    }
    ShowLine(
        NameOf(service), address, "no answer",
        reply.ok() ? reply->error() : std::string(reply.status().message()));
    code = ExitCode::kUnreachable;
  }
  return code;
}

ExitCode Drain(const AdminFlags& flags, bool draining) {
  return Change(flags, "/drain", draining ? "true" : "false",
                [](const nlohmann::json& reply) { return StateOf(reply); });
}

ExitCode SetLogLevel(const AdminFlags& flags) {
  return Change(flags, "/log-level", flags.log_level,
                [](const nlohmann::json& reply) {
                  return absl::StrCat("logs ", TextOf(reply, "log_level"));
                });
}

ExitCode Compact(const AdminFlags& flags) {
  return Change(flags, "/compact", "", [](const nlohmann::json& reply) {
    return absl::StrCat("compacted: ", TextOf(reply, "bytes_before"),
                        " bytes before, ", TextOf(reply, "bytes_after"),
                        " after");
  });
}

// Of pulsetaker-survey, which reads what is sealed.
ExitCode RunWithRootKey(std::vector<std::string> arguments,
                        const AdminFlags& flags) {
  if (!flags.root_key_file.empty()) {
    arguments.insert(arguments.end(), {"--root-key-file", flags.root_key_file});
  }
  return RunSurveyProgram(arguments);
}

ExitCode Verify(const AdminFlags& flags) {
  if (!flags.data_dir.empty()) {
    return RunWithRootKey({"verify", "--data-dir", flags.data_dir}, flags);
  }
  return Change(flags, "/verify", "", [](const nlohmann::json& reply) {
    return absl::StrCat("whole: ", TextOf(reply, "bytes"), " bytes in ",
                        TextOf(reply, "files"), " table files");
  });
}

ExitCode Restore(const AdminFlags& flags) {
  return RunWithRootKey(
      {"restore", "--backup-dir", flags.backup_dir, "--backup", flags.backup,
       "--data-dir", flags.data_dir},
      flags);
}

using Flags = std::shared_ptr<AdminFlags>;
using Run = std::function<ExitCode(const AdminFlags&)>;

CLI::App* AddAction(CLI::App& admin, const std::string& name,
                    const std::string& description, const Flags& flags,
                    const Run& run, Command& command) {
  CLI::App* sub = admin.add_subcommand(name, description);
  sub->callback([flags, run, &command] {
    command.run = [flags, run] { return run(*flags); };
  });
  return sub;
}

// Adds --service and where each service has its port for operators.
CLI::Option* AddServices(CLI::App& sub, const Flags& flags) {
  std::vector<std::string> names;
  for (const Service service : kServices) {
    const std::string name = NameOf(service);
    names.push_back(name);
    std::string variable = absl::StrCat("PULSETAKER_", name, "_ADMIN_ADDRESS");
    for (char& letter : variable) letter = absl::ascii_toupper(letter);
    sub.add_option(absl::StrCat("--", name, "-admin-address"),
                   flags->addresses[service],
                   absl::StrCat("Where the ", name,
                                " service has its port for operators"))
        ->type_name("HOST:PORT")
        ->envname(variable)
        ->capture_default_str()
        ->group("Connection");
  }
  return sub.add_option("--service", flags->service, "Which service")
      ->check(CLI::IsMember(names));
}

CLI::Option* AddRootKeyFile(CLI::App& sub, const Flags& flags) {
  return sub.add_option("--root-key-file", flags->root_key_file,
                        "File of the root key that the server is given; none "
                        "if its key is in the store");
}

// Adds what a running service is told to do.
CLI::App* AddChange(CLI::App& admin, const std::string& name,
                    const std::string& description, absl::Duration wait,
                    const Run& run, Command& command, const Flags& flags) {
  flags->wait = wait;
  CLI::App* sub = AddAction(admin, name, description, flags, run, command);
  AddDurationOption(*sub, "--wait", flags->wait, "The longest to wait");
  return sub;
}

void AddVerify(CLI::App& admin, Command& command) {
  const auto flags = std::make_shared<AdminFlags>();
  CLI::App* sub =
      AddChange(admin, "verify",
                "Read the files of a store and compare their checksums: that "
                "of a service "
                "that runs, or every row of a survey store that none has open",
                absl::Hours(2), Verify, command, flags);
  CLI::Option* service = AddServices(*sub, flags);
  CLI::Option* folder = sub->add_option("--data-dir", flags->data_dir,
                                        "Folder of a survey store at rest");
  service->excludes(folder);
  AddRootKeyFile(*sub, flags)->needs(folder);
  sub->callback([flags, service, folder, &command] {
    if (service->count() + folder->count() == 0) {
      throw CLI::RequiredError("--service or --data-dir");
    }
    command.run = [flags] { return Verify(*flags); };
  });
}

void AddRestore(CLI::App& admin, Command& command) {
  const auto flags = std::make_shared<AdminFlags>();
  CLI::App* sub =
      AddAction(admin, "restore",
                "Put a backup of the survey service into an empty folder, by "
                "pulsetaker-survey, which must be beside this program",
                flags, Restore, command);
  sub->add_option("--backup-dir", flags->backup_dir, "Folder of the backups")
      ->required();
  sub->add_option("--backup", flags->backup,
                  "Which: its id, or \"latest\" for the newest")
      ->required();
  sub->add_option("--data-dir", flags->data_dir, "Folder of the store")
      ->required();
  AddRootKeyFile(*sub, flags);
}

}  // namespace

void AddAdminCommand(CLI::App& app, Command& command) {
  CLI::App* admin = app.add_subcommand(
      "admin",
      "For operators: look after the services. Changes are taken only from the "
      "machine that the service runs on; docs/operations/admin.md");
  admin->require_subcommand(1);
  const auto status = std::make_shared<AdminFlags>();
  AddServices(
      *AddChange(*admin, "status", "Show what runs, and how its store is",
                 absl::Seconds(10), Status, command, status),
      status);
  const struct {
    const char* name;
    const char* description;
    absl::Duration wait;
    Run run;
  } changes[] = {
      {"drain", "Have a service say that it does not serve, and answer on",
       absl::Seconds(10),
       [](const AdminFlags& flags) { return Drain(flags, true); }},
      {"resume", "Take a drain back", absl::Seconds(10),
       [](const AdminFlags& flags) { return Drain(flags, false); }},
      {"compact", "Rewrite a store without what is no longer in it",
       absl::Hours(2), Compact},
  };
  for (const auto& change : changes) {
    const auto flags = std::make_shared<AdminFlags>();
    AddServices(*AddChange(*admin, change.name, change.description, change.wait,
                           change.run, command, flags),
                flags)
        ->required();
  }
  const auto level = std::make_shared<AdminFlags>();
  CLI::App* log_level =
      AddChange(*admin, "log-level", "Set the least of what a service logs",
                absl::Seconds(10), SetLogLevel, command, level);
  AddServices(*log_level, level)->required();
  log_level->add_option("level", level->log_level, "The level")
      ->required()
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  AddVerify(*admin, command);
  AddBackupCreate(*admin, "backup", command);
  AddRestore(*admin, command);
}

}  // namespace pulsetaker::cli
