// Numbers of API messages as those of the domain, as measure_to_proto.h writes
// them.

#pragma once

#include <limits>
#include <type_traits>

#include "pulsetaker/network/v1/measure.pb.h"
#include "services/network/domain/measure.h"

namespace pulsetaker::network {

// A number of the API's enumeration as the domain's, whose numbers are the
// same. One that would not fit becomes none, which is what no stored value is.
template <typename Domain, typename Wire>
Domain FromWire(Wire value) {
  using Number = std::underlying_type_t<Domain>;
  const int number = value;
  return number < 0 || number > std::numeric_limits<Number>::max()
             ? Domain{}
             : static_cast<Domain>(number);
}

NotMeasured FromProto(const v1::NotMeasured& from);
Measure FromProto(const v1::Measure& from);

}  // namespace pulsetaker::network
