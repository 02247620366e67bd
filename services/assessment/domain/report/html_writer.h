// HTML that is well-formed XML too: what is opened is closed, and no text can
// become markup.

#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace pulsetaker::assessment::report {

// Appends `text` so that it is text and nothing else, between tags and in
// quotes. What XML has no character for becomes U+FFFD.
void AppendEscaped(absl::string_view text, std::string& out);

// Of what is drawn, so that XML readers draw it too.
inline constexpr absl::string_view kSvgNamespace = "http://www.w3.org/2000/svg";

using Attributes =
    std::initializer_list<std::pair<absl::string_view, absl::string_view>>;

class HtmlWriter {
 public:
  // `tag` and the names of attributes are constants. An attribute without a
  // value is left out.
  void Open(absl::string_view tag, Attributes attributes = {});
  void Close();  // What was opened last.
  void Text(absl::string_view text);
  void Element(absl::string_view tag, absl::string_view text,
               Attributes attributes = {});
  // Without content: <br/>, <rect/>.
  void Empty(absl::string_view tag, Attributes attributes = {});
  // As it is: the document type, and style sheets of ours.
  void Raw(absl::string_view markup);

  std::string Finish() &&;  // Closes what is open.

 private:
  void Begin(absl::string_view tag, Attributes attributes);

  std::string out_;
  std::vector<std::string> open_;
};

// A number of a drawing: one decimal, none where it is 0.
std::string Coordinate(double value);

}  // namespace pulsetaker::assessment::report
