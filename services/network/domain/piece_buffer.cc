#include "services/network/domain/piece_buffer.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace pulsetaker::network {
namespace {

// Enough for any: 17 digits of a double with sign, point and exponent, 20 of
// an integer.
constexpr std::size_t kNumberLengthMax = 32;

template <typename Number>
void AppendDecimal(Number number, PieceBuffer& out) {
  std::array<char, kNumberLengthMax> text;
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), number);
  (void)error;  // Cannot be: it fits.
  out.Append({text.data(), static_cast<std::size_t>(end - text.data())});
}

}  // namespace

void PieceBuffer::Append(absl::string_view text) {
  while (!text.empty() && status_.ok()) {
    const std::size_t fits = std::min(text.size(), kPieceBytes - piece_.size());
    piece_.append(text.data(), fits);
    text.remove_prefix(fits);
    if (piece_.size() == kPieceBytes) {
      status_ = sink_(piece_);
      piece_.clear();
    }
  }
}

void PieceBuffer::AppendNumber(double number) { AppendDecimal(number, *this); }

void PieceBuffer::AppendNumber(std::int64_t number) {
  AppendDecimal(number, *this);
}

absl::Status PieceBuffer::Finish() {
  if (status_.ok() && !piece_.empty()) status_ = sink_(piece_);
  piece_.clear();
  return status_;
}

void AppendSubstituted(
    absl::string_view text,
    absl::FunctionRef<Substitute(absl::string_view rest)> find,
    PieceBuffer& out) {
  std::size_t plain_begin = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Substitute instead = find(text.substr(i));
    if (instead.length == 0) {
      ++i;
      continue;
    }
    out.Append(text.substr(plain_begin, i - plain_begin));
    out.Append(instead.text);
    i += instead.length;
    plain_begin = i;
  }
  out.Append(text.substr(plain_begin));
}

}  // namespace pulsetaker::network
