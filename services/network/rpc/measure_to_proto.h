// Numbers of the domain as API messages; analysis_encoder.h has the whole.
// The enumerations of the domain are numbered as in the API, which the sources
// check when they are compiled.

#pragma once

#include <optional>

#include "pulsetaker/network/v1/measure.pb.h"
#include "services/network/domain/measure.h"

namespace pulsetaker::network {

// A value of the domain's enumeration as the API's.
template <typename Wire, typename Domain>
Wire ToWire(Domain value) {
  return static_cast<Wire>(static_cast<int>(value));
}

void ToProto(const NotMeasured& from, v1::NotMeasured& to);
void ToProto(const Measure& from, v1::Measure& to);

}  // namespace pulsetaker::network
