// The port through which policies of retention are kept. The domain owns this
// header and store/ implements it.

#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/retention.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// Safe for use by any number of threads at once. What SurveyStore says of
// durability and of errors that any call may have holds here, too.
class RetentionStore {
 public:
  virtual ~RetentionStore() = default;

  // The tenant's policy; to keep people, where nothing was said.
  virtual absl::StatusOr<RetentionPolicy> GetPolicy(
      absl::string_view tenant) const = 0;
  // What was said, ascending by tenant.
  virtual absl::StatusOr<std::vector<RetentionPolicy>> ListPolicies() const = 0;
  // What `change` fails with. A policy that it leaves as it is, is not written.
  virtual absl::StatusOr<RetentionPolicy> UpdatePolicy(
      absl::string_view tenant, const Change<RetentionPolicy>& change) = 0;
};

}  // namespace pulsetaker::survey
