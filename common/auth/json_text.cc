#include "common/auth/json_text.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"

namespace pulsetaker::auth {
namespace {

using nlohmann::json;

// Watches the parser at its work, which would let the last of two members of
// one name win.
class Watch {
 public:
  bool refused() const { return refused_; }

  void See(json::parse_event_t event, const json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        names_.emplace_back();
        if (names_.size() > kJsonDepthMax) refused_ = true;
        return;
      case json::parse_event_t::object_end:
      case json::parse_event_t::array_end:
        names_.pop_back();
        return;
      case json::parse_event_t::key:
        if (!names_.back().insert(*TextOf(parsed)).second) refused_ = true;
        return;
      case json::parse_event_t::value:
        return;
    }
  }

 private:
  // Of the members of each object that is open. Arrays have none.
  std::vector<std::set<std::string>> names_;
  bool refused_ = false;
};

}  // namespace

std::optional<json> ParseJsonObject(absl::string_view text) {
  // The parser passes over a byte order mark, and takes a zero byte for the end
  // of the text. Neither is JSON.
  if (text.empty() || text.front() == '\xef' ||
      text.find('\0') != absl::string_view::npos) {
    return std::nullopt;
  }
  Watch watch;
  json object = json::parse(
      text.begin(), text.end(),
      [&watch](int, json::parse_event_t event, json& parsed) {
        watch.See(event, parsed);
        return true;
      },
      /*allow_exceptions=*/false);
  if (watch.refused() || !object.is_object()) return std::nullopt;
  return object;
}

std::optional<std::string> DecodeBase64Url(absl::string_view text) {
  std::string bytes;
  // Abseil takes more spellings than the one that it writes.
  if (!absl::WebSafeBase64Unescape(text, &bytes) ||
      absl::WebSafeBase64Escape(bytes) != text) {
    return std::nullopt;
  }
  return bytes;
}

const json* FindMember(const json& object, absl::string_view name) {
  const auto found = object.find(std::string(name));
  return found == object.end() ? nullptr : &*found;
}

const std::string* TextOf(const json& value) {
  return value.get_ptr<const json::string_t*>();
}

}  // namespace pulsetaker::auth
