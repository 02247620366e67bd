// SHA-256, for names that follow from content: snapshots, analyses, requests.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace pulsetaker {

// Digests bytes as they come. For one thread at a time.
//
// The framed forms make an encoding that only one sequence of values has:
// "ab" then "c" differs from "a" then "bc".
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  // Adds the bytes as they are.
  Sha256& Update(absl::string_view bytes);

  // Adds 8 bytes, most significant first.
  Sha256& UpdateNumber(std::uint64_t number);

  // Adds the length as UpdateNumber does, then the bytes.
  Sha256& UpdateText(absl::string_view text);

  // The digest of all that was added: 32 bytes, or 64 digits of [0-9a-f].
  // Either ends the digest: nothing may be added or finished afterwards.
  std::string Finish();
  std::string FinishHex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// 64 digits of [0-9a-f].
std::string Sha256Hex(absl::string_view bytes);

}  // namespace pulsetaker
