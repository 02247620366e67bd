// The risks of docs/domain/assessment.md. Thresholds are design choices; what
// they stand for is from "Transformers" (2008), in the section that each names.

#include "services/assessment/domain/catalogue.h"

namespace pulsetaker::assessment {
namespace {

using enum Comparison;

using Definitions = std::vector<FindingDefinition>;

// Until the innovation is launched.
Definitions EarlyRisks() {
  return {
      {"complacency",
       "No awareness of failure",
       "People see neither evidence that the current way fails nor a pressing "
       "reason to change. Without awareness of threat or failure the will to "
       "change does not arise.",
       "Transformers 6, 6.1",
       {Phase::kLatent},
       {{{"item.au1", kLess, 40}}, {{"item.au4r", kLess, 40}}}},
      {"capacity_missing",
       "Capacity does not materialise",
       "Authority demands change, but it is not turned into people, budget or "
       "permission. Failure at this stage is likely if organisational capacity "
       "does not materialise.",
       "Transformers 5.3",
       {Phase::kDesign},
       {{{"corner.authority", kAtLeast, 60}},
        {{"corner.capacity", kLess, 40}},
        {{"arrow.a_c", kLess, 40}}}},
      {"resistance",
       "Resisters crush it",
       "Resistance, or a resistant culture, is strong enough to crush the "
       "innovation from the start.",
       "Transformers 5.3",
       {Phase::kDesign},
       {{{"item.oc3r", kLess, 40},
         {"triangle.frontline_authority", kLess, 40},
         {"triangle.gatekeeper_gap_sd", kAtLeast, 1}}}},
  };
}

// While it grows and settles.
Definitions LaterRisks() {
  return {
      {"founders_hold_on",
       "Founders will not hand over",
       "Those who began the innovation may be unwilling to hand over control "
       "to others with better management skills.",
       "Transformers 5.3",
       {Phase::kMobilisation},
       {{{"item.oc5", kLess, 40},
         {"network.innovation.lasting_hub_share", kAtLeast, 0.5}},
        {{"arrow.a_c", kAtLeast, 60},
         {"network.innovation.lasting_hub_share", kAtLeast, 0.5}}}},
      {"enemies",
       "Mobilisation by enemies",
       "Opinions stand apart: the top sees another picture than the frontline "
       "and the public, or scores fall into camps. Opponents can mobilise on "
       "that.",
       "Transformers 5.3",
       {Phase::kMobilisation},
       {{{"triangle.perception_gap", kAtLeast, 25},
         {"triangle.authority_dip_p", kLess, 0.05},
         {"triangle.value_dip_p", kLess, 0.05}}}},
      {"weak_management",
       "Weak leadership, management or partnerships",
       "This is the stage at which weaknesses in leadership, management and "
       "partnerships most threaten success.",
       "Transformers 5.3",
       {Phase::kMainstreaming},
       {{{"corner.capacity", kLess, 60},
         {"network.layers.sectoral_thin", kAtLeast, 1}}}},
      {"misalignment",
       "Not aligned with finance, HR, IT and performance management",
       "The innovation is not yet aligned with the main drivers of behaviour "
       "in the organisation.",
       "Transformers 5.3",
       {Phase::kMainstreaming},
       {{{"item.oc4", kLess, 45}}}},
      {"stagnation",
       "Stagnation",
       "No pressure is felt, the core stays as it is and few ties across "
       "sectors are new. At each transition the process may go into reverse.",
       "Transformers 5.1",
       {Phase::kEmbedding},
       {{{"item.au1", kLess, 40}},
        {{"network.clique.turnover", kLess, 0.1}},
        {{"network.clique.renewal", kLess, 0.1}}}},
      {"imbalance",
       "The corners are out of balance",
       "Sustainable innovation requires a balance between the three corners, "
       "each reinforcing the next.",
       "Transformers 5.3",
       {Phase::kEmbedding},
       {{{"triangle.spread", kAtLeast, 25}}}},
  };
}

// In any phase.
Definitions LastingRisks() {
  return {
      {"core_departure",
       "The core could leave",
       "More would break if the core left than in nearly all networks in "
       "which people have as many ties. Future sustainability hangs on people "
       "who may leave their posts.",
       "Transformers 5.4",
       {},
       {{{"network.clique.fragility_percentile", kGreater, 95}}}},
      {"public_bystanders",
       "The public are bystanders",
       "Users and residents did not shape it, and few of them have a tie to "
       "those who do. That is likely to keep it from meeting their needs.",
       "Transformers 6.1",
       {},
       {{{"item.va3", kLess, 40}},
        {{"network.layers.public_coverage", kLess, 0.25}}}},
  };
}

Definitions MakeRisks() {
  Definitions all;
  for (const Definitions& part : {EarlyRisks(), LaterRisks(), LastingRisks()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace

const std::vector<FindingDefinition>& RiskCatalogue() {
  static const std::vector<FindingDefinition> risks = MakeRisks();
  return risks;
}

}  // namespace pulsetaker::assessment
