// What responses are checked against, in memory for the waves that they come in
// for: to read it costs more than to check and write a response.

#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "services/survey/domain/response_check.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

// What responses to a wave are checked against, read once for many: neither
// the instrument of a wave and its consent text nor the roster entries of an
// open one ever change.
struct WaveRules {
  WaveRules(WaveKey wave_key, Instrument instrument, std::int32_t consent)
      : wave(std::move(wave_key)),
        consent_version(consent),
        index(std::move(instrument)) {}

  const WaveKey wave;
  const std::int32_t consent_version;
  const InstrumentIndex index;
};

// Nothing is ever forgotten but to make room: rules do not change, and waves do
// not go away. Safe for use by any number of threads at once.
class RulesCache {
 public:
  // Keeps the rules of the waves that were asked for last; `waves_max` is at
  // least 1.
  explicit RulesCache(std::size_t waves_max) : waves_max_(waves_max) {}

  // The rules of the wave, or nullptr.
  std::shared_ptr<const WaveRules> Find(const WaveKey& wave);

  void Put(std::shared_ptr<const WaveRules> rules);

 private:
  const std::size_t waves_max_;
  Mutex mutex_;
  // Those used last come first.
  std::list<std::shared_ptr<const WaveRules>> rules_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pulsetaker::survey
