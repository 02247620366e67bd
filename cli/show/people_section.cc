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

void WriteReasons(const PlaceFindings& findings, Page& page) {
  std::set<networkpb::RoleRule> rules;
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < findings.analysis->networks_size(); ++i) {
    for (const auto& role : findings.analysis->networks(i).roles()) {
      rules.insert(role.rule());
      std::vector<std::string> figures;
      for (const networkpb::Evidence& evidence : role.evidence()) {
        figures.push_back(EvidenceText(evidence));
      }
      rows.push_back({absl::StrCat(i + 1), std::string(RoleText(role.role())),
                      PersonText(findings, role.person()),
                      absl::StrCat(role.certainty() == networkpb::CERTAINTY_FIRM
                                       ? "firm "
                                       : "tentative ",
                                   Percent(role.inclusion_probability())),
                      absl::StrJoin(figures, ", ")});
    }
  }
  page.Blank();
  page.Paragraph(
      "Why, with the figures and in brackets what was needed. The share tells "
      "how often the role stays when a tenth of the answers is left out by "
      "chance: from 80 % on it is firm.");
  page.Blank();
  page.Table({{"", true},
              {"Role", false},
              {"Person", false, 20},
              {"Sure", false, 15},
              {"Figures", false, 60}},
             rows);
  page.Blank();
  for (const networkpb::RoleRule rule : rules) {
    const absl::string_view role =
        rule == networkpb::ROLE_RULE_NAMED_BY_MOST ? "Hub"
        : rule == networkpb::ROLE_RULE_BETWEEN_HUBS ||
                rule == networkpb::ROLE_RULE_BETWEENNESS
            ? "Gatekeeper"
            : "Pulsetaker";
    page.Bullet(absl::StrCat(role, ": ", RuleText(rule), "."));
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
    page.Bullet(absl::StrCat(RolesText(role), " of network ", ListText(numbers),
                             count > 0 ? absl::StrCat(" (", count, ")") : "",
                             ": ", WithheldText(reason)));
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
  page.Bullet(absl::StrCat(
      "In network ", ListText(weak),
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
  }
  WriteWeakRoles(findings, page);
  WriteWithheld(findings, page);
}

}  // namespace pulsetaker::cli
