// `pulsetaker synth`: writes a synthetic survey into a folder, ready for
// `pulsetaker import`.

#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

void AddSynthCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
