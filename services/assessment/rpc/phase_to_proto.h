#pragma once

#include "pulsetaker/assessment/v1/phase.pb.h"
#include "services/assessment/domain/change.h"
#include "services/assessment/domain/phase.h"

namespace pulsetaker::assessment {

void ToProto(const PhaseResult& from, v1::PhaseResult& to);
void ToProto(const Change& from, v1::Change& to);

}  // namespace pulsetaker::assessment
