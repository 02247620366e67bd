#include "services/assessment/store/assessment_row.h"

#include <bit>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/crc32.h"
#include "common/kv/keys.h"
#include "common/kv/rocks.h"
#include "services/assessment/store/record.pb.h"

namespace pulsetaker::assessment {
namespace {

std::uint32_t RowCrc32(absl::string_view key,
                       const storage::AssessmentRecord& record) {
  std::string bytes = absl::StrCat(key, record.message());
  for (const double probability : record.posterior()) {
    AppendBigEndian64(std::bit_cast<std::uint64_t>(probability), bytes);
  }
  if (record.create_time_micros() != 0) {
    AppendBigEndian64(static_cast<std::uint64_t>(record.create_time_micros()),
                      bytes);
  }
  return Crc32(bytes);
}

}  // namespace

std::string AssessmentRow(absl::string_view key,
                          const StoredAssessment& assessment) {
  storage::AssessmentRecord record;
  record.set_message(assessment.message);
  if (assessment.posterior.has_value()) {
    for (const double probability : *assessment.posterior) {
      record.add_posterior(probability);
    }
  }
  record.set_create_time_micros(assessment.create_time_micros);
  record.set_crc32(RowCrc32(key, record));
  return record.SerializeAsString();
}

absl::StatusOr<StoredAssessment> ReadAssessmentRow(std::string name,
                                                   absl::string_view key,
                                                   absl::string_view value) {
  storage::AssessmentRecord record;
  if (!record.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
      (record.posterior_size() != 0 &&
       record.posterior_size() != kPhaseCount)) {
    return kv::UnreadableError(absl::StrCat(name, ": not an AssessmentRecord"));
  }
  if (record.crc32() != RowCrc32(key, record)) {
    return kv::UnreadableError(
        absl::StrCat(name, ": a record of another key or content"));
  }
  StoredAssessment row;
  row.create_time_micros = record.create_time_micros();
  row.name = std::move(name);
  row.message = std::move(*record.mutable_message());
  if (record.posterior_size() > 0) {
    PhaseDistribution& posterior = row.posterior.emplace();
    for (int i = 0; i < kPhaseCount; ++i) {
      posterior[static_cast<std::size_t>(i)] = record.posterior(i);
    }
  }
  return row;
}

}  // namespace pulsetaker::assessment
