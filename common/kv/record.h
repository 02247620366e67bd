// Stored values that follow a domain type field by field. A table says which
// member has which number, once; writing and reading both walk that table, so
// they cannot disagree:
//
//   constexpr auto FieldsOf(const Level*) {
//     return std::tuple(Field(1, &Level::state, State::kWithheld),
//                       Field(2, &Level::raw), Field(3, &Level::counts));
//   }
//
// The table stands in the namespace of its type. Members may be bool, integers,
// double, std::string, enums that count from 0 (with their last value), types
// with a table, and std::optional, std::vector or std::array of these.
//
// The bytes are those of protobuf for a message with these fields in this
// order, so `protoc --decode_raw` shows them: bool, integers and enums as
// varints, doubles as fixed 64 bits, vectors and arrays of numbers packed.
// Every field is written, an optional one if it has a value, a vector if it is
// not empty. Reading takes nothing else: a field that is missing, unknown, out
// of order or out of range is damage, or from a program that knew more.
//
// A number is never reused or given another type.

#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/kv/record_field.h"
#include "common/kv/record_wire.h"

namespace pulsetaker::kv {

// The bytes of `value`.
template <typename S>
std::string EncodeRecord(const S& value);

// Fills `value`, which is as default-constructed, from the bytes that
// EncodeRecord gave. False if it gave no such bytes.
template <typename S>
[[nodiscard]] bool DecodeRecord(absl::string_view bytes, S& value);

namespace internal {

template <typename T>
inline constexpr bool kIsWhole = std::is_integral_v<T> || std::is_enum_v<T>;
template <typename T>
inline constexpr bool kIsNumber = kIsWhole<T> || std::is_same_v<T, double>;

template <typename T>
std::uint64_t ToWhole(T value) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
}

// The value of a varint, if T and the enum have it.
template <typename T>
[[nodiscard]] bool FromWhole(std::uint64_t whole, std::int64_t enum_last,
                             T& value) {
  const auto number = static_cast<std::int64_t>(whole);
  if constexpr (std::is_enum_v<T>) {
    if (number < 0 || number > enum_last) return false;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (number < 0 || number > 1) return false;
  } else if constexpr (sizeof(T) < sizeof(std::int64_t)) {
    if (number < std::int64_t{std::numeric_limits<T>::min()} ||
        number > std::int64_t{std::numeric_limits<T>::max()}) {
      return false;
    }
  }
  value = static_cast<T>(number);
  return true;
}

template <typename T>
void PutOne(std::int32_t number, const T& value, std::string& bytes) {
  if constexpr (kIsWhole<T>) {
    PutVarint(number, ToWhole(value), bytes);
  } else if constexpr (std::is_same_v<T, double>) {
    PutDouble(number, value, bytes);
  } else if constexpr (std::is_same_v<T, std::string>) {
    PutBytes(number, value, bytes);
  } else {
    PutBytes(number, EncodeRecord(value), bytes);
  }
}

template <typename T>
[[nodiscard]] bool TakeOne(absl::string_view& bytes, std::int32_t number,
                           std::int64_t enum_last, T& value) {
  if constexpr (kIsWhole<T>) {
    std::uint64_t whole = 0;
    return TakeVarint(bytes, number, whole) &&
           FromWhole(whole, enum_last, value);
  } else if constexpr (std::is_same_v<T, double>) {
    return TakeDouble(bytes, number, value);
  } else {
    absl::string_view inner;
    if (!TakeBytes(bytes, number, inner)) return false;
    if constexpr (std::is_same_v<T, std::string>) {
      value.assign(inner.data(), inner.size());
      return true;
    } else {
      return DecodeRecord(inner, value);
    }
  }
}

template <typename Sequence>
void PutSequence(std::int32_t number, const Sequence& values,
                 std::string& bytes) {
  using T = typename Wrapped<Sequence>::Inner;
  if (values.empty()) return;
  if constexpr (kIsNumber<T>) {
    std::string packed;
    for (const T value : values) {
      if constexpr (kIsWhole<T>) {
        PutRawVarint(ToWhole(value), packed);
      } else {
        PutRawDouble(value, packed);
      }
    }
    PutBytes(number, packed, bytes);
  } else {
    for (const T& value : values) PutOne(number, value, bytes);
  }
}

template <typename T>
[[nodiscard]] bool TakeSequence(absl::string_view& bytes, std::int32_t number,
                                std::int64_t enum_last,
                                std::vector<T>& values) {
  if constexpr (!kIsNumber<T>) {
    while (IsNext(bytes, number)) {
      if (!TakeOne(bytes, number, enum_last, values.emplace_back())) {
        return false;
      }
    }
    return true;
  } else {
    if (!IsNext(bytes, number)) return true;
    absl::string_view packed;
    if (!TakeBytes(bytes, number, packed) || packed.empty()) return false;
    while (!packed.empty()) {
      T value{};
      if constexpr (kIsWhole<T>) {
        std::uint64_t whole = 0;
        if (!TakeRawVarint(packed, whole) ||
            !FromWhole(whole, enum_last, value)) {
          return false;
        }
      } else if (!TakeRawDouble(packed, value)) {
        return false;
      }
      values.push_back(value);
    }
    return true;
  }
}

template <typename S, typename M>
void PutField(const S& from, const RecordField<S, M>& field,
              std::string& bytes) {
  const M& value = from.*field.member;
  if constexpr (Wrapped<M>::kOptional) {
    if (value.has_value()) PutOne(field.number, *value, bytes);
  } else if constexpr (Wrapped<M>::kVector || Wrapped<M>::kArray) {
    PutSequence(field.number, value, bytes);
  } else {
    PutOne(field.number, value, bytes);
  }
}

template <typename S, typename M>
[[nodiscard]] bool TakeField(absl::string_view& bytes,
                             const RecordField<S, M>& field, S& to) {
  M& value = to.*field.member;
  if constexpr (Wrapped<M>::kOptional) {
    if (!IsNext(bytes, field.number)) return true;
    return TakeOne(bytes, field.number, field.enum_last, value.emplace());
  } else if constexpr (Wrapped<M>::kVector) {
    return TakeSequence(bytes, field.number, field.enum_last, value);
  } else if constexpr (Wrapped<M>::kArray) {
    std::vector<typename Wrapped<M>::Inner> values;
    if (!TakeSequence(bytes, field.number, field.enum_last, values) ||
        values.size() != value.size()) {
      return false;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      value[i] = std::move(values[i]);
    }
    return true;
  } else {
    return TakeOne(bytes, field.number, field.enum_last, value);
  }
}

}  // namespace internal

template <typename S>
std::string EncodeRecord(const S& value) {
  static_assert(internal::NumbersAscend<S>(), "field numbers must ascend");
  std::string bytes;
  std::apply(
      [&](const auto&... field) {
        (internal::PutField(value, field, bytes), ...);
      },
      FieldsOf(&value));
  return bytes;
}

template <typename S>
bool DecodeRecord(absl::string_view bytes, S& value) {
  const bool taken = std::apply(
      [&](const auto&... field) {
        return (internal::TakeField(bytes, field, value) && ...);
      },
      FieldsOf(static_cast<const S*>(nullptr)));
  return taken && bytes.empty();
}

}  // namespace pulsetaker::kv
