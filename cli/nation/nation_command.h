// `pulsetaker assess-nation`.

#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

// Has the assessment service assess all places of a tenant.
void AddNationCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
