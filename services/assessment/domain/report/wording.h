// The words of a report, and numbers as they are read. The text page of a place
// says the same things in the same words.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/assessment/domain/change.h"
#include "services/assessment/domain/finding.h"
#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/network_findings.h"
#include "services/assessment/domain/phase.h"
#include "services/assessment/domain/report/network_picture.h"

namespace pulsetaker::assessment::report {

// Never "-0".
std::string Fixed(double value, int decimals);
// 0.5 is "50 %".
std::string Percent(double share);
// Two decimals where they tell: below 10, and not whole.
std::string Plain(double value);
// "1 person", "1,200 people".
std::string Counted(std::int64_t count, absl::string_view one,
                    absl::string_view many);
// "a, b and c".
std::string ListText(const std::vector<std::string>& parts);

absl::string_view AbsenceText(Absence absence);
absl::string_view CornerText(Corner corner);
std::string ArrowText(Arrow arrow);  // "authority to value".
std::string FeatureText(absl::string_view metric);
absl::string_view RoleText(Role role);  // In the plural.
absl::string_view GateText(Gate gate);  // Whom it lets be named.
absl::string_view RichnessText(Richness richness);
std::string CellText(const LayerCell& cell);
absl::string_view DialName(DialKind kind);
absl::string_view DialMeaning(DialKind kind);
absl::string_view VerdictName(CliqueVerdict verdict);
absl::string_view VerdictMeaning(CliqueVerdict verdict);
absl::string_view StandingText(SectorStanding standing);
absl::string_view ChangeText(ChangeStatus status);
std::string PhaseVerdictText(const PhaseResult& phase);
absl::string_view ComparisonText(Comparison comparison);
// "no resistance inside blocks progress: 34 (below 40)".
std::string EvidenceText(const Evidence& evidence);

}  // namespace pulsetaker::assessment::report
