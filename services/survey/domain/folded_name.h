// A name as comparisons see it: without case, accents, punctuation and spaces.

#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "common/base/pii.h"

namespace pulsetaker::survey {

// Code points, of letters and digits alone. As personal as the name itself.
struct FoldedName {
  std::u32string letters;       // All of them, in their order.
  std::u32string sorted_words;  // Words ascending, with a space between.
};

// Folds a name, which is UTF-8:
// - Latin letters become a to z: lower case, and without accents, for those of
//   ASCII, Latin-1, Latin Extended-A and the four of Romanian beyond. What has
//   no plain letter becomes two: "ss" of sharp s, "ae", "oe", "th", "ij".
// - Combining marks, apostrophes and what is not seen are passed over within a
//   word; all other punctuation and spaces end it.
// - All other letters stay as they are. So names in other scripts are the same
//   only in the same case, and the further Latin letters, as of Vietnamese,
//   only with the same accents, unless these are combining marks.
FoldedName FoldName(const PersonalText& name);

}  // namespace pulsetaker::survey
