#include "services/network/domain/layer_links.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/network/domain/layer_cell.h"
#include "services/network/domain/layer_floor.h"
#include "services/network/domain/rewire.h"

namespace pulsetaker::network {
namespace {

using Reason = NotMeasuredReason;

// Added to counts of ties, so that a ratio exists where there are none.
constexpr double kHalfTie = 0.5;
constexpr double kTailShare = (1.0 - kIntervalLevel) / 2;

constexpr double kRichCoverage = 0.60;
constexpr double kThinCoverage = 0.25;
constexpr double kRichRedundancy = 3;
constexpr double kAtrophiedRedundancy = 1;
constexpr double kAtrophiedComponentShare = 0.30;

Layer LayerAt(std::size_t index) { return static_cast<Layer>(index + 1); }

Measure OfOptional(std::optional<double> value, Reason otherwise) {
  return value.has_value() ? Measure::Of(*value) : Measure::Missing(otherwise);
}

// What all cells are computed from.
struct Inputs {
  explicit Inputs(const LayerNetwork& of) : network(of) {}

  const LayerNetwork& network;
  Graph tied;  // Either direction.
  Digraph transposed;
  std::vector<LayerShares> shares;
  LayerMatrix ties{};
  LayerMatrix possible{};
  std::vector<LayerMatrix> draws;  // `ties` under N1.
};

// Profiles of shares, dealt anew among people of the same response state whose
// layer is known.
std::vector<LayerMatrix> DrawTies(const Inputs& inputs, int draw_count,
                                  Random& random) {
  std::map<LayerShares, std::uint32_t> numbers;
  std::vector<LayerShares> profiles;
  std::vector<std::uint32_t> labels;
  std::vector<std::uint32_t> strata;
  for (std::size_t node = 0; node < inputs.shares.size(); ++node) {
    const LayerShares& shares = inputs.shares[node];
    const auto [entry, is_new] =
        numbers.emplace(shares, static_cast<std::uint32_t>(profiles.size()));
    if (is_new) profiles.push_back(shares);
    labels.push_back(entry->second);
    const bool known = shares != LayerShares{};
    const bool answered = inputs.network.answered[node] != 0;
    strata.push_back((known ? 2u : 0u) + (answered ? 1u : 0u));
  }

  std::vector<LayerMatrix> draws;
  std::vector<LayerShares> shuffled(labels.size());
  for (int draw = 0; draw < draw_count; ++draw) {
    ShuffleLabels(strata, random, absl::MakeSpan(labels));
    for (std::size_t node = 0; node < labels.size(); ++node) {
      shuffled[node] = profiles[labels[node]];
    }
    draws.push_back(CountTies(inputs.network, shuffled));
  }
  return draws;
}

double TiesOfCell(const LayerMatrix& ties, std::size_t upper,
                  std::size_t lower) {
  return upper == lower ? ties[upper][lower]
                        : ties[upper][lower] + ties[lower][upper];
}

Measure RelativeDensity(const Inputs& inputs, std::size_t upper,
                        std::size_t lower) {
  const double observed = TiesOfCell(inputs.ties, upper, lower) + kHalfTie;
  std::vector<double> expected;
  double sum = 0.0;
  for (const LayerMatrix& draw : inputs.draws) {
    expected.push_back(TiesOfCell(draw, upper, lower) + kHalfTie);
    sum += expected.back();
  }
  const double mean = sum / static_cast<double>(expected.size());
  Measure measure = Measure::Of(observed / mean);
  measure.interval = Interval{observed / Quantile(expected, 1.0 - kTailShare),
                              observed / Quantile(expected, kTailShare)};
  for (double& draw : expected) draw /= mean;
  measure.null_comparison =
      CompareWithDraws(*measure.value, expected, NullModel::kLabelsShuffled);
  return measure;
}

// Of the arcs between the two layers whose both ends answered, the share that
// is answered.
Measure Reciprocity(const Inputs& inputs, std::size_t upper,
                    std::size_t lower) {
  if (!inputs.network.directed) {
    return Measure::Missing(Reason::kNoTies, "the ties have no direction");
  }
  const Digraph& graph = inputs.network.graph;
  const auto in_cell = [&](NodeId a, NodeId b) {
    return (inputs.shares[a][upper] > 0 && inputs.shares[b][lower] > 0) ||
           (inputs.shares[a][lower] > 0 && inputs.shares[b][upper] > 0);
  };
  int arcs = 0;
  int answered = 0;
  for (NodeId from = 0; from < graph.node_count(); ++from) {
    if (inputs.network.answered[from] == 0) continue;
    for (const NodeId to : graph.out(from)) {
      if (inputs.network.answered[to] == 0 || !in_cell(from, to)) continue;
      ++arcs;
      if (graph.has_arc(to, from)) ++answered;
    }
  }
  if (arcs == 0) return Measure::Missing(Reason::kNoTies);
  return Measure::Of(static_cast<double>(answered) / arcs);
}

void SetMissing(const NotMeasured& problem, LayerCell& cell) {
  cell.not_measured = problem;
  for (Measure* measure :
       {&cell.density_up, &cell.density_down, &cell.relative_density,
        &cell.reciprocity, &cell.coverage, &cell.upper_coverage,
        &cell.lower_coverage, &cell.redundancy, &cell.resilience,
        &cell.largest_component_share, &cell.rise, &cell.descent}) {
    *measure = Measure::Missing(problem.reason, problem.detail);
  }
}

LayerCell EmptyCell(std::size_t upper, std::size_t lower) {
  LayerCell cell;
  cell.upper = LayerAt(upper);
  cell.lower = LayerAt(lower);
  cell.adjacent = lower == upper + 1;
  return cell;
}

void MeasureDirections(const Inputs& inputs, std::size_t upper,
                       std::size_t lower, LayerCell& cell) {
  const auto density = [&](std::size_t from, std::size_t to) {
    const double possible = inputs.possible[from][to];
    return possible > 0 ? Measure::Of(inputs.ties[from][to] / possible)
                        : Measure::Missing(Reason::kTooFewPeople);
  };
  cell.density_up = density(lower, upper);
  if (upper == lower) {
    const auto missing =
        Measure::Missing(Reason::kTooFewGroups, "it is one layer's own cell");
    cell.density_down = cell.rise = cell.descent = missing;
    return;
  }
  cell.density_down = density(upper, lower);
  // Who names somebody listens to them: ideas rise to those above along the
  // nominations that start there.
  cell.rise = OfOptional(
      ReachedFromUpper(inputs.network.graph, inputs.shares, upper, lower),
      Reason::kTooFewPeople);
  cell.descent = OfOptional(
      ReachedFromUpper(inputs.transposed, inputs.shares, upper, lower),
      Reason::kTooFewPeople);
}

LayerCell MeasureCell(const Inputs& inputs, std::size_t upper,
                      std::size_t lower) {
  LayerCell cell = EmptyCell(upper, lower);
  for (const std::size_t layer : {upper, lower}) {
    if (const auto problem =
            LayerProblem(inputs.shares, inputs.network.answered, layer)) {
      SetMissing(*problem, cell);
      return cell;
    }
  }
  MeasureDirections(inputs, upper, lower, cell);
  cell.relative_density = RelativeDensity(inputs, upper, lower);
  cell.reciprocity = Reciprocity(inputs, upper, lower);
  const CellTies ties(inputs.tied, inputs.shares, upper, lower);
  cell.coverage = Measure::Of(ties.coverage());
  cell.upper_coverage = Measure::Of(ties.upper_coverage());
  cell.lower_coverage = Measure::Of(ties.lower_coverage());
  cell.redundancy = Measure::Of(ties.redundancy());
  cell.resilience = OfOptional(ties.resilience(), Reason::kNoTies);
  cell.largest_component_share = Measure::Of(ties.largest_component_share());
  cell.richness = RichnessOf(cell);
  return cell;
}

std::optional<double> ExternalInternal(const LayerMatrix& ties) {
  double internal = 0.0;
  double all = 0.0;
  for (std::size_t l = 0; l < kLayerCount; ++l) {
    internal += ties[l][l];
    for (std::size_t m = 0; m < kLayerCount; ++m) all += ties[l][m];
  }
  if (all == 0) return std::nullopt;
  return (all - 2 * internal) / all;
}

Measure MeasureExternalInternal(const Inputs& inputs) {
  int layers = 0;
  for (std::size_t layer = 0; layer < kLayerCount; ++layer) {
    layers += std::any_of(
        inputs.shares.begin(), inputs.shares.end(),
        [&](const LayerShares& shares) { return shares[layer] > 0; });
  }
  if (layers < 2) return Measure::Missing(Reason::kTooFewGroups);
  const std::optional<double> observed = ExternalInternal(inputs.ties);
  if (!observed.has_value()) return Measure::Missing(Reason::kNoTies);
  std::vector<double> draws;
  for (const LayerMatrix& draw : inputs.draws) {
    if (const auto value = ExternalInternal(draw)) draws.push_back(*value);
  }
  Measure measure = Measure::Of(*observed);
  if (!draws.empty()) {
    measure.null_comparison =
        CompareWithDraws(*observed, draws, NullModel::kLabelsShuffled);
  }
  return measure;
}

std::optional<NotMeasured> KnownShareProblem(const Wave& wave) {
  const int invited = wave.counts.invited;
  const int known = invited - wave.counts.layer_unknown;
  if (known == 0) {
    return NotMeasured{Reason::kLayerUnknown, "no layer is known"};
  }
  if (static_cast<double>(known) / invited < kThresholds.known_group_share) {
    return NotMeasured{Reason::kLayerUnknown,
                       absl::StrCat("the layer is known of ", known, " of ",
                                    invited, " people, want a share of ",
                                    kThresholds.known_group_share)};
  }
  return std::nullopt;
}

}  // namespace

LayerCell::Richness RichnessOf(const LayerCell& cell) {
  using Richness = LayerCell::Richness;
  const double coverage = *cell.coverage.value;
  const double redundancy = *cell.redundancy.value;
  const Interval& relative = *cell.relative_density.interval;
  if (coverage >= kRichCoverage && relative.low > 1 &&
      redundancy >= kRichRedundancy) {
    return Richness::kRich;
  }
  if (coverage >= kThinCoverage && relative.high >= 1) {
    return Richness::kModerate;
  }
  return *cell.largest_component_share.value < kAtrophiedComponentShare ||
                 redundancy <= kAtrophiedRedundancy
             ? Richness::kAtrophied
             : Richness::kThin;
}

void Withhold(const NotMeasured& problem, LayerLinks& links) {
  links.not_measured = problem;
  links.external_internal = Measure::Missing(problem.reason, problem.detail);
  for (auto* cells : {&links.horizontal, &links.vertical}) {
    for (LayerCell& cell : *cells) {
      SetMissing(problem, cell);
      cell.richness = LayerCell::Richness::kNone;
    }
  }
}

LayerLinks MeasureLayerLinks(const Wave& wave, const LayerNetwork& network,
                             int draw_count, Random random) {
  LayerLinks links;
  for (const Participant& person : wave.people) {
    ++links.person_counts[static_cast<std::size_t>(person.layer)];
  }
  const std::optional<NotMeasured> problem = KnownShareProblem(wave);

  Inputs inputs(network);
  if (!problem.has_value()) {
    inputs.tied = Graph::Symmetrized(network.graph, Symmetrization::kOr);
    inputs.transposed = network.graph.Transposed();
    for (const Participant& person : wave.people) {
      inputs.shares.push_back(SharesOf(person));
    }
    inputs.ties = CountTies(network, inputs.shares);
    inputs.possible = CountPossible(network, inputs.shares);
    inputs.draws = DrawTies(inputs, draw_count, random);
    links.external_internal = MeasureExternalInternal(inputs);
  }
  for (std::size_t upper = 0; upper < kLayerCount; ++upper) {
    for (std::size_t lower = upper; lower < kLayerCount; ++lower) {
      (upper == lower ? links.horizontal : links.vertical)
          .push_back(problem.has_value() ? EmptyCell(upper, lower)
                                         : MeasureCell(inputs, upper, lower));
    }
  }
  if (problem.has_value()) Withhold(*problem, links);
  return links;
}

}  // namespace pulsetaker::network
