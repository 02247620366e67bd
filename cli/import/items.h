// items.csv, read against people.csv.

#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "cli/import/people.h"
#include "cli/import/plan.h"
#include "cli/import/planner.h"
#include "cli/import/problem.h"

namespace pulsetaker::cli {

struct ItemRow {
  std::int32_t wave = 1;
  std::size_t person = 0;  // Row of People.
  std::size_t item = 0;    // Of the items given to ReadItems.
  PlannedItemAnswer answer;
};

struct Items {
  std::vector<ItemRow> rows;  // In the order of the file.
  std::int64_t row_count = 0;
  // The first row of a locality and wave.
  std::map<std::pair<std::size_t, std::int32_t>, std::int64_t> first_lines;
};

// `items` are the ones that may be answered.
Items ReadItems(const InputFile& file, const People& people,
                const std::vector<ItemSpec>& items, ProblemLog& problems);

}  // namespace pulsetaker::cli
