// The port through which the domain keeps instruments. The domain owns this
// header and store/ implements it. What a wave asks is read through
// survey_store.h.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/instrument_versions.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// Which version of an instrument: its draft, or a revision by number, where 0
// is what is shown of it.
struct InstrumentSelector {
  bool draft = false;
  std::int32_t revision = 0;
  std::string field = "revision";  // What holds the number, for errors.
};

// What a change makes of an instrument. Revisions but the latest are left out:
// they stay as they are.
struct InstrumentStep {
  InstrumentVersions next;  // Neither of the two: the instrument goes.
  Instrument told;          // What the caller is told.
};

using VersionsChange =
    std::function<absl::StatusOr<InstrumentStep>(const InstrumentVersions&)>;

// Safe for use by any number of threads at once. Durability, repeats of a
// Request, which are of the tenant, and errors of any call are as in
// survey_store.h.
class InstrumentStore {
 public:
  virtual ~InstrumentStore() = default;

  // Keeps a draft or revision 1. INSTRUMENT_EXISTS.
  virtual absl::StatusOr<Instrument> CreateInstrument(
      const Instrument& instrument, const Request& request) = 0;

  // Carries out `change`, as a Change of survey_store.h. INSTRUMENT_NOT_FOUND,
  // then what `change` fails with.
  virtual absl::StatusOr<Instrument> UpdateInstrument(
      const InstrumentKey& key, const Request& request,
      const VersionsChange& change) = 0;

  // One instrument for each selector, all as of one instant.
  // INSTRUMENT_NOT_FOUND; then, of the first selector at fault,
  // INSTRUMENT_REVISION_NOT_FOUND, INSTRUMENT_DRAFT_NOT_FOUND.
  virtual absl::StatusOr<std::vector<Instrument>> GetInstruments(
      const InstrumentKey& key,
      absl::Span<const InstrumentSelector> selectors) const = 0;

  // What is shown of the first `limit` instruments of the tenant with an id
  // above `after`, ascending.
  virtual absl::StatusOr<std::vector<Instrument>> ListInstruments(
      absl::string_view tenant, absl::string_view after,
      std::size_t limit) const = 0;

  // The first `limit` revisions with a number above `after`, ascending. None if
  // there is no such instrument.
  virtual absl::StatusOr<std::vector<Instrument>> ListInstrumentRevisions(
      const InstrumentKey& key, std::int32_t after,
      std::size_t limit) const = 0;
};

}  // namespace pulsetaker::survey
