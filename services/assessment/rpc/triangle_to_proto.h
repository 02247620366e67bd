#pragma once

#include "pulsetaker/assessment/v1/triangle.pb.h"
#include "services/assessment/domain/triangle.h"

namespace pulsetaker::assessment {

void ToProto(const Triangle& from, v1::Triangle& to);

}  // namespace pulsetaker::assessment
