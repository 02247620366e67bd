// Carries out the steps of a script on a database.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/base/mutex.h"
#include "services/survey/store/survey_database.h"
#include "tests/faults/store_script.h"

namespace pulsetaker::testing {

// For one thread at a time.
class ScriptRunner {
 public:
  // Called before a step is handed over.
  using Begins = std::function<void(const ScriptStep& step)>;
  // Called when a step has its answer, as AnswerText or an error's reason: the
  // error itself is in `status`. In the order of the steps, from any thread.
  using Answered =
      std::function<void(const ScriptStep& step, const absl::Status& status,
                         const std::string& answer)>;

  // `database` must outlive this.
  ScriptRunner(survey::SurveyDatabase& database, Begins begins,
               Answered answered)
      : database_(database),
        begins_(std::move(begins)),
        answered_(std::move(answered)) {}

  // Hands over steps in their order, at most `window` without an answer, and
  // returns when each has one.
  void Run(const std::vector<ScriptStep>& script, std::size_t begin,
           std::size_t end, int window);

 private:
  void Start(const ScriptStep& step);
  template <typename T>
  std::function<void(absl::StatusOr<T>)> Ender(const ScriptStep& step);
  void End(const ScriptStep& step, const absl::Status& status,
           const std::string& answer);
  void WaitFor(int waiting_max);

  survey::SurveyDatabase& database_;
  const Begins begins_;
  const Answered answered_;
  Mutex mutex_;
  std::condition_variable changed_;
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace pulsetaker::testing
