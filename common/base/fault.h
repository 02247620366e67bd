// Switches for tests that prove what a crash leaves, and that the tests
// themselves find what is wrong.
//
//   PT_KILL_POINT("ledger.synced");
//     Ends the process by SIGKILL at the n-th passing if the environment has
//     PULSETAKER_KILL_AT=ledger.synced:n.
//
//   if (!PT_PLANTED_BUG("no_sync")) ...
//     True if the environment has PULSETAKER_PLANTED_BUG=no_sync, or several
//     names with commas between them.
//
// Names are lower_snake_case literals, those of kill points with a dot in them.
// tests/crash has a table of all points, tests/planted_bugs one of all bugs.
//
// Only code that is compiled with PULSETAKER_FAULTS has them: the variants that
// pulsetaker_faulty_variant makes. Elsewhere both are constants, and no name of
// them gets into a binary.

#pragma once

#include "absl/strings/string_view.h"

#if defined(PULSETAKER_FAULTS)

namespace pulsetaker::fault {

void PassKillPoint(absl::string_view name);
bool HasPlantedBug(absl::string_view name);

}  // namespace pulsetaker::fault

#define PT_KILL_POINT(name) ::pulsetaker::fault::PassKillPoint(name)
#define PT_PLANTED_BUG(name) ::pulsetaker::fault::HasPlantedBug(name)

#else

#define PT_KILL_POINT(name) static_cast<void>(0)
#define PT_PLANTED_BUG(name) false

#endif
