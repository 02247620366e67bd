// The tables that say which member of a type is which field of its stored form;
// record.h has what they are for.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace pulsetaker::kv {

// One row of a table.
template <typename Owner, typename Member>
struct RecordField {
  std::int32_t number = 0;
  Member Owner::* member = nullptr;
  std::int64_t enum_last = 0;  // Only for enums.
};

namespace internal {

template <typename T>
struct Wrapped {
  using Inner = T;
  static constexpr bool kOptional = false, kVector = false, kArray = false;
};
template <typename T>
struct Wrapped<std::optional<T>> {
  using Inner = T;
  static constexpr bool kOptional = true, kVector = false, kArray = false;
};
template <typename T>
struct Wrapped<std::vector<T>> {
  using Inner = T;
  static constexpr bool kOptional = false, kVector = true, kArray = false;
};
template <typename T, std::size_t kSize>
struct Wrapped<std::array<T, kSize>> {
  using Inner = T;
  static constexpr bool kOptional = false, kVector = false, kArray = true;
};

// The numbers of a table ascend from 1.
template <typename S>
constexpr bool NumbersAscend() {
  return std::apply(
      [](const auto&... field) {
        std::int32_t last = 0;
        return ((field.number > std::exchange(last, field.number)) && ...);
      },
      FieldsOf(static_cast<const S*>(nullptr)));
}

}  // namespace internal

// A row, for a member that is no enum.
template <typename Owner, typename Member>
constexpr RecordField<Owner, Member> Field(std::int32_t number,
                                           Member Owner::* member) {
  static_assert(!std::is_enum_v<typename internal::Wrapped<Member>::Inner>,
                "an enum needs its last value");
  return {number, member, 0};
}

// A row, for an enum, or an optional, vector or array of it.
template <typename Owner, typename Member>
constexpr RecordField<Owner, Member> Field(
    std::int32_t number, Member Owner::* member,
    typename internal::Wrapped<Member>::Inner last) {
  return {number, member, static_cast<std::int64_t>(last)};
}

}  // namespace pulsetaker::kv
