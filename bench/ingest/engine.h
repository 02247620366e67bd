// What the survey server is compared with: RocksDB alone, and the steps that no
// server can leave out.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "pulsetaker/survey/v1/response.pb.h"

namespace pulsetaker::bench {

struct EngineLoad {
  std::int64_t rows = 0;
  std::int64_t batch_rows = 0;
  std::size_t key_bytes = 0;
  std::size_t value_bytes = 0;
};

// Rows a second of RocksDB's own db_bench, each batch synced, in a fresh
// database in `folder`. Ends the process if it does not run.
double MeasureDbBench(const std::string& folder, const EngineLoad& load);

// Processor time for each row of `frames`, in microseconds: parse its response,
// encode the record of it, write it with RocksDB as db_bench does, each frame a
// synced batch.
double MeasureFloor(
    const std::string& folder,
    const std::vector<survey::v1::StreamResponsesRequest>& frames);

}  // namespace pulsetaker::bench
