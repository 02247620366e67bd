// `pulsetaker login`, `contexts`, `use` and `logout`: which services to call,
// and as whom.

#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

void AddLoginCommand(CLI::App& app, Command& command);
void AddContextsCommand(CLI::App& app, Command& command);
void AddUseCommand(CLI::App& app, Command& command);
void AddLogoutCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
