#include "common/base/env_flags.h"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "absl/flags/reflection.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/status.h"

namespace pulsetaker {
namespace {

constexpr int kWrongUsage = 2;
constexpr absl::string_view kMalformed = "FLAG_MALFORMED";

std::string VariableOf(absl::string_view flag_name) {
  return absl::StrCat("PULSETAKER_", absl::AsciiStrToUpper(flag_name));
}

// Flags of ours by name. Abseil's own, such as --flagfile, are defined in its
// own files.
std::map<std::string, absl::CommandLineFlag*> OurFlags() {
  std::map<std::string, absl::CommandLineFlag*> flags;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    const std::string file = flag->Filename();
    if (absl::StrContains(file, "common/") ||
        absl::StrContains(file, "services/")) {
      flags.emplace(std::string(name), flag);
    }
  }
  return flags;
}

absl::Status Set(absl::CommandLineFlag& flag, absl::string_view source,
                 absl::string_view value) {
  std::string error;
  if (flag.ParseFrom(value, &error)) return absl::OkStatus();
  return FlagError(absl::StrCat(source, ": ", error));
}

}  // namespace

absl::Status FlagError(absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, kMalformed, problem);
}

bool IsFlagError(const absl::Status& status) {
  return ReasonOf(status) == kMalformed;
}

absl::Status SetFlagsFromEnvironment(
    const std::function<std::optional<std::string>(const std::string&)>&
        lookup) {
  // Variables that are no flag of ours are left alone: Kubernetes sets
  // PULSETAKER_..._SERVICE_HOST for a service of the name pulsetaker-...
  for (const auto& [name, flag] : OurFlags()) {
    const std::string variable = VariableOf(name);
    const std::optional<std::string> value = lookup(variable);
    if (!value.has_value()) continue;
    PT_RETURN_IF_ERROR(Set(*flag, variable, *value));
  }
  return absl::OkStatus();
}

absl::Status SetFlagsFromArguments(absl::Span<const char* const> arguments) {
  const auto flags = OurFlags();
  const auto find = [&](absl::string_view name) {
    const auto found = flags.find(std::string(name));
    return found == flags.end() ? nullptr : found->second;
  };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const absl::string_view argument = arguments[i];
    absl::string_view rest = argument;
    if (!absl::ConsumePrefix(&rest, "--") || rest.empty()) {
      return FlagError(absl::StrCat("'", argument, "' is not a flag"));
    }
    const std::size_t equals = rest.find('=');
    const absl::string_view name = rest.substr(0, equals);
    absl::CommandLineFlag* const flag = find(name);
    if (flag != nullptr && equals != absl::string_view::npos) {
      PT_RETURN_IF_ERROR(Set(*flag, argument, rest.substr(equals + 1)));
    } else if (flag != nullptr && flag->IsOfType<bool>()) {
      PT_RETURN_IF_ERROR(Set(*flag, argument, "true"));
    } else if (flag != nullptr && i + 1 < arguments.size()) {
      PT_RETURN_IF_ERROR(Set(*flag, argument, arguments[++i]));
    } else if (flag != nullptr) {
      return FlagError(absl::StrCat(argument, ": wants a value"));
    } else if (absl::ConsumePrefix(&rest, "no") && find(rest) != nullptr &&
               find(rest)->IsOfType<bool>()) {
      PT_RETURN_IF_ERROR(Set(*find(rest), argument, "false"));
    } else {
      return FlagError(absl::StrCat("--", name, " is not a flag"));
    }
  }
  return absl::OkStatus();
}

std::string FlagsHelp() {
  std::string help;
  for (const auto& [name, flag] : OurFlags()) {
    absl::StrAppend(&help, "  --", name, "   [", VariableOf(name), "]\n      ",
                    flag->Help(), "\n      Default: ", flag->CurrentValue(),
                    "\n");
  }
  return help;
}

void ParseFlags(int argc, const char* const* argv, absl::string_view summary) {
  const absl::Span<const char* const> arguments(
      argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0));
  for (const absl::string_view argument : arguments) {
    if (argument != "--help") continue;
    std::printf(
        "%s\n\nFlags, each also as the environment variable in "
        "brackets:\n\n%s",
        std::string(summary).c_str(), FlagsHelp().c_str());
    std::exit(EXIT_SUCCESS);
  }
  absl::Status set = SetFlagsFromEnvironment([](const std::string& variable) {
    const char* const value = std::getenv(variable.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  });
  if (set.ok()) set = SetFlagsFromArguments(arguments);
  if (set.ok()) return;
  std::fprintf(stderr, "%s: %s; see --help\n", argc > 0 ? argv[0] : "?",
               std::string(set.message()).c_str());
  std::exit(kWrongUsage);
}

}  // namespace pulsetaker
