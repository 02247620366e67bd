// Hubs, gatekeepers and pulsetakers.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/import/text.h"
#include "cli/show/sections.h"
#include "cli/show/words.h"

namespace pulsetaker::cli {
namespace {

namespace networkpb = network::v1;

constexpr std::size_t kPeopleShownMax = 15;

// H, G, P; small where it is not sure.
char MarkOf(const networkpb::RoleFinding& role) {
  const char mark = role.role() == networkpb::ROLE_HUB          ? 'H'
                    : role.role() == networkpb::ROLE_GATEKEEPER ? 'G'
                    : role.role() == networkpb::ROLE_PULSETAKER ? 'P'
                                                                : 'X';
  return role.certainty() == networkpb::CERTAINTY_FIRM
             ? mark
             : absl::ascii_tolower(static_cast<unsigned char>(mark));
}

struct PersonRow {
  std::string person;
  std::string place;  // Layer and sector.
  std::vector<std::string> marks;
  int count = 0;
};

// Who has most roles first.
std::vector<PersonRow> PeopleWithRoles(const networkpb::Analysis& analysis) {
  std::map<std::string, PersonRow> people;
  const auto network_count = static_cast<std::size_t>(analysis.networks_size());
  for (int i = 0; i < analysis.networks_size(); ++i) {
    for (const networkpb::RoleFinding& role : analysis.networks(i).roles()) {
      PersonRow& row = people[role.person()];
      row.person = role.person();
      row.marks.resize(network_count);
      row.marks[static_cast<std::size_t>(i)].push_back(MarkOf(role));
      ++row.count;
      const absl::string_view layer = LayerText(role.layer());
      row.place = absl::StrCat(
          layer, !layer.empty() && !role.sector().empty() ? ", " : "",
          role.sector());
    }
  }
  std::vector<PersonRow> rows;
  for (auto& [id, row] : people) rows.push_back(std::move(row));
  std::stable_sort(
      rows.begin(), rows.end(),
      [](const PersonRow& a, const PersonRow& b) { return a.count > b.count; });
  return rows;
}

void WriteMatrix(const PlaceFindings& findings,
                 const std::vector<PersonRow>& people, Page& page) {
  const bool has_places =
      std::any_of(people.begin(), people.end(),
                  [](const PersonRow& row) { return !row.place.empty(); });
  std::vector<TableColumn> columns = {{"Person", false, 28}};
  if (has_places) columns.push_back({"Layer, sector", false, 20});
  for (int i = 0; i < findings.analysis->networks_size(); ++i) {
    columns.push_back({absl::StrCat(i + 1), false, 3});
  }
  std::vector<std::vector<std::string>> rows;
  for (const PersonRow& person : people) {
    if (rows.size() == kPeopleShownMax) break;
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(PersonText(findings, person.person));
    if (has_places) row.push_back(person.place);
    for (const std::string& mark : person.marks) {
      row.push_back(mark.empty() ? "." : mark);
    }
  }
  page.Table(columns, rows);
  if (people.size() > rows.size()) {
    page.Paragraph(absl::StrCat(
        "and ",
        Counted(static_cast<std::int64_t>(people.size() - rows.size()),
                "person", "people"),
        " with fewer roles; see below."));
  }
}

// A name where it tells the person apart from the others, else name and id.
std::string ShortName(const PlaceFindings& findings, const std::string& id) {
  const auto name = findings.names.find(id);
  if (name == findings.names.end() || name->second.empty()) return id;
  const auto count = std::count_if(
      findings.names.begin(), findings.names.end(),
      [&](const auto& entry) { return entry.second == name->second; });
  return count == 1 ? name->second : PersonText(findings, id);
}

std::string SureText(const networkpb::RoleFinding& role) {
  return absl::StrCat(
      role.certainty() == networkpb::CERTAINTY_FIRM ? "firm " : "tentative ",
      Percent(role.inclusion_probability()),
      role.missing_rows().robustness() == networkpb::ROBUSTNESS_NOT_ROBUST
          ? " but not robust"
          : "");
}

const networkpb::Evidence* FindEvidence(const networkpb::RoleFinding& role,
                                        networkpb::Evidence::Metric metric) {
  for (const networkpb::Evidence& evidence : role.evidence()) {
    if (evidence.metric() == metric) return &evidence;
  }
  return nullptr;
}

// All hubs of a network in a line: they share one rule and one cut.
void WriteHubs(const PlaceFindings& findings, int index, Page& page) {
  const networkpb::NetworkFindings& network =
      findings.analysis->networks(index);
  std::vector<std::pair<double, std::string>> hubs;
  std::string cut;
  for (const networkpb::RoleFinding& role : network.roles()) {
    const networkpb::Evidence* share =
        FindEvidence(role, networkpb::Evidence::METRIC_IN_DEGREE_SHARE);
    if (role.role() != networkpb::ROLE_HUB || share == nullptr) continue;
    cut = Percent(share->threshold());
    hubs.emplace_back(
        share->value(),
        absl::StrCat(ShortName(findings, role.person()), " ",
                     Percent(share->value()),
                     role.certainty() == networkpb::CERTAINTY_FIRM
                         ? ""
                         : absl::StrCat(" (", SureText(role), ")")));
  }
  std::stable_sort(hubs.begin(), hubs.end(), [](const auto& a, const auto& b) {
    return a.first > b.first;
  });
  std::vector<std::string> people;
  for (const auto& [share, text] : hubs) people.push_back(text);
  if (people.empty()) return;
  page.Labelled(
      absl::StrCat(index + 1),
      absl::StrCat("from ", cut, " on: ", absl::StrJoin(people, ", ")), 3);
}

void WriteOthers(const PlaceFindings& findings, int index,
                 networkpb::Role wanted, Page& page) {
  for (const auto& role : findings.analysis->networks(index).roles()) {
    if (role.role() != wanted) continue;
    std::vector<std::string> figures;
    for (const networkpb::Evidence& evidence : role.evidence()) {
      figures.push_back(EvidenceText(evidence));
    }
    page.Labelled(
        absl::StrCat(index + 1),
        absl::StrCat(ShortName(findings, role.person()), ", ", SureText(role),
                     ": ", absl::StrJoin(figures, ", ")),
        3);
  }
}

void WriteReasons(const PlaceFindings& findings, Page& page) {
  page.Blank();
  page.Paragraph(
      "Why, network by network; in brackets what was needed. firm and "
      "tentative: how often the role stays when a tenth of the answers is left "
      "out by chance; from 80 % on it is firm.");
  for (const networkpb::Role wanted :
       {networkpb::ROLE_HUB, networkpb::ROLE_GATEKEEPER,
        networkpb::ROLE_PULSETAKER}) {
    std::set<absl::string_view> rules;
    for (const auto& network : findings.analysis->networks()) {
      for (const networkpb::RoleFinding& role : network.roles()) {
        if (role.role() == wanted) rules.insert(RuleText(role.rule()));
      }
    }
    if (rules.empty()) continue;
    page.Blank();
    std::string heading(RolesText(wanted));
    heading[0] = absl::ascii_toupper(static_cast<unsigned char>(heading[0]));
    page.Paragraph(absl::StrCat(heading, ": ", absl::StrJoin(rules, "; or ")));
    for (int i = 0; i < findings.analysis->networks_size(); ++i) {
      if (wanted == networkpb::ROLE_HUB) {
        WriteHubs(findings, i, page);
      } else {
        WriteOthers(findings, i, wanted, page);
      }
    }
  }
}

// One line a role and reason, with the networks that it holds for.
void WriteWithheld(const PlaceFindings& findings, Page& page) {
  std::map<std::tuple<int, int>, std::vector<std::string>> networks;
  std::map<std::tuple<int, int>, int> counts;
  for (int i = 0; i < findings.analysis->networks_size(); ++i) {
    for (const auto& withheld :
         findings.analysis->networks(i).withheld_roles()) {
      const auto key = std::make_tuple(static_cast<int>(withheld.role()),
                                       static_cast<int>(withheld.reason()));
      networks[key].push_back(absl::StrCat(i + 1));
      counts[key] += withheld.person_count();
    }
  }
  if (networks.empty()) return;
  page.Blank();
  page.Paragraph("Not named, and why:");
  for (const auto& [key, numbers] : networks) {
    const auto role = static_cast<networkpb::Role>(std::get<0>(key));
    const auto reason =
        static_cast<networkpb::WithheldRole::Reason>(std::get<1>(key));
    const int count = counts[key];
    page.Bullet(absl::StrCat(RolesText(role), " of ", NetworksText(numbers),
                             count > 0 ? absl::StrCat(" (", count, ")") : "",
                             ": ", WithheldText(reason)));
  }
}

void WriteRobustness(const PlaceFindings& findings, Page& page) {
  const auto& networks = findings.analysis->networks();
  const bool any =
      std::any_of(networks.begin(), networks.end(), [](const auto& network) {
        return std::any_of(network.roles().begin(), network.roles().end(),
                           [](const networkpb::RoleFinding& role) {
                             return role.missing_rows().robustness() ==
                                    networkpb::ROBUSTNESS_NOT_ROBUST;
                           });
      });
  if (!any) return;
  page.Blank();
  page.Bullet(
      "Not robust: whether the role is theirs hangs on what people would have "
      "said who did not answer.");
}

// Rankings that do not hold without some respondents.
void WriteUnstableRankings(const PlaceFindings& findings, Page& page) {
  std::map<networkpb::Role, std::vector<std::string>> unstable;
  for (int i = 0; i < findings.analysis->networks_size(); ++i) {
    for (const auto& stability :
         findings.analysis->networks(i).role_stabilities()) {
      if (stability.band() == networkpb::RoleStability::BAND_BELOW_MIN) {
        unstable[stability.role()].push_back(absl::StrCat(i + 1));
      }
    }
  }
  if (unstable.empty()) return;
  page.Blank();
  for (const auto& [role, numbers] : unstable) {
    page.Bullet(absl::StrCat(
        "The ranking behind ", RolesText(role), " of ", NetworksText(numbers),
        " does not hold without a quarter of the answers: read it with care."));
  }
}

void WriteWeakRoles(const PlaceFindings& findings, Page& page) {
  std::vector<std::string> weak;
  for (int i = 0; i < findings.analysis->networks_size(); ++i) {
    if (findings.analysis->networks(i).role_weakly_identified()) {
      weak.push_back(absl::StrCat(i + 1));
    }
  }
  if (weak.empty()) return;
  page.Blank();
  page.Bullet(absl::StrCat(
      "In ", NetworksText(weak),
      " who is close to all is nearly the same as who is named by most: read "
      "pulsetakers there with care."));
}

}  // namespace

void WriteKeyPeople(const PlaceFindings& findings, Page& page) {
  if (!findings.analysis.has_value()) return;
  page.Section("KEY PEOPLE");
  const std::vector<PersonRow> people = PeopleWithRoles(*findings.analysis);
  if (people.empty()) {
    page.Paragraph("Nobody is named in any network.");
  } else {
    page.Paragraph(
        "H hub, G gatekeeper, P pulsetaker, small letters where it is not "
        "sure; columns are the networks by number. These roles say where "
        "people stand in the networks, not how good they are at their work.");
    page.Blank();
    WriteMatrix(findings, people, page);
    WriteReasons(findings, page);
    WriteWeakRoles(findings, page);
    WriteRobustness(findings, page);
    WriteUnstableRankings(findings, page);
  }
  WriteWithheld(findings, page);
}

}  // namespace pulsetaker::cli
