// `pulsetaker health`: asks the three services whether they serve.

#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

void AddHealthCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
