#include "cli/show/place_page.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/import/text.h"
#include "cli/show/sections.h"
#include "cli/show/words.h"

namespace pulsetaker::cli {
namespace {

namespace networkpb = network::v1;
namespace assessmentpb = assessment::v1;

constexpr int kLabelColumns = 12;

std::string IdOf(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

std::string AnswersInShort(const networkpb::Analysis& analysis) {
  int named = 0;
  for (const networkpb::NetworkFindings& network : analysis.networks()) {
    named += network.gate() != networkpb::GATE_GROUP_ONLY ? 1 : 0;
  }
  const networkpb::ParticipantCounts& people = analysis.participants();
  return absl::StrCat(
      WithCommas(people.responded_any()), " of ",
      Counted(people.invited(), "person", "people"),
      " answered. That is enough to name people in ", named, " of ",
      Counted(analysis.networks_size(), "network", "networks"), ".");
}

std::string PeopleInShort(const networkpb::Analysis& analysis) {
  std::set<std::string> hubs;
  std::set<std::string> gatekeepers;
  std::set<std::string> pulsetakers;
  for (const networkpb::NetworkFindings& network : analysis.networks()) {
    for (const networkpb::RoleFinding& role : network.roles()) {
      auto& people = role.role() == networkpb::ROLE_HUB          ? hubs
                     : role.role() == networkpb::ROLE_GATEKEEPER ? gatekeepers
                                                                 : pulsetakers;
      people.insert(role.person());
    }
  }
  const auto size = [](const std::set<std::string>& people) {
    return static_cast<std::int64_t>(people.size());
  };
  return absl::StrCat(Counted(size(hubs), "hub", "hubs"), ", ",
                      Counted(size(gatekeepers), "gatekeeper", "gatekeepers"),
                      " and ",
                      Counted(size(pulsetakers), "pulsetaker", "pulsetakers"),
                      ", over all networks.");
}

std::string GroupInShort(const networkpb::CliqueRisk& risk) {
  std::vector<std::string> excluded;
  for (const networkpb::SectorStanding& sector : risk.sectors()) {
    if (sector.status() == networkpb::SectorStanding::STATUS_EXCLUDED) {
      excluded.push_back(sector.sector());
    }
  }
  return absl::StrCat(
      VerdictName(risk.verdict()), ": ", VerdictText(risk.verdict()),
      risk.fragile() ? " FRAGILE if the core leaves." : "",
      excluded.empty() ? ""
                       : absl::StrCat(" Excluded: ", ListText(excluded), "."));
}

std::string PhaseInShort(const assessmentpb::PhaseResult& phase) {
  switch (phase.verdict()) {
    case assessmentpb::PhaseResult::VERDICT_PHASE:
      return absl::StrCat(PhaseName(phase.phase()), ".");
    case assessmentpb::PhaseResult::VERDICT_BETWEEN:
      return absl::StrCat("between ", PhaseName(phase.phase()), " and ",
                          PhaseName(phase.second_phase()), ".");
    case assessmentpb::PhaseResult::VERDICT_INDETERMINATE:
      return "none stands out.";
    default:
      return absl::StrCat("not measured: ", NotMeasuredText(phase.reason()),
                          ".");
  }
}

std::string FiredTitles(
    const google::protobuf::RepeatedPtrField<assessmentpb::Finding>& list) {
  std::vector<std::string> titles;
  for (const assessmentpb::Finding& finding : list) {
    if (finding.status() == assessmentpb::Finding::STATUS_FIRED) {
      titles.push_back(finding.title());
    }
  }
  return titles.empty() ? "none with evidence."
                        : absl::StrCat(absl::StrJoin(titles, "; "), ".");
}

void WriteProvenance(const PlaceFindings& findings, Page& page) {
  page.Section("WHERE THIS COMES FROM");
  page.Labelled("snapshot", findings.wave.snapshot_digest().substr(0, 16),
                kLabelColumns);
  if (findings.analysis.has_value()) {
    page.Labelled("analysis",
                  absl::StrCat(IdOf(findings.analysis->name()), ", engine ",
                               findings.analysis->engine_version(), ", seed ",
                               findings.analysis->parameters().seed()),
                  kLabelColumns);
  }
  if (findings.assessment.has_value()) {
    const assessmentpb::AssessmentInputs& inputs =
        findings.assessment->inputs();
    page.Labelled("assessment",
                  absl::StrCat(IdOf(findings.assessment->name()), ", engine ",
                               inputs.engine_version(), ", parameters ",
                               inputs.parameters_version()),
                  kLabelColumns);
  }
  page.Paragraph(
      "The same answers give the same page. Hub, gatekeeper and pulsetaker are "
      "defined by published formulas; thresholds are choices, not laws.");
}

}  // namespace

std::string NetworkLabel(const PlaceFindings& findings,
                         const std::string& network_id) {
  for (const survey::v1::Network& network : findings.instrument.networks()) {
    if (network.network_id() == network_id) return network.label();
  }
  return network_id;
}

std::string PersonText(const PlaceFindings& findings, const std::string& id) {
  const auto name = findings.names.find(id);
  if (name == findings.names.end() || name->second.empty() ||
      name->second == id) {
    return id;
  }
  return absl::StrCat(name->second, " (", id, ")");
}

std::string ListText(const std::vector<std::string>& parts) {
  if (parts.size() < 2) return absl::StrJoin(parts, "");
  const std::vector<std::string> front(parts.begin(), parts.end() - 1);
  return absl::StrCat(absl::StrJoin(front, ", "), " and ", parts.back());
}

std::string NetworksText(const std::vector<std::string>& numbers) {
  return absl::StrCat(numbers.size() == 1 ? "network " : "networks ",
                      ListText(numbers));
}

void WriteInShort(const PlaceFindings& findings, Page& page) {
  page.Section("IN SHORT");
  if (findings.analysis.has_value()) {
    const networkpb::Analysis& analysis = *findings.analysis;
    page.Labelled("Answers", AnswersInShort(analysis), kLabelColumns);
    page.Labelled("Key people", PeopleInShort(analysis), kLabelColumns);
    page.Labelled("One group?", GroupInShort(analysis.clique_risk()),
                  kLabelColumns);
  } else {
    page.Labelled("Networks", "not analysed yet: pulsetaker analyze",
                  kLabelColumns);
  }
  if (findings.assessment.has_value()) {
    const assessmentpb::Assessment& assessment = *findings.assessment;
    page.Labelled("Phase", PhaseInShort(assessment.phase()), kLabelColumns);
    if (assessment.change().status() !=
        assessmentpb::Change::STATUS_NO_PREVIOUS_WAVE) {
      page.Labelled("Last wave",
                    std::string(ChangeText(assessment.change().status())),
                    kLabelColumns);
    }
    page.Labelled("Risks", FiredTitles(assessment.risks()), kLabelColumns);
    page.Labelled("Advice", FiredTitles(assessment.recommendations()),
                  kLabelColumns);
  } else {
    page.Labelled("Phase", "not assessed yet: pulsetaker assess",
                  kLabelColumns);
  }
}

std::string RenderPlace(const PlaceFindings& findings, PageStyle style) {
  Page page(style);
  const std::string survey = findings.survey.display_name().empty()
                                 ? IdOf(findings.survey.name())
                                 : findings.survey.display_name();
  page.Title(findings.locality.display_name(),
             absl::StrCat("wave ", IdOf(findings.wave.name())), survey);
  WriteInShort(findings, page);
  WriteAnswers(findings, page);
  WriteNetworks(findings, page);
  WriteKeyPeople(findings, page);
  WriteCliqueRisk(findings, page);
  WriteLayers(findings, page);
  WriteTriangle(findings, page);
  WritePhase(findings, page);
  WriteChange(findings, page);
  WriteRisks(findings, page);
  WriteRecommendations(findings, page);
  WriteGaps(findings, page);
  WriteProvenance(findings, page);
  return page.text();
}

}  // namespace pulsetaker::cli
