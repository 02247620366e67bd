// What a valid translation of an instrument is, and its canonical form. All
// errors are INVALID_ARGUMENT with the metadata `field`, a path that begins
// with "instrument.translations".

#pragma once

#include "absl/status/status.h"
#include "services/survey/domain/instrument.h"

namespace pulsetaker::survey {

// Checks what is there, as it must be in a draft, too: texts may be missing,
// but none may be of what the instrument does not have. Networks and items of
// `instrument` are valid. The first that matches, in this order:
//   TRANSLATIONS_TOO_LARGE                           translations
//   of the first translation at fault:
//     LANGUAGE_MALFORMED, LANGUAGE_REPEATED          language
//     TEXT_TOO_LONG, TEXT_MALFORMED                  display_name
//     of the first network at fault:
//       TRANSLATION_UNKNOWN, ID_REPEATED             network_id
//       TEXT_TOO_LONG, TEXT_MALFORMED                label, wording
//       TRANSLATION_UNKNOWN                          direction_meaning
//       TEXT_TOO_LONG, TEXT_MALFORMED                direction_meaning
//     of the first item at fault:
//       TRANSLATION_UNKNOWN, ID_REPEATED             item_id
//       TEXT_TOO_LONG, TEXT_MALFORMED                wording
absl::Status CheckTranslations(const Instrument& instrument);

// Checks that every translation has all texts, as it must in a revision.
// `instrument` is as CanonicalTranslations makes it. TRANSLATION_INCOMPLETE.
absl::Status CheckTranslationsComplete(const Instrument& instrument);

// Puts translations in the order of their languages, and what is in them in the
// order of the instrument; leaves out what has no text. So the same content has
// one form, and one digest. `instrument` is valid.
void CanonicalTranslations(Instrument& instrument);

}  // namespace pulsetaker::survey
