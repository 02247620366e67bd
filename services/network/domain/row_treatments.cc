#include "services/network/domain/row_treatments.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "common/base/status.h"
#include "services/network/domain/betweenness.h"
#include "services/network/domain/missing_rows.h"
#include "services/network/domain/parallel.h"

namespace pulsetaker::network {
namespace {

static_assert(kRandomRowDraws == kThresholds.random_row_draw_count);

// What a treatment leaves of one role, parallel to its holders.
struct RoleOutcome {
  std::vector<char> kept;
  std::vector<double> scores;
};

struct NetworkOutcome {
  RoleOutcome gatekeepers;
  RoleOutcome pulsetakers;
};

struct Outcome {
  std::vector<NetworkOutcome> networks;
  CliqueSample clique;
};

bool NamesMoreThanHubs(const WaveNetwork& network,
                       const NetworkMeasures& measures) {
  return RoleProblem(network) == WithheldRole::Reason::kNone &&
         network.gate == Gate::kAllRoles &&
         !(measures.gatekeepers.members.empty() &&
           measures.pulsetaker_members.empty());
}

RoleOutcome OutcomeOf(const std::vector<NodeId>& members,
                      const std::vector<NodeId>& holders,
                      const std::vector<double>& scores) {
  RoleOutcome outcome;
  for (const NodeId member : members) {
    outcome.kept.push_back(
        std::binary_search(holders.begin(), holders.end(), member) ? 1 : 0);
    outcome.scores.push_back(scores[member]);
  }
  return outcome;
}

// G1 by the rule that holds for the network as it is, so that bounds are of one
// measure.
absl::StatusOr<std::vector<double>> BetweenByRule(
    const Digraph& graph, const GatekeeperScores& treated, RoleRule rule,
    IsCancelled is_cancelled) {
  if (treated.rule == rule) return treated.between;
  // Hubs are kept, so it is there if it was there for the network as it is.
  if (rule == RoleRule::kBetweenHubs) return treated.among_hubs;
  return Betweenness(graph, is_cancelled);
}

absl::StatusOr<NetworkOutcome> TreatedOutcome(const Wave& wave,
                                              const WaveNetwork& network,
                                              const Digraph& graph,
                                              const FindAgainBasis& basis,
                                              IsCancelled is_cancelled) {
  NetworkOutcome outcome;
  const NetworkMeasures& whole = basis.whole;
  PT_ASSIGN_OR_RETURN(
      const RoleHolders holders,
      FindAgain({graph, network.answered, wave.sector}, basis, is_cancelled));
  PT_ASSIGN_OR_RETURN(const std::vector<double> between,
                      BetweenByRule(graph, holders.gatekeeper_scores,
                                    whole.gatekeepers.rule, is_cancelled));
  outcome.gatekeepers =
      OutcomeOf(whole.gatekeepers.members, holders.gatekeepers, between);
  outcome.pulsetakers =
      OutcomeOf(whole.pulsetaker_members, holders.pulsetakers,
                LeadingScore(holders.pulsetaker_scores, basis.settings));
  return outcome;
}

// The wave with what stands in the missing rows of its networks.
class Treatments {
 public:
  static absl::StatusOr<Treatments> Create(const CounterpartBasis& basis) {
    Treatments treatments(basis);
    const Wave& wave = basis.wave;
    for (std::size_t i = 0; i < wave.networks.size(); ++i) {
      const WaveNetwork& network = wave.networks[i];
      PT_ASSIGN_OR_RETURN(
          treatments.rows_.emplace_back(),
          MissingRows::Create(network.answered, network.reported));
      const bool missing = treatments.rows_.back()->missing_count() > 0;
      treatments.names_.push_back(
          missing && NamesMoreThanHubs(network, basis.measures[i]) ? 1 : 0);
      treatments.names_any_ |= treatments.names_.back() != 0;
    }
    for (const std::size_t i : basis.sampler.observation().networks) {
      treatments.cliques_ |= treatments.rows_[i]->missing_count() > 0;
    }
    return treatments;
  }

  // Whether any finding could change.
  bool matter() const { return names_any_ || cliques_; }
  bool cliques() const { return cliques_; }
  bool names(std::size_t network) const { return names_[network] != 0; }

  // Random rows from stream i of `random` for network i, or reciprocated ones.
  absl::StatusOr<Outcome> Treat(const Random* random) const {
    const auto is_cancelled = [&] { return basis_.observer.cancelled(); };
    const Wave& wave = basis_.wave;
    Outcome outcome;
    outcome.networks.resize(wave.networks.size());
    std::vector<Digraph> counting;
    for (std::size_t i = 0; i < wave.networks.size(); ++i) {
      const bool counts = cliques_ && Counts(basis_.sampler.observation(), i);
      if (!names(i) && !counts) continue;
      PT_ASSIGN_OR_RETURN(Digraph graph, GraphWith(i, random));
      if (names(i)) {
        PT_ASSIGN_OR_RETURN(
            outcome.networks[i],
            TreatedOutcome(wave, wave.networks[i], graph,
                           {wave.networks[i].gate, settings_,
                            basis_.measures[i], /*keeps_hubs=*/true},
                           is_cancelled));
      }
      if (counts) counting.push_back(std::move(graph));
    }
    if (cliques_) {
      PT_ASSIGN_OR_RETURN(
          outcome.clique,
          basis_.sampler.Sample(counting, CliqueSampler::Extent::kVerdict,
                                is_cancelled));
    }
    return outcome;
  }

 private:
  explicit Treatments(const CounterpartBasis& basis)
      : basis_(basis),
        settings_{basis.parameters.role_share,
                  basis.parameters.pulsetaker_rule} {}

  absl::StatusOr<Digraph> GraphWith(std::size_t i, const Random* random) const {
    std::vector<Arc> arcs;
    if (random == nullptr) {
      arcs = rows_[i]->ReciprocatedRows();
    } else {
      Random stream = random->Fork(i);
      arcs = rows_[i]->RandomRows(stream);
    }
    if (!basis_.wave.networks[i].definition.directed) {
      const std::size_t reported = arcs.size();
      for (std::size_t arc = 0; arc < reported; ++arc) {
        arcs.push_back({arcs[arc].to, arcs[arc].from, arcs[arc].weight});
      }
    }
    return Digraph::FromArcs(basis_.wave.node_count(), arcs,
                             Repeats::kCollapse);
  }

  const CounterpartBasis& basis_;
  const RoleSettings settings_;
  std::vector<std::optional<MissingRows>> rows_;  // One for each network.
  std::vector<char> names_;
  bool names_any_ = false;
  bool cliques_ = false;
};

// One role of one network over all treatments. The last outcome is that of
// reciprocated rows.
absl::StatusOr<std::vector<MissingRowsEffect>> Judge(
    const std::vector<NodeId>& members, const std::vector<double>& observed,
    const std::vector<Outcome>& outcomes, std::size_t network,
    RoleOutcome NetworkOutcome::* role) {
  std::vector<MissingRowsEffect> judged(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    TreatedFigure figure{.empty = observed[members[i]]};
    TreatedVerdict verdict{.empty = 1};
    for (const Outcome& outcome : outcomes) {
      const RoleOutcome& seen = outcome.networks[network].*role;
      figure.random.push_back(seen.scores[i]);
      verdict.random.push_back(seen.kept[i]);
    }
    figure.reciprocated = figure.random.back();
    verdict.reciprocated = verdict.random.back();
    figure.random.pop_back();
    verdict.random.pop_back();
    PT_ASSIGN_OR_RETURN(judged[i].bounds, BoundsOf(figure));
    judged[i].robustness = RobustnessOf(verdict);
    judged[i].kept_share =
        static_cast<double>(
            std::count(verdict.random.begin(), verdict.random.end(), 1)) /
        static_cast<double>(verdict.random.size());
  }
  return judged;
}

// Where no row is missing, or nothing is named that could change.
std::vector<MissingRowsEffect> Untreated(const std::vector<NodeId>& members,
                                         const std::vector<double>& observed) {
  std::vector<MissingRowsEffect> effects;
  for (const NodeId member : members) {
    effects.push_back({.robustness = Robustness::kRobust,
                       .bounds = {observed[member], observed[member]},
                       .kept_share = 1.0});
  }
  return effects;
}

}  // namespace

absl::StatusOr<RowTreatments> TreatMissingRows(const CounterpartBasis& basis,
                                               const Random& random) {
  PT_ASSIGN_OR_RETURN(const Treatments treatments, Treatments::Create(basis));
  const RoleSettings settings{basis.parameters.role_share,
                              basis.parameters.pulsetaker_rule};
  std::vector<Outcome> outcomes;
  if (treatments.matter()) {
    outcomes.resize(kRandomRowDraws + 1);
    StepCounter counter(basis.observer, AnalysisPhase::kMissingRows,
                        static_cast<std::int64_t>(outcomes.size()));
    const auto treat_one = [&](std::size_t index) -> absl::Status {
      const Random own = random.Fork(index);
      PT_ASSIGN_OR_RETURN(
          outcomes[index],
          treatments.Treat(index < kRandomRowDraws ? &own : nullptr));
      counter.Step();
      return absl::OkStatus();
    };
    PT_RETURN_IF_ERROR(
        ParallelFor(outcomes.size(), basis.thread_count, treat_one));
  }

  RowTreatments result;
  for (std::size_t i = 0; i < basis.measures.size(); ++i) {
    const NetworkMeasures& whole = basis.measures[i];
    const std::vector<double>& near = LeadingScore(whole.pulsetakers, settings);
    TreatedRoles& roles = result.roles.emplace_back();
    roles.hubs = Untreated(whole.hubs.top.members, whole.hubs.named_share);
    if (!treatments.names(i)) {
      roles.gatekeepers =
          Untreated(whole.gatekeepers.members, whole.gatekeepers.between);
      roles.pulsetakers = Untreated(whole.pulsetaker_members, near);
      continue;
    }
    PT_ASSIGN_OR_RETURN(
        roles.gatekeepers,
        Judge(whole.gatekeepers.members, whole.gatekeepers.between, outcomes, i,
              &NetworkOutcome::gatekeepers));
    PT_ASSIGN_OR_RETURN(roles.pulsetakers,
                        Judge(whole.pulsetaker_members, near, outcomes, i,
                              &NetworkOutcome::pulsetakers));
  }
  if (treatments.cliques()) {
    for (const Outcome& outcome : outcomes) {
      result.random.push_back(outcome.clique);
    }
    result.reciprocated.push_back(result.random.back());
    result.random.pop_back();
  }
  return result;
}

}  // namespace pulsetaker::network
