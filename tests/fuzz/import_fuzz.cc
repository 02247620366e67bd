// Any bytes as the files of an import, divided by bytes 0x1e: planned, or
// refused with problems.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/import/planner.h"
#include "tests/fuzz/fuzz_target.h"

namespace cli = pulsetaker::cli;

std::vector<std::string> pulsetaker::testing::Seeds() {
  const std::string people =
      "person_id,locality,sector,layer,respondent\n"
      "a,Leith,health,public,1\nb,Leith,health,systemic,1\nc,Leith,,,0\n";
  const std::string ties =
      "locality,wave,network,from_person,to_person,weight\n"
      "Leith,1,work,a,b,1\nLeith,1,work,b,a,3\nLeith,2,social,a,c,1\n";
  const std::string items =
      "locality,wave,person_id,item_id,value\nLeith,1,a,au1,4\n";
  return {people + "\x1e" + ties + "\x1e" + items + "\x1e{}\x1e{}",
          people + "\x1e" + ties +
              "\x1e\x1e{\"title\": \"t\", \"networks\": {\"work\": "
              "{\"directed\": false}}}\x1e{\"columns\": {\"sector\": \"s\"}, "
              "\"layers\": {\"state\": \"systemic\"}}"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> parts = absl::StrSplit(text, '\x1e');
  parts.resize(5);
  cli::PlanOptions options;
  options.keep_outsiders = size % 2 == 0;
  options.on_error = size % 3 == 0 ? cli::OnError::kSkip : cli::OnError::kStop;
  options.standard_instrument = {
      {{"work", "Work", "With whom?", true, 1, 3, 0},
       {"social", "Social", "Who else?", true, 1, 1, 2}},
      {{"au1", 1, 5}, {"va1", 1, 5}}};
  cli::PlanFiles files;
  files.people = cli::TextFile("people.csv", parts[0]);
  files.ties = cli::TextFile("ties.csv", parts[1]);
  if (!parts[2].empty()) files.items = cli::TextFile("items.csv", parts[2]);
  if (const auto meta = cli::ParseMeta(parts[3]); meta.ok()) {
    files.meta = *meta;
  }
  if (!cli::ParseMapping(parts[4], options).ok()) return 0;
  cli::PlanImport(files, options);
  return 0;
}
