// Which cells of a table may be shown, so that no small group's answers are.

#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/assessment/domain/measurement.h"

namespace pulsetaker::assessment {

// For each cell of a partition of people, by its count, whether it may be shown
// beside the total: kNone, or why not.
//
// kTooFewAnswers: fewer than `min_cell_count` people. kWithheld: enough people,
// but a cell that may not be shown could be worked out from it and the total.
// Cells are withheld, smallest first and of equals the first, until those
// hidden that have anyone are at least two and together reach `min_cell_count`,
// or until none is left.
std::vector<Absence> CellAbsences(absl::Span<const std::int32_t> counts,
                                  std::int32_t min_cell_count);

}  // namespace pulsetaker::assessment
