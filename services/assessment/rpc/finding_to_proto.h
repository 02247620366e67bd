#pragma once

#include "pulsetaker/assessment/v1/finding.pb.h"
#include "services/assessment/domain/finding.h"

namespace pulsetaker::assessment {

void ToProto(const Finding& from, v1::Finding& to);

}  // namespace pulsetaker::assessment
