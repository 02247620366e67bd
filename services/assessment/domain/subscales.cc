#include "services/assessment/domain/subscales.h"

#include <algorithm>
#include <array>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::assessment {
namespace {

constexpr std::array<absl::string_view, 3> kPressure = {"au1", "au4r", "au5"};
constexpr std::array<absl::string_view, 3> kBacking = {"au2", "au3", "au7"};

bool Has(const std::array<absl::string_view, 3>& ids, absl::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

std::vector<Subscale> FindSubscales(const WaveData& wave) {
  std::map<std::string, std::vector<std::size_t>> items;
  for (std::size_t i = 0; i < wave.items.size(); ++i) {
    const Item& item = wave.items[i];
    if (item.kind != ItemKind::kCorner) continue;
    if (item.corner == Corner::kAuthority) {
      if (Has(kPressure, item.id)) items["authority_pressure"].push_back(i);
      if (Has(kBacking, item.id)) items["authority_backing"].push_back(i);
    } else if (item.corner == Corner::kCapacity) {
      items[item.external_resource ? "capacity_external" : "capacity_internal"]
          .push_back(i);
    }
    if (!item.cluster.empty()) {
      items[absl::StrCat("cluster_", item.cluster)].push_back(i);
    }
  }
  std::vector<Subscale> subscales;
  for (auto& [id, indices] : items) {
    subscales.push_back({id, std::move(indices)});
  }
  return subscales;
}

}  // namespace pulsetaker::assessment
