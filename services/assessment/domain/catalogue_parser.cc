#include "services/assessment/domain/catalogue_parser.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status.h"

namespace pulsetaker::assessment {
namespace {

constexpr absl::string_view kRisk = "risk";
constexpr absl::string_view kRecommendation = "recommendation";
constexpr std::size_t kTitleBytesMax = 200;
constexpr std::size_t kTextBytesMax = 1000;

struct PhaseName {
  absl::string_view name;
  Phase phase;
};
constexpr PhaseName kPhaseNames[] = {
    {"latent", Phase::kLatent},
    {"design", Phase::kDesign},
    {"mobilisation", Phase::kMobilisation},
    {"mainstreaming", Phase::kMainstreaming},
    {"embedding", Phase::kEmbedding},
};
constexpr absl::string_view kAllPhaseNames =
    "latent, design, mobilisation, mainstreaming, embedding";

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

bool IsRiskId(absl::string_view id) {
  return absl::ascii_islower(static_cast<unsigned char>(id.front())) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(static_cast<unsigned char>(c)) ||
                  IsDigit(c) || c == '_';
         });
}

bool IsRecommendationId(absl::string_view id) {
  return id.size() >= 2 && id.front() == 'R' &&
         std::all_of(id.begin() + 1, id.end(), IsDigit) &&
         (id.size() == 2 || id[1] != '0');
}

// What is explained beside findings, by these ids.
bool IsReserved(absl::string_view id) {
  return id == "phase" || id == "change";
}

// "design choice", or something with "page 27" or "pages 27 and 31" in it.
bool IsSource(absl::string_view text) {
  if (text == "design choice") return true;
  for (const absl::string_view word : {"page ", "pages "}) {
    const std::size_t at = text.find(word);
    if (at == absl::string_view::npos || at == 0) continue;
    const absl::string_view rest = text.substr(at + word.size());
    if (!rest.empty() && IsDigit(rest.front())) return true;
  }
  return false;
}

std::string AllowedKeys() {
  std::string keys = "phases, when, sectors, source";
  for (const Language language : kLanguages) {
    const absl::string_view code = LanguageCode(language);
    absl::StrAppend(&keys, ", title.", code, ", text.", code);
  }
  return keys;
}

// One entry as a definition.
class EntryParser {
 public:
  EntryParser(const CatalogueFile& file, const Entry& entry)
      : file_(file), entry_(entry) {}

  absl::StatusOr<FindingDefinition> Parse() {
    PT_RETURN_IF_ERROR(CheckId());
    PT_RETURN_IF_ERROR(CheckKeys());
    definition_.id = entry_.id;
    PT_RETURN_IF_ERROR(ParsePhases());
    PT_RETURN_IF_ERROR(ParseWhen());
    PT_RETURN_IF_ERROR(ParseSectors());
    PT_RETURN_IF_ERROR(ParseSource());
    for (const Language language : kLanguages) {
      FindingText& text = definition_.texts[IndexOf(language)];
      PT_ASSIGN_OR_RETURN(text.title,
                          TextOf("title.", language, kTitleBytesMax));
      PT_ASSIGN_OR_RETURN(text.text, TextOf("text.", language, kTextBytesMax));
    }
    return std::move(definition_);
  }

 private:
  absl::Status Error(TextPosition position, absl::string_view problem,
                     absl::string_view allowed = "") const {
    return CatalogueError(file_, position,
                          absl::StrCat(entry_.kind, " ", entry_.id), problem,
                          allowed);
  }

  absl::StatusOr<const EntryField*> Required(absl::string_view key,
                                             absl::string_view allowed) const {
    const EntryField* field = entry_.Find(key);
    if (field != nullptr) return field;
    return Error(entry_.position, absl::StrCat("`", key, "` is missing"),
                 allowed);
  }

  absl::Status CheckId() const {
    if (entry_.kind == kRisk ? IsRiskId(entry_.id) && !IsReserved(entry_.id)
                             : IsRecommendationId(entry_.id)) {
      return absl::OkStatus();
    }
    return Error(entry_.position, absl::StrCat("the id `", entry_.id, "`"),
                 entry_.kind == kRisk
                     ? "a-z, 0-9 and '_', beginning with a letter, but for "
                       "`phase` and `change`"
                     : "R and a number");
  }

  absl::Status CheckKeys() const {
    const std::string allowed = AllowedKeys();
    const std::vector<absl::string_view> keys = absl::StrSplit(allowed, ", ");
    for (const EntryField& field : entry_.fields) {
      if (std::find(keys.begin(), keys.end(), field.key) != keys.end())
        continue;
      return Error(field.position,
                   absl::StrCat("unknown key `", field.key, "`"), allowed);
    }
    return absl::OkStatus();
  }

  absl::Status ParsePhases() {
    const EntryField* field = entry_.Find("phases");
    if (field == nullptr) return absl::OkStatus();
    std::size_t offset = 0;
    for (const absl::string_view part : absl::StrSplit(field->value, ',')) {
      const absl::string_view name = absl::StripAsciiWhitespace(part);
      const auto at = static_cast<std::size_t>(name.data() - part.data());
      const TextPosition position = field->PositionOf(offset + at);
      offset += part.size() + 1;
      const auto* const found =
          std::find_if(std::begin(kPhaseNames), std::end(kPhaseNames),
                       [name](const PhaseName& p) { return p.name == name; });
      if (found == std::end(kPhaseNames)) {
        return Error(position, absl::StrCat("unknown phase `", name, "`"),
                     kAllPhaseNames);
      }
      std::vector<Phase>& phases = definition_.phases;
      if (!phases.empty() && phases.back() >= found->phase) {
        return Error(position,
                     absl::StrCat("phase `", name, "` twice or out of order"),
                     kAllPhaseNames);
      }
      phases.push_back(found->phase);
    }
    return absl::OkStatus();
  }

  absl::Status ParseWhen() {
    PT_ASSIGN_OR_RETURN(const EntryField* field,
                        Required("when", "conditions such as item.au1 < 40"));
    ConditionProblem problem;
    definition_.clauses = ParseConditions(field->value, problem);
    if (!definition_.clauses.empty()) return absl::OkStatus();
    return Error(field->PositionOf(problem.offset), problem.problem,
                 problem.allowed);
  }

  absl::Status ParseSectors() {
    const EntryField* field = entry_.Find("sectors");
    if (field == nullptr) return absl::OkStatus();
    if (field->value == "excluded") {
      definition_.sectors = SectorList::kExcluded;
    } else if (field->value == "weak_or_detached") {
      definition_.sectors = SectorList::kWeakOrDetached;
    } else {
      return Error(field->PositionOf(0),
                   absl::StrCat("unknown sectors `", field->value, "`"),
                   "excluded, weak_or_detached");
    }
    return absl::OkStatus();
  }

  absl::Status ParseSource() {
    constexpr absl::string_view kAllowed =
        "`design choice`, or a work with its page, such as `Transformers "
        "(2008), section 5.3, page 27`";
    PT_ASSIGN_OR_RETURN(const EntryField* field, Required("source", kAllowed));
    if (!IsSource(field->value)) {
      return Error(field->PositionOf(0), "a source without its page", kAllowed);
    }
    definition_.source = field->value;
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> TextOf(absl::string_view prefix,
                                     Language language,
                                     std::size_t bytes_max) const {
    PT_ASSIGN_OR_RETURN(
        const EntryField* field,
        Required(absl::StrCat(prefix, LanguageCode(language)),
                 absl::StrCat("a text in each of ", AllLanguageCodes())));
    const std::string& text = field->value;
    if (text.size() > bytes_max) {
      return Error(field->PositionOf(0),
                   absl::StrCat("a text of ", text.size(), " bytes"),
                   absl::StrCat("at most ", bytes_max));
    }
    const auto digit = std::find_if(text.begin(), text.end(), IsDigit);
    if (digit != text.end()) {
      return Error(
          field->PositionOf(static_cast<std::size_t>(digit - text.begin())),
          "a number in a text", "words; numbers come with the evidence");
    }
    return text;
  }

  const CatalogueFile& file_;
  const Entry& entry_;
  FindingDefinition definition_;
};

}  // namespace

absl::StatusOr<Catalogue> ParseCatalogue(const CatalogueFile& file) {
  PT_ASSIGN_OR_RETURN(const std::vector<Entry> entries, ReadEntries(file));
  Catalogue catalogue;
  for (const Entry& entry : entries) {
    const std::string name = absl::StrCat(entry.kind, " ", entry.id);
    if (entry.kind != kRisk && entry.kind != kRecommendation) {
      return CatalogueError(file, entry.position, name,
                            absl::StrCat("unknown kind `", entry.kind, "`"),
                            "risk, recommendation");
    }
    if (catalogue.Find(entry.id) != nullptr) {
      return CatalogueError(file, entry.position, name,
                            absl::StrCat("the id `", entry.id, "` twice"),
                            "an id of its own for each entry");
    }
    PT_ASSIGN_OR_RETURN(FindingDefinition definition,
                        EntryParser(file, entry).Parse());
    (entry.kind == kRisk ? catalogue.risks : catalogue.recommendations)
        .push_back(std::move(definition));
  }
  if (catalogue.risks.empty() || catalogue.recommendations.empty()) {
    return CatalogueError(file, {1, 1}, "", "a catalogue without entries",
                          "at least one risk and one recommendation");
  }
  return catalogue;
}

}  // namespace pulsetaker::assessment
