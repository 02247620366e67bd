#include "services/assessment/clients/picture_from_proto.h"

#include <cstddef>
#include <string>

#include "services/assessment/clients/findings_from_proto.h"

namespace pulsetaker::assessment {
namespace {

namespace wire = network::v1;

using report::Figure;

std::string ReasonText(const wire::NotMeasured& from) {
  return from.detail().empty() ? "too little is known" : from.detail();
}

std::string HeldFixed(wire::NullComparison::Model model) {
  switch (model) {
    case wire::NullComparison::MODEL_LABELS_SHUFFLED:
      return "the ties; sectors and layers are dealt anew";
    case wire::NullComparison::MODEL_PEOPLE_RELABELLED:
      return "the shape of each network; its people are dealt anew";
    case wire::NullComparison::MODEL_DEGREES_KEPT:
      return "how many each person names and is named by";
    case wire::NullComparison::MODEL_NETWORKS_SHUFFLED:
      return "who names whom how often; networks are dealt anew";
    case wire::NullComparison::MODEL_COUNTS_KEPT:
      return "the counts of people and ties";
    default:
      return "unknown";
  }
}

Figure FromWire(const wire::Measure& from) {
  Figure to;
  if (from.outcome_case() != wire::Measure::kValue) {
    to.why_not = ReasonText(from.not_measured());
    return to;
  }
  to.value = from.value();
  if (from.has_interval()) {
    to.interval = {from.interval().low(), from.interval().high()};
  }
  if (from.has_null_comparison()) {
    const wire::NullComparison& null = from.null_comparison();
    to.chance = {HeldFixed(null.model()),
                 null.mean(),
                 {null.central_low(), null.central_high()}};
  }
  return to;
}

// As wire values of later releases may come: unknown ones read as nothing.
Layer FromWire(wire::Layer layer) {
  return wire::Layer_IsValid(layer) ? static_cast<Layer>(layer)
                                    : Layer::kUnknown;
}

report::Gate FromWire(wire::Gate gate) {
  switch (gate) {
    case wire::GATE_ALL_ROLES:
      return report::Gate::kAllRoles;
    case wire::GATE_HUBS_ONLY:
      return report::Gate::kHubsOnly;
    default:
      return report::Gate::kGroupOnly;
  }
}

std::string WithheldText(wire::WithheldRole::Reason reason) {
  switch (reason) {
    case wire::WithheldRole::REASON_RESPONSE_GATE:
      return "withheld: too few answered";
    case wire::WithheldRole::REASON_TOO_FEW_NODES:
      return "fewer than 10 people in the network";
    case wire::WithheldRole::REASON_TOO_FEW_ARCS:
      return "fewer than 15 ties in the network";
    case wire::WithheldRole::REASON_NO_CLEAR_SEPARATION:
      return "too many people tie at the cut";
    case wire::WithheldRole::REASON_UNSTABLE:
      return "a few answers more or less would change who it is";
    case wire::WithheldRole::REASON_TENTATIVE:
      return "not sure enough to tell who it is";
    default:
      return "withheld for another reason";
  }
}

report::NetworkAnswers FromWire(const wire::NetworkFindings& from) {
  report::NetworkAnswers to;
  to.id = from.network_id();
  to.answered_count =
      from.responses().responded() + from.responses().responded_nobody();
  to.response_rate = from.response_rate();
  to.gate = FromWire(from.gate());
  to.tie_count = from.directed() ? from.arc_count() : from.arc_count() / 2;
  for (const wire::RoleFinding& role : from.roles()) {
    const int index = static_cast<int>(role.role()) - wire::ROLE_HUB;
    if (role.certainty() != wire::CERTAINTY_FIRM || index < 0 ||
        index >= report::kRoleCount) {
      continue;
    }
    ++to.firm_counts[static_cast<std::size_t>(index)];
  }
  for (const wire::WithheldRole& withheld : from.withheld_roles()) {
    const int index = static_cast<int>(withheld.role()) - wire::ROLE_HUB;
    if (index < 0 || index >= report::kRoleCount) continue;
    report::WithheldRole role;
    role.role = static_cast<report::Role>(index);
    role.why = WithheldText(withheld.reason());
    if (withheld.has_person_count()) {
      role.person_count = withheld.person_count();
    }
    to.withheld.push_back(std::move(role));
  }
  for (const wire::SectorResponse& sector : from.sector_responses()) {
    if (sector.meets_floor() || sector.sector().empty() ||
        sector.invited_count() == 0) {
      continue;
    }
    to.sectors_below_floor.push_back(sector.sector());
  }
  return to;
}

std::string PartText(wire::DialComponent::Part part) {
  switch (part) {
    case wire::DialComponent::PART_RECURRENCE:
      return "the same people in each core";
    case wire::DialComponent::PART_CORE_FIT:
      return "how clear the cores are";
    case wire::DialComponent::PART_SECTOR_REACH:
      return "sectors within two steps";
    case wire::DialComponent::PART_CLOSURE:
      return "how far the core names itself";
    case wire::DialComponent::PART_LISTENING_ASYMMETRY:
      return "how little the core looks out";
    case wire::DialComponent::PART_HOMOGENEITY:
      return "how alike the core is";
    case wire::DialComponent::PART_FROZENNESS:
      return "how little the core changes";
    case wire::DialComponent::PART_EXCLUDED_SECTORS:
      return "share of sectors that are excluded";
    case wire::DialComponent::PART_REACH_LOSS:
      return "reach lost if the core leaves";
    case wire::DialComponent::PART_HYBRIDITY:
      return "ties between sectors";
    case wire::DialComponent::PART_RENEWAL:
      return "ties between sectors that are new";
    default:
      return "another part";
  }
}

report::Dial FromWire(const wire::Dial& from) {
  report::Dial to;
  to.kind = static_cast<report::DialKind>(static_cast<int>(from.kind()) -
                                          wire::Dial::KIND_STRENGTH);
  to.value = FromWire(from.value());
  for (const wire::DialComponent& part : from.components()) {
    to.parts.push_back(
        {PartText(part.part()), FromWire(part.value()), part.counted()});
  }
  return to;
}

report::SectorRow FromWire(const wire::SectorStanding& from) {
  report::SectorRow to;
  to.sector = from.sector();
  to.standing = StandingFromProto(from.status());
  if (from.has_not_measured()) to.why_not = ReasonText(from.not_measured());
  to.invited_count = from.invited_count();
  to.core_count = from.core_count();
  to.effort = FromWire(from.effort());
  to.regard = FromWire(from.regard());
  to.cohesion = FromWire(from.cohesion());
  return to;
}

report::CliquePicture FromWire(const wire::CliqueRisk& from) {
  report::CliquePicture to;
  to.verdict = VerdictFromProto(from.verdict());
  for (const wire::NotMeasured& reason : from.insufficiencies()) {
    to.insufficiencies.push_back(ReasonText(reason));
  }
  to.fragile = from.fragile();
  const wire::VerdictRobustness& robustness = from.verdict_robustness();
  to.robust =
      robustness.recurrence().robustness() != wire::ROBUSTNESS_NOT_ROBUST &&
      robustness.exclusivity().robustness() != wire::ROBUSTNESS_NOT_ROBUST;
  for (const wire::Dial& dial : from.dials()) {
    if (dial.kind() < wire::Dial::KIND_STRENGTH ||
        dial.kind() > wire::Dial::KIND_CONNECTED_DIFFERENCE) {
      continue;
    }
    to.dials.push_back(FromWire(dial));
  }
  to.network_count = from.network_count();
  to.recurrence_threshold = from.recurrence_threshold();
  to.all_networks_count = from.all_networks_count();
  to.pooled_core_count = from.pooled_core_count();
  to.any_core_count = from.any_core_count();
  to.mean_jaccard = FromWire(from.mean_jaccard());
  to.core_share_of_periphery = FromWire(from.core_share_of_periphery());
  to.periphery_share_of_core = FromWire(from.periphery_share_of_core());
  to.reach_loss = FromWire(from.fragility().reach_loss());
  to.hybridity = FromWire(from.hybridity());
  to.turnover = FromWire(from.turnover());
  to.renewal = FromWire(from.renewal());
  for (const wire::SectorStanding& sector : from.sectors()) {
    to.sectors.push_back(FromWire(sector));
  }
  return to;
}

report::LayerCell FromWire(const wire::LayerCell& from) {
  report::LayerCell to;
  to.upper = FromWire(from.upper());
  to.lower = FromWire(from.lower());
  if (from.has_not_measured()) {
    to.why_not = ReasonText(from.not_measured());
  } else {
    to.richness = RichnessFromProto(from.richness());
  }
  to.coverage = FromWire(from.coverage());
  to.relative_density = FromWire(from.relative_density());
  to.redundancy = FromWire(from.redundancy());
  to.resilience = FromWire(from.resilience());
  to.rise = FromWire(from.rise());
  to.descent = FromWire(from.descent());
  return to;
}

report::LayerPicture FromWire(const wire::LayerLinks& from) {
  report::LayerPicture to;
  if (from.has_not_measured()) {
    to.why_not = ReasonText(from.not_measured());
    return to;
  }
  for (const auto* cells : {&from.horizontal(), &from.vertical()}) {
    for (const wire::LayerCell& cell : *cells) {
      to.cells.push_back(FromWire(cell));
      // A drawing has no place for links of no layer.
      if (to.cells.back().upper == Layer::kUnknown ||
          to.cells.back().lower == Layer::kUnknown) {
        to.cells.pop_back();
      }
    }
  }
  for (int l = 0; l < from.person_counts_size() && l < kLayerCount; ++l) {
    to.person_counts[static_cast<std::size_t>(l)] = from.person_counts(l);
  }
  return to;
}

}  // namespace

report::NetworkPicture PictureFromProto(const wire::Analysis& from) {
  report::NetworkPicture to;
  to.analysis = from.name();
  to.snapshot_digest = from.snapshot_digest();
  to.engine_version = from.engine_version();
  to.seed = from.parameters().seed();
  to.null_draw_count = from.parameters().null_draw_count();
  to.replicate_count = from.parameters().replicate_count();
  to.role_share = from.parameters().role_share();
  to.all_roles_response_rate = from.thresholds().all_roles_response_rate();
  to.hubs_only_response_rate = from.thresholds().hubs_only_response_rate();
  to.invited_count = from.participants().invited();
  to.responded_any_count = from.participants().responded_any();
  to.not_invited_count = from.participants().not_invited();
  to.opted_out_count = from.participants().opted_out();
  for (const wire::NetworkFindings& network : from.networks()) {
    to.networks.push_back(FromWire(network));
  }
  to.clique = FromWire(from.clique_risk());
  to.layers = FromWire(from.layer_links());
  return to;
}

}  // namespace pulsetaker::assessment
