// What is told of places tells of no few of them. The attacker here shares no
// code with what he attacks: he works out the bounds of hidden cells from the
// cuts of the table, and subtracts releases from each other. He is told the
// exact numbers of what is shown, which is more than anyone is. Sizes:
// PULSETAKER_DISCLOSURE_TABLES, PULSETAKER_DISCLOSURE_PAIRS.

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/cell_suppression.h"
#include "services/assessment/domain/comparison_tables.h"
#include "tests/support/sizes.h"

namespace pulsetaker::assessment {
namespace {

constexpr std::int64_t kPeopleMin = 10;
constexpr std::int64_t kPlacesMin = 5;
constexpr int kNodesMax = 10;
constexpr std::int64_t kUnbounded = std::int64_t{1} << 40;

// The bounds of every hidden cell of a table, from what is shown alone.
//
// Cells are arcs between nodes (rows, columns and the two kinds of totals)
// through which as much flows in as out. Of a set S of nodes that no hidden arc
// enters, what leaves it through hidden arcs is b(S), the shown arcs' balance:
// no arc that leaves S can be more. If one hidden arc enters it, that arc is at
// least -b(S). The best of all sets is exact (Gale; Hoffman), so that to try
// all 2^nodes of them is a proof and no heuristic.
class CutAttacker {
 public:
  CutAttacker(int rows, int columns) : rows_(rows), columns_(columns) {}

  void Show(int row, int column, std::int64_t value) {
    const auto [from, to] = Arc(row, column);
    balance_[static_cast<std::size_t>(from)] -= value;
    balance_[static_cast<std::size_t>(to)] += value;
  }
  void Hide(int row, int column) {
    const auto [from, to] = Arc(row, column);
    arcs_.push_back({1u << from, 1u << to, 0, kUnbounded});
  }

  struct Bounds {
    unsigned from;
    unsigned to;
    std::int64_t low;
    std::int64_t high;
  };

  // In the order in which cells were hidden.
  const std::vector<Bounds>& Attack() {
    std::array<std::int64_t, 1 << kNodesMax> sums;
    sums[0] = 0;
    const unsigned sets = 1u << (rows_ + columns_ + 2);
    for (unsigned set = 1; set < sets; ++set) {
      const auto lowest = static_cast<std::size_t>(std::countr_zero(set));
      sums[set] = sums[set & (set - 1)] + balance_[lowest];
      Bounds* entering = nullptr;
      int entering_count = 0;
      for (Bounds& arc : arcs_) {
        if ((set & arc.to) == 0 || (set & arc.from) != 0) continue;
        entering = &arc;
        if (++entering_count > 1) break;
      }
      if (entering_count == 1) {
        entering->low = std::max(entering->low, -sums[set]);
      } else if (entering_count == 0) {
        for (Bounds& arc : arcs_) {
          if ((set & arc.from) != 0 && (set & arc.to) == 0) {
            arc.high = std::min(arc.high, sums[set]);
          }
        }
      }
    }
    return arcs_;
  }

 private:
  std::pair<int, int> Arc(int row, int column) const {
    const int column_node = rows_ + 1 + column;
    const bool to_column = (row == rows_) == (column == columns_);
    return to_column ? std::pair(row, column_node)
                     : std::pair(column_node, row);
  }

  const int rows_;
  const int columns_;
  std::array<std::int64_t, kNodesMax> balance_{};
  std::vector<Bounds> arcs_;
};

// A table of up to 4 by 4, often with empty and small cells, whose rows are
// large enough.
SizeTable RandomTable(Random& random) {
  const int rows = 1 + static_cast<int>(random.Uniform(4));
  const int columns = 2 + static_cast<int>(random.Uniform(3));
  // Between places of one or two people and of up to sixty.
  const std::uint64_t people_max = 1 + random.Uniform(60);
  const std::uint64_t places_max = 2 + random.Uniform(20);
  SizeTable table(rows, columns);
  const auto add = [&](int row, int column) {
    table.Add(row, column,
              {1 + static_cast<std::int64_t>(random.Uniform(people_max)), 1});
  };
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      std::uint64_t places = random.Uniform(places_max);
      if (random.Uniform(3) == 0) places %= 4;
      for (; places > 0; --places) add(r, c);
    }
    while (!IsLargeEnough(table.cell(table.index(r, columns)))) {
      add(r, static_cast<int>(
                 random.Uniform(static_cast<std::uint64_t>(columns))));
    }
  }
  return table;
}

// Empty, or how a hidden cell can be told too closely.
std::string Narrowed(const SizeTable& table,
                     const std::vector<CellState>& states,
                     std::int64_t CellSize::* of, std::int64_t min) {
  CutAttacker attacker(table.row_count(), table.column_count());
  std::vector<std::size_t> hidden;
  for (int r = 0; r <= table.row_count(); ++r) {
    for (int c = 0; c <= table.column_count(); ++c) {
      const std::size_t cell = table.index(r, c);
      if (states[cell] == CellState::kShown) {
        attacker.Show(r, c, table.cell(cell).*of);
      } else {
        attacker.Hide(r, c);
        hidden.push_back(cell);
      }
    }
  }
  const auto& bounds = attacker.Attack();
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    const std::int64_t value = table.cell(hidden[i]).*of;
    if (value < bounds[i].low || value > bounds[i].high) {
      return absl::StrCat("the attacker is wrong about cell ", hidden[i]);
    }
    // Its number is that of a cell of a table of one row, which is judged.
    if (states[hidden[i]] == CellState::kAbsent) continue;
    if (bounds[i].high - bounds[i].low < min || bounds[i].high < min) {
      return absl::StrCat("cell ", hidden[i], " is in [", bounds[i].low, ", ",
                          bounds[i].high, "]");
    }
  }
  return "";
}

TEST(DisclosureProofTest, NoHiddenCellCanBeNarrowed) {
  const std::int64_t count =
      testing::SizeFromEnvironment("PULSETAKER_DISCLOSURE_TABLES", 1'000'000);
  const Random seeds(1);
  std::int64_t hidden = 0;
  std::int64_t shown = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    Random random = seeds.Fork(static_cast<std::uint64_t>(i));
    const SizeTable table = RandomTable(random);
    const auto states = ProtectTable(table);
    ASSERT_TRUE(states.ok()) << i << ": " << states.status();
    for (std::size_t cell = 0; cell < states->size(); ++cell) {
      if ((*states)[cell] == CellState::kShown) {
        ++shown;
        ASSERT_GE(table.cell(cell).people, kPeopleMin) << i;
        ASSERT_GE(table.cell(cell).places, kPlacesMin) << i;
      } else {
        ++hidden;
      }
    }
    ASSERT_EQ(Narrowed(table, *states, &CellSize::people, kPeopleMin), "")
        << "people of table " << i;
    ASSERT_EQ(Narrowed(table, *states, &CellSize::places, kPlacesMin), "")
        << "places of table " << i;
  }
  EXPECT_GT(shown, count);
  EXPECT_GT(hidden, count);
  std::cout << count << " tables, " << shown << " cells shown, " << hidden
            << " hidden, 0 narrowed\n";
}

// ---- pairs of releases ----

constexpr int kPlaceCount = 30;

struct Nation {
  std::vector<ComparedPlace> places;
  std::vector<int> ids;  // Which place it is; a changed one has + kPlaceCount.
};

void Draw(Random& random, ComparedPlace& place) {
  place.values.clear();
  for (int d = 0; d < 2; ++d) {
    const int category = static_cast<int>(random.Uniform(3));
    place.values.push_back({category, random.Uniform(8) == 0
                                          ? Reading::Missing(Absence::kNotAsked)
                                          : Reading::Of(33.0 * category)});
  }
}

Nation RandomNation(Random& random) {
  Nation nation;
  const std::uint64_t people_max = 2 + random.Uniform(30);
  for (int i = 0; i < kPlaceCount; ++i) {
    ComparedPlace place;
    place.contributor = {
        absl::StrFormat("p%02d", i), "first",
        1 + static_cast<std::int64_t>(random.Uniform(people_max))};
    place.group = absl::StrCat("g", random.Uniform(3));
    Draw(random, place);
    nation.places.push_back(std::move(place));
    nation.ids.push_back(i);
  }
  return nation;
}

// The next request: without some places, or some have new data, or other
// groups, or several of these.
Nation Changed(Random& random, const Nation& before) {
  Nation nation;
  const std::uint64_t dropped = random.Uniform(9);
  const std::uint64_t changed = random.Uniform(9);
  const bool regrouped = random.Uniform(3) == 0;
  std::vector<int> order(before.ids);
  random.Shuffle(absl::MakeSpan(order));
  for (std::size_t i = dropped; i < order.size(); ++i) {
    const auto from = static_cast<std::size_t>(order[i]);
    ComparedPlace place = before.places[from];
    int id = order[i];
    if (i < dropped + changed) {
      place.contributor.snapshot = "second";
      id += kPlaceCount;
      Draw(random, place);
    }
    if (regrouped) place.group = absl::StrCat("h", random.Uniform(2));
    nation.places.push_back(std::move(place));
    nation.ids.push_back(id);
  }
  return nation;
}

using Set = std::uint64_t;

// What each measure's numbers are over, read off the tables that were told.
std::map<std::string, std::vector<Set>> Known(const Nation& nation,
                                              const ToldComparison& told) {
  const int group_count = static_cast<int>(told.groups.size());
  const auto row_of = [&](const ComparedPlace& place) {
    const auto it =
        std::find(told.groups.begin(), told.groups.end(), place.group);
    const auto row = it - told.groups.begin();
    return std::min(static_cast<int>(row), group_count - 1);
  };
  std::map<std::string, std::vector<Set>> known;
  const std::vector<Dimension> dimensions = {told.tables[0].dimension,
                                             told.tables[1].dimension};
  for (std::size_t d = 0; d < told.tables.size(); ++d) {
    const ToldTable& table = told.tables[d];
    const int columns = static_cast<int>(table.dimension.categories.size());
    const auto over = [&](int row, int column, bool measured) {
      Set set = 0;
      for (std::size_t i = 0; i < nation.places.size(); ++i) {
        const ComparedPlace& place = nation.places[i];
        if (row < group_count && row_of(place) != row) continue;
        if (column < columns && place.values[d].category != column) continue;
        if (measured && !place.values[d].value.measured()) continue;
        set |= Set{1} << nation.ids[i];
      }
      return set;
    };
    for (std::size_t cell = 0; cell < table.cells.size(); ++cell) {
      if (table.cells[cell].state != CellState::kShown) continue;
      const int row = static_cast<int>(cell) / (columns + 1);
      const int column = static_cast<int>(cell) % (columns + 1);
      known["count"].push_back(over(row, column, false));
    }
    for (std::size_t g = 0; g < table.means.size(); ++g) {
      if (table.means[g].state != CellState::kShown) continue;
      known[table.dimension.name].push_back(
          over(static_cast<int>(g), columns, true));
    }
  }
  return known;
}

// The people of places by their number, changed or not.
using People = std::array<std::int64_t, kPlaceCount>;

bool IsFew(Set set, const People& people) {
  if (set == 0) return false;
  const Set places =
      (set | (set >> kPlaceCount)) & ((Set{1} << kPlaceCount) - 1);
  std::int64_t sum = 0;
  for (Set left = places; left != 0; left &= left - 1) {
    sum += people[static_cast<std::size_t>(std::countr_zero(left))];
  }
  return std::popcount(places) < kPlacesMin || sum < kPeopleMin;
}

// Whether a set's number follows from those of others, in floating point:
// after elimination, a row with nothing but a few contributors.
std::string Eliminate(const std::vector<Set>& sets, const People& people) {
  // Contributors that no set tells apart are one column.
  std::map<std::vector<bool>, Set> columns;
  for (int id = 0; id < 2 * kPlaceCount; ++id) {
    std::vector<bool> in;
    for (const Set set : sets) in.push_back(((set >> id) & 1) != 0);
    columns[in] |= Set{1} << id;
  }
  std::vector<std::vector<double>> rows(sets.size());
  std::vector<Set> members;
  for (const auto& [in, of] : columns) {
    members.push_back(of);
    for (std::size_t i = 0; i < sets.size(); ++i) rows[i].push_back(in[i]);
  }
  std::size_t done = 0;
  for (std::size_t c = 0; c < members.size() && done < rows.size(); ++c) {
    std::size_t best = done;
    for (std::size_t i = done; i < rows.size(); ++i) {
      if (std::abs(rows[i][c]) > std::abs(rows[best][c])) best = i;
    }
    if (std::abs(rows[best][c]) < 1e-9) continue;
    std::swap(rows[best], rows[done]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double factor = rows[i][c] / rows[done][c];
      if (i == done || factor == 0) continue;
      for (std::size_t j = 0; j < members.size(); ++j) {
        rows[i][j] -= factor * rows[done][j];
      }
    }
    ++done;
  }
  for (std::size_t i = 0; i < done; ++i) {
    Set left = 0;
    int entries = 0;
    for (std::size_t j = 0; j < members.size(); ++j) {
      if (std::abs(rows[i][j]) < 1e-9) continue;
      left = members[j];
      ++entries;
    }
    if (entries == 1 && IsFew(left, people)) {
      return absl::StrFormat("%x follows from all", left);
    }
  }
  return "";
}

// Empty, or which few can be told from what is known.
std::string Subtract(std::vector<Set> sets, const People& people) {
  std::sort(sets.begin(), sets.end());
  sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
  for (const Set a : sets) {
    if (IsFew(a, people)) return absl::StrFormat("%x is told", a);
    for (const Set b : sets) {
      if (IsFew(a ^ b, people)) return absl::StrFormat("%x - %x", a, b);
      if ((b & ~a) != 0) continue;
      for (const Set c : sets) {
        if ((c & ~(a ^ b)) == 0 && IsFew((a ^ b) & ~c, people)) {
          return absl::StrFormat("%x - %x - %x", a, b, c);
        }
      }
    }
  }
  return Eliminate(sets, people);
}

TEST(DisclosureProofTest, NoTwoReleasesTellOfFew) {
  const std::int64_t count =
      testing::SizeFromEnvironment("PULSETAKER_DISCLOSURE_PAIRS", 100'000);
  const std::vector<Dimension> dimensions = {
      {.name = "phase", .categories = {"a", "b", "c"}},
      {.name = "value", .categories = {"a", "b", "c"}, .mean_step = 1}};
  const Random seeds(2);
  std::int64_t told_count = 0;
  std::int64_t refused_count = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    Random random = seeds.Fork(static_cast<std::uint64_t>(i));
    const Nation first = RandomNation(random);
    const Nation second = Changed(random, first);
    People people{};
    for (std::size_t p = 0; p < people.size(); ++p) {
      people[p] = first.places[p].contributor.people;
    }
    const auto told = TellTables(first.places, dimensions, {});
    ASSERT_TRUE(told.ok()) << i << ": " << told.status();
    auto known = Known(first, *told);
    const std::vector<Release> earlier = {told->release};
    const auto next = TellTables(second.places, dimensions, earlier);
    if (next.ok()) {
      ++told_count;
      for (const auto& [measure, sets] : Known(second, *next)) {
        auto& all = known[measure];
        all.insert(all.end(), sets.begin(), sets.end());
      }
      for (const ToldTable& table : next->tables) {
        for (const ToldCell& cell : table.cells) {
          ASSERT_EQ(cell.people % 5, 0) << "pair " << i << " is not rounded";
          ASSERT_EQ(cell.places % 5, 0) << "pair " << i << " is not rounded";
        }
      }
    } else {
      ++refused_count;
      ASSERT_EQ(ReasonOf(next.status()), "RELEASE_REVEALING") << i;
    }
    for (const auto& [measure, sets] : known) {
      ASSERT_EQ(Subtract(sets, people), "") << measure << " of pair " << i;
    }
  }
  EXPECT_GT(told_count, count / 5);
  EXPECT_GT(refused_count, count / 5);
  std::cout << count << " pairs, " << told_count << " told, " << refused_count
            << " refused, 0 gave few away\n";
}

}  // namespace
}  // namespace pulsetaker::assessment
