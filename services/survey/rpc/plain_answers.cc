#include "services/survey/rpc/plain_answers.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "pulsetaker/survey/v1/response.pb.h"
#include "services/survey/rpc/convert.h"

namespace pulsetaker::survey {
namespace {

// A field's number and wire type, as they begin it. Those of up to 15 are one
// byte.
constexpr std::uint8_t NumberTag(int field) {
  return static_cast<std::uint8_t>(field << 3);
}
constexpr std::uint8_t BytesTag(int field) {
  return static_cast<std::uint8_t>(field << 3 | 2);
}

// Reads what is plain, and stands still at the first that is not.
class PlainReader {
 public:
  explicit PlainReader(absl::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool done() const { return at_ == end_; }

  // Of a field that is there. 0, which begins none, if it has another number
  // or type than any here.
  std::uint8_t ReadTag() {
    const auto tag = static_cast<std::uint8_t>(*at_);
    if (tag >= 0x80) return 0;
    ++at_;
    return tag;
  }

  // 0 to 2^31 - 1.
  [[nodiscard]] bool ReadNumber(std::int32_t& number) {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 35 && at_ != end_; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(*at_++);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte >= 0x80) continue;
      number = static_cast<std::int32_t>(value);
      return value <= std::numeric_limits<std::int32_t>::max();
    }
    return false;
  }

  [[nodiscard]] bool ReadBytes(absl::string_view& bytes) {
    std::int32_t size = 0;
    if (!ReadNumber(size) || size > end_ - at_) return false;
    bytes = absl::string_view(at_, static_cast<std::size_t>(size));
    at_ += size;
    return true;
  }

  [[nodiscard]] bool ReadText(std::string& text) {
    absl::string_view bytes;
    if (!ReadBytes(bytes)) return false;
    char all = 0;
    for (const char c : bytes) all = static_cast<char>(all | c);
    if ((static_cast<unsigned char>(all) & 0x80u) != 0) return false;
    text.assign(bytes.data(), bytes.size());
    return true;
  }

 private:
  const char* at_;
  const char* const end_;
};

// How many fields with this tag there are, so that room is made once. Wrong at
// worst for what is not plain.
std::size_t CountFields(absl::string_view bytes, std::uint8_t tag) {
  PlainReader reader(bytes);
  std::size_t count = 0;
  while (!reader.done()) {
    const std::uint8_t found = reader.ReadTag();
    absl::string_view value;
    std::int32_t number = 0;
    const bool read =
        (found & 7u) == 2 ? reader.ReadBytes(value) : reader.ReadNumber(number);
    if (found == 0 || !read) break;
    count += found == tag ? 1 : 0;
  }
  return count;
}

// Reads the fields of a message: calls `read` with the tag of each, which says
// whether it was plain. The fields of `once`, a bit for each number, may come
// once.
template <typename Read>
[[nodiscard]] bool ReadFields(absl::string_view bytes, unsigned once,
                              const Read& read) {
  PlainReader reader(bytes);
  unsigned seen = 0;
  while (!reader.done()) {
    const std::uint8_t tag = reader.ReadTag();
    const unsigned bit = 1u << (tag >> 3);
    if ((seen & once & bit) != 0 || !read(tag, reader)) return false;
    seen |= bit;
  }
  return true;
}

using NominationField = v1::Nomination;
using NetworkField = v1::NetworkAnswer;
using ItemField = v1::ItemAnswer;
using ResponseField = v1::Response;

constexpr unsigned kAllOnce = ~0u;

bool Read(absl::string_view bytes, Nomination& nomination) {
  const auto read = [&](std::uint8_t tag, PlainReader& reader) {
    switch (tag) {
      case BytesTag(NominationField::kPersonFieldNumber):
        return reader.ReadText(nomination.person);
      case NumberTag(NominationField::kWeightFieldNumber):
        return reader.ReadNumber(nomination.weight);
      default:
        return false;
    }
  };
  nomination.weight = 0;
  if (!ReadFields(bytes, kAllOnce, read)) return false;
  if (nomination.weight == 0) nomination.weight = 1;
  return true;
}

bool Read(absl::string_view bytes, NetworkAnswer& answer) {
  constexpr std::uint8_t kNominations =
      BytesTag(NetworkField::kNominationsFieldNumber);
  answer.nominations.reserve(CountFields(bytes, kNominations));
  std::int32_t state = 0;
  const auto read = [&](std::uint8_t tag, PlainReader& reader) {
    absl::string_view nomination;
    switch (tag) {
      case BytesTag(NetworkField::kNetworkIdFieldNumber):
        return reader.ReadText(answer.network_id);
      case NumberTag(NetworkField::kStateFieldNumber):
        return reader.ReadNumber(state);
      case kNominations:
        return reader.ReadBytes(nomination) &&
               Read(nomination, answer.nominations.emplace_back());
      default:
        return false;
    }
  };
  if (!ReadFields(bytes, ~(1u << NetworkField::kNominationsFieldNumber),
                  read)) {
    return false;
  }
  answer.state = ToEnum(state, AnswerState::kSkipped);
  return true;
}

bool Read(absl::string_view bytes, ItemAnswer& answer) {
  std::int32_t rating = 0;
  std::int32_t non_answer = 0;
  bool has_rating = false;
  bool has_non_answer = false;
  const auto read = [&](std::uint8_t tag, PlainReader& reader) {
    switch (tag) {
      case BytesTag(ItemField::kItemIdFieldNumber):
        return reader.ReadText(answer.item_id);
      case NumberTag(ItemField::kRatingFieldNumber):
        has_rating = true;
        return reader.ReadNumber(rating);
      case NumberTag(ItemField::kNonAnswerFieldNumber):
        has_non_answer = true;
        return reader.ReadNumber(non_answer);
      default:
        return false;
    }
  };
  // Of the two, the one that comes last counts; protobuf knows.
  if (!ReadFields(bytes, kAllOnce, read) || (has_rating && has_non_answer)) {
    return false;
  }
  if (has_rating) answer.rating = rating;
  if (has_non_answer) {
    answer.non_answer = ToEnum(non_answer, NonAnswer::kNotApplicable);
  }
  return true;
}

}  // namespace

std::optional<Answers> ReadPlainAnswers(absl::string_view bytes) {
  constexpr std::uint8_t kNetworks =
      BytesTag(ResponseField::kNetworkAnswersFieldNumber);
  constexpr std::uint8_t kItems =
      BytesTag(ResponseField::kItemAnswersFieldNumber);
  Answers answers;
  answers.networks.reserve(CountFields(bytes, kNetworks));
  answers.items.reserve(CountFields(bytes, kItems));
  const auto read = [&](std::uint8_t tag, PlainReader& reader) {
    absl::string_view answer;
    switch (tag) {
      case kNetworks:
        return reader.ReadBytes(answer) &&
               Read(answer, answers.networks.emplace_back());
      case kItems:
        return reader.ReadBytes(answer) &&
               Read(answer, answers.items.emplace_back());
      default:
        return false;
    }
  };
  if (!ReadFields(bytes, 0, read)) return std::nullopt;
  return answers;
}

}  // namespace pulsetaker::survey
