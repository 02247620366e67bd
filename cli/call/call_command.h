// `pulsetaker call SERVICE.METHOD JSON`: any method of any service, for scripts
// and for trying things out.

#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

void AddCallCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
