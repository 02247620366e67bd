// `pulsetaker analyze` and `pulsetaker assess`.

#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

// Has the network service analyse closed waves.
void AddAnalyzeCommand(CLI::App& app, Command& command);

// Has the assessment service assess closed waves.
void AddAssessCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
