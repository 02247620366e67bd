#include "cli/context/context_command.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/context/context_file.h"
#include "cli/context/contexts.h"
#include "cli/health/health_command.h"
#include "cli/rpc/connection.h"
#include "common/base/status.h"

namespace pulsetaker::cli {
namespace {

constexpr char kPlainText[] = "plain text";

ExitCode Refuse(const absl::Status& status) {
  std::fprintf(stderr, "pulsetaker: %s\n",
               std::string(status.message()).c_str());
  return ExitCode::kUsage;
}

// A context is used from any folder.
std::string Absolute(const std::string& path) {
  return path.empty() ? path : std::filesystem::absolute(path).string();
}

Context ToContext(const ConnectionOptions& options) {
  return {.survey_address = options.survey_address,
          .network_address = options.network_address,
          .assessment_address = options.assessment_address,
          .tenant = options.tenant,
          .ca_file = Absolute(options.ca_file),
          .token_file = Absolute(options.token_file),
          .client_certificate = Absolute(options.client_certificate),
          .client_key = Absolute(options.client_key)};
}

// Changes the contexts that are kept.
template <typename Change>
absl::Status Update(const Change& change) {
  const std::string path = ContextFilePath();
  PT_ASSIGN_OR_RETURN(Contexts contexts, LoadContexts(path));
  PT_RETURN_IF_ERROR(change(contexts));
  return SaveContexts(path, contexts);
}

ExitCode Login(const std::string& name, ConnectionOptions options) {
  if (const absl::Status checked = CheckContextName(name); !checked.ok()) {
    return Refuse(checked);
  }
  // The files must make sense before anything is kept.
  if (const absl::Status set = SetCredentials(options, ""); !set.ok()) {
    return Refuse(set);
  }
  const absl::Status kept = Update([&](Contexts& contexts) -> absl::Status {
    contexts.by_name[name] = ToContext(options);
    contexts.current = name;
    if (contexts.by_name.size() <= kContextsMax) return absl::OkStatus();
    return absl::ResourceExhaustedError(
        "there are too many contexts; pulsetaker logout removes one");
  });
  if (!kept.ok()) return Refuse(kept);
  std::printf("context \"%s\" is kept in %s, and is the current one\n",
              name.c_str(), ContextFilePath().c_str());
  const ExitCode health = PrintHealth(options);
  if (health != ExitCode::kOk) {
    std::fprintf(stderr,
                 "pulsetaker: the context is kept, but not all services of it "
                 "serve\n");
  }
  return health;
}

ExitCode List() {
  const absl::StatusOr<Contexts> contexts = LoadContexts(ContextFilePath());
  if (!contexts.ok()) return Refuse(contexts.status());
  for (const auto& [name, context] : contexts->by_name) {
    std::printf("%c %-20s  %-20s  %s  %s\n",
                name == contexts->current ? '*' : ' ', name.c_str(),
                context.tenant.c_str(), context.survey_address.c_str(),
                context.ca_file.empty() ? kPlainText : context.ca_file.c_str());
  }
  if (contexts->by_name.empty()) {
    std::fprintf(stderr, "there is no context; pulsetaker login makes one\n");
  }
  return ExitCode::kOk;
}

ExitCode Use(const std::string& name) {
  const absl::Status kept = Update([&](Contexts& contexts) -> absl::Status {
    if (name != kNoContext) {
      PT_RETURN_IF_ERROR(FindContext(contexts, name).status());
    }
    contexts.current = name == kNoContext ? "" : name;
    return absl::OkStatus();
  });
  return kept.ok() ? ExitCode::kOk : Refuse(kept);
}

ExitCode Logout(const std::string& name) {
  const absl::Status kept = Update([&](Contexts& contexts) -> absl::Status {
    PT_RETURN_IF_ERROR(FindContext(contexts, name).status());
    contexts.by_name.erase(name);
    if (contexts.current == name) contexts.current.clear();
    return absl::OkStatus();
  });
  if (!kept.ok()) return Refuse(kept);
  std::printf(
      "context \"%s\" is forgotten; the files that it named are still "
      "there\n",
      name.c_str());
  return ExitCode::kOk;
}

// A subcommand whose only argument is the name of a context.
void AddNamed(CLI::App& app, Command& command, const std::string& subcommand,
              const std::string& description,
              ExitCode (*run)(const std::string& name)) {
  const auto name = std::make_shared<std::string>();
  CLI::App* const sub = app.add_subcommand(subcommand, description);
  sub->add_option("name", *name, "The context")->type_name("NAME")->required();
  sub->callback(
      [name, run, &command] { command.run = [=] { return run(*name); }; });
}

}  // namespace

void AddLoginCommand(CLI::App& app, Command& command) {
  const auto name = std::make_shared<std::string>();
  const auto options = std::make_shared<ConnectionOptions>();
  CLI::App* const sub = app.add_subcommand(
      "login",
      "Keep where the services are and who calls as a context, make it the "
      "current one, and try it");
  sub->add_option("name", *name, "What to call the context")
      ->type_name("NAME")
      ->required();
  AddEndpointOptions(
      *sub, {Service::kSurvey, Service::kNetwork, Service::kAssessment},
      *options);
  sub->callback([name, options, &command] {
    command.run = [=] { return Login(*name, *options); };
  });
}

void AddContextsCommand(CLI::App& app, Command& command) {
  CLI::App* const sub = app.add_subcommand(
      "contexts",
      "List the contexts: name, tenant, address of the survey service and "
      "whom it trusts; the current one has a star");
  sub->callback([&command] { command.run = List; });
}

void AddUseCommand(CLI::App& app, Command& command) {
  AddNamed(app, command, "use",
           "Make a context the current one; none is a name for that, too", Use);
}

void AddLogoutCommand(CLI::App& app, Command& command) {
  AddNamed(app, command, "logout", "Forget a context", Logout);
}

}  // namespace pulsetaker::cli
