#pragma once

#include <string>

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

// `pulsetaker backup create|list|verify|delete`: backups of a survey server
// that is running. Restoring one is a command of the server's own program.
void AddBackupCommand(CLI::App& app, Command& command);

// Adds `create` to another command, under this name.
void AddBackupCreate(CLI::App& parent, const std::string& name,
                     Command& command);

}  // namespace pulsetaker::cli
