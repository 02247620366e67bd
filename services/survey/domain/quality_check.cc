#include "services/survey/domain/quality_check.h"

#include <memory>
#include <vector>

#include "common/base/status.h"
#include "services/survey/domain/quality.h"

namespace pulsetaker::survey {

absl::StatusOr<QualityCounts> CheckQuality(const SurveyStore& surveys,
                                           QualityStore& qualities,
                                           const WaveKey& wave,
                                           absl::Time now) {
  PT_ASSIGN_OR_RETURN(const std::unique_ptr<WaveSnapshot> rows,
                      qualities.ReadRows(wave));
  const Wave& read = rows->wave();
  if (read.state != WaveState::kClosing) PT_RETURN_IF_ERROR(CheckOpen(read));
  PT_ASSIGN_OR_RETURN(const Instrument instrument,
                      surveys.GetInstrument(read.instrument_revision_key()));
  PT_ASSIGN_OR_RETURN(const std::vector<FlaggedResponse> found,
                      FindFlaws(*rows, instrument, now));
  QualityCounts counts = {.checked = read.response_count, .flags = {}};
  PT_ASSIGN_OR_RETURN(counts.flags, qualities.PutFindings(wave, found));
  return counts;
}

}  // namespace pulsetaker::survey
