#include "services/assessment/rpc/explain_finding.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/assessment/domain/explanation.h"
#include "services/assessment/domain/standard_catalogue.h"
#include "services/assessment/rpc/assessment_from_proto.h"
#include "services/assessment/rpc/finding_to_proto.h"
#include "services/assessment/rpc/measurement_to_proto.h"

namespace pulsetaker::assessment {
namespace {

constexpr int kFirst = 1;
static_assert(static_cast<int>(OriginKind::kNone) + kFirst ==
              v1::Origin::KIND_NONE);
static_assert(static_cast<int>(OriginKind::kNone) + kFirst ==
              v1::Origin::Kind_MAX);

// The wave of an assessment: its name without the last two parts.
std::string WaveOf(absl::string_view assessment) {
  for (int i = 0; i < 2; ++i) {
    assessment = assessment.substr(0, assessment.rfind('/'));
  }
  return std::string(assessment);
}

std::string ResourceOf(OriginKind kind, const v1::Assessment& assessment) {
  switch (kind) {
    case OriginKind::kAssessment:
      return assessment.name();
    case OriginKind::kPreviousAssessment:
      return assessment.inputs().previous_assessment();
    case OriginKind::kAnalysis:
      return assessment.inputs().analysis();
    case OriginKind::kAnswers:
      return WaveOf(assessment.name());
    case OriginKind::kNone:
      break;
  }
  return "";
}

void ToProto(const Statement& from, const v1::Assessment& assessment,
             v1::Statement& to) {
  to.set_sentence(from.sentence);
  to.set_metric(from.metric);
  to.set_description(from.description);
  if (from.value) {
    to.set_unit(ToWire(from.unit));
    ToProto(*from.value, *to.mutable_value());
  }
  if (from.comparison) to.set_comparison(ToWire(*from.comparison));
  if (from.threshold) to.set_threshold(*from.threshold);
  to.set_holds(from.holds);
  to.set_clause(from.clause);
  PutSupport(from.support, to);
  for (const Quantity& quantity : from.quantities) {
    v1::Quantity& said = *to.add_quantities();
    said.set_name(quantity.name);
    said.set_value(quantity.value);
    said.set_text(quantity.text);
    said.set_path(quantity.path);
  }
  for (const Origin& origin : from.origins) {
    v1::Origin& source = *to.add_origins();
    source.set_kind(
        static_cast<v1::Origin::Kind>(static_cast<int>(origin.kind) + kFirst));
    source.set_resource(ResourceOf(origin.kind, assessment));
    source.set_path(origin.path);
    source.set_is_value(origin.is_value);
  }
}

// The explanation in the domain's words; none for an id that is not there.
std::optional<Explanation> Explain(const v1::Assessment& assessment,
                                   absl::string_view finding_id,
                                   const Vocabulary& vocabulary) {
  const PhaseResult phase = FromProto(assessment.phase());
  if (finding_id == kPhaseSubject) return ExplainPhase(phase, vocabulary);
  if (finding_id == kChangeSubject) {
    return ExplainChange(FromProto(assessment.change()), vocabulary);
  }
  for (const auto* list :
       {&assessment.risks(), &assessment.recommendations()}) {
    for (const v1::Finding& finding : *list) {
      if (finding.finding_id() != finding_id) continue;
      const bool is_risk = list == &assessment.risks();
      return ExplainFinding(FromProto(finding), phase,
                            absl::StrCat(is_risk ? "risks" : "recommendations",
                                         "[", finding_id, "]"),
                            vocabulary);
    }
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<Language> ReadLanguage(absl::string_view language_code) {
  const std::optional<Language> language = ParseLanguage(language_code);
  if (language) return *language;
  const std::string allowed = AllLanguageCodes();
  return MakeError(absl::StatusCode::kInvalidArgument, "LANGUAGE_UNSUPPORTED",
                   absl::StrCat("language_code is not one of ", allowed,
                                ", with or without a region"),
                   {{"allowed", allowed}, {"field", "language_code"}});
}

absl::Status ExplainFinding(const v1::Assessment& assessment,
                            absl::string_view finding_id, Language language,
                            v1::Explanation& explanation) {
  const std::optional<Explanation> found =
      Explain(assessment, finding_id,
              {StandardCatalogue(), StandardPhrasebook(), language});
  if (!found) {
    return MakeError(absl::StatusCode::kNotFound, "FINDING_NOT_FOUND",
                     "the assessment has no finding of this id, and it is "
                     "neither `phase` nor `change`",
                     {{"finding_id", std::string(finding_id.substr(0, 64))}});
  }
  explanation.set_assessment(assessment.name());
  explanation.set_finding_id(found->subject);
  explanation.set_language_code(std::string(LanguageCode(language)));
  explanation.set_text_language_code(
      std::string(LanguageCode(found->language)));
  explanation.set_title(found->title);
  explanation.set_text(found->text);
  if (found->status) explanation.set_status(ToWire(*found->status));
  for (const Statement& statement : found->statements) {
    ToProto(statement, assessment, *explanation.add_statements());
  }
  for (const std::string& input : found->missing_inputs) {
    explanation.add_missing_inputs(input);
  }
  for (const std::string& input : found->withheld_inputs) {
    explanation.add_withheld_inputs(input);
  }
  for (const std::string& sector : found->sectors) {
    explanation.add_sectors(sector);
  }
  explanation.set_source(found->source);
  return absl::OkStatus();
}

}  // namespace pulsetaker::assessment
