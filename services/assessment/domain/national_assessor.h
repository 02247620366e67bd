// The use case of a national assessment: find the places, have each assessed a
// few at a time, put them together, keep that.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/assessment/domain/assessment_store.h"
#include "services/assessment/domain/assessor.h"
#include "services/assessment/domain/national.h"
#include "services/assessment/domain/national_store.h"
#include "services/assessment/domain/place_source.h"

namespace pulsetaker::assessment {

// The form in which national assessments are kept, and in which the parts of
// one are. rpc/ implements it with the API's messages. Safe for use by any
// number of threads at once.
class NationalCodec {
 public:
  virtual ~NationalCodec() = default;

  // The same national assessment always gives the same bytes.
  virtual std::string Encode(const NationalAssessment& national) const = 0;

  // What the nation needs of a stored assessment.
  // DATA_LOSS, STORED_DATA_UNREADABLE: it is none.
  virtual absl::StatusOr<PlaceAssessment> Summarize(
      const StoredAssessment& assessment) const = 0;
};

// What a caller asks for. Names and ids are well-formed.
struct NationalRequest {
  std::string tenant;  // Resource name.
  NationalScope scope = {};
  Parameters parameters = {};   // 0 means the default.
  absl::Time create_time = {};  // Of the result, if it is not there yet.
  int concurrent_places = 1;    // 1 or more.
};

enum class NationalStep : std::uint8_t {
  kListing = 0,
  kAssessing = 1,
  kAggregating = 2,
};

struct NationalProgress {
  NationalStep step = NationalStep::kListing;
  std::int64_t total_count = 0;  // Places; 0 until they are listed.
  std::int64_t done_count = 0;
  std::int64_t failed_count = 0;
  std::int64_t skipped_count = 0;
  // Of single waves, computed and stored by this run.
  std::int64_t computed_count = 0;
  // Places that are done and for which something was computed.
  std::int64_t computed_place_count = 0;

  std::int64_t open_count() const {
    return total_count - done_count - failed_count - skipped_count;
  }
};

// How whoever runs a national assessment follows it and stops it. on_progress
// is called by one thread at a time.
struct NationalControl {
  std::function<void(const NationalProgress&)> on_progress;
  std::function<bool()> is_cancelled;
};

// Safe for use by any number of threads at once.
class NationalAssessor {
 public:
  // All must outlive this.
  struct Ports {
    PlaceSource& places;
    Assessor& assessor;
    NationalStore& store;
    const NationalCodec& codec;
  };

  explicit NationalAssessor(Ports ports);

  // Assesses every place of the scope and returns what is stored of all. A
  // place that fails is reported in the result and stops no other. Run again,
  // it finds what is assessed already, and computes only the rest.
  //
  // The errors of WithDefaults, PlaceSource::ListLocalities and
  // NationalStore::Put, and
  //   NOT_FOUND, NO_PLACES: no locality of the scope has such a survey.
  //   FAILED_PRECONDITION, TOO_MANY_PLACES: more than kPlacesMax.
  //   CANCELLED: `is_cancelled`, asked between places and while they are
  //     assessed, said yes.
  absl::StatusOr<StoredNational> Run(const NationalRequest& request,
                                     const NationalControl& control);

 private:
  Ports ports_;
};

}  // namespace pulsetaker::assessment
