// The lines of an export, in each of its formats. Same input, same bytes.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/participant.h"
#include "services/survey/domain/response.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

// The numbers are those of the API.
enum class ExportFormat : std::uint8_t {
  kUnknown = 0,    // Never valid.
  kJsonLines = 1,  // An object a line: the wave, then people, then responses.
  kCsvWide = 2,    // A line a person on the roster, a column a question.
  kCsvLong = 3,    // A line a nomination or item answer.
};

// All lines end with a newline. CSV is that of RFC 4180 with LF: fields with a
// comma, a quote or a line break are quoted. Times are RFC 3339 in UTC, to the
// microsecond. The columns and fields are described in docs/export.md.
class ExportWriter {
 public:
  // `instrument`, the wave's, must outlive this.
  ExportWriter(ExportFormat format, const Instrument& instrument)
      : format_(format), instrument_(instrument) {}

  // What comes before everything else.
  std::string Head(const Wave& wave) const;

  // One person of the roster. Empty in kCsvLong; in kCsvWide with what the
  // person answered, if that is given, and for no other format.
  std::string PersonLine(const Participant& person,
                         const Response* response) const;

  // What one person answered. Empty in kCsvWide. In kCsvLong a line an answer.
  std::string ResponseLines(const Response& response) const;

 private:
  ExportFormat format_;
  const Instrument& instrument_;
};

}  // namespace pulsetaker::survey
