// The use cases of comparison: gather what stands for each place, make tables
// that tell of no few, keep what is told, answer.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/mutex.h"
#include "services/assessment/domain/assessment_store.h"
#include "services/assessment/domain/comparison_dimensions.h"
#include "services/assessment/domain/comparison_tables.h"
#include "services/assessment/domain/place_source.h"
#include "services/assessment/domain/place_summary.h"
#include "services/assessment/domain/release_ledger.h"
#include "services/assessment/domain/standing.h"

namespace pulsetaker::assessment {

// The most different things that one tenant can be told: each is compared with
// all before it.
inline constexpr std::size_t kReleasesMax = 200;

enum class Grouping : std::uint8_t { kNone = 0, kSizeBand = 1, kPhase = 2 };

// All names are well-formed; localities are of `tenant`.
struct CompareRequest {
  std::string tenant;                        // Id.
  std::vector<std::string> localities = {};  // Resource names. Empty: all.
  std::vector<SizeBand> size_bands = {};     // Empty: any.
  std::vector<std::string> regions = {};     // Empty: any.
  // Entries that a locality's profile must have. Empty: any.
  std::map<std::string, std::string> profile = {};
  WaveChoice choice = {};
  Grouping grouping = Grouping::kNone;
  std::vector<std::string> dimensions = {};  // Empty: the default ones.
};

struct LocalityComparison {
  ToldComparison told;
  std::vector<std::string> missing;  // Asked for and without an assessment.
};

struct PeerCriteria {
  bool any_size = false;
  bool same_phase = false;
  bool same_region = false;
  std::vector<std::string> same_profile_keys = {};
  WaveChoice choice = {};
};

struct BenchmarkRequest {
  std::string assessment;  // Resource name.
  PeerCriteria criteria = {};
  std::vector<std::string> dials = {};
};

struct Benchmark {
  PlaceSummary place;
  std::int32_t peer_count = 0;
  std::vector<Standing> standings;
  std::string withheld_reason;  // Why there is nothing of other tenants.
  std::vector<ToldTable> others;
  std::vector<PercentileRange> percentiles;  // One a table.
};

// Answers in the form in which they are kept and given. rpc/ implements it with
// the API's messages. The same answer always gives the same bytes.
class ComparisonCodec {
 public:
  virtual ~ComparisonCodec() = default;

  virtual std::string Encode(const LocalityComparison& comparison) const = 0;
  virtual std::string Encode(const Benchmark& benchmark) const = 0;
};

// Safe for use by any number of threads at once: what is told is told one after
// the other, so that each sees what was told before.
class Comparer {
 public:
  // All must outlive this.
  struct Ports {
    const AssessmentStore& store;
    const AssessmentScan& scan;
    const PlaceReader& reader;
    PlaceSource& places;  // Asked for regions and profiles only.
    ReleaseLedger& ledger;
    const ComparisonCodec& codec;
  };

  explicit Comparer(Ports ports);

  // The answer as the codec made it, which is in the ledger by then. The same
  // request over the same assessments finds it there and adds nothing.
  //
  // The errors of the ports and of TellTables, and
  //   INVALID_ARGUMENT, DIMENSION_UNKNOWN.
  //   FAILED_PRECONDITION, RELEASE_LIMIT_REACHED: kReleasesMax are told.
  // A locality that the survey service does not have has no region and no
  // profile.
  absl::StatusOr<std::string> Compare(const CompareRequest& request);

  // The same, and
  //   FAILED_PRECONDITION, PEER_CRITERION_UNKNOWN: the place itself has not
  //   what others are to have, too.
  // What TellTables or the limit refuse is told of no other tenant: then the
  // answer says why, and nothing is added.
  absl::StatusOr<std::string> FindBenchmark(const BenchmarkRequest& request);

 private:
  absl::StatusOr<std::vector<Release>> EarlierReleases(
      absl::string_view tenant) const;

  Ports ports_;
  Mutex mutex_;  // Held from reading the ledger to writing it.
};

}  // namespace pulsetaker::assessment
