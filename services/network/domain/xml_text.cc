#include "services/network/domain/xml_text.h"

#include <cstddef>
#include <cstdint>
#include <variant>

namespace pulsetaker::network {
namespace {

Substitute SubstituteFor(absl::string_view text) {
  switch (text[0]) {
    case '&':
      return {"&amp;", 1};
    case '<':
      return {"&lt;", 1};
    case '>':
      return {"&gt;", 1};
    case '"':
      return {"&quot;", 1};
    case '\t':
      return {"&#9;", 1};
    case '\n':
      return {"&#10;", 1};
    case '\r':
      return {"&#13;", 1};
    case '\xc2':
      if (text.substr(0, 2) == "\xc2\x85") return {"&#133;", 2};
      return {};
    case '\xe2':
      if (text.substr(0, 3) == "\xe2\x80\xa8") return {"&#8232;", 3};
      return {};
    default:
      return {kReplacementCharacter, ForbiddenLength(text)};
  }
}

}  // namespace

std::size_t ForbiddenLength(absl::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  if (byte < 0x20) return byte == '\t' || byte == '\n' || byte == '\r' ? 0 : 1;
  if (byte != 0xef) return 0;
  const absl::string_view character = text.substr(0, 3);
  return character == "\xef\xbf\xbe" || character == "\xef\xbf\xbf" ? 3 : 0;
}

void AppendXml(absl::string_view text, PieceBuffer& out) {
  AppendSubstituted(text, SubstituteFor, out);
}

void AppendXmlValue(const AttributeValue& value, PieceBuffer& out) {
  if (const auto* text = std::get_if<absl::string_view>(&value)) {
    AppendXml(*text, out);
  } else if (const auto* number = std::get_if<double>(&value)) {
    out.AppendNumber(*number);
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    out.AppendNumber(*integer);
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    out.Append(*truth ? "true" : "false");
  }
}

absl::string_view XmlTypeName(AttributeType type) {
  switch (type) {
    case AttributeType::kString:
      return "string";
    case AttributeType::kDouble:
      return "double";
    case AttributeType::kInt64:
      return "long";
    case AttributeType::kBool:
      return "boolean";
  }
  return "string";
}

}  // namespace pulsetaker::network
