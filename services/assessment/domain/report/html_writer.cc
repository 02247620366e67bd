#include "services/assessment/domain/report/html_writer.h"

#include <cstddef>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/assessment/domain/report/wording.h"

namespace pulsetaker::assessment::report {
namespace {

constexpr char kReplacement[] = "\xef\xbf\xbd";

// How many bytes at the start of `text` are a character that XML 1.0 forbids.
std::size_t ForbiddenLength(absl::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  if (byte < 0x20) return byte == '\t' || byte == '\n' || byte == '\r' ? 0 : 1;
  return absl::StartsWith(text, "\xef\xbf\xbe") ||
                 absl::StartsWith(text, "\xef\xbf\xbf")
             ? 3
             : 0;
}

absl::string_view Substitute(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return "";
  }
}

}  // namespace

void AppendEscaped(absl::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t bad = ForbiddenLength(text.substr(i)); bad > 0) {
      out += kReplacement;
      i += bad;
      continue;
    }
    if (const absl::string_view other = Substitute(text[i]); !other.empty()) {
      absl::StrAppend(&out, other);
    } else {
      out += text[i];
    }
    ++i;
  }
}

void HtmlWriter::Begin(absl::string_view tag, Attributes attributes) {
  absl::StrAppend(&out_, "<", tag);
  for (const auto& [name, value] : attributes) {
    if (value.empty()) continue;
    absl::StrAppend(&out_, " ", name, "=\"");
    AppendEscaped(value, out_);
    out_ += '"';
  }
}

void HtmlWriter::Open(absl::string_view tag, Attributes attributes) {
  Begin(tag, attributes);
  out_ += '>';
  open_.emplace_back(tag);
}

void HtmlWriter::Close() {
  absl::StrAppend(&out_, "</", open_.back(), ">\n");
  open_.pop_back();
}

void HtmlWriter::Text(absl::string_view text) { AppendEscaped(text, out_); }

void HtmlWriter::Element(absl::string_view tag, absl::string_view text,
                         Attributes attributes) {
  Open(tag, attributes);
  Text(text);
  Close();
}

void HtmlWriter::Empty(absl::string_view tag, Attributes attributes) {
  Begin(tag, attributes);
  out_ += "/>\n";
}

void HtmlWriter::Raw(absl::string_view markup) {
  absl::StrAppend(&out_, markup);
}

std::string HtmlWriter::Finish() && {
  while (!open_.empty()) Close();
  return std::move(out_);
}

std::string Coordinate(double value) {
  std::string text = Fixed(value, 1);
  if (absl::EndsWith(text, ".0")) text.resize(text.size() - 2);
  return text;
}

}  // namespace pulsetaker::assessment::report
