// Submits single responses as a partner does: each with a request id that is
// used again until there is an answer.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::testing {

// For one thread at a time.
class Submissions {
 public:
  static constexpr std::int64_t kPeopleCount = 100;

  // Into kWave. Several in a wave differ in their numbers, from 0 to 99.
  explicit Submissions(int number = 0) : number_(number) {}

  // How many were answered with OK.
  std::int64_t acknowledged() const { return next_; }

  // Submits the next response, which is the last one again if that had no
  // answer. The error that came in place of one; or INTERNAL, the answer is not
  // what it must be: one revision more than the last of the person.
  absl::Status SendOne(survey::v1::SurveyService::Stub& stub);

  // Submits until `end` were answered with OK, or returns the first error.
  absl::Status Send(survey::v1::SurveyService::Stub& stub, std::int64_t end);

  // The person that the next response is of, by name, and the revision and
  // answers that are in place while it is not sent; 0 for none.
  std::string NextResponseName() const;
  std::int64_t RevisionBeforeNext() const { return next_ / kPeopleCount; }
  std::int64_t ContentBeforeNext() const { return next_ - kPeopleCount; }

  // All people that it submits for.
  std::vector<std::string> PersonIds() const;

 private:
  std::string PersonId(std::int64_t person) const;

  const int number_;
  std::int64_t next_ = 0;  // The first that has no answer.
};

}  // namespace pulsetaker::testing
