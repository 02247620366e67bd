#pragma once

#include "pulsetaker/assessment/v1/finding.pb.h"
#include "services/assessment/domain/finding.h"

namespace pulsetaker::assessment {

v1::MetricUnit ToWire(MetricUnit unit);
v1::Evidence::Comparison ToWire(Comparison comparison);
v1::Finding::Status ToWire(FindingStatus status);

// Who is behind a number, in a message that has the fields for it.
template <typename Message>
void PutSupport(const Support& from, Message& to) {
  if (from.respondent_count) to.set_respondent_count(*from.respondent_count);
  if (from.invited_count) to.set_invited_count(*from.invited_count);
  if (from.response_rate) to.set_response_rate(*from.response_rate);
  if (from.interval_low) to.set_interval_low(*from.interval_low);
  if (from.interval_high) to.set_interval_high(*from.interval_high);
}

void ToProto(const Finding& from, v1::Finding& to);

}  // namespace pulsetaker::assessment
