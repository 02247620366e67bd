// The rules of drafts and revisions:
//
//   nothing --create--> revision 1
//      |                    |
//      +--create draft--+   +--update--> draft, again and again
//                       v                  |
//                     draft                |
//                       |                  |
//                       +---- publish -----+---> the next revision, no draft
//                       +---- discard -----+---> no draft
//
// A revision never changes and never goes. An instrument that has neither a
// revision nor a draft is not there.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/survey/domain/instrument.h"

namespace pulsetaker::survey {

// An instrument at one instant. One that is there has at least one of the two.
struct InstrumentVersions {
  std::optional<Instrument> latest;  // The revision with the highest number.
  std::optional<Instrument> draft;

  friend bool operator==(const InstrumentVersions&,
                         const InstrumentVersions&) = default;
};

// What is worked on: the draft or, if there is none, the latest revision.
const Instrument& WorkedOn(const InstrumentVersions& versions);

// What is shown where nothing else is asked for: the latest revision or, if
// there is none, the draft.
const Instrument& Shown(const InstrumentVersions& versions);

// Says what an instrument says, and which revision it is or comes after. Two
// drafts with the same have the same content, so that a change made from the
// one is as good for the other.
std::string EtagOf(const Instrument& instrument);

// OK if `expected` is empty or the etag of what is worked on. ABORTED,
// ETAG_MISMATCH with the metadata `field`.
absl::Status CheckEtag(absl::string_view field, absl::string_view expected,
                       const InstrumentVersions& versions);

// OK if there is a draft. FAILED_PRECONDITION, INSTRUMENT_DRAFT_NOT_FOUND.
absl::Status CheckHasDraft(const InstrumentVersions& versions);

// The first version of a new instrument: `content`, which is valid and has its
// digest, as a draft or as revision 1. `now` is in whole microseconds, as it is
// below.
Instrument FirstDraft(Instrument content, absl::Time now);
Instrument FirstRevision(Instrument content, absl::Time now);

// The same instrument with `content`, which is valid and has its digest, as its
// draft.
InstrumentVersions Drafted(const InstrumentVersions& versions,
                           Instrument content, absl::Time now);

// The draft, which must be there, as the next revision. FAILED_PRECONDITION,
// TRANSLATION_INCOMPLETE, then INSTRUMENT_UNCHANGED.
absl::StatusOr<InstrumentVersions> Published(const InstrumentVersions& versions,
                                             absl::Time now);

// Without the draft.
InstrumentVersions Discarded(const InstrumentVersions& versions);

// The revision that a wave asks that wants to ask `wanted`, or the latest if
// that is 0. `shown` is what is shown of the instrument. FAILED_PRECONDITION,
// INSTRUMENT_NOT_PUBLISHED; NOT_FOUND, INSTRUMENT_REVISION_NOT_FOUND.
absl::StatusOr<std::int32_t> RevisionToAsk(const Instrument& shown,
                                           std::int32_t wanted);

// NOT_FOUND, INSTRUMENT_REVISION_NOT_FOUND with the metadata `field`.
absl::Status NoSuchRevision(absl::string_view field, std::int32_t revision);

}  // namespace pulsetaker::survey
