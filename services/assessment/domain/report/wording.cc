#include "services/assessment/domain/report/wording.h"

#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace pulsetaker::assessment::report {

std::string Fixed(double value, int decimals) {
  const double unit = std::pow(10.0, decimals);
  const double rounded = std::round(value * unit) / unit;
  return absl::StrFormat("%.*f", decimals, rounded == 0 ? 0.0 : rounded);
}

std::string Percent(double share) {
  return absl::StrCat(Fixed(share * 100, 0), " %");
}

std::string Plain(double value) {
  const bool is_whole = std::abs(value - std::round(value)) < 0.005;
  return Fixed(value, is_whole || std::abs(value) >= 10 ? 0 : 2);
}

std::string Counted(std::int64_t count, absl::string_view one,
                    absl::string_view many) {
  const std::string digits = absl::StrCat(count);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text.push_back(',');
    text.push_back(digits[i]);
  }
  return absl::StrCat(text, " ", count == 1 ? one : many);
}

std::string ListText(const std::vector<std::string>& parts) {
  if (parts.size() < 2) return absl::StrJoin(parts, "");
  const std::vector<std::string> front(parts.begin(), parts.end() - 1);
  return absl::StrCat(absl::StrJoin(front, ", "), " and ", parts.back());
}

absl::string_view AbsenceText(Absence absence) {
  switch (absence) {
    case Absence::kNone:
      return "";
    case Absence::kNotAsked:
      return "the questionnaire does not ask for it";
    case Absence::kTooFewAnswers:
      return "too few answers";
    case Absence::kWithheld:
      return "withheld: too few answered, or a small group would show";
    case Absence::kNoPreviousWave:
      return "no earlier wave to compare with";
    case Absence::kNoSource:
      return "no source for it yet";
    case Absence::kUndefined:
      return "undefined for these answers";
  }
  return "";
}

absl::string_view CornerText(Corner corner) {
  switch (corner) {
    case Corner::kAuthority:
      return "authority";
    case Corner::kCapacity:
      return "organisational capacity";
    case Corner::kValue:
      return "value";
  }
  return "";
}

std::string ArrowText(Arrow arrow) {
  return absl::StrCat(CornerText(ArrowFrom(arrow)), " to ",
                      CornerText(ArrowTo(arrow)));
}

std::string FeatureText(absl::string_view metric) {
  for (int f = 0; f < kFeatureCount; ++f) {
    if (metric != FeatureNames()[static_cast<std::size_t>(f)]) continue;
    if (f < kCornerCount) {
      return std::string(CornerText(static_cast<Corner>(f)));
    }
    return absl::StrCat("the arrow from ",
                        ArrowText(static_cast<Arrow>(f - kCornerCount)));
  }
  return std::string(metric);
}

absl::string_view RoleText(Role role) {
  switch (role) {
    case Role::kHub:
      return "hubs";
    case Role::kGatekeeper:
      return "gatekeepers";
    case Role::kPulsetaker:
      return "pulsetakers";
  }
  return "";
}

absl::string_view GateText(Gate gate) {
  switch (gate) {
    case Gate::kAllRoles:
      return "all roles";
    case Gate::kHubsOnly:
      return "hubs only";
    case Gate::kGroupOnly:
      return "nothing about a person";
  }
  return "";
}

absl::string_view RichnessText(Richness richness) {
  switch (richness) {
    case Richness::kRich:
      return "rich";
    case Richness::kModerate:
      return "moderate";
    case Richness::kThin:
      return "thin";
    case Richness::kAtrophied:
      return "atrophied";
    case Richness::kNotMeasured:
      return "not measured";
  }
  return "";
}

std::string CellText(const LayerCell& cell) {
  if (cell.upper == cell.lower) {
    return absl::StrCat("within ", LayerLabel(cell.upper));
  }
  return absl::StrCat(LayerLabel(cell.upper), " and ", LayerLabel(cell.lower));
}

absl::string_view DialName(DialKind kind) {
  switch (kind) {
    case DialKind::kStrength:
      return "Strength";
    case DialKind::kExclusivity:
      return "Exclusivity";
    case DialKind::kFragility:
      return "Fragility";
    case DialKind::kConnectedDifference:
      return "Connected difference";
  }
  return "";
}

absl::string_view DialMeaning(DialKind kind) {
  switch (kind) {
    case DialKind::kStrength:
      return "High: leadership is shared, and the same people lead in one "
             "network after the other.";
    case DialKind::kExclusivity:
      return "High: the core is closed and keeps to itself. Chance alone gives "
             "0.50.";
    case DialKind::kFragility:
      return "High: much hangs on the core, and would break if it left.";
    case DialKind::kConnectedDifference:
      return "High: people who are unlike each other are connected.";
  }
  return "";
}

absl::string_view VerdictName(CliqueVerdict verdict) {
  switch (verdict) {
    case CliqueVerdict::kOpenSharedLeadership:
      return "Open shared leadership";
    case CliqueVerdict::kClosedCore:
      return "Closed core";
    case CliqueVerdict::kParallelCliques:
      return "Parallel cliques";
    case CliqueVerdict::kDiffuse:
      return "Diffuse";
    case CliqueVerdict::kIndeterminate:
      return "Undecided";
    case CliqueVerdict::kInsufficientData:
      return "No verdict";
  }
  return "";
}

absl::string_view VerdictMeaning(CliqueVerdict verdict) {
  switch (verdict) {
    case CliqueVerdict::kOpenSharedLeadership:
      return "the same people lead across the networks, and they are open to "
             "others. That is a strength.";
    case CliqueVerdict::kClosedCore:
      return "the same people lead across the networks, and they keep to "
             "themselves. That is the risk of a clique.";
    case CliqueVerdict::kParallelCliques:
      return "closed groups lead, but different ones in different networks.";
    case CliqueVerdict::kDiffuse:
      return "no one group leads across the networks, and none is closed.";
    case CliqueVerdict::kIndeterminate:
      return "the figures lie too near the edge between low and high to tell.";
    case CliqueVerdict::kInsufficientData:
      return "there are too few people or answers for one.";
  }
  return "";
}

absl::string_view StandingText(SectorStanding standing) {
  switch (standing) {
    case SectorStanding::kIncluded:
      return "included";
    case SectorStanding::kCourted:
      return "courted: regarded, but does not reach in";
    case SectorStanding::kExcluded:
      return "excluded: reaches in, the core does not answer";
    case SectorStanding::kDetached:
      return "detached: neither reaches in nor is regarded";
    case SectorStanding::kWeak:
      return "weak: detached, with few ties of its own";
    case SectorStanding::kIndeterminate:
      return "undecided";
    case SectorStanding::kNotMeasured:
      return "not measured";
  }
  return "";
}

absl::string_view ChangeText(ChangeStatus status) {
  switch (status) {
    case ChangeStatus::kRegression:
      return "The innovation went into reverse.";
    case ChangeStatus::kNoRegression:
      return "It did not go into reverse, and nothing warns of it.";
    case ChangeStatus::kCompositionShift:
      return "Levels fell because other people answered, not because those who "
             "answered before changed their minds.";
    case ChangeStatus::kWatch:
      return "It did not go into reverse, but there are early signs.";
    case ChangeStatus::kNotComparable:
      return "The two waves cannot be compared.";
    case ChangeStatus::kNoPreviousWave:
      return "There is no closed wave before this one.";
  }
  return "";
}

std::string PhaseVerdictText(const PhaseResult& phase) {
  switch (phase.verdict) {
    case PhaseVerdict::kPhase:
      return absl::StrCat("The innovation is in the phase of ",
                          PhaseLabel(phase.phase), ".");
    case PhaseVerdict::kBetween:
      return absl::StrCat("The innovation is between the phases of ",
                          PhaseLabel(phase.phase), " and ",
                          PhaseLabel(phase.second_phase), ".");
    case PhaseVerdict::kIndeterminate:
      return "No phase stands out.";
    case PhaseVerdict::kNotMeasured:
      return absl::StrCat(
          "The phase is not measured: ", AbsenceText(phase.absence), ".");
  }
  return "";
}

absl::string_view ComparisonText(Comparison comparison) {
  switch (comparison) {
    case Comparison::kLess:
      return "below";
    case Comparison::kAtLeast:
      return "at least";
    case Comparison::kGreater:
      return "above";
    case Comparison::kAtMost:
      return "at most";
  }
  return "";
}

std::string EvidenceText(const Evidence& evidence) {
  absl::string_view fact = evidence.description;
  const bool is_flag = absl::ConsumePrefix(&fact, "1 if ");
  if (!evidence.value.measured()) {
    return absl::StrCat(fact, ": ", AbsenceText(evidence.value.absence));
  }
  if (is_flag) {
    return absl::StrCat(fact, ": ", evidence.value.value == 1 ? "yes" : "no");
  }
  return absl::StrCat(fact, ": ", Plain(evidence.value.value), " (",
                      ComparisonText(evidence.comparison), " ",
                      Plain(evidence.threshold), ")");
}

}  // namespace pulsetaker::assessment::report
