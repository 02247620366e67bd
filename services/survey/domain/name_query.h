// What somebody types to find a name.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/pii.h"
#include "services/survey/domain/folded_name.h"

namespace pulsetaker::survey {

// Letters that a query needs. One of Chinese, Japanese and Korean counts as
// this many: it says as much as a syllable or a word.
inline constexpr int kQueryLettersMin = 2;

class NameQuery {
 public:
  // INVALID_ARGUMENT, with the `field`: FIELD_REQUIRED, TEXT_TOO_LONG (over
  // kNameLengthMax), TEXT_MALFORMED, TEXT_TOO_SHORT.
  static absl::StatusOr<NameQuery> Parse(absl::string_view field,
                                         const PersonalText& text);

  // Whether for each word of the query a word of the name begins with it.
  bool Matches(const FoldedName& name) const;

 private:
  explicit NameQuery(std::vector<std::u32string> words);

  std::vector<std::u32string> words_;
};

}  // namespace pulsetaker::survey
