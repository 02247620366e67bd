#include "services/assessment/rpc/comparison_codec.h"

#include <cstddef>
#include <string>

#include "pulsetaker/assessment/v1/comparison.pb.h"
#include "services/assessment/rpc/measurement_to_proto.h"

namespace pulsetaker::assessment {
namespace {

constexpr char kAllGroups[] = "all";

v1::Disclosure ToWire(CellState state) {
  switch (state) {
    case CellState::kShown:
      return v1::DISCLOSURE_SHOWN;
    case CellState::kTooSmall:
      return v1::DISCLOSURE_TOO_SMALL;
    case CellState::kWithheld:
    case CellState::kAbsent:
      return v1::DISCLOSURE_WITHHELD;
  }
  return v1::DISCLOSURE_UNSPECIFIED;
}

v1::SizeBand ToWire(SizeBand band) {
  return static_cast<v1::SizeBand>(static_cast<int>(band) +
                                   v1::SIZE_BAND_UNDER_50);
}

void ToProto(const ToldCell& from, v1::DisclosedCount& to) {
  to.set_disclosure(ToWire(from.state));
  if (from.state != CellState::kShown) return;
  to.set_place_count(from.places);
  to.set_respondent_count(from.people);
}

void ToProto(const ToldMean& from, v1::DisclosedMean& to) {
  to.set_disclosure(ToWire(from.state));
  if (from.state == CellState::kShown) to.set_value(from.value);
}

// Row `row` of the table; of one group, that is all.
void PutRow(const ToldTable& from, std::size_t row, v1::DistributionRow& to) {
  const std::size_t width = from.dimension.categories.size() + 1;
  for (std::size_t c = 0; c + 1 < width; ++c) {
    ToProto(from.cells[row * width + c], *to.add_counts());
  }
  ToProto(from.cells[row * width + width - 1], *to.mutable_total());
  if (!from.means.empty()) ToProto(from.means[row], *to.mutable_mean());
}

void ToProto(const ToldTable& from, const std::vector<std::string>& groups,
             v1::Distribution& to) {
  to.set_dimension(from.dimension.name);
  for (const std::string& category : from.dimension.categories) {
    to.add_categories(category);
  }
  to.set_mean_step(from.dimension.mean_step);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (groups.size() == 1) break;  // The same as all.
    v1::DistributionRow& row = *to.add_rows();
    row.set_group(groups[g]);
    PutRow(from, g, row);
  }
  v1::DistributionRow& all = *to.add_rows();
  all.set_group(kAllGroups);
  // Totals of the columns of one row are its cells.
  PutRow(from, groups.size() == 1 ? 0 : groups.size(), all);
}

void ToProto(const Standing& from, v1::Standing& to) {
  to.set_dimension(from.dimension);
  ToProto(from.value, *to.mutable_value());
  to.set_peer_count(from.peer_count);
  ToProto(from.peer_mean, *to.mutable_peer_mean());
  ToProto(from.percentile, *to.mutable_percentile());
  ToProto(from.percentile_low, *to.mutable_percentile_low());
  ToProto(from.percentile_high, *to.mutable_percentile_high());
  ToProto(from.difference, *to.mutable_difference());
  ToProto(from.p_value, *to.mutable_p_value());
  to.set_differs(from.differs);
}

class ApiComparisonCodec final : public ComparisonCodec {
 public:
  std::string Encode(const LocalityComparison& from) const override {
    v1::LocalityComparison to;
    if (from.told.groups.size() > 1) {
      for (const std::string& group : from.told.groups) to.add_groups(group);
    }
    for (const ToldTable& table : from.told.tables) {
      ToProto(table, from.told.groups, *to.add_distributions());
    }
    for (const std::string& locality : from.missing) {
      to.add_localities_without_assessment(locality);
    }
    return to.SerializeAsString();
  }

  std::string Encode(const Benchmark& from) const override {
    v1::Benchmark to;
    to.set_assessment(from.place.assessment);
    to.set_size_band(ToWire(SizeBandOf(from.place.invited_count)));
    if (from.place.verdict != PhaseVerdict::kNotMeasured) {
      to.set_phase(assessment::ToWire(from.place.phase));
    }
    to.set_peer_count(from.peer_count);
    for (const Standing& standing : from.standings) {
      ToProto(standing, *to.add_standings());
    }
    v1::OtherTenants& others = *to.mutable_other_tenants();
    others.set_withheld_reason(from.withheld_reason);
    for (std::size_t i = 0; i < from.others.size(); ++i) {
      ToProto(from.others[i], {kAllGroups}, *others.add_distributions());
      v1::PercentileBounds& bounds = *others.add_percentiles();
      bounds.set_dimension(from.others[i].dimension.name);
      assessment::ToProto(from.percentiles[i].low, *bounds.mutable_low());
      assessment::ToProto(from.percentiles[i].high, *bounds.mutable_high());
    }
    return to.SerializeAsString();
  }
};

}  // namespace

std::unique_ptr<ComparisonCodec> MakeComparisonCodec() {
  return std::make_unique<ApiComparisonCodec>();
}

}  // namespace pulsetaker::assessment
