#include "services/network/domain/sector_standing.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/network/domain/rewire.h"
#include "services/network/domain/statistics.h"

namespace pulsetaker::network {
namespace {

using Basis = CliqueRisk::ExclusivityBasis;
using Reason = NotMeasuredReason;
using Status = SectorStanding::Status;

// What the people of a sector outside of the core do and get, over all networks
// that count.
struct Tally {
  int people = 0;
  int nominations = 0;
  int to_core = 0;
  int from_core = 0;
  int within = 0;
};

// The ties of the people outside of the core, person by person.
class Periphery {
 public:
  Periphery(const Wave& wave, const CliqueObservation& observation)
      : sector_count_(wave.sectors.size()) {
    const NodeFlags& core = observation.pooled_members;
    people_.resize(wave.node_count());
    for (NodeId node = 0; node < wave.node_count(); ++node) {
      people_[node].outside = core[node] == 0;
      if (core[node] != 0) continue;
      nodes_.push_back(node);
      labels_.push_back(wave.sector[node]);
      strata_.push_back(wave.answered_any[node] != 0 ? 1 : 0);
    }
    for (const std::size_t network : observation.networks) {
      AddTies(wave.networks[network].graph);
    }
  }

  std::vector<Tally> TalliesOf(absl::Span<const GroupId> labels) const {
    std::vector<Tally> tallies(sector_count_);
    std::vector<GroupId> sector(people_.size(), kNoGroup);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      sector[nodes_[i]] = labels[i];
      if (labels[i] == kNoGroup) continue;
      const Person& person = people_[nodes_[i]];
      Tally& tally = tallies[labels[i]];
      ++tally.people;
      tally.nominations += person.nominations;
      tally.to_core += person.to_core;
      tally.from_core += person.from_core;
    }
    for (const Arc& arc : ties_) {
      if (sector[arc.from] != kNoGroup && sector[arc.from] == sector[arc.to]) {
        ++tallies[sector[arc.from]].within;
      }
    }
    return tallies;
  }

  std::vector<Tally> Observed() const { return TalliesOf(labels_); }

  std::vector<std::vector<Tally>> Draw(int draw_count, Random& random) const {
    std::vector<std::vector<Tally>> draws;
    std::vector<GroupId> labels = labels_;
    for (int draw = 0; draw < draw_count; ++draw) {
      ShuffleLabels(strata_, random, absl::MakeSpan(labels));
      draws.push_back(TalliesOf(labels));
    }
    return draws;
  }

 private:
  struct Person {
    bool outside = false;
    int nominations = 0;
    int to_core = 0;
    int from_core = 0;
  };

  void AddTies(const Digraph& graph) {
    for (NodeId from = 0; from < graph.node_count(); ++from) {
      for (const NodeId to : graph.out(from)) {
        if (!people_[from].outside) {
          ++people_[to].from_core;
          continue;
        }
        ++people_[from].nominations;
        if (people_[to].outside) {
          ties_.push_back({from, to, 1.0});
        } else {
          ++people_[from].to_core;
        }
      }
    }
  }

  std::size_t sector_count_;
  std::vector<Person> people_;
  std::vector<NodeId> nodes_;  // Outside of the core; the two below parallel.
  std::vector<GroupId> labels_;
  std::vector<std::uint32_t> strata_;
  std::vector<Arc> ties_;  // Among them.
};

using Statistic = std::optional<double> (*)(const Tally&);

std::optional<double> Ratio(int part, int whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / whole;
}

std::optional<double> EffortOf(const Tally& tally) {
  return Ratio(tally.to_core, tally.nominations);
}
std::optional<double> RegardOf(const Tally& tally) {
  return Ratio(tally.from_core, tally.people);
}
// Dealing anew keeps how many of a sector there are and how many answered, so
// the ratio of densities is that of counts.
std::optional<double> CohesionOf(const Tally& tally) {
  return static_cast<double>(tally.within);
}

Measure Compare(const std::vector<Tally>& observed,
                const std::vector<std::vector<Tally>>& draws,
                std::size_t sector, Statistic statistic) {
  const std::optional<double> value = statistic(observed[sector]);
  if (!value.has_value()) return Measure::Missing(Reason::kNoTies);
  std::vector<double> drawn;
  for (const std::vector<Tally>& draw : draws) {
    if (const auto other = statistic(draw[sector])) drawn.push_back(*other);
  }
  if (2 * drawn.size() < draws.size()) {
    return Measure::Missing(Reason::kTooFewDraws);
  }
  const double mean = Mean(drawn);
  if (mean == 0) return Measure::Missing(Reason::kNoTies);
  for (double& other : drawn) other /= mean;
  Measure measure = Measure::Of(*value / mean);
  measure.null_comparison =
      CompareWithDraws(*measure.value, drawn, NullModel::kLabelsShuffled);
  return measure;
}

bool IsBelow(const Measure& measure) {
  return measure.null_comparison.has_value() &&
         measure.null_comparison->p_low < kStandingP;
}

Status StatusOf(const SectorStanding& standing) {
  if (!IsBelow(standing.regard)) {
    return IsBelow(standing.effort) ? Status::kCourted : Status::kIncluded;
  }
  if (!IsBelow(standing.effort)) return Status::kExcluded;
  return standing.cohesion.measured() && IsBelow(standing.cohesion)
             ? Status::kWeak
             : Status::kDetached;
}

void SetMissing(const NotMeasured& problem, Status status,
                SectorStanding& standing) {
  standing.status = status;
  standing.not_measured = problem;
  for (Measure* measure : {&standing.representation_ratio, &standing.cohesion,
                           &standing.effort, &standing.regard}) {
    *measure = Measure::Missing(problem.reason, problem.detail);
  }
}

// Counts, and what stands in the way of measuring, if anything.
std::optional<NotMeasured> Describe(const Wave& wave,
                                    const CliqueObservation& observation,
                                    GroupId sector, SectorStanding& standing) {
  for (NodeId node = 0; node < wave.node_count(); ++node) {
    if (wave.sector[node] != sector) continue;
    ++standing.invited_count;
    if (!observation.networks.empty()) {
      standing.core_count += observation.pooled_members[node];
    }
    for (const std::size_t network : observation.networks) {
      standing.response_rate += wave.networks[network].answered[node];
    }
  }
  if (observation.networks.empty()) {
    return NotMeasured{Reason::kTooFewNetworks, "no network counts"};
  }
  standing.response_rate /= standing.invited_count;
  standing.response_rate /= static_cast<double>(observation.networks.size());
  if (const auto problem = SectorProblem(wave)) return problem;
  if (observation.basis != Basis::kPooledCore) {
    return NotMeasured{
        Reason::kNoCore,
        absl::StrCat("the pooled core has ", observation.pooled.size(),
                     " people, want ", kPooledCoreMin)};
  }
  if (standing.response_rate < kThresholds.group_response_rate) {
    return NotMeasured{
        Reason::kGroupResponseFloor,
        absl::StrCat("of the sector ", standing.response_rate,
                     " answered, want ", kThresholds.group_response_rate)};
  }
  return std::nullopt;
}

void SetRepresentation(const Wave& wave, const CliqueObservation& observation,
                       SectorStanding& standing) {
  const auto core_size = static_cast<int>(observation.pooled.size());
  const int people = wave.counts.invited;
  standing.representation_ratio =
      Measure::Of((static_cast<double>(standing.core_count) / core_size) /
                  (static_cast<double>(standing.invited_count) / people));
  const Hypergeometric tails = HypergeometricTails(
      people, standing.invited_count, core_size, standing.core_count);
  standing.representation_p_low = tails.p_low;
  standing.representation_p_high = tails.p_high;
}

void SetStanding(const std::vector<Tally>& observed,
                 const std::vector<std::vector<Tally>>& draws, GroupId sector,
                 SectorStanding& standing) {
  const int outside = observed[sector].people;
  if (outside == 0) {
    standing.status = Status::kIncluded;
    standing.cohesion = standing.effort = standing.regard =
        Measure::Missing(Reason::kAllInCore);
    return;
  }
  if (outside < kThresholds.group_person_count_min) {
    const NotMeasured problem{
        Reason::kTooFewPeople,
        absl::StrCat("outside of the core there are ", outside, ", want ",
                     kThresholds.group_person_count_min)};
    standing.status = Status::kNotMeasured;
    standing.not_measured = problem;
    standing.cohesion = standing.effort = standing.regard =
        Measure::Missing(problem.reason, problem.detail);
    return;
  }
  standing.cohesion = Compare(observed, draws, sector, CohesionOf);
  standing.effort = Compare(observed, draws, sector, EffortOf);
  standing.regard = Compare(observed, draws, sector, RegardOf);
  for (const Measure* measure : {&standing.effort, &standing.regard}) {
    if (measure->measured()) continue;
    standing.status = Status::kNotMeasured;
    standing.not_measured = measure->not_measured;
    return;
  }
  standing.status = StatusOf(standing);
}

}  // namespace

std::optional<NotMeasured> SectorProblem(const Wave& wave) {
  const int invited = wave.counts.invited;
  const int known = invited - wave.counts.sector_unknown;
  if (known == 0 ||
      static_cast<double>(known) / invited < kThresholds.known_group_share) {
    return NotMeasured{Reason::kSectorUnknown,
                       absl::StrCat("the sector is known of ", known, " of ",
                                    invited, " people, want a share of ",
                                    kThresholds.known_group_share)};
  }
  if (wave.counts.sector_count < 2) {
    return NotMeasured{Reason::kTooFewGroups, "there is one sector"};
  }
  return std::nullopt;
}

SectorDraws DrawSectors(const Wave& wave, const CliqueObservation& observation,
                        int draw_count, Random random) {
  SectorDraws draws;
  if (observation.networks.empty() || SectorProblem(wave).has_value()) {
    return draws;
  }
  std::vector<Graph> tied;
  for (const std::size_t network : observation.networks) {
    tied.push_back(
        Graph::Symmetrized(wave.networks[network].graph, Symmetrization::kOr));
  }
  std::vector<std::uint32_t> strata(wave.answered_any.begin(),
                                    wave.answered_any.end());
  draws.expected_cross_share =
      ExpectedCrossSectorShare(tied, wave.sector, strata);
  std::vector<GroupId> labels = wave.sector;
  for (int draw = 0; draw < draw_count; ++draw) {
    ShuffleLabels(strata, random, absl::MakeSpan(labels));
    if (observation.basis == Basis::kPooledCore) {
      if (const auto blau = Blau(observation.pooled_members, labels)) {
        draws.blau.push_back(*blau);
      }
    }
    if (const auto cross = CrossSectorShare(tied, labels)) {
      draws.cross_share.push_back(*cross);
    }
  }
  return draws;
}

std::vector<SectorStanding> StandingsOf(const Wave& wave,
                                        const CliqueObservation& observation,
                                        int draw_count, Random random) {
  std::vector<Tally> observed;
  std::vector<std::vector<Tally>> draws;
  if (observation.basis == Basis::kPooledCore &&
      !SectorProblem(wave).has_value()) {
    const Periphery periphery(wave, observation);
    observed = periphery.Observed();
    draws = periphery.Draw(draw_count, random);
  }
  std::vector<SectorStanding> standings;
  for (GroupId sector = 0; sector < wave.sectors.size(); ++sector) {
    SectorStanding standing;
    standing.sector = wave.sectors[sector];
    if (const auto problem = Describe(wave, observation, sector, standing)) {
      SetMissing(*problem, Status::kNotMeasured, standing);
    } else {
      SetRepresentation(wave, observation, standing);
      SetStanding(observed, draws, sector, standing);
    }
    standings.push_back(std::move(standing));
  }
  for (const std::string& sector : wave.uninvited_sectors) {
    SectorStanding standing;
    standing.sector = sector;
    SetMissing({Reason::kNotSurveyed, "nobody of it was invited"},
               Status::kNotSurveyed, standing);
    standings.push_back(std::move(standing));
  }
  std::sort(standings.begin(), standings.end(),
            [](const SectorStanding& a, const SectorStanding& b) {
              return a.sector < b.sector;
            });
  return standings;
}

}  // namespace pulsetaker::network
