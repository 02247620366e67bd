// Numbers and words of the domain as API messages; assessment_codec.h has the
// whole.

#pragma once

#include "pulsetaker/assessment/v1/phase.pb.h"
#include "pulsetaker/assessment/v1/triangle.pb.h"
#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/phase.h"
#include "services/assessment/domain/triangle.h"

namespace pulsetaker::assessment {

v1::Corner ToWire(Corner corner);
v1::Layer ToWire(Layer layer);
v1::Phase ToWire(Phase phase);
v1::NotMeasuredReason ToWire(Absence absence);

void ToProto(const Reading& from, v1::Reading& to);

// A level that is not measured has no numbers at all.
void ToProto(const Level& from, v1::Level& to);

// The same without interval and standard error, which strata do not have.
void ToProtoOfStratum(const Level& from, v1::Level& to);

}  // namespace pulsetaker::assessment
