// What the subcommands have in common. Each lives in a folder of its own and
// adds itself to the app in main.cc:
//
//   void AddXCommand(CLI::App& app, Command& command);

#pragma once

#include <functional>

namespace pulsetaker::cli {

// Documented in `pulsetaker --help`; scripts rely on them.
enum class ExitCode : int {
  kOk = 0,
  kUsage = 1,        // The command line makes no sense.
  kBadInput = 2,     // The files do; nothing was sent.
  kRefused = 3,      // A server said no.
  kUnreachable = 4,  // A server did not answer in time.
  kFailed = 5,       // Something went wrong on the way; part may be done.
};

// Set by the subcommand that the command line chooses.
struct Command {
  std::function<ExitCode()> run;
};

}  // namespace pulsetaker::cli
