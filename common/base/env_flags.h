// Flags from the command line and from the environment. Every flag of ours,
// --data_dir say, can be given as PULSETAKER_DATA_DIR; the command line wins.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pulsetaker {

// Parses the command line over the environment. `summary` opens the text of
// --help, which explains every flag of ours.
//
// Ends the process with status 2 and one line on stderr for a value that the
// flag cannot take, wherever it came from, and for an argument that is no flag.
// To be called once, at the start of main.
void ParseFlags(int argc, char** argv, absl::string_view summary);

// The part of ParseFlags that reads the environment, for tests: `lookup` gives
// the value of a variable. INVALID_ARGUMENT names the variable.
absl::Status SetFlagsFromEnvironment(
    const std::function<std::optional<std::string>(const std::string&)>&
        lookup);

}  // namespace pulsetaker
