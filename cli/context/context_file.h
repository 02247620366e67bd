// Where contexts are kept: one file of the user's own.

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/context/contexts.h"

namespace pulsetaker::cli {

// $XDG_CONFIG_HOME/pulsetaker/contexts.json, or ~/.config for the first part
// where the variable is not set or not an absolute path. Empty if there is no
// home either. `lookup` gives the value of a variable.
std::string ContextFilePath(
    const std::function<std::optional<std::string>(const std::string&)>&
        lookup);

// That of this process's environment.
std::string ContextFilePath();

// No contexts if there is no file. FAILED_PRECONDITION, CONTEXTS_UNREADABLE, if
// it is there and cannot be read; INVALID_ARGUMENT as of ParseContexts, with
// the path in the message.
absl::StatusOr<Contexts> LoadContexts(const std::string& path);

// Puts the file in place of the one that is there, as a whole, with the mode
// 0600, and makes its folder, 0700, if it is not there. FAILED_PRECONDITION,
// CONTEXTS_UNWRITABLE says what the system said.
absl::Status SaveContexts(const std::string& path, const Contexts& contexts);

}  // namespace pulsetaker::cli
