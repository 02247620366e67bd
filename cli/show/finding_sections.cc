// Risks, recommendations, and what could not be said.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
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

using Finding = assessmentpb::Finding;
using FindingList = google::protobuf::RepeatedPtrField<Finding>;

int CountOf(const FindingList& list, Finding::Status status) {
  return static_cast<int>(std::count_if(
      list.begin(), list.end(),
      [&](const Finding& finding) { return finding.status() == status; }));
}

void WriteFired(const Finding& finding, Page& page) {
  page.Paragraph(absl::StrCat(
      finding.title(), " [", finding.finding_id(), "]",
      finding.phase_tentative() ? " (in one of the two phases only)" : ""));
  page.Paragraph(finding.text(), 6);
  std::vector<std::string> reasons;
  for (const assessmentpb::Evidence& evidence : finding.evidence()) {
    if (evidence.holds()) reasons.push_back(EvidenceText(evidence));
  }
  if (!reasons.empty()) {
    page.Labelled("Because", absl::StrJoin(reasons, "; "), 9, 6);
  }
  if (!finding.sectors().empty()) {
    page.Labelled("Sectors", absl::StrJoin(finding.sectors(), ", "), 9, 6);
  }
  if (!finding.source().empty()) {
    page.Labelled("Source", finding.source(), 9, 6);
  }
}

void WriteFindings(const FindingList& list, const char* title, const char* one,
                   const char* many, Page& page) {
  page.Section(title);
  const int fired = CountOf(list, Finding::STATUS_FIRED);
  const int undecided = CountOf(list, Finding::STATUS_NOT_MEASURED) +
                        CountOf(list, Finding::STATUS_WITHHELD);
  page.Paragraph(absl::StrCat(Counted(fired, one, many), " with evidence; ",
                              CountOf(list, Finding::STATUS_NOT_FIRED),
                              " without; ", undecided,
                              " that could not be decided."));
  for (const Finding& finding : list) {
    if (finding.status() != Finding::STATUS_FIRED) continue;
    page.Blank();
    WriteFired(finding, page);
  }
}

// What a measure misses, once for each reason.
class GapList {
 public:
  void Add(const std::string& what, const networkpb::Measure& measure) {
    if (measure.has_not_measured()) {
      Add(what, ReasonText(measure.not_measured()));
    }
  }

  void Add(const std::string& what, const std::string& why) {
    for (auto& [reason, things] : gaps_) {
      if (reason != why) continue;
      if (std::find(things.begin(), things.end(), what) == things.end()) {
        things.push_back(what);
      }
      return;
    }
    gaps_.push_back({why, {what}});
  }

  void Write(Page& page) const {
    for (const auto& [why, things] : gaps_) {
      page.Bullet(absl::StrCat(ListText(things), ": ", why, "."));
    }
  }

  bool empty() const { return gaps_.empty(); }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> gaps_;
};

void AddCliqueGaps(const networkpb::CliqueRisk& risk, GapList& gaps) {
  gaps.Add("recurrence", risk.recurrence());
  gaps.Add("exclusivity", risk.exclusivity());
  gaps.Add("how alike the core is", risk.core_blau());
  gaps.Add("turnover of the core", risk.turnover());
  gaps.Add("what is lost if the core leaves", risk.fragility().reach_loss());
  gaps.Add("ties between sectors", risk.hybridity());
  gaps.Add("reach over sectors", risk.sector_reach());
  gaps.Add("renewal of ties between sectors", risk.renewal());
  for (const networkpb::SectorStanding& sector : risk.sectors()) {
    if (!sector.has_not_measured()) continue;
    gaps.Add(absl::StrCat("standing of the sector \"", sector.sector(), "\""),
             ReasonText(sector.not_measured()));
  }
}

void AddNetworkGaps(const PlaceFindings& findings, GapList& gaps) {
  const networkpb::Analysis& analysis = *findings.analysis;
  for (const networkpb::NetworkFindings& network : analysis.networks()) {
    if (!network.core().has_not_measured()) continue;
    gaps.Add(
        absl::StrCat("core of ", NetworkLabel(findings, network.network_id())),
        ReasonText(network.core().not_measured()));
  }
  AddCliqueGaps(analysis.clique_risk(), gaps);
  const networkpb::LayerLinks& links = analysis.layer_links();
  if (links.has_not_measured()) {
    gaps.Add("links between layers", ReasonText(links.not_measured()));
    return;
  }
  for (const auto* cells : {&links.horizontal(), &links.vertical()}) {
    for (const networkpb::LayerCell& cell : *cells) {
      if (!cell.has_not_measured()) continue;
      const std::string name =
          cell.upper() == cell.lower()
              ? absl::StrCat("links within ", LayerText(cell.upper()))
              : absl::StrCat("links ", LayerText(cell.upper()), " - ",
                             LayerText(cell.lower()));
      gaps.Add(name, ReasonText(cell.not_measured()));
    }
  }
}

void AddTriangleGaps(const assessmentpb::Assessment& assessment,
                     GapList& gaps) {
  for (const auto& corner : assessment.triangle().corners()) {
    if (corner.level().has_post_stratified()) continue;
    gaps.Add(std::string(CornerText(corner.corner())),
             std::string(NotMeasuredText(corner.level().reason())));
  }
  for (const auto& arrow : assessment.triangle().arrows()) {
    if (arrow.strength().has_post_stratified()) continue;
    gaps.Add(
        absl::StrCat(CornerText(arrow.from()), " to ", CornerText(arrow.to())),
        std::string(NotMeasuredText(arrow.strength().reason())));
  }
  const assessmentpb::PhaseResult& phase = assessment.phase();
  if (phase.verdict() == assessmentpb::PhaseResult::VERDICT_NOT_MEASURED) {
    gaps.Add("the phase", std::string(NotMeasuredText(phase.reason())));
  }
  if (assessment.change().status() ==
      assessmentpb::Change::STATUS_NO_PREVIOUS_WAVE) {
    gaps.Add("change", "there is no closed wave before this one");
  }
}

// Why a finding could not be decided: the reasons of what it lacks.
std::string MissingText(const Finding& finding,
                        const assessmentpb::PhaseResult& phase) {
  std::set<std::string> reasons;
  for (const std::string& input : finding.missing_inputs()) {
    if (input == "phase") {
      reasons.emplace(phase.verdict() ==
                              assessmentpb::PhaseResult::VERDICT_INDETERMINATE
                          ? "no phase stands out"
                          : NotMeasuredText(phase.reason()));
      continue;
    }
    for (const assessmentpb::Evidence& evidence : finding.evidence()) {
      if (evidence.metric() == input) {
        reasons.emplace(NotMeasuredText(evidence.value().reason()));
      }
    }
  }
  return absl::StrJoin(reasons, "; ");
}

// Findings that lack something for the same reason share a line.
void WriteUndecided(const assessmentpb::Assessment& assessment, Page& page) {
  std::map<std::string, std::vector<std::string>> titles;
  for (const FindingList* list :
       {&assessment.risks(), &assessment.recommendations()}) {
    for (const Finding& finding : *list) {
      if (finding.missing_inputs().empty()) continue;
      titles[MissingText(finding, assessment.phase())].push_back(
          finding.title());
    }
  }
  if (titles.empty()) return;
  page.Blank();
  page.Paragraph("Risks and recommendations that lack a figure, and why:");
  for (const auto& [reason, list] : titles) {
    page.Bullet(absl::StrCat(reason, ": ", absl::StrJoin(list, "; "), "."));
  }
}

}  // namespace

void WriteRisks(const PlaceFindings& findings, Page& page) {
  if (!findings.assessment.has_value()) return;
  WriteFindings(findings.assessment->risks(), "RISKS", "risk", "risks", page);
}

void WriteRecommendations(const PlaceFindings& findings, Page& page) {
  if (!findings.assessment.has_value()) return;
  WriteFindings(findings.assessment->recommendations(), "RECOMMENDATIONS",
                "recommendation", "recommendations", page);
}

void WriteGaps(const PlaceFindings& findings, Page& page) {
  page.Section("WHAT IS NOT MEASURED, AND WHY");
  GapList gaps;
  if (findings.analysis.has_value()) {
    AddNetworkGaps(findings, gaps);
  } else {
    gaps.Add("networks, roles and clique risk",
             "not analysed yet: pulsetaker analyze");
  }
  if (findings.assessment.has_value()) {
    AddTriangleGaps(*findings.assessment, gaps);
  } else {
    gaps.Add("triangle, phase, risks and recommendations",
             "not assessed yet: pulsetaker assess");
  }
  if (gaps.empty()) page.Paragraph("Nothing is missing.");
  gaps.Write(page);
  if (findings.assessment.has_value()) {
    WriteUndecided(*findings.assessment, page);
  }
}

}  // namespace pulsetaker::cli
