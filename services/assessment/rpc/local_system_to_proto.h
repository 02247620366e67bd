#pragma once

#include "pulsetaker/assessment/v1/local_system.pb.h"
#include "services/assessment/domain/local_system.h"

namespace pulsetaker::assessment {

void ToProto(const LocalSystem& from, v1::LocalSystem& to);

}  // namespace pulsetaker::assessment
