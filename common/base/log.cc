#include "common/base/log.h"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "common/base/resource_id.h"
#include "common/base/trace.h"

namespace pulsetaker::log {
namespace {

constexpr absl::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD.
constexpr absl::string_view kCut = "...";

std::atomic<Level> level_min = Level::kInfo;
std::atomic<std::uint64_t> dropped_lines_ever = 0;

absl::string_view NameOf(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
  }
  return "error";
}

struct Output {
  Mutex mutex;
  std::function<void(absl::string_view)> sink ABSL_GUARDED_BY(mutex);
  std::uint64_t dropped_lines ABSL_GUARDED_BY(mutex) = 0;
};

// Never destroyed: threads may log while the process ends.
Output& TheOutput() {
  static Output* const output = new Output;
  return *output;
}

// Whether stderr takes a line at this moment. A pipe says yes only if it has
// room for kLineBytesMax bytes, and takes as much in one piece.
bool IsWritable() {
  pollfd stderr_poll = {.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  return poll(&stderr_poll, 1, /*timeout=*/0) == 1 &&
         (stderr_poll.revents & POLLOUT) != 0;
}

bool WriteLine(absl::string_view line) {
  if (!IsWritable()) return false;
  ssize_t written = 0;
  do {
    written = write(STDERR_FILENO, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  return written == static_cast<ssize_t>(line.size());
}

// `line` is without its closing brace.
void Emit(std::string line) {
  Output& output = TheOutput();
  MutexLock lock(output.mutex);
  if (output.dropped_lines > 0) {
    absl::StrAppend(&line, ",\"dropped_lines\":", output.dropped_lines);
  }
  line.push_back('}');
  if (output.sink != nullptr) {
    output.sink(line);
    output.dropped_lines = 0;
    return;
  }
  line.push_back('\n');
  if (WriteLine(line)) {
    output.dropped_lines = 0;
  } else {
    ++output.dropped_lines;
    dropped_lines_ever.fetch_add(1, std::memory_order_relaxed);
  }
}

// Appends `, "key": value`, or says that there is no room for it. The end of a
// line keeps room for the count of dropped lines.
bool AppendField(const Field& field, std::string& line) {
  constexpr std::size_t kReservedBytes = 64;
  const std::size_t before = line.size();
  line.push_back(',');
  AppendJsonString(field.key, line);
  line.push_back(':');
  field.value.AppendTo(line);
  if (line.size() + kReservedBytes <= kLineBytesMax) return true;
  line.resize(before);
  return false;
}

void Write(Level level, absl::string_view event,
           absl::Span<const Field> fields) {
  if (level < level_min.load(std::memory_order_relaxed)) return;
  std::string line =
      absl::StrCat("{\"time\":\"",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(),
                                    absl::UTCTimeZone()),
                   "\",\"level\":\"", NameOf(level), "\"");
  AppendField({"event", event}, line);
  if (const trace::Context& context = trace::Current(); context.valid()) {
    AppendField({"trace_id", trace::ToHex(context.trace_id)}, line);
    AppendField({"span_id", trace::ToHex(context.span_id)}, line);
  }
  for (const Field& field : fields) {
    if (!AppendField(field, line)) {
      AppendField({field.key, kCut}, line);
    }
  }
  Emit(std::move(line));
}

}  // namespace

void Value::AppendTo(std::string& line) const {
  if (const auto* text = std::get_if<absl::string_view>(&value_)) {
    // A value longer than a line is cut, so that what it costs is bounded.
    const bool is_long = text->size() > kLineBytesMax / 2;
    AppendJsonString(
        is_long ? absl::StrCat(text->substr(0, kLineBytesMax / 2), kCut)
                : std::string(*text),
        line);
  } else if (const auto* truth = std::get_if<bool>(&value_)) {
    line += *truth ? "true" : "false";
  } else if (const auto* number = std::get_if<double>(&value_)) {
    if (std::isfinite(*number)) {
      absl::StrAppend(&line, *number);
    } else {
      line += "null";  // JSON has no word for it.
    }
  } else if (const auto* integer = std::get_if<std::int64_t>(&value_)) {
    absl::StrAppend(&line, *integer);
  } else {
    absl::StrAppend(&line, std::get<std::uint64_t>(value_));
  }
}

void Debug(absl::string_view event, absl::Span<const Field> fields) {
  Write(Level::kDebug, event, fields);
}
void Info(absl::string_view event, absl::Span<const Field> fields) {
  Write(Level::kInfo, event, fields);
}
void Warning(absl::string_view event, absl::Span<const Field> fields) {
  Write(Level::kWarning, event, fields);
}
void Error(absl::string_view event, absl::Span<const Field> fields) {
  Write(Level::kError, event, fields);
}

void SetLevel(Level level) {
  level_min.store(level, std::memory_order_relaxed);
}

std::uint64_t DroppedLines() {
  return dropped_lines_ever.load(std::memory_order_relaxed);
}

bool ParseLevel(absl::string_view name, Level& level) {
  for (const Level known :
       {Level::kDebug, Level::kInfo, Level::kWarning, Level::kError}) {
    if (name == NameOf(known)) {
      level = known;
      return true;
    }
  }
  return false;
}

void SetSink(std::function<void(absl::string_view)> sink) {
  Output& output = TheOutput();
  MutexLock lock(output.mutex);
  output.sink = std::move(sink);
}

void AppendJsonString(absl::string_view text, std::string& json) {
  constexpr char kHex[] = "0123456789abcdef";
  json.push_back('"');
  std::size_t at = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == 0x7f) {
      json += "\\u00";
      json.push_back(kHex[byte >> 4]);
      json.push_back(kHex[byte & 0xf]);
      ++at;
    } else if (byte == '"' || byte == '\\') {
      json.push_back('\\');
      json.push_back(static_cast<char>(byte));
      ++at;
    } else if (byte < 0x80) {
      json.push_back(static_cast<char>(byte));
      ++at;
    } else {
      std::size_t length = 2;
      while (length <= 4 && !IsValidUtf8(text.substr(at, length))) ++length;
      const bool is_valid = length <= 4 && text.size() - at >= length;
      absl::StrAppend(&json, is_valid ? text.substr(at, length) : kReplacement);
      at += is_valid ? length : 1;
    }
  }
  json.push_back('"');
}

}  // namespace pulsetaker::log
