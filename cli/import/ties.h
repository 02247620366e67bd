// ties.csv, read against people.csv.

#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "cli/import/people.h"
#include "cli/import/plan.h"
#include "cli/import/planner.h"
#include "cli/import/problem.h"

namespace pulsetaker::cli {

// One nomination that can be sent.
struct TieRow {
  std::int32_t wave = 1;
  std::size_t from = 0;     // Row of People.
  std::size_t network = 0;  // Of Ties::networks.
  std::size_t nominee = 0;  // Of Ties::nominees.
  std::int32_t weight = 1;
};

struct Ties {
  std::vector<TieRow> rows;           // In the order of the file.
  std::vector<std::string> nominees;  // Ids, in the order of appearance.
  // Of the instrument if it is given, else as found, with the range of weights
  // found.
  std::vector<NetworkSpec> networks;
  std::int64_t row_count = 0;
  // Nominations to people who are in no row of people.csv.
  std::int64_t outsider_count = 0;
  // Nominations to people of another locality or of another wave.
  std::int64_t elsewhere_count = 0;
  // Undirected ties of which only the second person answered: turned round.
  std::int64_t turned_count = 0;
  // The networks that were asked in a wave: those with a row.
  std::set<std::pair<std::int32_t, std::size_t>> asked;
  // The first undirected tie that a person is the second of, as (wave, row of
  // People, network) -> (nominee, weight) of the same tie seen from there.
  std::map<std::tuple<std::int32_t, std::size_t, std::size_t>,
           std::pair<std::size_t, std::int32_t>>
      seen_from_second;
  // The first row of a locality and wave.
  std::map<std::pair<std::size_t, std::int32_t>, std::int64_t> first_lines;
};

Ties ReadTies(const PlanFiles& files, const PlanOptions& options,
              const People& people, ProblemLog& problems);

// "fp_talk" -> "Fp talk": a label where the sender gave none.
std::string LabelOf(absl::string_view id);

}  // namespace pulsetaker::cli
