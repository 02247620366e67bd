#include "services/assessment/domain/national_assessor.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "common/base/trace.h"

namespace pulsetaker::assessment {
namespace {

// How far a run is, told to whoever follows it by one thread at a time.
class Tally {
 public:
  explicit Tally(const NationalControl& control) : control_(control) {}

  void Begin(NationalStep step, std::size_t total) {
    MutexLock lock(mutex_);
    progress_.step = step;
    progress_.total_count = static_cast<std::int64_t>(total);
    Tell();
  }

  void AddComputed() {
    MutexLock lock(mutex_);
    ++progress_.computed_count;
    Tell();
  }

  void AddPlace(PlaceOutcome outcome, bool has_computed) {
    MutexLock lock(mutex_);
    switch (outcome) {
      case PlaceOutcome::kAssessed:
      case PlaceOutcome::kNotMeasured:
        ++progress_.done_count;
        if (has_computed) ++progress_.computed_place_count;
        break;
      case PlaceOutcome::kNoClosedWave:
      case PlaceOutcome::kNoSurvey:
        ++progress_.skipped_count;
        break;
      case PlaceOutcome::kFailed:
        ++progress_.failed_count;
        break;
    }
    Tell();
  }

 private:
  void Tell() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (control_.on_progress) control_.on_progress(progress_);
  }

  const NationalControl& control_;
  Mutex mutex_;
  NationalProgress progress_ ABSL_GUARDED_BY(mutex_);
};

// Counts the waves that one place had computed: each is stored when the step
// after its last one begins, or all is done.
class ComputedWaves {
 public:
  explicit ComputedWaves(Tally& tally) : tally_(tally) {}

  void Begin(AssessStep step) {
    Flush();
    is_computing_ = step == AssessStep::kAssessing;
  }

  void Flush() {
    if (!is_computing_) return;
    is_computing_ = false;
    has_any_ = true;
    tally_.AddComputed();
  }

  bool has_any() const { return has_any_; }

 private:
  Tally& tally_;
  bool is_computing_ = false;
  bool has_any_ = false;
};

class NationalRun {
 public:
  NationalRun(const NationalAssessor::Ports& ports,
              const NationalRequest& request, const Parameters& parameters,
              const NationalControl& control)
      : ports_(ports),
        request_(request),
        parameters_(parameters),
        control_(control),
        tally_(control) {}

  absl::StatusOr<StoredNational> Run() {
    tally_.Begin(NationalStep::kListing, 0);
    PT_RETURN_IF_ERROR(ListPlaces());
    tally_.Begin(NationalStep::kAssessing, places_.size());
    AssessPlaces();
    PT_RETURN_IF_ERROR(CheckCancelled());
    tally_.Begin(NationalStep::kAggregating, places_.size());
    const NationalAssessment national =
        Aggregate({.tenant = request_.tenant,
                   .scope = request_.scope,
                   .parameters = parameters_,
                   .places = std::move(places_)});
    return ports_.store.Put({.name = national.name,
                             .message = ports_.codec.Encode(national),
                             .create_time = request_.create_time});
  }

 private:
  bool IsCancelled() const {
    return control_.is_cancelled && control_.is_cancelled();
  }

  absl::Status CheckCancelled() const {
    return IsCancelled()
               ? absl::CancelledError("the national assessment was cancelled")
               : absl::OkStatus();
  }

  absl::Status ListPlaces() {
    PT_ASSIGN_OR_RETURN(const std::vector<ListedLocality> localities,
                        ports_.places.ListLocalities(request_.tenant));
    for (const ListedLocality& locality : localities) {
      if (!InScope(locality, request_.scope)) continue;
      PT_RETURN_IF_ERROR(CheckCancelled());
      std::vector<NationalPlace> places = PlacesIn(locality);
      std::move(places.begin(), places.end(), std::back_inserter(places_));
      if (places_.size() > kPlacesMax) return TooManyPlaces();
    }
    const bool has_any = std::any_of(
        places_.begin(), places_.end(), [](const NationalPlace& place) {
          return place.outcome != PlaceOutcome::kNoSurvey;
        });
    if (has_any) return absl::OkStatus();
    return MakeError(absl::StatusCode::kNotFound, "NO_PLACES",
                     absl::StrCat("no locality of the scope in ",
                                  request_.tenant, " has such a survey"));
  }

  std::vector<NationalPlace> PlacesIn(const ListedLocality& locality) {
    const auto surveys = ports_.places.ListSurveys(locality.name);
    if (surveys.ok()) return PlacesOf(locality, *surveys, request_.scope);
    NationalPlace place;
    place.locality = locality.name;
    SetFailed(surveys.status(), place);
    return {std::move(place)};
  }

  static absl::Status TooManyPlaces() {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, "TOO_MANY_PLACES",
        absl::StrCat("the scope has more than ", kPlacesMax, " places"));
  }

  void AssessPlaces() {
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      while (!IsCancelled()) {
        const std::size_t i = next++;
        if (i >= places_.size()) return;
        FinishPlace(places_[i]);
      }
    };
    const std::size_t thread_count = std::min(
        places_.size(), static_cast<std::size_t>(request_.concurrent_places));
    const trace::Context trace = trace::Current();
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < thread_count; ++i) {
      threads.emplace_back([&work, trace] {
        const trace::Scope scope(trace);
        work();
      });
    }
    work();
    for (std::thread& thread : threads) thread.join();
  }

  void FinishPlace(NationalPlace& place) {
    ComputedWaves computed(tally_);
    const bool is_decided =
        place.outcome == PlaceOutcome::kNoSurvey || !place.failure.ok();
    if (!is_decided) {
      absl::Status status;
      try {
        status = AssessPlace(place, computed);
      } catch (const std::exception& error) {  // Such as no memory.
        status = absl::InternalError(error.what());
      }
      // What a cancellation interrupts has not failed.
      if (!status.ok() && IsCancelled()) return;
      if (!status.ok()) SetFailed(status, place);
    }
    tally_.AddPlace(place.outcome, computed.has_any());
  }

  absl::Status AssessPlace(NationalPlace& place, ComputedWaves& computed) {
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> wave,
                        ports_.places.LatestClosedWave(place.survey));
    if (!wave.has_value()) {
      place.outcome = PlaceOutcome::kNoClosedWave;
      return absl::OkStatus();
    }
    place.wave = *wave;
    PT_ASSIGN_OR_RETURN(
        const StoredAssessment assessment,
        ports_.assessor.Assess(
            {.wave = *wave, .analysis = "", .parameters = parameters_},
            {.on_progress =
                 [&](const AssessProgress& progress) {
                   computed.Begin(progress.step);
                 },
             .is_cancelled = control_.is_cancelled}));
    computed.Flush();
    PT_ASSIGN_OR_RETURN(PlaceAssessment summary,
                        ports_.codec.Summarize(assessment));
    SetAssessed(std::move(summary), place);
    return absl::OkStatus();
  }

  const NationalAssessor::Ports& ports_;
  const NationalRequest& request_;
  const Parameters& parameters_;
  const NationalControl& control_;
  Tally tally_;
  std::vector<NationalPlace> places_;
};

}  // namespace

NationalAssessor::NationalAssessor(Ports ports) : ports_(ports) {}

absl::StatusOr<StoredNational> NationalAssessor::Run(
    const NationalRequest& request, const NationalControl& control) {
  PT_ASSIGN_OR_RETURN(const Parameters parameters,
                      WithDefaults(request.parameters));
  return NationalRun(ports_, request, parameters, control).Run();
}

}  // namespace pulsetaker::assessment
