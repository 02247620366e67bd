// `pulsetaker admin`: what an operator does with servers that run, by their
// ports for operators, and with stores of servers that do not.

#pragma once

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace pulsetaker::cli {

void AddAdminCommand(CLI::App& app, Command& command);

}  // namespace pulsetaker::cli
