#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"
#include "services/network/domain/graph_source.h"
#include "services/network/domain/piece_buffer.h"

namespace pulsetaker::network {

// What no XML 1.0 document can hold, not even escaped, is written as this.
inline constexpr absl::string_view kReplacementCharacter = "\xef\xbf\xbd";

// The length of the character at the start of `text`, valid UTF-8 and not
// empty, if XML 1.0 forbids it: U+0000 to U+001F but tab, line feed and
// carriage return; U+FFFE; U+FFFF. Otherwise 0. (Section 2.2, "Characters".)
std::size_t ForbiddenLength(absl::string_view text);

// `text`, valid UTF-8, for element content or an attribute in double quotes.
// Tabs and line breaks, also those of XML 1.1 (U+0085, U+2028), are character
// references, since readers would turn bare ones into others. Each forbidden
// character is kReplacementCharacter.
void AppendXml(absl::string_view text, PieceBuffer& out);

// Likewise a value that is there: booleans are `true` or `false`.
void AppendXmlValue(const AttributeValue& value, PieceBuffer& out);

// `string`, `double`, `long` or `boolean`: GraphML and GEXF have the same.
absl::string_view XmlTypeName(AttributeType type);

}  // namespace pulsetaker::network
