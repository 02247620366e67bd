// The use case of a report: gather what an assessment rests on, and write it
// down.

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/assessment/domain/assessment.h"
#include "services/assessment/domain/assessment_store.h"
#include "services/assessment/domain/report/report_model.h"
#include "services/assessment/domain/report/report_source.h"

namespace pulsetaker::assessment::report {

// The way back from what an AssessmentCodec made. rpc/ implements it. Safe for
// use by any number of threads at once.
class AssessmentReader {
 public:
  virtual ~AssessmentReader() = default;

  // DATA_LOSS, STORED_DATA_UNREADABLE: the bytes are no assessment.
  virtual absl::StatusOr<Assessment> Decode(
      const StoredAssessment& stored) const = 0;
};

enum class ReportFormat : std::uint8_t { kHtml = 0, kJson = 1 };

// Safe for use by any number of threads at once.
class Reporter {
 public:
  // All must outlive this.
  struct Ports {
    const AssessmentStore& store;
    const AssessmentReader& reader;
    ReportSource& source;
  };

  explicit Reporter(Ports ports);

  // The report of an assessment, a resource name: the whole file. The same
  // assessment, with the same titles and drawing, gives the same bytes.
  //
  // NOT_FOUND, ASSESSMENT_NOT_FOUND: no such assessment. Else the errors of the
  // ports.
  absl::StatusOr<std::string> Report(absl::string_view name,
                                     ReportFormat format,
                                     absl::Time deadline) const;

 private:
  absl::Status ReadEarlier(std::string previous, ReportInputs& inputs) const;

  Ports ports_;
};

}  // namespace pulsetaker::assessment::report
