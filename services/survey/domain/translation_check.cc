#include "services/survey/domain/translation_check.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {
namespace {

constexpr char kTranslations[] = "instrument.translations";

std::size_t BytesOf(const Translation& translation) {
  std::size_t bytes = translation.display_name.size();
  for (const NetworkTexts& network : translation.networks) {
    bytes += network.network_id.size() + network.label.size() +
             network.wording.size() + network.direction_meaning.size();
  }
  for (const ItemTexts& item : translation.items) {
    bytes += item.item_id.size() + item.wording.size();
  }
  return bytes;
}

absl::Status CheckSizes(const Instrument& instrument) {
  if (instrument.translations.size() > kTranslationCountMax) {
    return FieldError("TRANSLATIONS_TOO_LARGE", kTranslations,
                      absl::StrCat("has ", instrument.translations.size(),
                                   ", want at most ", kTranslationCountMax));
  }
  std::size_t bytes = 0;
  for (const Translation& translation : instrument.translations) {
    bytes += BytesOf(translation);
  }
  if (bytes > kTranslationBytesMax) {
    return FieldError(
        "TRANSLATIONS_TOO_LARGE", kTranslations,
        absl::StrCat("has ", bytes, " bytes of text, want at most ",
                     kTranslationBytesMax));
  }
  return absl::OkStatus();
}

// Questions of an instrument by id, and those that a translation has named.
template <typename Question>
class Questions {
 public:
  Questions(const std::vector<Question>& questions,
            std::string Question::* id) {
    for (const Question& question : questions) {
      by_id_.emplace(question.*id, &question);
    }
  }

  // The question with this id. TRANSLATION_UNKNOWN, ID_REPEATED.
  absl::StatusOr<const Question*> Take(absl::string_view field,
                                       const std::string& id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) {
      return FieldError("TRANSLATION_UNKNOWN", field,
                        "is not in the instrument");
    }
    if (!taken_.insert(id).second) {
      return FieldError("ID_REPEATED", field,
                        absl::StrCat("is ", id, " again"));
    }
    return found->second;
  }

 private:
  std::map<std::string, const Question*> by_id_;
  std::set<std::string> taken_;
};

absl::Status CheckNetworks(const std::string& path,
                           const Instrument& instrument,
                           const Translation& translation) {
  Questions<Network> networks(instrument.networks, &Network::network_id);
  for (std::size_t i = 0; i < translation.networks.size(); ++i) {
    const NetworkTexts& texts = translation.networks[i];
    const std::string at = absl::StrCat(path, ".networks[", i, "]");
    PT_ASSIGN_OR_RETURN(
        const Network* const network,
        networks.Take(absl::StrCat(at, ".network_id"), texts.network_id));
    PT_RETURN_IF_ERROR(
        CheckText(absl::StrCat(at, ".label"), texts.label, kNameLengthMax));
    PT_RETURN_IF_ERROR(CheckText(absl::StrCat(at, ".wording"), texts.wording,
                                 kWordingLengthMax));
    const std::string meaning = absl::StrCat(at, ".direction_meaning");
    if (network->direction_meaning.empty() &&
        !texts.direction_meaning.empty()) {
      return FieldError("TRANSLATION_UNKNOWN", meaning,
                        "is empty in the instrument");
    }
    PT_RETURN_IF_ERROR(
        CheckText(meaning, texts.direction_meaning, kNoteLengthMax));
  }
  return absl::OkStatus();
}

absl::Status CheckItems(const std::string& path, const Instrument& instrument,
                        const Translation& translation) {
  Questions<Item> items(instrument.items, &Item::item_id);
  for (std::size_t i = 0; i < translation.items.size(); ++i) {
    const ItemTexts& texts = translation.items[i];
    const std::string at = absl::StrCat(path, ".items[", i, "]");
    PT_RETURN_IF_ERROR(
        items.Take(absl::StrCat(at, ".item_id"), texts.item_id).status());
    PT_RETURN_IF_ERROR(CheckText(absl::StrCat(at, ".wording"), texts.wording,
                                 kWordingLengthMax));
  }
  return absl::OkStatus();
}

absl::Status Lacks(absl::string_view field, absl::string_view what) {
  return FieldError("TRANSLATION_INCOMPLETE", field,
                    absl::StrCat("lacks ", what));
}

// Texts are in the order of the instrument, so the first that is not where it
// should be is the first that is missing.
absl::Status CheckNetworksComplete(const std::string& path,
                                   const Instrument& instrument,
                                   const Translation& translation) {
  const std::string field = absl::StrCat(path, ".networks");
  for (std::size_t i = 0; i < instrument.networks.size(); ++i) {
    const Network& network = instrument.networks[i];
    if (i >= translation.networks.size() ||
        translation.networks[i].network_id != network.network_id) {
      return Lacks(field, network.network_id);
    }
    const NetworkTexts& texts = translation.networks[i];
    const auto lacks = [&](absl::string_view text) {
      return Lacks(field,
                   absl::StrCat("the ", text, " of ", network.network_id));
    };
    if (texts.label.empty()) return lacks("label");
    if (texts.wording.empty()) return lacks("wording");
    if (texts.direction_meaning.empty() != network.direction_meaning.empty()) {
      return lacks("direction_meaning");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckItemsComplete(const std::string& path,
                                const Instrument& instrument,
                                const Translation& translation) {
  for (std::size_t i = 0; i < instrument.items.size(); ++i) {
    if (i >= translation.items.size() ||
        translation.items[i].item_id != instrument.items[i].item_id ||
        translation.items[i].wording.empty()) {
      return Lacks(absl::StrCat(path, ".items"), instrument.items[i].item_id);
    }
  }
  return absl::OkStatus();
}

// Puts `texts` in the order of `questions`.
template <typename Question, typename Texts>
void SortLike(const std::vector<Question>& questions,
              std::string Question::* question_id, std::vector<Texts>& texts,
              std::string Texts::* text_id) {
  std::map<std::string, std::size_t> places;
  for (const Question& question : questions) {
    places.emplace(question.*question_id, places.size());
  }
  std::sort(texts.begin(), texts.end(), [&](const Texts& a, const Texts& b) {
    return places.at(a.*text_id) < places.at(b.*text_id);
  });
}

}  // namespace

absl::Status CheckTranslations(const Instrument& instrument) {
  PT_RETURN_IF_ERROR(CheckSizes(instrument));
  // Tags are the same in whatever case.
  std::set<std::string> languages = {
      absl::AsciiStrToLower(instrument.language)};
  for (std::size_t i = 0; i < instrument.translations.size(); ++i) {
    const Translation& translation = instrument.translations[i];
    const std::string path = absl::StrCat(kTranslations, "[", i, "]");
    const std::string language = absl::StrCat(path, ".language");
    PT_RETURN_IF_ERROR(CheckLanguage(language, translation.language));
    if (!languages.insert(absl::AsciiStrToLower(translation.language)).second) {
      return FieldError("LANGUAGE_REPEATED", language,
                        absl::StrCat("is ", translation.language, " again"));
    }
    PT_RETURN_IF_ERROR(CheckText(absl::StrCat(path, ".display_name"),
                                 translation.display_name, kNameLengthMax));
    PT_RETURN_IF_ERROR(CheckNetworks(path, instrument, translation));
    PT_RETURN_IF_ERROR(CheckItems(path, instrument, translation));
  }
  return absl::OkStatus();
}

absl::Status CheckTranslationsComplete(const Instrument& instrument) {
  for (std::size_t i = 0; i < instrument.translations.size(); ++i) {
    const Translation& translation = instrument.translations[i];
    const std::string path = absl::StrCat(kTranslations, "[", i, "]");
    if (translation.display_name.empty()) {
      return FieldError("TRANSLATION_INCOMPLETE",
                        absl::StrCat(path, ".display_name"), "is missing");
    }
    PT_RETURN_IF_ERROR(CheckNetworksComplete(path, instrument, translation));
    PT_RETURN_IF_ERROR(CheckItemsComplete(path, instrument, translation));
  }
  return absl::OkStatus();
}

void CanonicalTranslations(Instrument& instrument) {
  for (Translation& translation : instrument.translations) {
    std::erase_if(translation.networks, [](const NetworkTexts& texts) {
      return texts.label.empty() && texts.wording.empty() &&
             texts.direction_meaning.empty();
    });
    std::erase_if(translation.items,
                  [](const ItemTexts& texts) { return texts.wording.empty(); });
    SortLike(instrument.networks, &Network::network_id, translation.networks,
             &NetworkTexts::network_id);
    SortLike(instrument.items, &Item::item_id, translation.items,
             &ItemTexts::item_id);
  }
  std::sort(instrument.translations.begin(), instrument.translations.end(),
            [](const Translation& a, const Translation& b) {
              return a.language < b.language;
            });
}

}  // namespace pulsetaker::survey
