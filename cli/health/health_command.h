// `pulsetaker health`: asks the three services whether they serve.

#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"
#include "cli/rpc/connection.h"

namespace pulsetaker::cli {

// Asks each of the three, and prints a line of what it said. kUnreachable
// unless all of them serve.
ExitCode PrintHealth(const ConnectionOptions& options);

void AddHealthCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
