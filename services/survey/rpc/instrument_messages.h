// Instruments and what differs between them, between the API and the domain.

#pragma once

#include "pulsetaker/survey/v1/instrument.pb.h"
#include "pulsetaker/survey/v1/instrument_comparison.pb.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/instruments.h"

namespace pulsetaker::survey {

// What the message says of the instrument, with defaults filled in and nothing
// checked. Output-only fields are left out.
Instrument FromProto(const InstrumentKey& key, const v1::Instrument& message);

void ToProto(const Instrument& instrument, v1::Instrument& message);
void ToProto(const ComparedInstruments& compared,
             v1::CompareInstrumentRevisionsResponse& message);

}  // namespace pulsetaker::survey
