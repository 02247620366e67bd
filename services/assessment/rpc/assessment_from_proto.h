// The parts of a stored assessment that can be explained, as the domain has
// them. What an older assessment did not keep is left out.

#pragma once

#include "pulsetaker/assessment/v1/assessment.pb.h"
#include "services/assessment/domain/change.h"
#include "services/assessment/domain/finding.h"
#include "services/assessment/domain/phase.h"

namespace pulsetaker::assessment {

Finding FromProto(const v1::Finding& from);
PhaseResult FromProto(const v1::PhaseResult& from);

// Without the single features, which no sentence is about.
Change FromProto(const v1::Change& from);

}  // namespace pulsetaker::assessment
