#include "tests/faults/script_runner.h"

#include <utility>

#include "common/base/status.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::testing {
namespace {

using Kind = ScriptStep::Kind;

std::string TextOf(const survey::Locality& /*locality*/) { return "created"; }
std::string TextOf(const survey::Instrument& /*made*/) { return "created"; }
std::string TextOf(const survey::Survey& /*survey*/) { return "created"; }
template <typename T>
std::string TextOf(const T& answer) {
  return AnswerText(answer);
}

absl::StatusOr<survey::Wave> SetState(survey::SurveyStore& store,
                                      const ScriptStep& step) {
  return store.UpdateWave(
      FaultWave(), RequestOf(step),
      [&](const survey::Wave& current) -> absl::StatusOr<survey::Wave> {
        survey::Wave wave = current;
        wave.state = step.state;
        ++wave.revision;
        return wave;
      });
}

}  // namespace

void ScriptRunner::Run(const std::vector<ScriptStep>& script, std::size_t begin,
                       std::size_t end, int window) {
  for (std::size_t i = begin; i < end; ++i) {
    WaitFor(window - 1);
    Start(script[i]);
  }
  WaitFor(0);
}

template <typename T>
std::function<void(absl::StatusOr<T>)> ScriptRunner::Ender(
    const ScriptStep& step) {
  return [this, &step](const absl::StatusOr<T>& answer) {
    End(step, answer.status(),
        answer.ok() ? TextOf(*answer) : ReasonOf(answer.status()));
  };
}

void ScriptRunner::Start(const ScriptStep& step) {
  {
    MutexLock lock(mutex_);
    ++waiting_;
  }
  begins_(step);
  survey::SurveyStore& store = database_.store();
  const survey::WaveKey& wave = FaultWave();
  const survey::Request request = RequestOf(step);
  switch (step.kind) {
    case Kind::kCreateLocality:
      return Ender<survey::Locality>(step)(store.CreateLocality(
          survey::LocalityOf({wave.tenant, wave.locality}), request));
    case Kind::kCreateInstrument:
      return Ender<survey::Instrument>(step)(
          database_.instruments().CreateInstrument(
              survey::InstrumentOf({wave.tenant, "standard"}), request));
    case Kind::kCreateSurvey:
      return Ender<survey::Survey>(step)(store.CreateSurvey(
          survey::SurveyOf({wave.tenant, wave.locality, wave.survey}),
          request));
    case Kind::kCreateWave:
      return Ender<survey::Wave>(step)(
          store.CreateWave(survey::WaveOf(wave), request));
    case Kind::kImport:
      return Ender<survey::RosterCounts>(step)(
          store.ImportRoster(wave, request, PeopleOf(step)));
    case Kind::kSetState:
      return Ender<survey::Wave>(step)(SetState(store, step));
    case Kind::kFrame:
      return database_.log().AppendFrame(FrameOf(step),
                                         Ender<survey::FrameResult>(step));
    case Kind::kSubmit:
      return database_.log().Submit(SubmissionOf(step),
                                    Ender<survey::Response>(step));
  }
}

void ScriptRunner::End(const ScriptStep& step, const absl::Status& status,
                       const std::string& answer) {
  answered_(step, status, answer);
  MutexLock lock(mutex_);
  --waiting_;
  changed_.notify_all();
}

void ScriptRunner::WaitFor(int waiting_max) {
  MutexLock lock(mutex_);
  while (waiting_ > waiting_max) lock.Wait(changed_);
}

}  // namespace pulsetaker::testing
