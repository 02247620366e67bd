// The programs of the services, which lie beside the client. It links none of
// them: what they do with a store, they do themselves.

#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace pulsetaker::cli {

// Runs `pulsetaker-survey` with these arguments and waits for it. It writes to
// the output and the errors of this program.
ExitCode RunSurveyProgram(const std::vector<std::string>& arguments);

}  // namespace pulsetaker::cli
