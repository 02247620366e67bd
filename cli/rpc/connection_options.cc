// The flags of connection.h: what was said on the command line, else in the
// environment, else by the context.

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/context/context_file.h"
#include "cli/context/contexts.h"
#include "cli/rpc/connection.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "common/rpc/call_token.h"
#include "common/rpc/tls.h"

namespace pulsetaker::cli {
namespace {

constexpr char kGroup[] = "Connection";

// An option, where its value goes, and the field of a context that gives it
// where nothing else does.
struct Setting {
  CLI::Option* option;
  std::string* value;
  std::string Context::* field;
};

struct Address {
  const char* option;
  const char* variable;
  std::string ConnectionOptions::* value;
  std::string Context::* field;
};

Address AddressSetting(Service service) {
  switch (service) {
    case Service::kNetwork:
      return {"--network-address", "PULSETAKER_NETWORK_ADDRESS",
              &ConnectionOptions::network_address, &Context::network_address};
    case Service::kAssessment:
      return {"--assessment-address", "PULSETAKER_ASSESSMENT_ADDRESS",
              &ConnectionOptions::assessment_address,
              &Context::assessment_address};
    case Service::kSurvey:
      break;
  }
  return {"--survey-address", "PULSETAKER_SURVEY_ADDRESS",
          &ConnectionOptions::survey_address, &Context::survey_address};
}

std::string TenantProblem(const std::string& id) {
  return IsResourceId(id)
             ? std::string()
             : absl::StrCat("\"", id,
                            "\" is no id: want 1 to 63 of [a-z0-9_-], the "
                            "first a letter or digit");
}

Setting AddFile(CLI::App& sub, const std::string& name,
                const std::string& variable, std::string& value,
                std::string Context::* field, const std::string& description) {
  CLI::Option* const option = sub.add_option(name, value, description)
                                  ->type_name("FILE")
                                  ->envname(variable)
                                  ->group(kGroup);
  return {option, &value, field};
}

std::vector<Setting> AddSettings(CLI::App& sub,
                                 const std::vector<Service>& services,
                                 ConnectionOptions& options) {
  std::vector<Setting> settings;
  for (const Service service : services) {
    const Address address = AddressSetting(service);
    std::string& value = options.*(address.value);
    settings.push_back(
        {sub.add_option(
                address.option, value,
                absl::StrCat("Where the ", NameOf(service), " service listens"))
             ->type_name("HOST:PORT")
             ->envname(address.variable)
             ->capture_default_str()
             ->group(kGroup),
         &value, address.field});
  }
  settings.push_back(
      {sub.add_option("--tenant", options.tenant, "Whose data it is")
           ->type_name("ID")
           ->envname("PULSETAKER_TENANT")
           ->capture_default_str()
           ->check(TenantProblem)
           ->group(kGroup),
       &options.tenant, &Context::tenant});
  settings.push_back(
      AddFile(sub, "--ca", "PULSETAKER_CA", options.ca_file, &Context::ca_file,
              "Certificates of whom to trust, in PEM: calls go over TLS"));
  settings.push_back(AddFile(
      sub, "--token-file", "PULSETAKER_TOKEN_FILE", options.token_file,
      &Context::token_file,
      "Who calls: a token, sent over TLS only. It may also be in the variable "
      "PULSETAKER_TOKEN itself"));
  settings.push_back(
      AddFile(sub, "--client-certificate", "PULSETAKER_CLIENT_CERTIFICATE",
              options.client_certificate, &Context::client_certificate,
              "A certificate of the caller, in PEM, for those who have one"));
  settings.push_back(AddFile(sub, "--client-key", "PULSETAKER_CLIENT_KEY",
                             options.client_key, &Context::client_key,
                             "The key of the certificate, in PEM"));
  AddDurationOption(sub, "--deadline", options.deadline,
                    "The longest that one call may take, or an upload may "
                    "stand still")
      ->envname("PULSETAKER_DEADLINE")
      ->group(kGroup);
  return settings;
}

// The same error, with the name that the file has here in place of the one that
// it has at a server.
absl::Status WithNameOfOption(const absl::Status& status) {
  constexpr std::pair<absl::string_view, absl::string_view> kNames[] = {
      {"--tls_certificate: ", "--client-certificate: "},
      {"--tls_key: ", "--client-key: "},
      {"--tls_ca: ", "--ca: "}};
  absl::string_view message = status.message();
  for (const auto& [at_server, here] : kNames) {
    if (!absl::ConsumePrefix(&message, at_server)) continue;
    return MakeError(status.code(), ReasonOf(status),
                     absl::StrCat(here, message), MetadataOf(status));
  }
  return status;
}

[[noreturn]] void Refuse(const absl::Status& status) {
  throw CLI::ValidationError(std::string(status.message()));
}

// What the context says that was named, or is the current one.
Context ChosenContext(const std::string& name) {
  if (name == kNoContext) return {};
  const absl::StatusOr<Contexts> contexts = LoadContexts(ContextFilePath());
  if (!contexts.ok()) Refuse(contexts.status());
  const std::string& chosen = name.empty() ? contexts->current : name;
  if (chosen.empty()) return {};
  absl::StatusOr<Context> context = FindContext(*contexts, chosen);
  if (!context.ok()) Refuse(context.status());
  return *std::move(context);
}

void Apply(const Context& context, const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) {
    const std::string& said = context.*(setting.field);
    // The environment counts as said, too.
    if (setting.option->count() == 0 && !said.empty()) *setting.value = said;
  }
}

// The token that the environment has, unless a file is named by a flag or by
// the environment; a file that only a context names comes after it.
std::string TokenOfEnvironment(const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) {
    if (setting.field == &Context::token_file && setting.option->count() > 0) {
      return "";
    }
  }
  const char* const token = std::getenv("PULSETAKER_TOKEN");
  return token == nullptr ? "" : token;
}

}  // namespace

void AddEndpointOptions(CLI::App& sub, const std::vector<Service>& services,
                        ConnectionOptions& options) {
  AddSettings(sub, services, options);
}

absl::Status SetCredentials(ConnectionOptions& options,
                            const std::string& token) {
  const bool has_token = !token.empty() || !options.token_file.empty();
  if (options.ca_file.empty()) {
    if (has_token) {
      return MakeError(
          absl::StatusCode::kInvalidArgument, "TOKEN_IN_PLAIN_TEXT",
          "a token is never sent in plain text: say with --ca FILE, or in the "
          "context, whose certificates to trust, or give no token",
          {{"field", "ca"}});
    }
    if (!options.client_certificate.empty() || !options.client_key.empty()) {
      return MakeError(absl::StatusCode::kInvalidArgument,
                       "TLS_FILES_INCOMPLETE",
                       "a client's certificate is for TLS only: say with --ca "
                       "FILE, or in the context, whose certificates to trust",
                       {{"field", "ca"}});
    }
    options.credentials = nullptr;
    return absl::OkStatus();
  }
  const auto channel =
      rpc::MakeChannelCredentials({.certificate = options.client_certificate,
                                   .key = options.client_key,
                                   .ca = options.ca_file});
  if (!channel.ok()) return WithNameOfOption(channel.status());
  options.credentials = *channel;
  if (!has_token) return absl::OkStatus();
  PT_ASSIGN_OR_RETURN(const auto call,
                      token.empty()
                          ? rpc::TokenFileCredentials(options.token_file)
                          : rpc::TokenCredentials(token));
  options.credentials = grpc::CompositeChannelCredentials(*channel, call);
  return absl::OkStatus();
}

void AddConnectionOptions(CLI::App& sub, std::vector<Service> services,
                          ConnectionOptions& options) {
  const std::vector<Setting> settings = AddSettings(sub, services, options);
  const auto name = std::make_shared<std::string>();
  sub.add_option("--context", *name,
                 "Which of the contexts that pulsetaker login made gives what "
                 "is not said; the current one, or none")
      ->type_name("NAME")
      ->envname("PULSETAKER_CONTEXT")
      ->group(kGroup);
  sub.parse_complete_callback([settings, name, &options] {
    Apply(ChosenContext(*name), settings);
    const std::string problem = TenantProblem(options.tenant);
    if (!problem.empty()) throw CLI::ValidationError(problem);
    const absl::Status status =
        SetCredentials(options, TokenOfEnvironment(settings));
    if (!status.ok()) Refuse(status);
  });
}

}  // namespace pulsetaker::cli
