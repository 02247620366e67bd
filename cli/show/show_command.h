// `pulsetaker show`: one page for each place, or everything as JSON.

#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

void AddShowCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
