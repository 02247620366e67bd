// The way of responses in: check against instrument and roster, then the log.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "services/survey/domain/response_log.h"
#include "services/survey/domain/rules_cache.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

inline constexpr std::size_t kFrameRowCountMax = 1'000;
// Waves whose rules are kept in memory.
inline constexpr std::size_t kCachedRulesMax = 32;

// Safe for use by any number of threads at once.
class ResponseIntake {
 public:
  // All must outlive this.
  ResponseIntake(const SurveyStore& store, ResponseLog& log, Clock clock);

  // What responses to this wave are checked against. WAVE_NOT_FOUND. Reads the
  // disk the first time.
  absl::StatusOr<std::shared_ptr<const WaveRules>> ReadRules(
      const WaveKey& wave) const;

  // INVALID_ARGUMENT: ROW_COUNT_INVALID, as the `field` "rows";
  // NUMBER_OUT_OF_RANGE, as the `field` "offset".
  static absl::Status CheckFrame(const Frame& frame);

  // Checks the rows of a frame and appends it to the log. `frame` passed
  // CheckFrame and is of the wave of `rules`; its receive_time is set here, and
  // its rows are as the sender gave them, or an error where they could not be
  // read. Each gets the first error of:
  //   the one it came with
  //   ID_MALFORMED                  person
  //   CheckRespondent, CheckConsent, CheckAnswers
  // `done` is called as ResponseLog::AppendFrame says, also if the roster
  // cannot be read.
  void Append(const WaveRules& rules, Frame frame,
              ResponseLog::FrameDone done) const;

  // Checks one response and submits it to the log. The errors of ReadRules, of
  // CheckRespondent, CheckConsent and CheckAnswers, with paths that begin with
  // "response.", and of ResponseLog::Submit, in this order. The submission's
  // receive_time and request.digest are set here.
  void Submit(Submission submission, ResponseLog::SubmitDone done) const;

 private:
  const SurveyStore& store_;
  ResponseLog& log_;
  const Clock clock_;
  mutable RulesCache rules_{kCachedRulesMax};
};

}  // namespace pulsetaker::survey
