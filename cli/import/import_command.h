// `pulsetaker import DIR`: brings a folder of CSV files into the survey
// service.

#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

void AddImportCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
