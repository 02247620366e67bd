#pragma once

#include <memory>

#include "pulsetaker/assessment/v1/national.pb.h"
#include "services/assessment/domain/national_assessor.h"
#include "services/assessment/domain/national_store.h"

namespace pulsetaker::assessment {

// National assessments as messages of pulsetaker.assessment.v1, without maps as
// those of single places.
std::unique_ptr<NationalCodec> MakeNationalCodec();

NationalScope FromProto(const v1::NationalScope& from);

// A stored national assessment as the API answers it, with its time.
// DATA_LOSS, STORED_DATA_UNREADABLE: its bytes are none.
absl::StatusOr<v1::NationalAssessment> ToProto(const StoredNational& stored);

}  // namespace pulsetaker::assessment
