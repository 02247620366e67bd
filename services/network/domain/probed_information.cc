#include "services/network/domain/probed_information.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/information.h"
#include "services/network/domain/isa.h"
#include "services/network/domain/lanes.h"
#include "services/network/domain/parallel.h"

namespace pulsetaker::network {
namespace {

constexpr int kIterationsMax = 10'000;

// Of a mean of fewer standard errors the reciprocal is too far from normal for
// an error of its own.
constexpr double kMeanErrorsMin = 5;

// Of the residual's square.
constexpr double kToleranceSquared = 1e-12;

// One number of each of 8 probes.
struct alignas(64) LaneRow {
  std::array<double, kLanes> lanes{};

  void Load(Lanes& to) const { LoadLanes(lanes.data(), to); }
  void Store(const Lanes& from) { StoreLanes(from, lanes.data()); }
};

using LaneRows = std::vector<LaneRow>;

constexpr NodeId kNotProbed = kNodesMax;

// The probed components, and what probing them takes, whatever the probes.
struct Problem {
  const Graph& graph;
  std::vector<NodeId> part;       // Of each node, or kNotProbed.
  std::vector<double> part_size;  // Nodes of each part.
  std::vector<double> strength;   // d_i
  std::vector<double> inverse;    // 1 / d_i; 0 where not probed.
  std::vector<double> two_steps;  // sum of w_ik^2 / (d_i^2 * d_k)
};

absl::Status TooUneven() {
  return MakeError(
      absl::StatusCode::kOutOfRange, "WEIGHTS_TOO_UNEVEN",
      absl::StrCat("tie weights of a connected component differ by more than a "
                   "factor of ",
                   kInformationWeightRatioMax));
}

absl::Status CheckWeights(const Problem& problem) {
  std::vector<double> smallest(problem.part_size.size(),
                               std::numeric_limits<double>::infinity());
  std::vector<double> largest(problem.part_size.size(), 0.0);
  for (NodeId u = 0; u < problem.graph.node_count(); ++u) {
    const NodeId part = problem.part[u];
    if (part == kNotProbed) continue;
    for (const double weight : problem.graph.weights(u)) {
      smallest[part] = std::min(smallest[part], weight);
      largest[part] = std::max(largest[part], weight);
    }
  }
  for (std::size_t i = 0; i < smallest.size(); ++i) {
    if (largest[i] / smallest[i] > kInformationWeightRatioMax) {
      return TooUneven();
    }
  }
  return absl::OkStatus();
}

Problem ProblemOf(const Graph& graph, const Components& components) {
  const NodeId nodes = graph.node_count();
  Problem problem{.graph = graph,
                  .part = std::vector<NodeId>(nodes, kNotProbed),
                  .part_size = {},
                  .strength = std::vector<double>(nodes, 0.0),
                  .inverse = std::vector<double>(nodes, 0.0),
                  .two_steps = std::vector<double>(nodes, 0.0)};
  std::vector<NodeId> part_of(components.size.size(), kNotProbed);
  for (std::size_t i = 0; i < part_of.size(); ++i) {
    if (components.size[i] <= kProbedComponentMin) continue;
    part_of[i] = static_cast<NodeId>(problem.part_size.size());
    problem.part_size.push_back(components.size[i]);
  }
  for (NodeId u = 0; u < nodes; ++u) {
    problem.part[u] = part_of[components.id[u]];
    if (problem.part[u] == kNotProbed) continue;
    for (const double weight : graph.weights(u)) problem.strength[u] += weight;
    problem.inverse[u] = 1 / problem.strength[u];
  }
  for (NodeId u = 0; u < nodes; ++u) {
    if (problem.part[u] == kNotProbed) continue;
    for (std::size_t i = 0; i < graph.neighbors(u).size(); ++i) {
      const double share = graph.weights(u)[i] * problem.inverse[u];
      problem.two_steps[u] +=
          share * share * problem.inverse[graph.neighbors(u)[i]];
    }
  }
  return problem;
}

// Sums over each part, a row of lanes a part.
class PartSums {
 public:
  explicit PartSums(const Problem& problem)
      : problem_(problem), sums_(problem.part_size.size()) {}

  // `value(u, row)` puts the numbers of node u into `row`.
  template <typename Value>
  void Take(Value value) {
    std::fill(sums_.begin(), sums_.end(), LaneRow());
    for (NodeId u = 0; u < problem_.graph.node_count(); ++u) {
      if (problem_.part[u] == kNotProbed) continue;
      Lanes term = {};
      Lanes sum;
      value(u, term);
      LaneRow& row = sums_[problem_.part[u]];
      row.Load(sum);
      row.Store(sum + term);
    }
  }

  void At(NodeId node, Lanes& sum) const {
    sums_[problem_.part[node]].Load(sum);
  }

  void MeanAt(NodeId node, Lanes& mean) const {
    At(node, mean);
    mean /= problem_.part_size[problem_.part[node]];
  }

 private:
  const Problem& problem_;
  LaneRows sums_;
};

// What one thread needs to try 8 probes, sized once and reused.
class Prober {
 public:
  explicit Prober(const Problem& problem)
      : problem_(problem),
        signs_(problem.graph.node_count(), 0),
        solution_(problem.graph.node_count()),
        residual_(problem.graph.node_count()),
        direction_(problem.graph.node_count()),
        image_(problem.graph.node_count()),
        sums_(problem) {}

  // Leaves R(i) of each of 8 probes in resistances().
  absl::Status Run(Random random, IsCancelled is_cancelled) {
    for (std::uint8_t& signs : signs_) {
      signs = static_cast<std::uint8_t>(random.Next() >> 56);
    }
    RunOn(BestIsa(), [this] { Start(); });
    for (int i = 0; !IsSolved(); ++i) {
      if (i == kIterationsMax) {
        return MakeError(absl::StatusCode::kOutOfRange, "NOT_CONVERGED",
                         absl::StrCat("ties and their weights leave no answer "
                                      "after ",
                                      kIterationsMax, " iterations"));
      }
      if (is_cancelled()) return absl::CancelledError("probed information");
      RunOn(BestIsa(), [this] { Iterate(); });
    }
    RunOn(BestIsa(), [this] { TakeResistances(); });
    return absl::OkStatus();
  }

  const LaneRows& resistances() const { return residual_; }

 private:
  NodeId node_count() const { return problem_.graph.node_count(); }
  bool is_probed(NodeId u) const { return problem_.part[u] != kNotProbed; }

  void SignsAt(NodeId u, Lanes& signs) const {
    signs = Lanes{};
    for (std::size_t j = 0; j < kLanes; ++j) {
      signs[j] = ((signs_[u] >> j) & 1) != 0 ? 1.0 : -1.0;
    }
  }

  // x = 0, so that the residual is the probe; the first direction follows it.
  void Start() {
    sums_.Take([this](NodeId u, Lanes& value) { SignsAt(u, value); });
    Lanes size = {};
    for (NodeId u = 0; u < node_count(); ++u) {
      solution_[u] = residual_[u] = direction_[u] = LaneRow();
      if (!is_probed(u)) continue;
      Lanes signs;
      Lanes mean;
      SignsAt(u, signs);
      sums_.MeanAt(u, mean);
      const Lanes residual = signs - mean;
      const Lanes scaled = residual * problem_.inverse[u];
      residual_[u].Store(residual);
      direction_[u].Store(scaled);
      size += residual * scaled;
    }
    size_.Store(size);
    first_size_.Store(size);
  }

  bool IsSolved() const {
    for (std::size_t j = 0; j < kLanes; ++j) {
      if (size_.lanes[j] > kToleranceSquared * first_size_.lanes[j]) {
        return false;
      }
    }
    return true;
  }

  // One step of conjugate gradients. Lanes that are solved go on with the
  // others, so 0 / 0 is 0.
  void Iterate() {
    Lanes curvature = {};
    for (NodeId u = 0; u < node_count(); ++u) {
      if (!is_probed(u)) continue;
      Lanes direction;
      Lanes around;
      direction_[u].Load(direction);
      SumAround(u, direction_, around);
      const Lanes image = direction * problem_.strength[u] - around;
      image_[u].Store(image);
      curvature += direction * image;
    }
    Lanes size;
    size_.Load(size);
    Lanes step;
    Ratio(size, curvature, step);
    Lanes next_size = {};
    for (NodeId u = 0; u < node_count(); ++u) {
      if (!is_probed(u)) continue;
      Lanes solution;
      Lanes direction;
      Lanes residual;
      Lanes image;
      solution_[u].Load(solution);
      direction_[u].Load(direction);
      residual_[u].Load(residual);
      image_[u].Load(image);
      solution_[u].Store(solution + step * direction);
      residual -= step * image;
      residual_[u].Store(residual);
      next_size += residual * residual * problem_.inverse[u];
    }
    Lanes turn;
    Ratio(next_size, size, turn);
    size_.Store(next_size);
    for (NodeId u = 0; u < node_count(); ++u) {
      if (!is_probed(u)) continue;
      Lanes direction;
      Lanes residual;
      direction_[u].Load(direction);
      residual_[u].Load(residual);
      direction_[u].Store(residual * problem_.inverse[u] + turn * direction);
    }
  }

  static void Ratio(const Lanes& above, const Lanes& below, Lanes& ratio) {
    ratio = Lanes{};
    for (std::size_t j = 0; j < kLanes; ++j) {
      ratio[j] = below[j] > 0 ? above[j] / below[j] : 0;
    }
  }

  // The sum of w_uv * values[v] over the neighbors v.
  void SumAround(NodeId u, const LaneRows& values, Lanes& sum) const {
    const absl::Span<const NodeId> neighbors = problem_.graph.neighbors(u);
    const absl::Span<const double> weights = problem_.graph.weights(u);
    sum = Lanes{};
    for (std::size_t i = 0; i < neighbors.size(); ++i) {
      Lanes value;
      values[neighbors[i]].Load(value);
      sum += weights[i] * value;
    }
  }

  // to = D^-1 A from.
  void Spread(const LaneRows& from, LaneRows& to) const {
    for (NodeId u = 0; u < node_count(); ++u) {
      if (!is_probed(u)) continue;
      Lanes sum;
      SumAround(u, from, sum);
      to[u].Store(sum * problem_.inverse[u]);
    }
  }

  // n_c * m_ii + trace, as the probes see it. Of what the search no longer
  // needs, the direction holds y and its image z.
  void TakeResistances() {
    for (NodeId u = 0; u < node_count(); ++u) {
      Lanes signs;
      SignsAt(u, signs);
      image_[u].Store(signs * problem_.inverse[u]);
    }
    Spread(image_, direction_);
    Spread(direction_, image_);
    sums_.Take([this](NodeId u, Lanes& value) { solution_[u].Load(value); });
    for (NodeId u = 0; u < node_count(); ++u) {
      if (!is_probed(u)) continue;
      Lanes mean;
      sums_.MeanAt(u, mean);
      TakeDiagonal(u, mean);
    }
    sums_.Take([this](NodeId u, Lanes& value) { residual_[u].Load(value); });
    for (NodeId u = 0; u < node_count(); ++u) {
      if (!is_probed(u)) continue;
      Lanes trace;
      Lanes diagonal;
      sums_.At(u, trace);
      residual_[u].Load(diagonal);
      residual_[u].Store(problem_.part_size[problem_.part[u]] * diagonal +
                         trace);
    }
  }

  // m_ii, as the probes see it.
  void TakeDiagonal(NodeId u, const Lanes& mean) {
    Lanes signs;
    Lanes solution;
    Lanes one_step;
    Lanes two_steps;
    SignsAt(u, signs);
    solution_[u].Load(solution);
    direction_[u].Load(one_step);
    image_[u].Load(two_steps);
    residual_[u].Store(signs * (solution - mean - one_step - two_steps) +
                       problem_.two_steps[u]);
  }

  const Problem& problem_;
  std::vector<std::uint8_t> signs_;  // Bit j: probe j has 1 and not -1.
  LaneRows solution_;                // x
  LaneRows residual_;                // q - L x
  LaneRows direction_;
  LaneRows image_;  // L times the direction.
  PartSums sums_;
  LaneRow size_;  // Of the residual: its square, measured by D^-1.
  LaneRow first_size_;
};

// Mean and spread of R(i) over the probes so far (B. Welford, 1962).
struct Resistances {
  explicit Resistances(NodeId nodes) : mean(nodes, 0.0), squares(nodes, 0.0) {}

  // The first `count` lanes are probes `seen` on.
  void Add(const LaneRows& rows, int seen, int count) {
    for (std::size_t u = 0; u < mean.size(); ++u) {
      for (int j = 0; j < count; ++j) {
        const double value = rows[u].lanes[static_cast<std::size_t>(j)];
        const double off = value - mean[u];
        mean[u] += off / (seen + j + 1);
        squares[u] += off * (value - mean[u]);
      }
    }
  }

  std::vector<double> mean;
  std::vector<double> squares;  // The sum of squares about the mean.
};

// In rounds of as many batches as there are threads; what they found is added
// in the order of the batches, whichever is ready first.
absl::StatusOr<Resistances> Probe(const Problem& problem,
                                  const InformationProbing& probing,
                                  const Random& random,
                                  IsCancelled is_cancelled) {
  constexpr int kBatch = static_cast<int>(kLanes);
  const int probes = probing.probe_count;
  const int batches = (probes + kBatch - 1) / kBatch;
  const int workers = std::clamp(probing.thread_count, 1, batches);
  std::vector<Prober> probers;
  probers.reserve(static_cast<std::size_t>(workers));
  for (int i = 0; i < workers; ++i) probers.emplace_back(problem);
  Resistances resistances(problem.graph.node_count());
  for (int first = 0; first < batches; first += workers) {
    const int count = std::min(workers, batches - first);
    PT_RETURN_IF_ERROR(ParallelFor(
        static_cast<std::size_t>(count), workers, [&](std::size_t worker) {
          const auto batch = static_cast<std::uint64_t>(first) + worker;
          return probers[worker].Run(random.Fork(batch), is_cancelled);
        }));
    for (int i = 0; i < count; ++i) {
      const int seen = (first + i) * kBatch;
      resistances.Add(probers[static_cast<std::size_t>(i)].resistances(), seen,
                      std::min(kBatch, probes - seen));
    }
  }
  return resistances;
}

// The exact values of the small components, as a graph of their own.
absl::Status TakeExact(const Problem& problem, IsCancelled is_cancelled,
                       ProbedInformation& result) {
  const Graph& graph = problem.graph;
  std::vector<NodeId> members;
  std::vector<NodeId> position(graph.node_count(), 0);
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    if (problem.part[u] != kNotProbed) continue;
    position[u] = static_cast<NodeId>(members.size());
    members.push_back(u);
  }
  if (members.size() < 2) return absl::OkStatus();
  std::vector<Arc> edges;
  for (const NodeId u : members) {
    for (std::size_t i = 0; i < graph.neighbors(u).size(); ++i) {
      const NodeId v = graph.neighbors(u)[i];
      if (u > v) continue;
      edges.push_back({position[u], position[v], graph.weights(u)[i]});
    }
  }
  PT_ASSIGN_OR_RETURN(
      const Graph small,
      Graph::FromEdges(static_cast<NodeId>(members.size()), edges));
  PT_ASSIGN_OR_RETURN(const Information information,
                      InformationCentrality(small, is_cancelled));
  const double share = (static_cast<double>(members.size()) - 1) /
                       (static_cast<double>(graph.node_count()) - 1);
  for (std::size_t i = 0; i < members.size(); ++i) {
    result.value[members[i]] = share * information.value[i];
  }
  return absl::OkStatus();
}

// What each R(i) is at least: a diagonal entry of the pseudoinverse, times that
// of the Laplacian, is at least (1 - 1 / n_c)^2 (A. Cauchy's inequality).
std::vector<double> LeastResistances(const Problem& problem) {
  std::vector<double> traces(problem.part_size.size(), 0.0);
  std::vector<double> least(problem.graph.node_count(), 0.0);
  for (NodeId u = 0; u < problem.graph.node_count(); ++u) {
    if (problem.part[u] == kNotProbed) continue;
    const double part = 1 - 1 / problem.part_size[problem.part[u]];
    least[u] = part * part * problem.inverse[u];
    traces[problem.part[u]] += least[u];
  }
  for (NodeId u = 0; u < problem.graph.node_count(); ++u) {
    if (problem.part[u] == kNotProbed) continue;
    least[u] =
        problem.part_size[problem.part[u]] * least[u] + traces[problem.part[u]];
  }
  return least;
}

void TakeProbed(const Problem& problem, const Resistances& resistances,
                int probe_count, ProbedInformation& result) {
  const std::vector<double> least = LeastResistances(problem);
  const double probes = probe_count;
  for (NodeId u = 0; u < problem.graph.node_count(); ++u) {
    if (problem.part[u] == kNotProbed) continue;
    const double n = problem.part_size[problem.part[u]];
    const double share =
        (n - 1) / (static_cast<double>(problem.graph.node_count()) - 1);
    const double mean = std::max(resistances.mean[u], least[u]);
    const double error =
        std::sqrt(resistances.squares[u] / (probes - 1) / probes);
    result.value[u] = share * (n / mean);
    result.error[u] = mean >= kMeanErrorsMin * error
                          ? result.value[u] * (error / mean)
                          : share * (n / least[u]);
  }
}

}  // namespace

absl::StatusOr<ProbedInformation> ProbeInformation(
    const Graph& graph, const InformationProbing& probing, const Random& random,
    IsCancelled is_cancelled) {
  if (probing.probe_count < kProbesMin || probing.probe_count > kProbesMax) {
    return MakeError(absl::StatusCode::kInvalidArgument, "PROBES_OUT_OF_RANGE",
                     absl::StrCat(probing.probe_count, " probes, want ",
                                  kProbesMin, " to ", kProbesMax));
  }
  ProbedInformation result{
      .value = std::vector<double>(graph.node_count(), 0.0),
      .error = std::vector<double>(graph.node_count(), 0.0),
      .components = ConnectedComponents(graph)};
  const Problem problem = ProblemOf(graph, result.components);
  PT_RETURN_IF_ERROR(CheckWeights(problem));
  PT_RETURN_IF_ERROR(TakeExact(problem, is_cancelled, result));
  if (problem.part_size.empty()) return result;
  PT_ASSIGN_OR_RETURN(const Resistances resistances,
                      Probe(problem, probing, random, is_cancelled));
  TakeProbed(problem, resistances, probing.probe_count, result);
  return result;
}

}  // namespace pulsetaker::network
