#include "services/survey/domain/instrument_comparison.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"

namespace pulsetaker::survey {
namespace {

constexpr Comparability kComparable = Comparability::kComparable;
constexpr Comparability kWithCare = Comparability::kWithCare;
constexpr Comparability kNot = Comparability::kNot;

constexpr std::array kPartRules = {
    PartRule{Part::kDisplayName, "display_name", kComparable,
             "people answer questions, not the name of the instrument"},
    PartRule{Part::kLanguage, "language", kWithCare,
             "people read another language"},
    PartRule{Part::kTranslationAdded, "a translation, added", kWithCare,
             "some people read another language than before"},
    PartRule{Part::kTranslationRemoved, "a translation, removed", kWithCare,
             "some people read another language than before"},
    PartRule{Part::kTranslatedDisplayName, "display_name of a translation",
             kComparable,
             "people answer questions, not the name of the instrument"},
    PartRule{Part::kTranslatedText, "a text of a translation", kWithCare,
             "those who read it read other words"},
    PartRule{Part::kPosition, "position", kWithCare,
             "what was asked before moves answers"},
    PartRule{Part::kWording, "wording", kWithCare, "people read other words"},
    PartRule{Part::kLabel, "label", kWithCare,
             "tables say another thing, and people may see it, too"},
    PartRule{Part::kProvenance, "provenance", kComparable,
             "nobody who answers sees it"},
    PartRule{Part::kDirection, "direction", kNot,
             "a nomination is an arc in the one and a tie in the other"},
    PartRule{Part::kDirectionMeaning, "direction_meaning", kWithCare,
             "the same nominations are read in another way"},
    PartRule{Part::kLowestWeight, "weight_min", kNot,
             "the same number says another strength"},
    PartRule{Part::kHighestWeight, "weight_max", kNot,
             "the same number says another strength"},
    PartRule{Part::kNominationCap, "nomination_cap", kWithCare,
             "who met the lower cap has more to name under the higher one"},
    PartRule{Part::kKind, "kind", kNot, "the rating is about another thing"},
    PartRule{Part::kCorner, "corner", kNot,
             "the rating is about another corner"},
    PartRule{Part::kArrow, "arrow", kNot, "the rating is about another arrow"},
    PartRule{Part::kCluster, "cluster", kWithCare,
             "ratings compare, means of clusters are of other items"},
    PartRule{Part::kExternalResource, "external_resource", kWithCare,
             "ratings compare, means of resources are of other items"},
    PartRule{Part::kReverseScored, "reverse_scored", kNot,
             "the good rating is at the other end"},
    PartRule{Part::kScaleMin, "scale_min", kNot,
             "the same number says another rating"},
    PartRule{Part::kScaleMax, "scale_max", kNot,
             "the same number says another rating"},
    PartRule{Part::kSource, "source", kComparable,
             "nobody who answers sees it"},
};

Comparability EffectOf(Part part) {
  // The rules are in the order of the parts, which begin at 1.
  return kPartRules.at(static_cast<std::size_t>(part) - 1).comparability;
}

class Changes {
 public:
  void Note(Part part, bool differs, const std::string& language = "") {
    if (differs) changes_.push_back({part, language, EffectOf(part)});
  }

  std::vector<InstrumentChange> Sorted() && {
    std::sort(changes_.begin(), changes_.end(),
              [](const InstrumentChange& a, const InstrumentChange& b) {
                return std::tie(a.part, a.language) <
                       std::tie(b.part, b.language);
              });
    return std::move(changes_);
  }

 private:
  std::vector<InstrumentChange> changes_;
};

// Bindings, so that a field that is added to a network has a rule or does not
// compile. Ids are the same.
void CompareFields(const Network& from, const Network& to, Changes& changes) {
  const auto& [id1, label1, wording1, provenance1, direction1, meaning1, min1,
               max1, cap1] = from;
  const auto& [id2, label2, wording2, provenance2, direction2, meaning2, min2,
               max2, cap2] = to;
  changes.Note(Part::kLabel, label1 != label2);
  changes.Note(Part::kWording, wording1 != wording2);
  changes.Note(Part::kProvenance, provenance1 != provenance2);
  changes.Note(Part::kDirection, direction1 != direction2);
  changes.Note(Part::kDirectionMeaning, meaning1 != meaning2);
  changes.Note(Part::kLowestWeight, min1 != min2);
  changes.Note(Part::kHighestWeight, max1 != max2);
  changes.Note(Part::kNominationCap, cap1 != cap2);
}

// As above.
void CompareFields(const Item& from, const Item& to, Changes& changes) {
  const auto& [id1, wording1, kind1, corner1, arrow1, cluster1, external1,
               reverse1, min1, max1, source1] = from;
  const auto& [id2, wording2, kind2, corner2, arrow2, cluster2, external2,
               reverse2, min2, max2, source2] = to;
  changes.Note(Part::kWording, wording1 != wording2);
  changes.Note(Part::kKind, kind1 != kind2);
  changes.Note(Part::kCorner, corner1 != corner2);
  changes.Note(Part::kArrow, arrow1 != arrow2);
  changes.Note(Part::kCluster, cluster1 != cluster2);
  changes.Note(Part::kExternalResource, external1 != external2);
  changes.Note(Part::kReverseScored, reverse1 != reverse2);
  changes.Note(Part::kScaleMin, min1 != min2);
  changes.Note(Part::kScaleMax, max1 != max2);
  changes.Note(Part::kSource, source1 != source2);
}

const std::string& IdOf(const Network& network) { return network.network_id; }
const std::string& IdOf(const Item& item) { return item.item_id; }
const std::string& IdOf(const NetworkTexts& texts) { return texts.network_id; }
const std::string& IdOf(const ItemTexts& texts) { return texts.item_id; }

const std::vector<NetworkTexts>& TextsOf(const Translation& translation,
                                         const Network&) {
  return translation.networks;
}
const std::vector<ItemTexts>& TextsOf(const Translation& translation,
                                      const Item&) {
  return translation.items;
}

// Tags of languages are the same in whatever case.
std::map<std::string, const Translation*> ByLanguage(
    const Instrument& instrument) {
  std::map<std::string, const Translation*> translations;
  for (const Translation& translation : instrument.translations) {
    translations.emplace(absl::AsciiStrToLower(translation.language),
                         &translation);
  }
  return translations;
}

// A language that both versions are translated into.
struct SharedLanguage {
  std::string language;
  const Translation* from;
  const Translation* to;
};

// What differs for all questions, and where else to look.
struct Languages {
  std::vector<InstrumentChange> changes;
  std::vector<SharedLanguage> shared;
};

Languages CompareLanguages(const Instrument& from, const Instrument& to) {
  const auto from_translations = ByLanguage(from);
  const auto to_translations = ByLanguage(to);
  Languages languages;
  Changes changes;
  changes.Note(Part::kLanguage, absl::AsciiStrToLower(from.language) !=
                                    absl::AsciiStrToLower(to.language));
  for (const auto& [tag, translation] : to_translations) {
    const auto other = from_translations.find(tag);
    if (other == from_translations.end()) {
      changes.Note(Part::kTranslationAdded, true, translation->language);
    } else {
      languages.shared.push_back(
          {translation->language, other->second, translation});
    }
  }
  for (const auto& [tag, translation] : from_translations) {
    changes.Note(Part::kTranslationRemoved, to_translations.count(tag) == 0,
                 translation->language);
  }
  languages.changes = std::move(changes).Sorted();
  return languages;
}

// The places of the questions with these ids, from 1.
using Places = std::map<std::string, std::int32_t>;

template <typename Question>
Places PlacesOf(const std::vector<Question>& questions,
                const std::set<std::string>* only = nullptr) {
  Places places;
  for (const Question& question : questions) {
    if (only != nullptr && only->count(IdOf(question)) == 0) continue;
    const auto place = static_cast<std::int32_t>(places.size() + 1);
    places.emplace(IdOf(question), place);
  }
  return places;
}

// The texts of all questions of one kind in one language, by id.
template <typename Texts>
std::map<std::string, const Texts*> ById(const std::vector<Texts>& texts) {
  std::map<std::string, const Texts*> by_id;
  for (const Texts& text : texts) by_id.emplace(IdOf(text), &text);
  return by_id;
}

// The ids of the questions whose text in the language differs.
template <typename Question>
std::set<std::string> Retranslated(const SharedLanguage& language,
                                   const std::vector<Question>& questions) {
  std::set<std::string> ids;
  if (questions.empty()) return ids;
  const Question& kind = questions.front();
  const auto from = ById(TextsOf(*language.from, kind));
  const auto to = ById(TextsOf(*language.to, kind));
  for (const Question& question : questions) {
    const auto before = from.find(IdOf(question));
    const auto after = to.find(IdOf(question));
    const bool was = before != from.end();
    const bool is = after != to.end();
    if (was != is || (was && !(*before->second == *after->second))) {
      ids.insert(IdOf(question));
    }
  }
  return ids;
}

// The networks, or the items, of two versions.
template <typename Question>
class QuestionComparer {
 public:
  QuestionComparer(const Languages& languages,
                   const std::vector<Question>& from,
                   const std::vector<Question>& to)
      : languages_(languages),
        from_(from),
        to_(to),
        from_places_(PlacesOf(from)),
        to_places_(PlacesOf(to)) {
    std::set<std::string> both;
    for (const auto& [id, place] : from_places_) {
      if (to_places_.count(id) > 0) both.insert(id);
    }
    from_ranks_ = PlacesOf(from, &both);
    to_ranks_ = PlacesOf(to, &both);
    for (const SharedLanguage& language : languages.shared) {
      retranslated_.push_back(Retranslated(language, to));
    }
  }

  std::vector<QuestionComparison> Compare() const {
    std::vector<QuestionComparison> questions;
    for (const Question& question : to_) {
      const auto from = from_places_.find(IdOf(question));
      QuestionComparison& added = questions.emplace_back();
      added.id = IdOf(question);
      added.to_position = to_places_.at(added.id);
      added.presence = Presence::kAdded;
      if (from == from_places_.end()) continue;
      added.from_position = from->second;
      added.presence = Presence::kBoth;
      const auto index = static_cast<std::size_t>(from->second) - 1;
      FillChanges(from_[index], question, added);
    }
    for (const Question& question : from_) {
      if (to_places_.count(IdOf(question)) > 0) continue;
      QuestionComparison& removed = questions.emplace_back();
      removed.id = IdOf(question);
      removed.from_position = from_places_.at(removed.id);
      removed.presence = Presence::kRemoved;
    }
    return questions;
  }

 private:
  void FillChanges(const Question& from, const Question& to,
                   QuestionComparison& question) const {
    Changes changes;
    CompareFields(from, to, changes);
    changes.Note(Part::kPosition,
                 from_ranks_.at(question.id) != to_ranks_.at(question.id));
    for (std::size_t i = 0; i < retranslated_.size(); ++i) {
      changes.Note(Part::kTranslatedText,
                   retranslated_[i].count(question.id) > 0,
                   languages_.shared[i].language);
    }
    for (const InstrumentChange& change : languages_.changes) {
      changes.Note(change.part, true, change.language);
    }
    question.changes = std::move(changes).Sorted();
    question.comparability = Comparability::kComparable;
    for (const InstrumentChange& change : question.changes) {
      question.comparability =
          std::max(question.comparability, change.comparability);
    }
  }

  const Languages& languages_;
  const std::vector<Question>& from_;
  const std::vector<Question>& to_;
  const Places from_places_;
  const Places to_places_;
  // Among the questions that both versions have.
  Places from_ranks_;
  Places to_ranks_;
  // For each shared language.
  std::vector<std::set<std::string>> retranslated_;
};

}  // namespace

absl::Span<const PartRule> PartRules() { return kPartRules; }

InstrumentComparison CompareInstruments(const Instrument& from,
                                        const Instrument& to) {
  const Languages languages = CompareLanguages(from, to);
  Changes changes;
  changes.Note(Part::kDisplayName, from.display_name != to.display_name);
  for (const InstrumentChange& change : languages.changes) {
    changes.Note(change.part, true, change.language);
  }
  for (const SharedLanguage& shared : languages.shared) {
    changes.Note(Part::kTranslatedDisplayName,
                 shared.from->display_name != shared.to->display_name,
                 shared.language);
  }
  InstrumentComparison comparison;
  comparison.changes = std::move(changes).Sorted();
  comparison.networks =
      QuestionComparer(languages, from.networks, to.networks).Compare();
  comparison.items =
      QuestionComparer(languages, from.items, to.items).Compare();
  return comparison;
}

}  // namespace pulsetaker::survey
