#include "common/kv/keys.h"

#include <cstddef>

#include "absl/strings/str_cat.h"

namespace pulsetaker::kv {
namespace {

constexpr char kEnd = '\0';

}  // namespace

void AppendText(absl::string_view text, std::string& key) {
  absl::StrAppend(&key, text);
  key.push_back(kEnd);
}

bool ConsumeText(absl::string_view& key, std::string& text) {
  const std::size_t end = key.find(kEnd);
  if (end == absl::string_view::npos) return false;
  text = std::string(key.substr(0, end));
  key.remove_prefix(end + 1);
  return true;
}

bool ConsumeLayout(absl::string_view& key, char layout) {
  if (key.empty() || key[0] != layout) return false;
  key.remove_prefix(1);
  return true;
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) ++end.back();
  return end;
}

}  // namespace pulsetaker::kv
