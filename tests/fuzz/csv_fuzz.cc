// Any bytes as a file of an import: they give rows or defects, and the same
// ones however the bytes are cut into chunks.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/import/csv_reader.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using pulsetaker::cli::CsvDefect;
using pulsetaker::cli::CsvReader;
using pulsetaker::cli::CsvRow;

// What a reader says about `text` when it comes in chunks of `chunk_bytes`.
std::vector<std::string> Read(absl::string_view text, std::size_t chunk_bytes) {
  std::vector<std::string> seen;
  CsvReader reader(
      [&](CsvRow row) {
        std::string line = std::to_string(row.line);
        for (const std::string& field : row.fields) line += "|" + field;
        seen.push_back(line);
      },
      [&](CsvDefect defect) {
        seen.push_back("defect " + std::to_string(defect.first_line));
      });
  for (std::size_t begin = 0; begin < text.size(); begin += chunk_bytes) {
    reader.Feed(text.substr(begin, chunk_bytes));
  }
  reader.Finish();
  return seen;
}

}  // namespace

std::vector<std::string> pulsetaker::testing::Seeds() {
  return {"person_id,locality\na,Leith\nb,\"Leith, North\"\n",
          "\xef\xbb\xbf"
          "a;b\r\n\"x\"\"y\";\r\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  pulsetaker::testing::Require(size == 0 ||
                               Read(text, size) == Read(text, 1 + size / 3));
  return 0;
}
