#include "services/assessment/domain/comparison_tables.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include "common/base/status.h"

namespace pulsetaker::assessment {
namespace {

constexpr char kCountMeasure[] = "count";

absl::Status Revealing() {
  return MakeError(absl::StatusCode::kFailedPrecondition, "RELEASE_REVEALING",
                   "beside what was told before, this would tell of too few "
                   "places or people");
}

using GroupSizes = std::map<std::string, CellSize>;

GroupSizes::iterator Smallest(GroupSizes& groups) {
  return std::min_element(groups.begin(), groups.end(),
                          [](const auto& a, const auto& b) {
                            return a.second.people < b.second.people;
                          });
}

// Which group each of the groups is told as.
std::map<std::string, std::string> MergeSmallGroups(
    const std::vector<ComparedPlace>& places) {
  GroupSizes groups;
  for (const ComparedPlace& place : places) {
    CellSize& size = groups[place.group];
    size.people += place.contributor.people;
    ++size.places;
  }
  std::map<std::string, std::string> told_as;
  CellSize merged;
  const auto merge = [&](GroupSizes::iterator group) {
    merged.people += group->second.people;
    merged.places += group->second.places;
    told_as[group->first] = kMergedGroup;
    return groups.erase(group);
  };
  for (auto it = groups.begin(); it != groups.end();) {
    it = IsLargeEnough(it->second) ? std::next(it) : merge(it);
  }
  while (merged.places > 0 && !IsLargeEnough(merged) && !groups.empty()) {
    merge(Smallest(groups));
  }
  for (const auto& [group, size] : groups) told_as[group] = group;
  return told_as;
}

// One dimension: its cells, and the means as a table of one row whose columns
// are the groups.
struct DimensionTables {
  DimensionTables(int group_count, int category_count)
      : counts(group_count, category_count),
        measured(1, group_count),
        barred_counts(counts.cell_count()),
        barred_means(measured.cell_count()),
        mean_states(measured.cell_count(), CellState::kWithheld) {}

  SizeTable counts;
  SizeTable measured;
  std::vector<bool> barred_counts;
  std::vector<bool> barred_means;
  std::vector<CellState> count_states;
  std::vector<CellState> mean_states;
  bool means_barred = false;
};

class Teller {
 public:
  Teller(const std::vector<ComparedPlace>& places,
         const std::vector<Dimension>& dimensions,
         absl::Span<const Release> earlier)
      : places_(places), dimensions_(dimensions), earlier_(earlier) {}

  absl::StatusOr<ToldComparison> Tell() {
    Group();
    for (std::size_t d = 0; d < dimensions_.size(); ++d) Fill(d);
    for (;;) {
      for (DimensionTables& tables : tables_) {
        PT_RETURN_IF_ERROR(Protect(tables));
      }
      Release release = Collect();
      const std::optional<std::size_t> revealing =
          RevealingFigure(earlier_, release, fixed_);
      if (!revealing.has_value()) return Told(std::move(release));
      PT_RETURN_IF_ERROR(Bar(origins_[*revealing]));
    }
  }

 private:
  // Where a figure of the release is.
  struct Origin {
    std::size_t dimension = 0;
    bool is_mean = false;
    bool is_frame = false;  // A row total, or all: it cannot be hidden alone.
    std::size_t cell = 0;
  };

  void Group() {
    const std::map<std::string, std::string> told_as =
        MergeSmallGroups(places_);
    std::map<std::string, int> rows;
    for (const auto& [group, told] : told_as) {
      if (told != kMergedGroup) rows.emplace(told, 0);
    }
    for (auto& [group, row] : rows) {
      row = static_cast<int>(groups_.size());
      groups_.push_back(group);
    }
    if (rows.size() < told_as.size()) {
      rows.emplace(kMergedGroup, static_cast<int>(groups_.size()));
      groups_.emplace_back(kMergedGroup);
    }
    for (const ComparedPlace& place : places_) {
      rows_.push_back(rows.at(told_as.at(place.group)));
    }
  }

  void Fill(std::size_t d) {
    const int group_count = static_cast<int>(groups_.size());
    DimensionTables tables(group_count,
                           static_cast<int>(dimensions_[d].categories.size()));
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const DimensionValue& value = places_[i].values[d];
      const CellSize size{places_[i].contributor.people, 1};
      tables.counts.Add(rows_[i], value.category, size);
      if (value.value.measured()) tables.measured.Add(0, rows_[i], size);
    }
    tables.means_barred = dimensions_[d].mean_step <= 0;
    tables_.push_back(std::move(tables));
  }

  static absl::Status Protect(DimensionTables& tables) {
    PT_ASSIGN_OR_RETURN(tables.count_states,
                        ProtectTable(tables.counts, tables.barred_counts));
    if (tables.means_barred) return absl::OkStatus();
    auto means = ProtectTable(tables.measured, tables.barred_means);
    if (means.ok()) {
      tables.mean_states = *std::move(means);
    } else {
      BarMeans(tables);
    }
    return absl::OkStatus();
  }

  static void BarMeans(DimensionTables& tables) {
    tables.means_barred = true;
    std::fill(tables.mean_states.begin(), tables.mean_states.end(),
              CellState::kWithheld);
  }

  // Everything that is shown, as sets of places.
  Release Collect() {
    Release release;
    origins_.clear();
    fixed_.clear();
    for (const ComparedPlace& place : places_) {
      release.contributors.push_back(place.contributor);
    }
    for (std::size_t d = 0; d < tables_.size(); ++d) {
      CollectCounts(d, release);
      CollectMeans(d, release);
    }
    return release;
  }

  void CollectCounts(std::size_t d, Release& release) {
    const DimensionTables& tables = tables_[d];
    for (int row = 0; row <= tables.counts.row_count(); ++row) {
      for (int column = 0; column <= tables.counts.column_count(); ++column) {
        const std::size_t cell = tables.counts.index(row, column);
        const bool is_frame = column == tables.counts.column_count();
        if (tables.count_states[cell] != CellState::kShown) continue;
        if (is_frame && d > 0) continue;  // That of the first, again.
        Figure figure{kCountMeasure, {}};
        for (std::size_t i = 0; i < places_.size(); ++i) {
          if (row < tables.counts.row_count() && rows_[i] != row) continue;
          if (!is_frame && places_[i].values[d].category != column) continue;
          figure.members.push_back(static_cast<std::int32_t>(i));
        }
        Add(std::move(figure), {d, false, is_frame, cell}, release);
      }
    }
  }

  void CollectMeans(std::size_t d, Release& release) {
    const DimensionTables& tables = tables_[d];
    if (tables.means_barred) return;
    for (int group = 0; group <= tables.measured.column_count(); ++group) {
      const std::size_t cell = tables.measured.index(0, group);
      const bool is_frame = group == tables.measured.column_count();
      if (tables.mean_states[cell] != CellState::kShown) continue;
      Figure figure{dimensions_[d].name, {}};
      for (std::size_t i = 0; i < places_.size(); ++i) {
        if (!places_[i].values[d].value.measured()) continue;
        if (!is_frame && rows_[i] != group) continue;
        figure.members.push_back(static_cast<std::int32_t>(i));
      }
      Add(std::move(figure), {d, true, is_frame, cell}, release);
    }
  }

  void Add(Figure figure, const Origin& origin, Release& release) {
    release.figures.push_back(std::move(figure));
    origins_.push_back(origin);
    fixed_.push_back(origin.is_frame);
  }

  absl::Status Bar(const Origin& origin) {
    DimensionTables& tables = tables_[origin.dimension];
    if (origin.is_mean && origin.is_frame) {
      BarMeans(tables);
    } else if (origin.is_mean) {
      tables.barred_means[origin.cell] = true;
    } else if (origin.is_frame) {
      return Revealing();
    } else {
      tables.barred_counts[origin.cell] = true;
    }
    return absl::OkStatus();
  }

  ToldComparison Told(Release release) const {
    ToldComparison told;
    told.groups = groups_;
    told.release = std::move(release);
    for (std::size_t d = 0; d < tables_.size(); ++d) {
      ToldTable& table = told.tables.emplace_back();
      table.dimension = dimensions_[d];
      const DimensionTables& tables = tables_[d];
      for (std::size_t i = 0; i < tables.counts.cell_count(); ++i) {
        ToldCell& cell = table.cells.emplace_back();
        cell.state = tables.count_states[i];
        if (cell.state != CellState::kShown) continue;
        cell.people = RoundedCount(tables.counts.cell(i).people);
        cell.places = RoundedCount(tables.counts.cell(i).places);
      }
      if (dimensions_[d].mean_step > 0) table.means = Means(d);
    }
    return told;
  }

  std::vector<ToldMean> Means(std::size_t d) const {
    std::vector<double> sums(groups_.size() + 1);
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const Reading& value = places_[i].values[d].value;
      if (!value.measured()) continue;
      sums[static_cast<std::size_t>(rows_[i])] += value.value;
      sums.back() += value.value;
    }
    const double step = dimensions_[d].mean_step;
    std::vector<ToldMean> means(sums.size());
    for (std::size_t g = 0; g < sums.size(); ++g) {
      const std::size_t cell =
          tables_[d].measured.index(0, static_cast<int>(g));
      means[g].state = tables_[d].mean_states[cell];
      if (means[g].state != CellState::kShown) continue;
      const auto count =
          static_cast<double>(tables_[d].measured.cell(cell).places);
      means[g].value = std::round(sums[g] / count / step) * step;
    }
    return means;
  }

  const std::vector<ComparedPlace>& places_;
  const std::vector<Dimension>& dimensions_;
  const absl::Span<const Release> earlier_;
  std::vector<std::string> groups_;
  std::vector<int> rows_;  // Of each place.
  std::vector<DimensionTables> tables_;
  std::vector<Origin> origins_;  // Of each figure of the last release.
  std::vector<bool> fixed_;      // Whether it is a frame.
};

}  // namespace

absl::StatusOr<ToldComparison> TellTables(std::vector<ComparedPlace> places,
                                          std::vector<Dimension> dimensions,
                                          absl::Span<const Release> earlier) {
  std::sort(places.begin(), places.end(),
            [](const ComparedPlace& a, const ComparedPlace& b) {
              return a.contributor.place < b.contributor.place;
            });
  return Teller(places, dimensions, earlier).Tell();
}

}  // namespace pulsetaker::assessment
