// One run of a script in a process of its own, on a disk that fails.

#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "tests/faults/failing_disk.h"
#include "tests/faults/script_outcome.h"

namespace pulsetaker::testing {

// How a run ended.
enum class CaseEnd : int {
  kFinished = 0,   // All steps have their answer.
  kGaveUp = 10,    // A call failed again and again, with an error.
  kWaited = 11,    // It got nowhere without room.
  kHung = 12,      // Something waited that must not.
  kWrong = 13,     // An answer was wrong; `problem` says which.
  kStopped = 14,   // The process ended itself.
  kAsserted = 15,  // RocksDB ended it, in the one way that docs/adr/0101 names.
  kDied = 16,      // The process was ended otherwise.
};

// What a run and whoever watches it share.
struct CaseRecord {
  FaultPlan plan;
  std::atomic<std::size_t> acknowledged = 0;  // Steps.
  // Whether one more step was handed over and has no answer, so that it may or
  // may not have been carried out.
  std::atomic<bool> under_way = false;
  std::atomic<int> errors = 0;  // Answers and openings that were errors.
  char problem[1024] = {};
};

// A record in memory that is shared with processes forked later. Never freed.
CaseRecord& NewSharedRecord();

// Runs the script in a forked process on the database in `folder`, closing and
// opening it half-way. A step that is answered with an error that is no verdict
// is tried again a few times. The calling process must have one thread.
CaseEnd RunCase(const ScriptOutcome& outcome, const std::string& folder,
                CaseRecord& record);

// Opens the database in a forked process on a disk that works, and compares it
// with what was acknowledged. Returns what is wrong, or "".
std::string CheckCase(const ScriptOutcome& outcome, const std::string& folder,
                      CaseRecord& record);

}  // namespace pulsetaker::testing
