#include "services/assessment/clients/findings_from_proto.h"

#include <map>
#include <string>

namespace pulsetaker::assessment {
namespace {

namespace wire = network::v1;

constexpr double kPercent = 100;

Absence FromWire(wire::NotMeasured::Reason reason) {
  switch (reason) {
    case wire::NotMeasured::REASON_RESPONSE_GATE:
    case wire::NotMeasured::REASON_GROUP_RESPONSE_FLOOR:
      return Absence::kWithheld;
    case wire::NotMeasured::REASON_TOO_FEW_NODES:
    case wire::NotMeasured::REASON_TOO_FEW_ARCS:
    case wire::NotMeasured::REASON_TOO_FEW_NETWORKS:
    case wire::NotMeasured::REASON_TOO_FEW_PEOPLE:
    case wire::NotMeasured::REASON_TOO_FEW_GROUPS:
      return Absence::kTooFewAnswers;
    case wire::NotMeasured::REASON_SECTOR_UNKNOWN:
    case wire::NotMeasured::REASON_LAYER_UNKNOWN:
    case wire::NotMeasured::REASON_LAYER_ABSENT:
    case wire::NotMeasured::REASON_NOT_SURVEYED:
      return Absence::kNotAsked;
    case wire::NotMeasured::REASON_NEEDS_PREVIOUS_WAVE:
      // An analysis reads one wave, whether there is one before it or not.
      return Absence::kNoSource;
    default:  // No core, no ties and the like, and reasons not known here.
      return Absence::kUndefined;
  }
}

Reading FromWire(const wire::Measure& measure) {
  switch (measure.outcome_case()) {
    case wire::Measure::kValue:
      return Reading::Of(measure.value());
    case wire::Measure::kNotMeasured:
      return Reading::Missing(FromWire(measure.not_measured().reason()));
    case wire::Measure::OUTCOME_NOT_SET:
      break;
  }
  return Reading::Missing(Absence::kUndefined);
}

Layer FromWire(wire::Layer layer) {
  return wire::Layer_IsValid(layer)
             ? static_cast<Layer>(static_cast<int>(layer))
             : Layer::kUnknown;
}
static_assert(static_cast<int>(Layer::kPublic) == wire::LAYER_PUBLIC);
static_assert(static_cast<int>(Layer::kPublic) == wire::Layer_MAX);

// Why hubs and gatekeepers are not there. Both are asked of together, so a gate
// that lets only hubs be named withholds both.
Absence RolesAbsence(const wire::NetworkFindings& from) {
  if (from.gate() != wire::GATE_ALL_ROLES) return Absence::kWithheld;
  for (const wire::WithheldRole& withheld : from.withheld_roles()) {
    if (withheld.role() == wire::ROLE_PULSETAKER) continue;
    switch (withheld.reason()) {
      case wire::WithheldRole::REASON_UNSTABLE:
        continue;  // Some are not named; those who are firm are.
      case wire::WithheldRole::REASON_RESPONSE_GATE:
        return Absence::kWithheld;
      case wire::WithheldRole::REASON_TOO_FEW_NODES:
      case wire::WithheldRole::REASON_TOO_FEW_ARCS:
        return Absence::kTooFewAnswers;
      default:
        return Absence::kUndefined;  // No clear separation.
    }
  }
  return Absence::kNone;
}

// Nominations of people who are not on the roster, by all that count. Only of
// directed networks: the ties of others are merged, so nominations cannot be
// counted. Where nobody named anyone off the roster, the question may not have
// allowed it, so it says nothing about how much comes in from outside.
Reading OutsideShare(const wire::NetworkFindings& from) {
  if (!from.directed()) return Reading::Missing(Absence::kNoSource);
  if (from.gate() == wire::GATE_GROUP_ONLY) {
    return Reading::Missing(Absence::kWithheld);
  }
  const wire::LeftOutNominations& out = from.left_out();
  const double all = static_cast<double>(from.arc_count()) + out.not_invited() +
                     out.off_roster() + out.opted_out();
  if (all == 0) return Reading::Missing(Absence::kUndefined);
  if (out.off_roster() == 0) return Reading::Missing(Absence::kNotAsked);
  return Reading::Of(out.off_roster() / all);
}

NetworkSummary FromWire(const wire::NetworkFindings& from) {
  NetworkSummary summary;
  summary.network_id = from.network_id();
  summary.response_rate = Reading::Of(from.response_rate());
  summary.roles = RolesAbsence(from);
  if (summary.roles == Absence::kNone) {
    for (const wire::RoleFinding& role : from.roles()) {
      if (role.certainty() != wire::CERTAINTY_FIRM) continue;
      const RoleHolder holder = {role.person(), FromWire(role.layer())};
      if (role.role() == wire::ROLE_HUB) summary.hubs.push_back(holder);
      if (role.role() == wire::ROLE_GATEKEEPER) {
        summary.gatekeepers.push_back(holder);
      }
    }
  }
  summary.outside_share = OutsideShare(from);
  // An analysis has these for all networks together, or not at all.
  for (Reading* reading : {&summary.ei_index, &summary.hybridity,
                           &summary.liaison_count, &summary.top_broker_share}) {
    *reading = Reading::Missing(Absence::kNoSource);
  }
  return summary;
}

// Why there is no verdict: the first of its reasons.
Absence CliqueAbsence(const wire::CliqueRisk& from) {
  if (from.verdict() != wire::CliqueRisk::VERDICT_INSUFFICIENT_DATA) {
    return Absence::kNone;
  }
  return from.insufficiencies().empty()
             ? Absence::kTooFewAnswers
             : FromWire(from.insufficiencies(0).reason());
}

void PutClique(const wire::CliqueRisk& from, NetworkFindings& to) {
  to.clique = CliqueAbsence(from);
  to.clique_verdict = VerdictFromProto(from.verdict());
  const wire::Measure& loss = from.fragility().reach_loss();
  to.core_fragile = FromWire(loss);
  to.core_fragility_percentile = to.core_fragile;
  if (to.core_fragile.measured()) {
    to.core_fragile = Reading::Of(from.fragile() ? 1 : 0);
    to.core_fragility_percentile =
        loss.has_null_comparison()
            ? Reading::Of(loss.null_comparison().percentile() * kPercent)
            : Reading::Missing(Absence::kUndefined);
    // Without a verdict on the core, that it could leave is no finding either.
    if (to.clique != Absence::kNone) {
      to.core_fragile = Reading::Missing(to.clique);
      to.core_fragility_percentile = to.core_fragile;
    }
  }
  to.core_turnover = FromWire(from.turnover());
  to.hybridity = FromWire(from.hybridity());
  to.renewal = FromWire(from.renewal());
}

// A sector is below the floor if, on average over the networks, fewer of its
// invited people answered than the analysis asks for.
void PutSectors(const wire::Analysis& from, NetworkFindings& to) {
  struct Rates {
    double sum = 0;
    int count = 0;
  };
  std::map<std::string, Rates> rates;
  for (const wire::NetworkFindings& network : from.networks()) {
    for (const wire::SectorResponse& sector : network.sector_responses()) {
      if (sector.invited_count() == 0) continue;
      Rates& rate = rates[sector.sector()];
      rate.sum += static_cast<double>(sector.respondent_count()) /
                  sector.invited_count();
      ++rate.count;
    }
  }
  const double floor = from.thresholds().group_response_rate();
  for (const wire::SectorStanding& sector : from.clique_risk().sectors()) {
    const auto rate = rates.find(sector.sector());
    to.sectors.push_back({.sector = sector.sector(),
                          .standing = StandingFromProto(sector.status()),
                          .below_response_floor =
                              rate != rates.end() &&
                              rate->second.sum < floor * rate->second.count});
  }
  to.sector_standing = to.sectors.empty() ? Absence::kNotAsked : Absence::kNone;
}

// The layer nearer to the top has the lower number.
LayerLink FromWire(const wire::LayerCell& from) {
  LayerLink link;
  link.low = FromWire(from.upper());
  link.high = FromWire(from.lower());
  link.richness = RichnessFromProto(from.richness());
  if (from.has_not_measured()) {
    link.absence = FromWire(from.not_measured().reason());
  } else if (link.richness == Richness::kNotMeasured) {
    link.absence = Absence::kUndefined;
  }
  const bool horizontal = from.upper() == from.lower();
  link.low_coverage =
      FromWire(horizontal ? from.coverage() : from.upper_coverage());
  link.high_coverage =
      FromWire(horizontal ? from.coverage() : from.lower_coverage());
  return link;
}

void PutLayers(const wire::LayerLinks& from, NetworkFindings& to) {
  to.rise_of_ideas = Reading::Missing(
      from.has_not_measured() ? FromWire(from.not_measured().reason())
                              : Absence::kUndefined);
  for (const wire::LayerCell& cell : from.horizontal()) {
    to.layer_links.push_back(FromWire(cell));
  }
  for (const wire::LayerCell& cell : from.vertical()) {
    LayerLink& link = to.layer_links.emplace_back(FromWire(cell));
    if (link.low == Layer::kSystemic && link.high == Layer::kPublic) {
      to.rise_of_ideas = cell.has_not_measured()
                             ? Reading::Missing(link.absence)
                             : FromWire(cell.rise());
    }
  }
}

}  // namespace

CliqueVerdict VerdictFromProto(wire::CliqueRisk::Verdict verdict) {
  switch (verdict) {
    case wire::CliqueRisk::VERDICT_OPEN_SHARED_LEADERSHIP:
      return CliqueVerdict::kOpenSharedLeadership;
    case wire::CliqueRisk::VERDICT_CLOSED_CORE:
      return CliqueVerdict::kClosedCore;
    case wire::CliqueRisk::VERDICT_PARALLEL_CLIQUES:
      return CliqueVerdict::kParallelCliques;
    case wire::CliqueRisk::VERDICT_DIFFUSE:
      return CliqueVerdict::kDiffuse;
    case wire::CliqueRisk::VERDICT_INSUFFICIENT_DATA:
      return CliqueVerdict::kInsufficientData;
    default:
      return CliqueVerdict::kIndeterminate;
  }
}

SectorStanding StandingFromProto(wire::SectorStanding::Status status) {
  switch (status) {
    case wire::SectorStanding::STATUS_INCLUDED:
      return SectorStanding::kIncluded;
    case wire::SectorStanding::STATUS_COURTED:
      return SectorStanding::kCourted;
    case wire::SectorStanding::STATUS_EXCLUDED:
      return SectorStanding::kExcluded;
    case wire::SectorStanding::STATUS_DETACHED:
      return SectorStanding::kDetached;
    case wire::SectorStanding::STATUS_WEAK:
      return SectorStanding::kWeak;
    case wire::SectorStanding::STATUS_NOT_SURVEYED:
    case wire::SectorStanding::STATUS_NOT_MEASURED:
      return SectorStanding::kNotMeasured;
    default:
      return SectorStanding::kIndeterminate;
  }
}

Richness RichnessFromProto(wire::LayerCell::Richness richness) {
  switch (richness) {
    case wire::LayerCell::RICHNESS_RICH:
      return Richness::kRich;
    case wire::LayerCell::RICHNESS_MODERATE:
      return Richness::kModerate;
    case wire::LayerCell::RICHNESS_THIN:
      return Richness::kThin;
    case wire::LayerCell::RICHNESS_ATROPHIED:
      return Richness::kAtrophied;
    default:
      return Richness::kNotMeasured;
  }
}

NetworkAnalysis FromProto(const wire::Analysis& from) {
  NetworkAnalysis analysis;
  analysis.name = from.name();
  analysis.snapshot_digest = from.snapshot_digest();
  NetworkFindings& findings = analysis.findings;
  for (const wire::NetworkFindings& network : from.networks()) {
    findings.networks.push_back(FromWire(network));
  }
  PutClique(from.clique_risk(), findings);
  PutSectors(from, findings);
  PutLayers(from.layer_links(), findings);
  // Coverage is known for pairs of layers, and not for one against all others.
  findings.public_coverage = Reading::Missing(Absence::kNoSource);
  findings.introduction_count = Reading::Missing(Absence::kNoSource);
  return analysis;
}

}  // namespace pulsetaker::assessment
