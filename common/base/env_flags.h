// Flags from the command line and from the environment. Every flag of ours,
// --data_dir say, can be given as PULSETAKER_DATA_DIR; the command line wins.

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace pulsetaker {

// Sets the flags from the environment, then from the command line:
// --name=value, --name value, and --name or --noname for a bool. --help
// explains every flag of ours, below `summary`, and ends the process with 0.
//
// Ends the process with 2 and one line on stderr for a value that the flag
// cannot take, wherever it came from, and for an argument that is no flag. To
// be called once, at the start of main.
void ParseFlags(int argc, const char* const* argv, absl::string_view summary);

// INVALID_ARGUMENT, FLAG_MALFORMED: a flag cannot have the value that it has.
// For what only the one who uses the flag can tell.
absl::Status FlagError(absl::string_view problem);
bool IsFlagError(const absl::Status& status);

// The parts of ParseFlags. INVALID_ARGUMENT, FLAG_MALFORMED says which argument
// or variable is wrong. `lookup` gives the value of a variable.
absl::Status SetFlagsFromEnvironment(
    const std::function<std::optional<std::string>(const std::string&)>&
        lookup);
absl::Status SetFlagsFromArguments(absl::Span<const char* const> arguments);
std::string FlagsHelp();

}  // namespace pulsetaker
