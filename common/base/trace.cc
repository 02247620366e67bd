#include "common/base/trace.h"

#include <algorithm>
#include <atomic>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/mutex.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "openssl/rand.h"

namespace pulsetaker::trace {
namespace {

constexpr std::size_t kHeaderSize = 55;
constexpr std::uint8_t kSampledFlag = 1;

thread_local Context current;

std::atomic<double> sampled_share = 1;
std::atomic<bool> is_recording = false;

struct RecorderSlot {
  Mutex mutex;
  Recorder recorder ABSL_GUARDED_BY(mutex);
};

// Never destroyed: threads may end spans while the process ends.
RecorderSlot& TheRecorder() {
  static RecorderSlot* const slot = new RecorderSlot;
  return *slot;
}

// Ids are no secrets, but no two processes may draw the same.
Random& RandomOfThread() {
  thread_local Random random([] {
    std::uint64_t seed = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&seed), sizeof(seed)) !=
        1) {
      FailStop("the system gives no randomness");
    }
    return seed;
  }());
  return random;
}

template <typename Id>
Id DrawId() {
  Id id = {};
  while (id == Id{}) {
    for (std::size_t at = 0; at < id.size(); at += sizeof(std::uint64_t)) {
      std::uint64_t bits = RandomOfThread().Next();
      for (std::size_t i = 0; i < sizeof(bits); ++i, bits >>= 8) {
        id[at + i] = static_cast<std::uint8_t>(bits);
      }
    }
  }
  return id;
}

bool DrawSampled() {
  return RandomOfThread().UnitDouble() <
         sampled_share.load(std::memory_order_relaxed);
}

template <typename Id>
std::string HexOf(const Id& id) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(id.data()), id.size()));
}

bool IsLowerHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           (c >= 'a' && c <= 'f');
  });
}

// `hex` is as long as the id needs.
template <typename Id>
Id FromHex(absl::string_view hex) {
  const std::string bytes = absl::HexStringToBytes(hex);
  Id id = {};
  std::copy(bytes.begin(), bytes.end(), id.begin());
  return id;
}

}  // namespace

std::string ToHex(const TraceId& id) { return HexOf(id); }
std::string ToHex(const SpanId& id) { return HexOf(id); }

std::string FormatTraceparent(const Context& context) {
  return absl::StrCat("00-", ToHex(context.trace_id), "-",
                      ToHex(context.span_id), context.sampled ? "-01" : "-00");
}

std::optional<Context> ParseTraceparent(absl::string_view header) {
  if (header.size() < kHeaderSize) return std::nullopt;
  const absl::string_view version = header.substr(0, 2);
  const absl::string_view trace_id = header.substr(3, 32);
  const absl::string_view span_id = header.substr(36, 16);
  const absl::string_view flags = header.substr(53, 2);
  if (header[2] != '-' || header[35] != '-' || header[52] != '-' ||
      !IsLowerHex(version) || !IsLowerHex(trace_id) || !IsLowerHex(span_id) ||
      !IsLowerHex(flags) || version == "ff") {
    return std::nullopt;
  }
  // Version 00 ends here; what later ones add comes after another dash.
  if (header.size() > kHeaderSize &&
      (version == "00" || header[kHeaderSize] != '-')) {
    return std::nullopt;
  }
  const auto flag_bits =
      static_cast<std::uint8_t>(absl::HexStringToBytes(flags).front());
  Context context = {.trace_id = FromHex<TraceId>(trace_id),
                     .span_id = FromHex<SpanId>(span_id),
                     .sampled = (flag_bits & kSampledFlag) != 0};
  if (!context.valid()) return std::nullopt;
  return context;
}

const Context& Current() { return current; }

Scope::Scope(const Context& context) : before_(current) { current = context; }

Scope::~Scope() { current = before_; }

Span::Span(std::string name, SpanKind kind, const Context& parent) {
  span_.name = std::move(name);
  span_.kind = kind;
  span_.begin = absl::Now();
  span_.context = {
      .trace_id = parent.valid() ? parent.trace_id : DrawId<TraceId>(),
      .span_id = DrawId<SpanId>(),
      .sampled = parent.valid() ? parent.sampled : DrawSampled()};
  if (parent.valid()) span_.parent_id = parent.span_id;
}

bool Span::recorded() const {
  return span_.context.sampled && is_recording.load(std::memory_order_relaxed);
}

void Span::AddAttribute(std::string key, std::string value) {
  span_.attributes.push_back({std::move(key), std::move(value)});
}

void Span::AddAttribute(std::string key, std::int64_t value) {
  span_.attributes.push_back({std::move(key), value});
}

void Span::End(bool failed) {
  if (!recorded()) return;
  span_.end = absl::Now();
  span_.failed = failed;
  RecorderSlot& slot = TheRecorder();
  MutexLock lock(slot.mutex);
  if (slot.recorder != nullptr) slot.recorder(std::move(span_));
}

void SetRecorder(Recorder recorder) {
  RecorderSlot& slot = TheRecorder();
  MutexLock lock(slot.mutex);
  slot.recorder = std::move(recorder);
  is_recording = slot.recorder != nullptr;
}

void SetSampledShare(double share) {
  sampled_share.store(share, std::memory_order_relaxed);
}

}  // namespace pulsetaker::trace
