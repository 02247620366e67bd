// The recommendations of docs/domain/assessment.md. Thresholds are design
// choices; what is recommended is from "Transformers" (2008) where it is named.

#include "services/assessment/domain/catalogue.h"

namespace pulsetaker::assessment {
namespace {

using enum Comparison;
using Definitions = std::vector<FindingDefinition>;

// Pressures for change and authority to act.
Definitions Pressures() {
  return {
      {"R0",
       "Do not push innovation now: perform and improve",
       "Outcomes are good and nothing presses. In most services the primary "
       "focus must be on effective implementation and incremental "
       "improvement.",
       "Transformers 6",
       {Phase::kLatent},
       {{{"item.au1", kLess, 40}},
        {{"item.va2", kAtLeast, 60}},
        {{"item.trigger_present", kLess, 50}}}},
      {"R1",
       "Publish performance data and benchmark",
       "Show up relative failure: transparent performance data and "
       "benchmarking, with foundations, universities and the media as allies.",
       "Transformers 6.1",
       {Phase::kLatent, Phase::kDesign},
       {{{"item.au1", kLess, 40}, {"item.au5", kLess, 40}}}},
      {"R2",
       "Let audit and inspection reward a pipeline of options",
       "People expect to be penalised for trying something that fails. Hold "
       "managers to account for a pipeline of promising options, not only for "
       "current performance.",
       "Transformers 6.1",
       {},
       {{{"item.au6r", kLess, 40}}}},
      {"R3",
       "Secure a sponsor with authority and develop local politicians",
       "Mayors and leaders with the authority to act greatly enhance the "
       "ability to change quickly. Train and develop local politicians.",
       "Transformers 6.1",
       {Phase::kDesign, Phase::kMobilisation},
       {{{"item.au2", kLess, 45}, {"item.au3", kLess, 45}}}},
  };
}

// Internal capacities.
Definitions Capacities() {
  return {
      {"R4",
       "Coaching, peer challenge and communities of practice",
       "Provide coaching, mutual support and challenge, and communities of "
       "practice that go beyond the core public sector.",
       "Transformers 6.1",
       {},
       {{{"item.oc2", kLess, 45},
         {"network.expert_learning_ei", kAtMost, -0.33}}}},
      {"R5",
       "Train people in managing innovation",
       "Bring the training for creativity and user engagement together into a "
       "coherent approach to managing innovation.",
       "Transformers 6.1",
       {},
       {{{"item.oc6", kLess, 40}}}},
      {"R6",
       "Name a senior figure to cultivate innovation",
       "Charge a senior figure with cultivating and supporting innovation "
       "wherever it originates: no one in the systemic layer is a hub for it, "
       "or ideas do not rise there.",
       "Transformers 6.1",
       {},
       {{{"network.innovation.systemic_hub_count", kLess, 1},
         {"network.layers.rise_of_ideas", kLess, 0.3}}}},
  };
}

// External networks of money, people and skills.
Definitions Funding() {
  return {
      {"R7",
       "Easy small grants to frontline and user groups",
       "Offer easily obtainable small grants with which frontline and user "
       "groups can develop new concepts.",
       "Transformers 6.1",
       {Phase::kLatent, Phase::kDesign},
       {{{"item.oc7x.frontline_public", kLess, 40}}}},
      {"R8",
       "Set up an experimental zone",
       "Authority is there and resistance or rules stand in the way: allow "
       "ideas to be tested where rules are suspended.",
       "Transformers 6.1",
       {Phase::kDesign},
       {{{"corner.authority", kAtLeast, 60}},
        {{"item.oc3r", kLess, 40}, {"external.rule_barriers", kAtLeast, 1}}}},
      {"R9",
       "Try several approaches in parallel with fast learning",
       "One option dominates early and ideas cross few borders. Fund a "
       "variety of approaches in tandem towards a common target.",
       "Transformers 6.1",
       {Phase::kDesign},
       {{{"external.dominant_option", kAtLeast, 1}},
        {{"network.hybridity", kLess, 1}}}},
      {"R10",
       "Use a social venture fund or accelerator",
       "Value is visible and money is short: use funds that develop new "
       "models and enterprises in priority areas.",
       "Transformers 6.1",
       {Phase::kMobilisation},
       {{{"corner.value", kAtLeast, 45}}, {{"item.oc7x", kLess, 45}}}},
      {"R11",
       "Put together a complex investment package",
       "Several agencies gain and capital is needed: combine finance for "
       "different types of risk.",
       "Transformers 6.1",
       {Phase::kMainstreaming},
       {{{"external.capital_need", kAtLeast, 1}},
        {{"item.va6", kAtLeast, 60}}}},
      {"R12",
       "Seek national sharing of costs and risks",
       "Failure would be penalised here while other agencies gain: central "
       "government should commit to sharing costs and risks.",
       "Transformers 6.1, 7",
       {},
       {{{"item.au6r", kLess, 40}}, {{"item.va6", kAtLeast, 60}}}},
  };
}

Definitions PeopleAndBrokers() {
  return {
      {"R13",
       "Recruit and recognise proven innovators",
       "Recruit people with a record of innovation into senior positions or "
       "teams, and recognise those who have one.",
       "Transformers 6.1",
       {Phase::kMobilisation, Phase::kMainstreaming},
       {{{"item.oc1", kLess, 45}, {"network.innovation.hub_count", kLess, 3}}}},
      {"R14",
       "Support several intermediaries, by sector or problem",
       "Too little comes in from outside or across sectors, or one broker "
       "carries most of it. Brokerage is a field where competition and "
       "pluralism are essential.",
       "Transformers 6.1",
       {},
       {{{"network.innovation.outside_share", kLess, 0.05},
         {"network.innovation.liaison_count", kLess, 1},
         {"network.innovation.broker_share", kGreater, 0.5}}}},
      {"R15",
       "Join a collaborative with other places",
       "Places with a similar profile exist: test models together, with fast "
       "learning, evaluation and action learning sets.",
       "Transformers 6.1",
       {Phase::kDesign, Phase::kMobilisation},
       {{{"external.similar_localities", kAtLeast, 1}}}},
      {"R16",
       "Engage users and residents in design",
       "Empower and engage citizens in the process, on the web too: the "
       "public remain largely bystanders.",
       "Transformers 6.1",
       {},
       {{{"item.va3", kLess, 40},
         {"item.va4", kLess, 40},
         {"network.layers.public_thin", kAtLeast, 1}}}},
      {"R17",
       "Train commissioners, commission smaller and in parallel",
       "Commissioners need capacity, or value arises for agencies that nobody "
       "commissions for. Smaller scale and parallel models widen the options.",
       "Transformers 6.1",
       {},
       {{{"external.commissioner_capacity", kLess, 45},
         {"item.va6", kAtLeast, 60}},
        {{"external.commissioner_capacity", kLess, 45},
         {"external.unowned_value", kAtLeast, 1}}}},
  };
}

// Links between people.
Definitions Links() {
  return {
      {"R18",
       "Rebuild the links between frontline and senior people",
       "Information and ideas get lost between senior management and the "
       "frontline, or the two see different pictures.",
       "Transformers 5.4",
       {},
       {{{"network.layers.systemic_frontline_thin", kAtLeast, 1},
         {"triangle.perception_gap", kAtLeast, 25}}}},
      {"R19",
       "Open the core: seats, convening, introductions",
       "The same people dominate and do not look out, or a sector reaches in "
       "and is not answered. That limits the ideas that can emerge from other "
       "sources.",
       "Transformers 5.4",
       {},
       {{{"network.clique.closed_core", kAtLeast, 1},
         {"network.sectors.excluded_count", kAtLeast, 1}}},
       SectorList::kExcluded},
      {"R20",
       "Build the capacity of a weak sector first",
       "A sector stands outside the core because it is weak or detached, not "
       "because it is excluded: seats alone would not help it.",
       "Transformers 5.4",
       {},
       {{{"network.sectors.weak_count", kAtLeast, 1}}},
       SectorList::kWeakOrDetached},
      {"R21",
       "Plan succession and handover for gatekeepers and core",
       "Much hangs on few people, or early leaders are not ready to hand "
       "over. Prepare for the day on which they leave their posts.",
       "Transformers 5.3, 5.4",
       {},
       {{{"network.clique.fragile", kAtLeast, 1}, {"item.oc5", kLess, 40}}}},
      {"R22",
       "Introduce innovation gatekeepers to expert pulsetakers",
       "Gatekeepers of the innovation network and pulsetakers of the expert "
       "network are more than two steps apart. An introduction spreads what "
       "is learned.",
       "Stephenson, strategy+business 2002",
       {},
       {{{"network.introduction_count", kAtLeast, 1}}}},
      {"R23",
       "Survey again before acting",
       "Too few people answered for some of the findings. Ask those who did "
       "not before acting on the rest.",
       "design choice",
       {},
       {{{"triangle.gate_failed", kAtLeast, 1},
         {"network.response_lowest", kLess, 0.8},
         {"network.sectors.below_floor_count", kAtLeast, 1}}}},
  };
}

Definitions MakeRecommendations() {
  Definitions all;
  for (const Definitions& part :
       {Pressures(), Capacities(), Funding(), PeopleAndBrokers(), Links()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace

const std::vector<FindingDefinition>& RecommendationCatalogue() {
  static const std::vector<FindingDefinition> recommendations =
      MakeRecommendations();
  return recommendations;
}

}  // namespace pulsetaker::assessment
