// What could have stood in the rows of those who did not answer for a network.
// Nobody knows it, so a figure that would change with it is not robust: see
// treatment_bounds.h.

#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/random.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// Draws of MissingRows::RandomRows that give the range of a figure. A design
// choice: with 200, the sixth largest, at which it ends, has a standard error
// of about 1 % of the draws.
inline constexpr int kRandomRowDraws = 200;

// One network, whose rows are known for the respondents and missing for the
// rest. An arc i -> j is "i names j"; row i holds the arcs from i. The arcs of
// each treatment are those that were reported and imputed ones, which all start
// at people who did not answer; ordered by from, then to. No treatment takes a
// node away, whatever it answered: listwise deletion is nearly always the worst
// choice (J. Smith, J. Moody and J. Morgan, "Network sampling coverage III",
// 2022).
//
// An undirected network is treated by its reports and made undirected after.
class MissingRows {
 public:
  // `answered` has one flag a node; `reported` are the arcs from people with
  // the flag, each once. Imputed arcs have weight 1, or that of the arc that
  // they reciprocate. The order of `reported` makes no difference.
  //
  // INVALID_ARGUMENT: NODE_OUT_OF_RANGE, SELF_LOOP, ROW_NOT_ANSWERED (an arc
  // from somebody without the flag), REPEATED_ARC. O(n + m log m).
  static absl::StatusOr<MissingRows> Create(absl::Span<const char> answered,
                                            absl::Span<const Arc> reported);

  // Missing rows name nobody. O(m).
  std::vector<Arc> EmptyRows() const { return reported_; }

  // A missing row names exactly those who name it. Made undirected by OR, this
  // is the same graph as EmptyRows. O(m log m).
  std::vector<Arc> ReciprocatedRows() const;

  // A missing row names k different others: k is the out-degree of a respondent
  // drawn at random, and others are drawn one after the other in proportion to
  // 1 + the times that respondents name them. Without respondents, nobody.
  //
  // A design choice: if those who did not answer are like those who did, they
  // spread their nominations as these do, and by the rule of succession the
  // chance of j is (1 + in-degree(j)) / (n + m). Names drawn uniformly would
  // say instead that no reputation reaches those who did not answer, and
  // levelled every network with the share that is missing. Beyond popularity
  // nothing is assumed: whatever else structures the network is weakened, so
  // the draws show how much of a finding hangs on the missing rows.
  //
  // Equal states of `random` give equal rows. O(m + imputed arcs) on average,
  // and O((n + m) log n) for a row that names nearly all.
  std::vector<Arc> RandomRows(Random& random) const;

  // For H and every other count of who names whom, under any treatment:
  // respondents who name each person, never an imputed arc. Imputed arcs made
  // hubs less reliable than none. Undirected: respondents with a tie to the
  // person, whoever of the two reported it. O(n + m log m).
  std::vector<NodeId> NamedByRespondents(bool directed) const;

  NodeId node_count() const { return static_cast<NodeId>(answered_.size()); }
  std::size_t missing_count() const { return missing_.size(); }

 private:
  MissingRows(std::vector<char> answered, std::vector<Arc> reported);

  bool IsReported(NodeId from, NodeId to) const;

  std::vector<char> answered_;
  std::vector<Arc> reported_;        // By from, then to.
  std::vector<NodeId> missing_;      // Ascending.
  std::vector<NodeId> out_degrees_;  // Of the respondents, ascending by node.
  // Every node once, and once more for each arc to it: a uniform draw from it
  // is in proportion to 1 + in-degree.
  std::vector<NodeId> urn_;
};

}  // namespace pulsetaker::network
