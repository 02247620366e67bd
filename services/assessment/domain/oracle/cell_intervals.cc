// Protects the tables on standard input, a JSON list of lists of rows of pairs
// of people and places, and prints what is hidden and between which bounds. For
// tests.

#include <cstdint>
#include <iostream>
#include <vector>

#include "nlohmann/json.hpp"
#include "services/assessment/domain/cell_suppression.h"

namespace pulsetaker::assessment {
namespace {

using nlohmann::json;

json Bounds(const SizeTable& table, const std::vector<CellState>& states,
            std::int64_t CellSize::* of) {
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < table.cell_count(); ++i) {
    values.push_back(table.cell(i).*of);
  }
  json bounds = json::array();
  for (const CountInterval& interval : FeasibleIntervals(
           table.row_count(), table.column_count(), values, states)) {
    bounds.push_back({interval.low, interval.high});
  }
  return bounds;
}

json Describe(const json& from) {
  SizeTable table(static_cast<int>(from.size()),
                  static_cast<int>(from.at(0).size()));
  for (int r = 0; r < table.row_count(); ++r) {
    for (int c = 0; c < table.column_count(); ++c) {
      const json& cell =
          from.at(static_cast<std::size_t>(r)).at(static_cast<std::size_t>(c));
      table.Add(
          r, c,
          {cell.at(0).get<std::int64_t>(), cell.at(1).get<std::int64_t>()});
    }
  }
  const auto states = ProtectTable(table);
  if (!states.ok()) return nullptr;
  json shown = json::array();
  for (const CellState state : *states) {
    shown.push_back(state == CellState::kShown);
  }
  return {{"shown", shown},
          {"people", Bounds(table, *states, &CellSize::people)},
          {"places", Bounds(table, *states, &CellSize::places)}};
}

}  // namespace
}  // namespace pulsetaker::assessment

int main() {
  nlohmann::json tables;
  std::cin >> tables;
  nlohmann::json answers = nlohmann::json::array();
  for (const auto& table : tables) {
    answers.push_back(pulsetaker::assessment::Describe(table));
  }
  std::cout << answers << '\n';
  return 0;
}
