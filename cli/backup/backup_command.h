#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

// `pulsetaker backup create|list|verify|delete`: backups of a survey server
// that is running. Restoring one is a command of the server's own program.
void AddBackupCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
