// The fields of record.h as bytes: protobuf's, of which it takes three kinds.

#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace pulsetaker::kv {

// Appends one field each.
void PutVarint(std::int32_t number, std::uint64_t value, std::string& bytes);
void PutDouble(std::int32_t number, double value, std::string& bytes);
void PutBytes(std::int32_t number, absl::string_view value, std::string& bytes);

// The same without the number, for what is packed.
void PutRawVarint(std::uint64_t value, std::string& bytes);
void PutRawDouble(double value, std::string& bytes);

// Each takes the next field off the front of `bytes`. False if it is not of
// this number and kind, or damaged.
[[nodiscard]] bool TakeVarint(absl::string_view& bytes, std::int32_t number,
                              std::uint64_t& value);
[[nodiscard]] bool TakeDouble(absl::string_view& bytes, std::int32_t number,
                              double& value);
[[nodiscard]] bool TakeBytes(absl::string_view& bytes, std::int32_t number,
                             absl::string_view& value);
[[nodiscard]] bool TakeRawVarint(absl::string_view& bytes,
                                 std::uint64_t& value);
[[nodiscard]] bool TakeRawDouble(absl::string_view& bytes, double& value);

// Whether the next field is of this number.
bool IsNext(absl::string_view bytes, std::int32_t number);

}  // namespace pulsetaker::kv
