// The use cases of instruments: check, fill in what the server decides, keep,
// compare.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/instrument_comparison.h"
#include "services/survey/domain/instrument_store.h"

namespace pulsetaker::survey {

// Something that is to be done with a draft.
struct DraftAction {
  InstrumentKey key;
  std::string etag;  // If not empty, the draft's, or nothing is done.
  std::string request_id;
};

// Two versions of an instrument, and what differs.
struct ComparedInstruments {
  Instrument from;
  Instrument to;
  InstrumentComparison comparison;
};

// Safe for use by any number of threads at once. Keys and request ids are
// well-formed; the rest is not checked. What the server decides is replaced in
// the instruments that come in.
class Instruments {
 public:
  // `store` must outlive this.
  Instruments(InstrumentStore& store, Clock clock);

  // Publishes `content` as revision 1. The errors of CheckInstrument,
  // CheckTranslationsComplete, InstrumentStore::CreateInstrument.
  absl::StatusOr<Instrument> Create(Instrument content,
                                    const std::string& request_id);

  // Makes a draft only. The same errors, without those of
  // CheckTranslationsComplete.
  absl::StatusOr<Instrument> CreateDraft(Instrument content,
                                         const std::string& request_id);

  // Makes `content` the draft, and returns it. The errors of CheckInstrument,
  // InstrumentStore::UpdateInstrument; ABORTED, ETAG_MISMATCH unless `etag` is
  // empty or that of what is worked on.
  absl::StatusOr<Instrument> Update(Instrument content, const std::string& etag,
                                    const std::string& request_id);

  // Makes the draft the next revision, and returns that. The errors of
  // InstrumentStore::UpdateInstrument, CheckHasDraft, CheckEtag, Published.
  absl::StatusOr<Instrument> Publish(const DraftAction& action);

  // Drops the draft, and returns it. The errors of
  // InstrumentStore::UpdateInstrument, CheckHasDraft, CheckEtag.
  absl::StatusOr<Instrument> Discard(const DraftAction& action);

  // INVALID_ARGUMENT, NUMBER_OUT_OF_RANGE: a negative revision;
  // REVISION_AMBIGUOUS: a revision and the draft. The errors of
  // InstrumentStore::GetInstruments.
  absl::StatusOr<Instrument> Get(const InstrumentKey& key,
                                 const InstrumentSelector& selector) const;

  // The errors of Get for `from`, then `to`.
  absl::StatusOr<ComparedInstruments> Compare(
      const InstrumentKey& key, const InstrumentSelector& from,
      const InstrumentSelector& to) const;

 private:
  absl::Time Now() const;

  InstrumentStore& store_;
  const Clock clock_;
};

}  // namespace pulsetaker::survey
