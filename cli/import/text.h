// Small questions about text that a file gave us.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace pulsetaker::cli {

// How many columns `text`, which is UTF-8, takes on a terminal when every
// character takes one. Combining marks and wide scripts are not told apart.
int ColumnCount(absl::string_view text);

// `text` between quotes for a message: control characters and broken UTF-8
// escaped, at most `byte_count_max` bytes of it.
std::string Quoted(absl::string_view text, int byte_count_max = 60);

// A resource id made from `text`: `text` itself if it is one, else lower case,
// each run of other characters one '-', cut to length. Text without an ASCII
// letter or digit gives "x" and 12 digits of its SHA-256. Different texts can
// give the same id; the caller checks. Empty gives "".
std::string Slug(absl::string_view text);

// A decimal integer without sign tricks, spaces or fractions.
std::optional<std::int64_t> ParseInteger(absl::string_view text);

// `count` with commas between thousands: 18,445.
std::string WithCommas(std::int64_t count);

// "1 person", "2 people".
std::string Counted(std::int64_t count, absl::string_view one,
                    absl::string_view many);

}  // namespace pulsetaker::cli
