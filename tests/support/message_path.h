// Follows the paths of pulsetaker.assessment.v1.Origin in any message.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace pulsetaker::testing {

// The numbers that `path` leads to: of a leaf its number, a flag being 1 or 0
// and an enumeration its value; of elements that are messages 1 for each. None
// if a field does not exist, a picked element is not there, or an optional
// field or a member of a oneof is not set.
std::optional<std::vector<double>> Follow(const google::protobuf::Message& from,
                                          absl::string_view path);

}  // namespace pulsetaker::testing
