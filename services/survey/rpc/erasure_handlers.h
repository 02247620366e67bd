// The call that erases someone. As people_handlers.h.

#pragma once

#include "absl/status/status.h"
#include "pulsetaker/survey/v1/people_service.pb.h"
#include "services/survey/domain/erasures.h"

namespace pulsetaker::survey {

class ErasureHandlers {
 public:
  // Must outlive this.
  explicit ErasureHandlers(Erasures& erasures) : erasures_(erasures) {}

  absl::Status Handle(const v1::ErasePersonRequest& request,
                      v1::ErasureReceipt& response) const;

 private:
  Erasures& erasures_;
};

}  // namespace pulsetaker::survey
