#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

// `pulsetaker report`: writes the report of places to files.
void AddReportCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
