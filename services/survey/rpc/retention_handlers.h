// The calls about how long people are kept. As people_handlers.h.

#pragma once

#include "absl/status/status.h"
#include "pulsetaker/survey/v1/people_service.pb.h"
#include "services/survey/domain/retentions.h"

namespace pulsetaker::survey {

class RetentionHandlers {
 public:
  // Must outlive this.
  explicit RetentionHandlers(Retentions& retentions)
      : retentions_(retentions) {}

  absl::Status Handle(const v1::GetRetentionPolicyRequest& request,
                      v1::RetentionPolicy& response) const;
  absl::Status Handle(const v1::UpdateRetentionPolicyRequest& request,
                      v1::RetentionPolicy& response) const;

 private:
  Retentions& retentions_;
};

}  // namespace pulsetaker::survey
