#include "services/assessment/domain/disclosure.h"

#include <cstddef>

namespace pulsetaker::assessment {

std::vector<Absence> CellAbsences(absl::Span<const std::int32_t> counts,
                                  std::int32_t min_cell_count) {
  std::vector<Absence> absences(counts.size(), Absence::kNone);
  int hidden_cells = 0;
  std::int32_t hidden_people = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] >= min_cell_count) continue;
    absences[i] = Absence::kTooFewAnswers;
    hidden_people += counts[i];
    if (counts[i] > 0) ++hidden_cells;
  }
  while (hidden_cells == 1 ||
         (hidden_cells > 0 && hidden_people < min_cell_count)) {
    std::size_t smallest = counts.size();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (absences[i] != Absence::kNone) continue;
      if (smallest == counts.size() || counts[i] < counts[smallest]) {
        smallest = i;
      }
    }
    if (smallest == counts.size()) break;
    absences[smallest] = Absence::kWithheld;
    hidden_people += counts[smallest];
    ++hidden_cells;
  }
  return absences;
}

}  // namespace pulsetaker::assessment
