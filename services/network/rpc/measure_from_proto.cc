#include "services/network/rpc/measure_from_proto.h"

namespace pulsetaker::network {
namespace {

NullComparison FromProto(const v1::NullComparison& from) {
  NullComparison comparison;
  comparison.model = FromWire<NullModel>(from.model());
  comparison.draw_count = from.draw_count();
  comparison.mean = from.mean();
  comparison.standard_deviation = from.standard_deviation();
  if (from.has_z()) comparison.z = from.z();
  comparison.percentile = from.percentile();
  comparison.p_high = from.p_high();
  comparison.p_low = from.p_low();
  comparison.central = {from.central_low(), from.central_high()};
  return comparison;
}

}  // namespace

NotMeasured FromProto(const v1::NotMeasured& from) {
  return {FromWire<NotMeasuredReason>(from.reason()), from.detail()};
}

Measure FromProto(const v1::Measure& from) {
  Measure measure;
  if (from.has_value()) {
    measure.value = from.value();
  } else {
    measure.not_measured = FromProto(from.not_measured());
  }
  if (from.has_interval()) {
    measure.interval = Interval{from.interval().low(), from.interval().high()};
  }
  if (from.has_null_comparison()) {
    measure.null_comparison = FromProto(from.null_comparison());
  }
  return measure;
}

}  // namespace pulsetaker::network
