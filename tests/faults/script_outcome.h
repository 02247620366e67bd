// What must come of a script, after each of its steps.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/faults/store_content.h"
#include "tests/faults/store_script.h"

namespace pulsetaker::testing {

// What a fault did to a database, against the promise.
enum class Harm {
  kNone,
  kRefused,  // It is whole, and cannot be opened or read.
  kLost,     // Something acknowledged is not there.
  kPhantom,  // Something is there that was never handed over.
  kTwice,    // Rows, counts and watermarks disagree.
};

absl::string_view NameOf(Harm harm);

struct ScriptOutcome {
  explicit ScriptOutcome(std::vector<ScriptStep> steps);

  std::size_t size() const { return script.size(); }

  // How many steps a database has carried out, at least `acknowledged` and at
  // most `submitted`; nothing if its content is that of no such number.
  std::optional<std::size_t> StepsOf(const StoreContent& content,
                                     std::size_t acknowledged,
                                     std::size_t submitted) const;

  // What is wrong with content that StepsOf knows no number for.
  Harm HarmOf(const StoreContent& content, std::size_t acknowledged,
              std::size_t submitted) const;

  // Carries out step `i` on `content` once more: a request that was answered
  // before is answered the same and changes nothing.
  std::string Repeat(std::size_t i, StoreContent& content) const;

  const std::vector<ScriptStep> script;
  std::vector<StoreContent> contents;  // After so many steps.
  std::vector<std::string> answers;    // Of each step.
};

}  // namespace pulsetaker::testing
