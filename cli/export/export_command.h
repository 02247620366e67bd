// `pulsetaker export`: writes a closed wave to a file.

#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

void AddExportCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
