// The vocabulary of the pages: every enum of the findings in plain words.

#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "pulsetaker/assessment/v1/finding.pb.h"
#include "pulsetaker/assessment/v1/phase.pb.h"
#include "pulsetaker/assessment/v1/triangle.pb.h"
#include "pulsetaker/network/v1/clique_risk.pb.h"
#include "pulsetaker/network/v1/layer_links.pb.h"
#include "pulsetaker/network/v1/measure.pb.h"
#include "pulsetaker/network/v1/roles.pb.h"

namespace pulsetaker::cli {

// 0.8125 -> "81 %".
std::string Percent(double share);
// With so many decimals: 0.46, and never "-0.00".
std::string Fixed(double value, int decimals);

// "0.46 (0.39 to 0.55; by chance 0.06)", or "not measured".
std::string MeasureText(const network::v1::Measure& measure, int decimals);
std::string MeasurePercent(const network::v1::Measure& measure);

// Why something is not measured, without a full stop.
std::string ReasonText(const network::v1::NotMeasured& not_measured);

absl::string_view GateText(network::v1::Gate gate);
absl::string_view RoleText(network::v1::Role role);
absl::string_view RolesText(network::v1::Role role);  // Plural.
absl::string_view LayerText(network::v1::Layer layer);
absl::string_view RuleText(network::v1::RoleRule rule);
std::string EvidenceText(const network::v1::Evidence& evidence);
absl::string_view WithheldText(network::v1::WithheldRole::Reason reason);
absl::string_view ReadingText(
    network::v1::CliqueRisk::RecurrenceReading reading);
absl::string_view VerdictName(network::v1::CliqueRisk::Verdict verdict);
absl::string_view VerdictText(network::v1::CliqueRisk::Verdict verdict);
absl::string_view StandingText(network::v1::SectorStanding::Status status);
absl::string_view DialName(network::v1::Dial::Kind kind);
absl::string_view DialText(network::v1::Dial::Kind kind);
absl::string_view RichnessText(network::v1::LayerCell::Richness richness);

absl::string_view CornerText(assessment::v1::Corner corner);
absl::string_view PhaseName(assessment::v1::Phase phase);
absl::string_view NotMeasuredText(assessment::v1::NotMeasuredReason reason);
absl::string_view ChangeText(assessment::v1::Change::Status status);
// "authority: 65, at least 60".
std::string EvidenceText(const assessment::v1::Evidence& evidence);
// "corner.capacity" -> "capacity", "arrow.a_c" -> "authority to capacity".
std::string FeatureText(absl::string_view metric);

}  // namespace pulsetaker::cli
