// A personal value: a name, an address, what someone wrote in their own words.

#pragma once

#include <string>
#include <utility>

namespace pulsetaker {

// Holds it so that it gets nowhere by accident: there is no formatter, no
// stream and no conversion, so that to log it, to put it into a message or to
// add it to a key does not compile. tests/privacy has the proof.
//
// Reading is one call with a name that reviews look for.
template <typename T>
class Pii {
 public:
  Pii() = default;
  explicit Pii(T value) : value_(std::move(value)) {}

  const T& Reveal() const { return value_; }

  friend bool operator==(const Pii&, const Pii&) = default;

 private:
  T value_ = {};
};

// What almost all of them are.
using PersonalText = Pii<std::string>;

}  // namespace pulsetaker
