#include "cli/synth/standard_items.h"

#include <cstddef>
#include <initializer_list>

#include "absl/strings/str_cat.h"

namespace pulsetaker::cli::synth {
namespace {

using Kind = StandardItem::Kind;

std::vector<StandardItem> MakeItems() {
  std::vector<StandardItem> items;
  const std::initializer_list<std::initializer_list<const char*>> corners = {
      {"au1", "au2", "au3", "au4r", "au5", "au6r", "au7", "au8"},
      {"oc1", "oc2", "oc3r", "oc4", "oc5", "oc6", "oc7x", "oc8x", "oc9"},
      {"va1", "va2", "va3", "va4", "va5r", "va6", "va7"},
  };
  int index = 0;
  for (const auto& corner : corners) {
    for (const std::string id : corner) {
      items.push_back({id, Kind::kCorner, index, id.back() == 'r'});
    }
    ++index;
  }
  index = 0;
  for (const char* arrow : {"a_c", "c_a", "a_v", "v_a", "c_v", "v_c"}) {
    for (const int number : {1, 2}) {
      items.push_back(
          {absl::StrCat(arrow, "_", number), Kind::kArrow, index, false});
    }
    ++index;
  }
  items.push_back({"phase_self", Kind::kPhase, 0, false});
  items.push_back({"trigger_present", Kind::kOther, 0, false});
  items.push_back({"pervasive", Kind::kOther, 0, false});
  return items;
}

}  // namespace

const std::vector<StandardItem>& StandardItems() {
  static const auto& items = *new std::vector<StandardItem>(MakeItems());
  return items;
}

}  // namespace pulsetaker::cli::synth
