#include "services/assessment/rpc/assessment_codec.h"

#include <string>

#include "services/assessment/rpc/finding_to_proto.h"
#include "services/assessment/rpc/local_system_to_proto.h"
#include "services/assessment/rpc/phase_to_proto.h"
#include "services/assessment/rpc/triangle_to_proto.h"

namespace pulsetaker::assessment {
namespace {

void PutInputs(const Assessment& from, v1::AssessmentInputs& to) {
  to.set_snapshot_digest(from.snapshot_digest);
  to.set_instrument_digest(from.instrument_digest);
  to.set_analysis(from.analysis);
  to.set_previous_assessment(from.previous_assessment);
  to.set_parameters_version(from.parameters_version);
  to.set_engine_version(from.engine_version);
  *to.mutable_parameters() = ToProto(from.parameters);
}

class ApiAssessmentCodec final : public AssessmentCodec {
 public:
  std::string Encode(const Assessment& from) const override {
    v1::Assessment to;
    to.set_name(from.name);
    PutInputs(from, *to.mutable_inputs());
    ToProto(from.triangle, *to.mutable_triangle());
    ToProto(from.phase, *to.mutable_phase());
    ToProto(from.change, *to.mutable_change());
    for (const Finding& risk : from.risks) ToProto(risk, *to.add_risks());
    for (const Finding& recommendation : from.recommendations) {
      ToProto(recommendation, *to.add_recommendations());
    }
    ToProto(from.local_system, *to.mutable_local_system());
    return to.SerializeAsString();
  }
};

}  // namespace

std::unique_ptr<AssessmentCodec> MakeAssessmentCodec() {
  return std::make_unique<ApiAssessmentCodec>();
}

Parameters FromProto(const v1::AssessmentParameters& from) {
  return {.seed = from.seed(),
          .replicate_count = from.replicate_count(),
          .min_cell_count = from.min_cell_count(),
          .response_min = from.response_min()};
}

v1::AssessmentParameters ToProto(const Parameters& from) {
  v1::AssessmentParameters to;
  to.set_seed(from.seed);
  to.set_replicate_count(from.replicate_count);
  to.set_min_cell_count(from.min_cell_count);
  to.set_response_min(from.response_min);
  return to;
}

}  // namespace pulsetaker::assessment
