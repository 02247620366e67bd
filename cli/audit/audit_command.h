// `pulsetaker audit head|export|verify`.

#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

// Adds the subcommand and its three actions.
void AddAuditCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
