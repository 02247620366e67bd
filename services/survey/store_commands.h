// The commands of pulsetaker-survey that serve nothing: they work on the folder
// of a server that is not running, or on that of its backups.
//
//   pulsetaker-survey restore --backup-dir B --backup ID|latest --data-dir D
//   pulsetaker-survey prove --backup-dir B --backup ID|latest --scratch-dir S
//   pulsetaker-survey verify --data-dir D
//
// One line on stdout says what was done. 0: done. 1: refused or failed, one
// line on stderr says why. 2: the command line makes no sense.

#pragma once

#include <optional>

namespace pulsetaker::survey {

// Carries out the command that the first argument names, and returns the status
// to exit with; nothing if it names none, so that a server is wanted.
std::optional<int> RunStoreCommand(int argc, char** argv);

}  // namespace pulsetaker::survey
