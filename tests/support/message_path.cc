#include "tests/support/message_path.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"

namespace pulsetaker::testing {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// "LAYER_PUBLIC" of Layer is "public".
std::string ShortName(const EnumDescriptor& type, int number) {
  const auto* value = type.FindValueByNumber(number);
  if (value == nullptr) return "";
  const std::string prefix =
      absl::StrCat(absl::AsciiStrToUpper(type.name()), "_");
  absl::string_view name = value->name();
  if (absl::StartsWith(name, prefix)) name.remove_prefix(prefix.size());
  return absl::AsciiStrToLower(name);
}

// What an element can be picked by: its id, or the enumerations that place it.
std::vector<std::string> KeysOf(const Message& element) {
  const Reflection& reflection = *element.GetReflection();
  std::vector<std::string> ids;
  std::vector<std::string> places;
  for (int i = 0; i < element.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = element.GetDescriptor()->field(i);
    if (field->is_repeated()) continue;
    if (field->has_presence() && !reflection.HasField(element, field)) continue;
    const bool is_place = field->name() == "corner" ||
                          field->name() == "from" || field->name() == "to" ||
                          field->name() == "layer" ||
                          field->name() == "upper" || field->name() == "lower";
    if (field->enum_type() != nullptr && is_place) {
      places.push_back(ShortName(*field->enum_type(),
                                 reflection.GetEnumValue(element, field)));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      ids.push_back(reflection.GetString(element, field));
    }
  }
  if (!places.empty()) ids.push_back(absl::StrJoin(places, "-"));
  return ids;
}

bool IsPickedBy(const Message& element, int index, absl::string_view key) {
  int number = 0;
  if (absl::SimpleAtoi(key, &number)) return number == index;
  for (const std::string& own : KeysOf(element)) {
    if (own == key) return true;
  }
  return false;
}

std::optional<double> NumberOf(const Message& from,
                               const FieldDescriptor* field) {
  const Reflection& reflection = *from.GetReflection();
  if (field->has_presence() && !reflection.HasField(from, field)) {
    return std::nullopt;
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.GetDouble(from, field);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.GetInt32(from, field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(from, field) ? 1 : 0;
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.GetEnumValue(from, field);
    case FieldDescriptor::CPPTYPE_STRING:
      if (reflection.GetString(from, field).empty()) return std::nullopt;
      return 1;
    default:
      return std::nullopt;
  }
}

bool FollowInto(const Message& from, absl::string_view path,
                std::vector<double>& numbers);

bool FollowElements(const Message& from, const FieldDescriptor* field,
                    absl::string_view key, absl::string_view rest,
                    std::vector<double>& numbers) {
  const Reflection& reflection = *from.GetReflection();
  bool found = false;
  for (int i = 0; i < reflection.FieldSize(from, field); ++i) {
    const Message& element = reflection.GetRepeatedMessage(from, field, i);
    if (!key.empty() && !IsPickedBy(element, i, key)) continue;
    found = true;
    if (rest.empty()) {
      numbers.push_back(1);
    } else if (!FollowInto(element, rest, numbers)) {
      return false;
    }
    if (!key.empty()) break;
  }
  return found || key.empty();
}

bool FollowInto(const Message& from, absl::string_view path,
                std::vector<double>& numbers) {
  const std::size_t end = path.find_first_of(".[");
  const FieldDescriptor* field =
      from.GetDescriptor()->FindFieldByName(std::string(path.substr(0, end)));
  if (field == nullptr) return false;
  absl::string_view rest =
      end == absl::string_view::npos ? "" : path.substr(end);
  absl::string_view key;
  if (absl::StartsWith(rest, "[")) {
    const std::size_t close = rest.find(']');
    if (close == absl::string_view::npos) return false;
    key = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
    if (!field->is_repeated() || field->message_type() == nullptr) return false;
  } else if (field->is_repeated()) {
    return false;
  }
  if (absl::StartsWith(rest, ".")) rest.remove_prefix(1);
  if (field->is_repeated()) {
    return FollowElements(from, field, key, rest, numbers);
  }
  if (field->message_type() != nullptr) {
    return !rest.empty() && from.GetReflection()->HasField(from, field) &&
           FollowInto(from.GetReflection()->GetMessage(from, field), rest,
                      numbers);
  }
  const std::optional<double> number = NumberOf(from, field);
  if (!rest.empty() || !number) return false;
  numbers.push_back(*number);
  return true;
}

}  // namespace

std::optional<std::vector<double>> Follow(const Message& from,
                                          absl::string_view path) {
  std::vector<double> numbers;
  if (!FollowInto(from, path, numbers)) return std::nullopt;
  return numbers;
}

}  // namespace pulsetaker::testing
