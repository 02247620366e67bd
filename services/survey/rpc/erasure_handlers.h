// The calls about erasing people. As people_handlers.h.

#pragma once

#include "absl/status/status.h"
#include "pulsetaker/survey/v1/people_service.pb.h"
#include "services/survey/domain/erasure_feed.h"
#include "services/survey/domain/erasures.h"

namespace pulsetaker::survey {

class ErasureHandlers {
 public:
  // Both must outlive this.
  ErasureHandlers(Erasures& erasures, const ErasureFeed& feed)
      : erasures_(erasures), feed_(feed) {}

  absl::Status Handle(const v1::ErasePersonRequest& request,
                      v1::ErasureReceipt& response) const;
  absl::Status Handle(const v1::ListErasuresRequest& request,
                      v1::ListErasuresResponse& response) const;

 private:
  Erasures& erasures_;
  const ErasureFeed& feed_;
};

}  // namespace pulsetaker::survey
