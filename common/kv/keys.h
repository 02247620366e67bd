// Parts of stored keys. A key is a layout byte, then text and numbers in the
// order in which they are scanned. Text ends with a 0x00 that it cannot hold,
// so all of `north` sorts before all of `north-west`; numbers are big-endian
// (AppendBigEndian32 and AppendBigEndian64), so byte order is numeric order.
//
// The readers are for keys from disk: they check, and never assert.

#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "common/base/big_endian.h"

namespace pulsetaker::kv {

// Appends `text` and a 0x00. `text` holds no 0x00.
void AppendText(absl::string_view text, std::string& key);

// Takes a text and its 0x00 off the front of `key`. False, and nothing is
// taken, if there is no 0x00.
[[nodiscard]] bool ConsumeText(absl::string_view& key, std::string& text);

// Takes `layout` off the front of `key`. False, and nothing is taken, if
// another byte is there, or none.
[[nodiscard]] bool ConsumeLayout(absl::string_view& key, char layout);

// The first key above every key that starts with `prefix`; "", which is for "no
// limit", if there is none.
std::string PrefixEnd(absl::string_view prefix);

}  // namespace pulsetaker::kv
