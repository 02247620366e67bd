// The port through which analyses are kept.
//
// An analysis is kept as the bytes of its API message: it never changes, is
// named by what it was made of, and its promise is "the same bytes", so they
// are made once, by the AnalysisEncoder, and handed out as they are.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/network/domain/analysis.h"
#include "services/network/domain/snapshot.h"

namespace pulsetaker::network {

struct EncodedPerson {
  std::string person;
  std::string roles;  // A serialized pulsetaker.network.v1.PersonRoles.

  friend bool operator==(const EncodedPerson&, const EncodedPerson&) = default;
};

struct EncodedAnalysis {
  std::string id;        // 32 hexadecimal digits.
  std::string analysis;  // A serialized pulsetaker.network.v1.Analysis.
  std::vector<EncodedPerson> persons;  // By person, ascending.

  friend bool operator==(const EncodedAnalysis&,
                         const EncodedAnalysis&) = default;
};

// Turns results into bytes. Equal results give equal bytes. Safe for use by any
// number of threads at once.
class AnalysisEncoder {
 public:
  virtual ~AnalysisEncoder() = default;

  virtual EncodedAnalysis Encode(const WaveKey& wave, absl::string_view id,
                                 const AnalysisResult& result) const = 0;
};

// Safe for use by any number of threads at once. Any call may fail with
// DATA_LOSS, STORED_DATA_UNREADABLE, or with UNAVAILABLE when the disk does not
// answer.
class AnalysisStore {
 public:
  virtual ~AnalysisStore() = default;

  // Keeps the analysis with all its people, or nothing. On OK it survives a
  // crash of the machine. Putting one again that is there writes nothing; one
  // that was withdrawn is there again.
  //
  // RESOURCE_EXHAUSTED, DISK_FULL: nothing is stored.
  virtual absl::Status Put(const WaveKey& wave,
                           const EncodedAnalysis& analysis) = 0;

  // The bytes of the analysis. NOT_FOUND, ANALYSIS_NOT_FOUND or
  // ANALYSIS_WITHDRAWN, as for its people.
  virtual absl::StatusOr<std::string> Get(const WaveKey& wave,
                                          absl::string_view id) const = 0;

  // The first `limit` analyses of the wave with an id above `after_id`, in the
  // order of their ids; without their people. All ids are above "".
  virtual absl::StatusOr<std::vector<EncodedAnalysis>> List(
      const WaveKey& wave, absl::string_view after_id, int limit) const = 0;

  // The first `limit` people of the analysis with an id above `after_person`,
  // in the order of their ids.
  virtual absl::StatusOr<std::vector<EncodedPerson>> ListPersons(
      const WaveKey& wave, absl::string_view id, absl::string_view after_person,
      int limit) const = 0;
};

}  // namespace pulsetaker::network
