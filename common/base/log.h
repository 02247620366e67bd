// One line of JSON on stderr for each event:
//
//   log::Info("call", {{"method", "GetWave"}, {"micros", 412}});
//   {"time":"2024-01-31T08:00:00.123456Z","level":"info","event":"call",
//    "method":"GetWave","micros":412}
//
// A line that is written for a request has its "trace_id" and "span_id"
// (trace.h).
//
// Never a name, an answer or a token: logs are kept and copied by people who
// may not see those.
//
// Safe for use by any number of threads at once. A line is one write of at most
// kLineBytesMax; a reader that has stopped reading costs lines, never calls:
// what cannot be written at once is dropped, and the next line that is written
// says how many were in "dropped_lines".

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace pulsetaker::log {

// What a pipe takes in one piece (PIPE_BUF on Linux).
inline constexpr std::size_t kLineBytesMax = 4096;

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };

// A value of a line. Text is referred to, not copied.
class Value {
 public:
  template <typename T>
    requires std::is_integral_v<T> && std::is_signed_v<T>
  Value(T number) : value_(static_cast<std::int64_t>(number)) {}  // NOLINT
  template <typename T>
    requires std::is_integral_v<T> && std::is_unsigned_v<T>
  Value(T number) : value_(static_cast<std::uint64_t>(number)) {}  // NOLINT
  Value(bool truth) : value_(truth) {}                             // NOLINT
  Value(double number) : value_(number) {}                         // NOLINT
  Value(absl::string_view text) : value_(text) {}                  // NOLINT
  Value(const std::string& text)                                   // NOLINT
      : value_(absl::string_view(text)) {}
  Value(const char* text) : value_(absl::string_view(text)) {}  // NOLINT

  // Appends the value as JSON.
  void AppendTo(std::string& line) const;

 private:
  std::variant<std::int64_t, std::uint64_t, bool, double, absl::string_view>
      value_;
};

struct Field {
  absl::string_view key;  // lower_snake_case.
  Value value;
};

void Debug(absl::string_view event, absl::Span<const Field> fields = {});
void Info(absl::string_view event, absl::Span<const Field> fields = {});
void Warning(absl::string_view event, absl::Span<const Field> fields = {});
void Error(absl::string_view event, absl::Span<const Field> fields = {});

// Lines below `level` are not written. kInfo until it is called.
void SetLevel(Level level);

// The level of this name, "debug", "info", "warning" or "error"; false if none.
bool ParseLevel(absl::string_view name, Level& level);

// How many lines have not been written since the process began.
std::uint64_t DroppedLines();

// Gives lines, without their newline, to `sink` in place of stderr; nullptr
// goes back to stderr. For tests.
void SetSink(std::function<void(absl::string_view)> sink);

// Appends `text` in quotes, as a JSON string. Control characters, quotes and
// backslashes are escaped; bytes that are not UTF-8 become U+FFFD.
void AppendJsonString(absl::string_view text, std::string& json);

}  // namespace pulsetaker::log
