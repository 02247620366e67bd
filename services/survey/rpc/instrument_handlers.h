// The methods for instruments.

#pragma once

#include "absl/status/status.h"
#include "pulsetaker/survey/v1/instrument.pb.h"
#include "pulsetaker/survey/v1/instrument_comparison.pb.h"
#include "services/survey/domain/instrument_store.h"
#include "services/survey/domain/instruments.h"

namespace pulsetaker::survey {

// Handle(request, response) carries out the method that takes this request. It
// blocks. Safe for use by any number of threads at once.
class InstrumentHandlers {
 public:
  // Both must outlive this.
  InstrumentHandlers(Instruments& instruments, const InstrumentStore& store)
      : instruments_(instruments), store_(store) {}

  absl::Status Handle(const v1::CreateInstrumentRequest& request,
                      v1::Instrument& response) const;
  absl::Status Handle(const v1::GetInstrumentRequest& request,
                      v1::Instrument& response) const;
  absl::Status Handle(const v1::ListInstrumentsRequest& request,
                      v1::ListInstrumentsResponse& response) const;
  absl::Status Handle(const v1::UpdateInstrumentRequest& request,
                      v1::Instrument& response) const;
  absl::Status Handle(const v1::PublishInstrumentRequest& request,
                      v1::Instrument& response) const;
  absl::Status Handle(const v1::DiscardInstrumentDraftRequest& request,
                      v1::Instrument& response) const;
  absl::Status Handle(const v1::ListInstrumentRevisionsRequest& request,
                      v1::ListInstrumentRevisionsResponse& response) const;
  absl::Status Handle(const v1::CompareInstrumentRevisionsRequest& request,
                      v1::CompareInstrumentRevisionsResponse& response) const;

 private:
  Instruments& instruments_;
  const InstrumentStore& store_;
};

}  // namespace pulsetaker::survey
