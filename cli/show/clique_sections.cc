// One group or many, and the links between layers.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/import/text.h"
#include "cli/show/sections.h"
#include "cli/show/words.h"

namespace pulsetaker::cli {
namespace {

namespace networkpb = network::v1;

constexpr int kBarColumns = 16;
constexpr int kLabelColumns = 22;

bool IsMeasured(const networkpb::Measure& measure) {
  return measure.outcome_case() == networkpb::Measure::kValue;
}

void WriteDials(const networkpb::CliqueRisk& risk, Page& page) {
  page.Paragraph("Four dials from 0 to 1; what a high one means is beside it.");
  for (const networkpb::Dial& dial : risk.dials()) {
    const bool is_measured = IsMeasured(dial.value());
    page.Labelled(
        DialName(dial.kind()),
        is_measured ? absl::StrCat(page.Bar(dial.value().value(), kBarColumns),
                                   "  ", Fixed(dial.value().value(), 2), "  ",
                                   DialText(dial.kind()))
                    : "not measured",
        kLabelColumns);
  }
}

// How often the same people are in the cores.
void WriteRecurrence(const networkpb::CliqueRisk& risk, Page& page) {
  if (risk.network_count() == 0) return;
  page.Blank();
  page.Paragraph(absl::StrCat(
      "Each network has a core: the group that fits best to \"they name each "
      "other, the rest do not\". ",
      Counted(risk.network_count(), "network counts", "networks count"), "."));
  page.Bullet(absl::StrCat(
      Counted(risk.all_networks_count(), "person is", "people are"),
      " in the core of all ", risk.network_count(),
      IsMeasured(risk.all_networks_share())
          ? absl::StrCat(", ", Percent(risk.all_networks_share().value()),
                         " of a core")
          : "",
      "; ", risk.pooled_core_count(), " in the core of at least ",
      risk.recurrence_threshold(), "; ", risk.any_core_count(),
      " in the core of any."));
  if (IsMeasured(risk.mean_jaccard())) {
    page.Bullet(absl::StrCat("Share of people that two cores have in common: ",
                             MeasurePercent(risk.mean_jaccard()), "."));
  }
  if (risk.all_networks_count() > 0 && risk.network_count() > 1) {
    page.Bullet(
        "Being in all cores is a headline and no test: even where the same "
        "people dominate nearly everywhere, chance keeps some out of one.");
  }
}

void WriteOpenness(const networkpb::CliqueRisk& risk, Page& page) {
  if (IsMeasured(risk.core_share_of_periphery()) &&
      IsMeasured(risk.periphery_share_of_core())) {
    page.Bullet(absl::StrCat(
        "The others send ", Percent(risk.core_share_of_periphery().value()),
        " of their nominations to the core; the core sends ",
        Percent(risk.periphery_share_of_core().value()),
        " of its own to the others."));
  }
  const networkpb::Fragility& fragility = risk.fragility();
  if (IsMeasured(fragility.reach_loss())) {
    page.Bullet(absl::StrCat(
        "Reach that those who stay lose if the core leaves: ",
        MeasurePercent(fragility.reach_loss()), ".",
        risk.fragile() ? " That is more than in 95 % of networks with the same "
                         "numbers of ties: FRAGILE."
                       : ""));
  }
  if (!fragility.isolated_sectors().empty()) {
    page.Bullet(absl::StrCat("Without the core these sectors reach no other: ",
                             absl::StrJoin(fragility.isolated_sectors(), ", "),
                             "."));
  }
  if (IsMeasured(risk.hybridity())) {
    page.Bullet(
        absl::StrCat("Ties between sectors, against what chance gives: ",
                     MeasureText(risk.hybridity(), 2), "."));
  }
}

void WriteSectors(const networkpb::CliqueRisk& risk, Page& page) {
  if (risk.sectors().empty()) return;
  page.Blank();
  std::vector<std::vector<std::string>> rows;
  const auto ratio = [](const networkpb::Measure& measure) {
    return IsMeasured(measure) ? Fixed(measure.value(), 2) : std::string("-");
  };
  for (const networkpb::SectorStanding& sector : risk.sectors()) {
    rows.push_back({sector.sector(), absl::StrCat(sector.invited_count()),
                    absl::StrCat(sector.core_count()), ratio(sector.effort()),
                    ratio(sector.regard()), ratio(sector.cohesion()),
                    std::string(StandingText(sector.status()))});
  }
  page.Table({{"Sector", false, 20},
              {"Asked", true},
              {"In core", true},
              {"Effort", true},
              {"Regard", true},
              {"Cohesion", true},
              {"Standing", false, 48}},
             rows);
  page.Blank();
  page.Paragraph(
      "Compared with others outside the core, where 1 is what is expected. "
      "Effort: how much of what they say goes to the core. Regard: how often "
      "the core names them. Cohesion: ties among themselves.");
}

// What the verdict leaves out.
void WriteDoubts(const networkpb::CliqueRisk& risk, Page& page) {
  const absl::string_view reading = ReadingText(risk.recurrence_reading());
  if (!reading.empty()) page.Bullet(reading);
  if (IsMeasured(risk.index().value())) {
    page.Bullet(absl::StrCat(
        "Index of clique risk, 0 to 100: ",
        MeasureText(risk.index().value(), 0), "; with other weights ",
        Fixed(risk.index().sensitivity_low(), 0), " to ",
        Fixed(risk.index().sensitivity_high(), 0),
        ". Not for ranking places: it leaves out most of what is above."));
  }
  const networkpb::VerdictRobustness& robust = risk.verdict_robustness();
  if (robust.recurrence().robustness() == networkpb::ROBUSTNESS_NOT_ROBUST ||
      robust.exclusivity().robustness() == networkpb::ROBUSTNESS_NOT_ROBUST) {
    page.Bullet(
        "NOT ROBUST: what people would have said who did not answer could make "
        "the verdict another one.");
  }
}

std::string CellName(const networkpb::LayerCell& cell) {
  if (cell.upper() == cell.lower()) {
    return absl::StrCat("within ", LayerText(cell.upper()));
  }
  return absl::StrCat(LayerText(cell.upper()), " - ", LayerText(cell.lower()),
                      cell.adjacent() ? "" : " *");
}

}  // namespace

void WriteCliqueRisk(const PlaceFindings& findings, Page& page) {
  if (!findings.analysis.has_value()) return;
  const networkpb::CliqueRisk& risk = findings.analysis->clique_risk();
  page.Section("ONE GROUP, OR MANY?");
  page.Paragraph(absl::StrCat(VerdictName(risk.verdict()), ": ",
                              VerdictText(risk.verdict())));
  for (const networkpb::NotMeasured& reason : risk.insufficiencies()) {
    page.Bullet(absl::StrCat("Reason: ", ReasonText(reason), "."));
  }
  page.Blank();
  WriteDials(risk, page);
  WriteRecurrence(risk, page);
  WriteOpenness(risk, page);
  WriteDoubts(risk, page);
  WriteSectors(risk, page);
}

void WriteLayers(const PlaceFindings& findings, Page& page) {
  if (!findings.analysis.has_value()) return;
  const networkpb::LayerLinks& links = findings.analysis->layer_links();
  // WriteGaps says why.
  if (links.has_not_measured()) return;
  page.Section("LINKS BETWEEN LAYERS");
  std::vector<std::vector<std::string>> rows;
  const auto share = [](const networkpb::Measure& measure) {
    return IsMeasured(measure) ? Percent(measure.value()) : std::string("-");
  };
  const auto add = [&](const networkpb::LayerCell& cell) {
    rows.push_back(
        {CellName(cell),
         cell.has_not_measured() ? "-"
                                 : std::string(RichnessText(cell.richness())),
         share(cell.coverage()),
         IsMeasured(cell.relative_density())
             ? absl::StrCat(Fixed(cell.relative_density().value(), 2), " x")
             : "-",
         IsMeasured(cell.redundancy()) ? Fixed(cell.redundancy().value(), 0)
                                       : "-",
         share(cell.resilience()), share(cell.rise()), share(cell.descent())});
  };
  for (const networkpb::LayerCell& cell : links.horizontal()) add(cell);
  for (const networkpb::LayerCell& cell : links.vertical()) add(cell);
  page.Table({{"Links", false, 22},
              {"", false, 12},
              {"Cover", true},
              {"Chance", true},
              {"Carry", true},
              {"Stays", true},
              {"Up", true},
              {"Down", true}},
             rows);
  page.Blank();
  page.Paragraph(
      "*: skips a layer. -: not measured, see below. Cover: share of the "
      "people with such a tie. Chance: "
      "density, times what "
      "chance gives. Carry: people who carry the ties. Stays: cover left "
      "after the busiest tenth of them is gone. Up and down: share of the "
      "lower layer whom the upper one hears, or who hear it, within three "
      "steps.");
}

}  // namespace pulsetaker::cli
