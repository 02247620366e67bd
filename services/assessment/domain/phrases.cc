#include "services/assessment/domain/phrases.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/status.h"
#include "services/assessment/domain/metrics.h"

namespace pulsetaker::assessment {
namespace {

struct PhraseDefinition {
  absl::string_view id;
  absl::string_view places;  // Sorted, with a space between.
};

// In the order of Phrase.
constexpr PhraseDefinition kPhrases[] = {
    {"quantity.points", "number"},
    {"quantity.percent", "number"},
    {"quantity.deviations", "number"},
    {"answer.yes", ""},
    {"answer.no", ""},
    {"difference", "first second"},
    {"bound.less", "threshold"},
    {"bound.at_least", "threshold"},
    {"bound.greater", "threshold"},
    {"bound.at_most", "threshold"},
    {"condition.holds", "bound description value"},
    {"condition.fails", "bound description value"},
    {"condition.unknown", "bound description reason"},
    {"basis.people", "invited respondents"},
    {"basis.interval", "high low"},
    {"basis.response", "rate"},
    {"absence.not_asked", ""},
    {"absence.too_few_answers", ""},
    {"absence.withheld", ""},
    {"absence.no_previous_wave", ""},
    {"absence.no_source", ""},
    {"absence.undefined", ""},
    {"status.fired", ""},
    {"status.not_fired", ""},
    {"status.not_measured", ""},
    {"status.withheld", ""},
    {"phase.latent", ""},
    {"phase.design", ""},
    {"phase.mobilisation", ""},
    {"phase.mainstreaming", ""},
    {"phase.embedding", ""},
    {"phase_condition.any", ""},
    {"phase_condition.some", "phases verdict"},
    {"verdict.phase", "first first_probability second second_probability"},
    {"verdict.between", "first first_probability second second_probability"},
    {"verdict.indeterminate",
     "first first_probability second second_probability"},
    {"verdict.not_measured", "reason"},
    {"phase.title", ""},
    {"evidence.fits",
     "better better_expected feature value worse worse_expected"},
    {"evidence.fits_equally",
     "better better_expected feature value worse worse_expected"},
    {"evidence.prior", "better better_expected worse worse_expected"},
    {"flip", "feature from phase to"},
    {"rule.phase", "phase"},
    {"rule.none", ""},
    {"change.title", ""},
    {"change.regression", ""},
    {"change.no_regression", ""},
    {"change.composition_shift", ""},
    {"change.watch", ""},
    {"change.not_comparable", ""},
    {"change.no_previous_wave", ""},
    {"change.phase_reversed", ""},
    {"change.level_falls", ""},
    {"change.comparable_mix", ""},
    {"change.same_instrument", ""},
    {"change.other_instrument", ""},
    {"warning.feature", "current feature previous"},
    {"warning.core", "current"},
    {"warning.coverage", "current from previous to"},
    {"layer.unknown", ""},
    {"layer.systemic", ""},
    {"layer.sectoral", ""},
    {"layer.frontline", ""},
    {"layer.public", ""},
};

// The names in braces, sorted, each once, with a space between. "{" alone if a
// brace is not closed or opened, which is no list of names.
std::string PlacesOf(absl::string_view text) {
  std::set<std::string> places;
  while (true) {
    const std::size_t open = text.find_first_of("{}");
    if (open == absl::string_view::npos) break;
    const std::size_t close = text.find_first_of("{}", open + 1);
    if (text[open] != '{' || close == absl::string_view::npos ||
        text[close] != '}') {
      return "{";
    }
    places.emplace(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  return absl::StrJoin(places, " ");
}

class PhrasebookParser {
 public:
  PhrasebookParser(const CatalogueFile& file, const Entry& entry)
      : file_(file), entry_(entry) {}

  // The texts in each language; English from `english` where it is given.
  absl::StatusOr<PerLanguage<std::string>> Parse(
      absl::string_view english, absl::string_view places) const {
    PerLanguage<std::string> texts;
    std::vector<std::string> keys;
    for (const Language language : kLanguages) {
      std::string& text = texts[IndexOf(language)];
      if (language == Language::kEnglish && !english.empty()) {
        text = std::string(english);
        continue;
      }
      keys.emplace_back(LanguageCode(language));
      PT_ASSIGN_OR_RETURN(text, TextOf(keys.back(), places));
    }
    for (const EntryField& field : entry_.fields) {
      if (std::find(keys.begin(), keys.end(), field.key) == keys.end()) {
        return Error(field.position,
                     absl::StrCat("unknown key `", field.key, "`"),
                     absl::StrJoin(keys, ", "));
      }
    }
    return texts;
  }

  absl::Status Error(TextPosition position, absl::string_view problem,
                     absl::string_view allowed) const {
    return CatalogueError(file_, position,
                          absl::StrCat(entry_.kind, " ", entry_.id), problem,
                          allowed);
  }

 private:
  absl::StatusOr<std::string> TextOf(absl::string_view key,
                                     absl::string_view places) const {
    const EntryField* field = entry_.Find(key);
    if (field == nullptr) {
      return Error(entry_.position, absl::StrCat("`", key, "` is missing"),
                   absl::StrCat("a text in each of ", AllLanguageCodes()));
    }
    const std::string& text = field->value;
    if (PlacesOf(text) != places) {
      return Error(
          field->PositionOf(0), "the places of the phrase",
          places.empty()
              ? "none"
              : absl::StrCat("{",
                             absl::StrJoin(absl::StrSplit(places, ' '), "}, {"),
                             "}, each of them"));
    }
    const auto digit = std::find_if(text.begin(), text.end(), [](char c) {
      return absl::ascii_isdigit(static_cast<unsigned char>(c));
    });
    if (digit != text.end()) {
      return Error(
          field->PositionOf(static_cast<std::size_t>(digit - text.begin())),
          "a number in a text", "words; numbers are put in");
    }
    return text;
  }

  const CatalogueFile& file_;
  const Entry& entry_;
};

}  // namespace

std::string Phrasebook::Say(Phrase phrase, Language language,
                            const PhraseArguments& arguments) const {
  absl::string_view rest =
      phrases_[static_cast<std::size_t>(phrase)][IndexOf(language)];
  std::string said;
  while (!rest.empty()) {
    const std::size_t open = rest.find('{');
    absl::StrAppend(&said, rest.substr(0, open));
    if (open == absl::string_view::npos) break;
    const std::size_t close = rest.find('}', open);
    const absl::string_view place = rest.substr(open + 1, close - open - 1);
    const auto argument = std::find_if(
        arguments.begin(), arguments.end(),
        [place](const auto& given) { return given.first == place; });
    absl::StrAppend(&said, argument != arguments.end()
                               ? absl::string_view(argument->second)
                               : rest.substr(open, close - open + 1));
    rest.remove_prefix(close + 1);
  }
  return said;
}

absl::string_view Phrasebook::Describe(absl::string_view metric,
                                       Language language) const {
  const auto found = metrics_.find(metric);
  return found == metrics_.end()
             ? absl::string_view()
             : absl::string_view(found->second[IndexOf(language)]);
}

absl::StatusOr<Phrasebook> ParsePhrasebook(const CatalogueFile& file) {
  PT_ASSIGN_OR_RETURN(const std::vector<Entry> entries, ReadEntries(file));
  Phrasebook book;
  book.phrases_.resize(std::size(kPhrases));
  std::set<absl::string_view> seen;
  for (const Entry& entry : entries) {
    const PhrasebookParser parser(file, entry);
    const auto* const phrase = std::find_if(
        std::begin(kPhrases), std::end(kPhrases),
        [&](const PhraseDefinition& p) { return p.id == entry.id; });
    const MetricDefinition* const metric = FindMetric(entry.id);
    if (entry.kind == "phrase" && phrase != std::end(kPhrases)) {
      PT_ASSIGN_OR_RETURN(
          book.phrases_[static_cast<std::size_t>(phrase - kPhrases)],
          parser.Parse("", phrase->places));
    } else if (entry.kind == "metric" && metric != nullptr) {
      PT_ASSIGN_OR_RETURN(book.metrics_[entry.id],
                          parser.Parse(metric->description, ""));
    } else {
      return parser.Error(entry.position, "an unknown entry",
                          "`metric` and the name of a metric, `phrase` and "
                          "the id of a phrase");
    }
    if (!seen.insert(entry.id).second) {
      return parser.Error(entry.position, "an entry that comes twice",
                          "each entry once");
    }
  }
  for (const PhraseDefinition& phrase : kPhrases) {
    if (seen.count(phrase.id) > 0) continue;
    return CatalogueError(file, {1, 1}, absl::StrCat("phrase ", phrase.id),
                          "the entry is missing", "every phrase once");
  }
  for (const MetricDefinition& metric : MetricDefinitions()) {
    if (seen.count(metric.name) > 0) continue;
    return CatalogueError(file, {1, 1}, absl::StrCat("metric ", metric.name),
                          "the entry is missing", "every metric once");
  }
  return book;
}

}  // namespace pulsetaker::assessment
