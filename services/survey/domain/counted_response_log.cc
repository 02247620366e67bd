#include "services/survey/domain/counted_response_log.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace pulsetaker::survey {
namespace {

constexpr std::array kVerdicts = {
    std::pair{RowVerdict::kStored, "stored"},
    std::pair{RowVerdict::kUnchanged, "unchanged"},
    std::pair{RowVerdict::kSuperseded, "superseded"},
    std::pair{RowVerdict::kConflict, "conflict"},
    std::pair{RowVerdict::kRejected, "rejected"}};

Counter& Responses(Metrics& metrics, const std::string& result) {
  return metrics.GetCounter({"pulsetaker_survey_responses_total",
                             "Single responses that were answered."},
                            {{"result", result}});
}

// By verdict, which begin with 1.
using RowCounters = std::array<Counter*, kVerdicts.size() + 1>;

// The log may answer after this object is gone; the counters are still there.
class CountedResponseLog final : public ResponseLog {
 public:
  CountedResponseLog(ResponseLog& log, Metrics& metrics)
      : log_(log),
        accepted_(Responses(metrics, "ok")),
        refused_(Responses(metrics, "refused")) {
    for (const auto& [verdict, name] : kVerdicts) {
      rows_[static_cast<std::size_t>(verdict)] = &metrics.GetCounter(
          {"pulsetaker_survey_rows_total",
           "Rows of uploads that were answered, by their verdict."},
          {{"verdict", name}});
    }
  }

  void AppendFrame(Frame frame, FrameDone done) override {
    log_.AppendFrame(std::move(frame), [rows = rows_, done = std::move(done)](
                                           absl::StatusOr<FrameResult> result) {
      if (result.ok()) Count(*result, rows);
      done(std::move(result));
    });
  }

  void Submit(Submission submission, SubmitDone done) override {
    log_.Submit(std::move(submission),
                [&accepted = accepted_, &refused = refused_,
                 done = std::move(done)](absl::StatusOr<Response> response) {
                  (response.ok() ? accepted : refused).Increment();
                  done(std::move(response));
                });
  }

 private:
  static void Count(const FrameResult& result, const RowCounters& rows) {
    for (const RowVerdict verdict : result.verdicts) {
      rows[static_cast<std::size_t>(verdict)]->Increment();
    }
  }

  ResponseLog& log_;
  Counter& accepted_;
  Counter& refused_;
  RowCounters rows_ = {};
};

}  // namespace

std::unique_ptr<ResponseLog> MakeCountedResponseLog(ResponseLog& log,
                                                    Metrics& metrics) {
  return std::make_unique<CountedResponseLog>(log, metrics);
}

}  // namespace pulsetaker::survey
