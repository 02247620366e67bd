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

constexpr int kBarColumns = 20;
constexpr int kLabelColumns = 22;

bool IsMeasured(const networkpb::Measure& measure) {
  return measure.outcome_case() == networkpb::Measure::kValue;
}

void WriteDials(const networkpb::CliqueRisk& risk, Page& page) {
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
      risk.recurrence_threshold(), " of ", risk.network_count(), "; ",
      risk.any_core_count(), " in any."));
  if (IsMeasured(risk.mean_jaccard())) {
    page.Bullet(absl::StrCat("Two cores share ",
                             MeasurePercent(risk.mean_jaccard()),
                             " of their people on average."));
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
        "If the core leaves, those who stay lose ",
        MeasurePercent(fragility.reach_loss()), " of their reach.",
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
        absl::StrCat("Ties between sectors: ", MeasureText(risk.hybridity(), 2),
                     " times what chance gives."));
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

std::string CellName(const networkpb::LayerCell& cell) {
  if (cell.upper() == cell.lower()) {
    return absl::StrCat("within ", LayerText(cell.upper()));
  }
  return absl::StrCat(LayerText(cell.upper()), " - ", LayerText(cell.lower()),
                      cell.adjacent() ? "" : " (skips)");
}

}  // namespace

void WriteCliqueRisk(const PlaceFindings& findings, Page& page) {
  if (!findings.analysis.has_value()) return;
  const networkpb::CliqueRisk& risk = findings.analysis->clique_risk();
  page.Section("ONE GROUP, OR MANY?");
  page.Paragraph(absl::StrCat(VerdictName(risk.verdict()), ": ",
                              VerdictText(risk.verdict())));
  for (const networkpb::NotMeasured& reason : risk.insufficiencies()) {
    page.Bullet(absl::StrCat("Reason: ", reason.detail(), "."));
  }
  page.Blank();
  WriteDials(risk, page);
  WriteRecurrence(risk, page);
  WriteOpenness(risk, page);
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
         cell.has_not_measured() ? "not measured"
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
  page.Table({{"Links", false, 28},
              {"", false, 12},
              {"Cover", true},
              {"Chance", true},
              {"Bridges", true},
              {"Stays", true},
              {"Up", true},
              {"Down", true}},
             rows);
  page.Blank();
  page.Paragraph(
      "Cover: share of the people with such a tie. Chance: density, times what "
      "chance gives. Bridges: people who carry the ties. Stays: cover left "
      "after the busiest tenth of them is gone. Up and down: share of the "
      "lower layer whom the upper one hears, or who hear it, within three "
      "steps.");
}

}  // namespace pulsetaker::cli
