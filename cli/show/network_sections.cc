// Who answered, and what the networks look like.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/import/text.h"
#include "cli/show/sections.h"
#include "cli/show/words.h"

namespace pulsetaker::cli {
namespace {

namespace networkpb = network::v1;

std::string NumberOf(int index) { return absl::StrCat(index + 1); }

std::int32_t AnsweredCount(const networkpb::NetworkFindings& network) {
  return network.responses().responded() +
         network.responses().responded_nobody();
}

// Networks by number, for each sector of which too few answered.
std::map<std::string, std::vector<std::string>> SectorsBelowFloor(
    const networkpb::Analysis& analysis) {
  std::map<std::string, std::vector<std::string>> sectors;
  for (int i = 0; i < analysis.networks_size(); ++i) {
    for (const auto& sector : analysis.networks(i).sector_responses()) {
      if (sector.meets_floor() || sector.sector().empty() ||
          sector.invited_count() == 0) {
        continue;
      }
      sectors[sector.sector()].push_back(NumberOf(i));
    }
  }
  return sectors;
}

void WriteLeftOut(const networkpb::Analysis& analysis, Page& page) {
  std::int64_t outside = 0;
  std::int64_t opted_out = 0;
  std::int64_t unusable = 0;
  for (const networkpb::NetworkFindings& network : analysis.networks()) {
    const networkpb::LeftOutNominations& left_out = network.left_out();
    outside += left_out.not_invited() + left_out.off_roster();
    opted_out += left_out.opted_out();
    unusable += left_out.self() + left_out.repeated() + left_out.by_uninvited();
  }
  if (outside > 0) {
    page.Bullet(absl::StrCat(
        Counted(outside, "nomination goes", "nominations go"),
        " to people who were not asked. They are counted here and are no part "
        "of the networks."));
  }
  if (opted_out > 0) {
    page.Bullet(absl::StrCat(
        Counted(opted_out, "nomination is", "nominations are"),
        " by or of people who opted out. They are left out altogether."));
  }
  if (unusable > 0) {
    page.Bullet(absl::StrCat(
        Counted(unusable, "nomination is", "nominations are"),
        " of oneself, a repeat, or by someone who was not asked, and does not "
        "count."));
  }
}

void WriteCaps(const PlaceFindings& findings, Page& page) {
  for (const auto& network : findings.analysis->networks()) {
    if (network.nomination_cap() == 0 || network.respondents_at_cap() == 0) {
      continue;
    }
    page.Bullet(absl::StrCat(
        NetworkLabel(findings, network.network_id()), ": ",
        Counted(network.respondents_at_cap(), "person", "people"),
        " named the ", network.nomination_cap(),
        " that the question takes, and may have more to name. Figures of this "
        "network are cut short."));
  }
}

}  // namespace

void WriteAnswers(const PlaceFindings& findings, Page& page) {
  if (!findings.analysis.has_value()) return;
  const networkpb::Analysis& analysis = *findings.analysis;
  const networkpb::ParticipantCounts& people = analysis.participants();
  page.Section("WHO ANSWERED");
  std::string text = absl::StrCat(
      Counted(people.invited(), "person was", "people were"), " asked; ",
      WithCommas(people.responded_any()), " answered",
      people.invited() > 0
          ? absl::StrCat(" (",
                         Percent(static_cast<double>(people.responded_any()) /
                                 people.invited()),
                         ")")
          : "",
      ".");
  if (people.not_invited() > 0) {
    absl::StrAppend(&text, " ", WithCommas(people.not_invited()),
                    " more are known but were not asked: they are outside the "
                    "boundary, and that is no refusal.");
  }
  if (people.opted_out() > 0) {
    absl::StrAppend(&text, " ", WithCommas(people.opted_out()),
                    " opted out and will not be found in anything below.");
  }
  page.Paragraph(text);
  page.Blank();
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < analysis.networks_size(); ++i) {
    const networkpb::NetworkFindings& network = analysis.networks(i);
    rows.push_back(
        {NumberOf(i), NetworkLabel(findings, network.network_id()),
         absl::StrCat(AnsweredCount(network), " of ", people.invited()),
         Percent(network.response_rate()),
         absl::StrCat(network.responses().responded_nobody()),
         std::string(GateText(network.gate()))});
  }
  page.Table({{"", true},
              {"Network", false, 26},
              {"Answered", true},
              {"Share", true},
              {"Named nobody", true},
              {"May name", false}},
             rows);
  page.Blank();
  page.Paragraph(absl::StrCat(
      "From ", Percent(analysis.thresholds().all_roles_response_rate()),
      " on, people in key roles are named; from ",
      Percent(analysis.thresholds().hubs_only_response_rate()),
      " on, hubs only; below, results are about groups."));
  for (const auto& [sector, networks] : SectorsBelowFloor(analysis)) {
    page.Bullet(absl::StrCat("Too few of the sector \"", sector,
                             "\" answered in ", NetworksText(networks),
                             ": nothing is concluded about it there."));
  }
}

void WriteNetworks(const PlaceFindings& findings, Page& page) {
  if (!findings.analysis.has_value()) return;
  const networkpb::Analysis& analysis = *findings.analysis;
  page.Section("THE NETWORKS");
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < analysis.networks_size(); ++i) {
    const networkpb::NetworkFindings& network = analysis.networks(i);
    const bool has_returned =
        network.dyad_reciprocity().outcome_case() == networkpb::Measure::kValue;
    const bool has_density =
        network.density().outcome_case() == networkpb::Measure::kValue;
    rows.push_back(
        {NumberOf(i), NetworkLabel(findings, network.network_id()),
         WithCommas(network.directed() ? network.arc_count()
                                       : network.arc_count() / 2),
         has_density
             ? absl::StrCat(Fixed(network.density().value() * 100, 1), " %")
             : "-",
         !network.directed() ? "both ways"
         : has_returned      ? Percent(network.dyad_reciprocity().value())
                             : "-",
         Percent(network.largest_component_share()),
         absl::StrCat(
             network.isolate_count(),
             network.unknown_isolate_count() > 0
                 ? absl::StrCat(" (+", network.unknown_isolate_count(), "?)")
                 : "")});
  }
  page.Table({{"", true},
              {"Network", false, 26},
              {"Ties", true},
              {"Density", true},
              {"Returned", true},
              {"Linked up", true},
              {"Alone", true}},
             rows);
  page.Blank();
  page.Paragraph(
      "Ties: who names whom, among the people asked. Density: share of the "
      "ties that could be. Returned: share of the tied pairs that name each "
      "other. Linked up: share of the people in the largest connected part. "
      "Alone: answered and has no tie; ? did not answer, so may have one.");
  WriteLeftOut(analysis, page);
  WriteCaps(findings, page);
}

}  // namespace pulsetaker::cli
