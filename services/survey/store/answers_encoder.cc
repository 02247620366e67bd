// Writes the bytes that protobuf would write for an AnswersRecord, without
// making one: every response that comes in is encoded, and is in memory only to
// be written.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/io/coded_stream.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {
namespace {

using Coded = google::protobuf::io::CodedOutputStream;
using Network = storage::AnswersRecord::NetworkAnswer;
using Item = storage::AnswersRecord::ItemAnswer;
using Record = storage::AnswersRecord;

// A field's number and wire type; those of up to 15 are one byte.
constexpr std::uint32_t NumberTag(int field) {
  return static_cast<std::uint32_t>(field << 3);
}
constexpr std::uint32_t BytesTag(int field) {
  return static_cast<std::uint32_t>(field << 3 | 2);
}

// Sizes are of a whole field: tag, length, content.
std::size_t NumberSize(std::int32_t number) {
  return 1 + Coded::VarintSize32SignExtended(number);
}
std::size_t BytesSize(std::size_t size) {
  return 1 + Coded::VarintSize32(static_cast<std::uint32_t>(size)) + size;
}

std::uint8_t* PutNumber(std::uint32_t tag, std::int32_t number,
                        std::uint8_t* at) {
  at = Coded::WriteTagToArray(tag, at);
  return Coded::WriteVarint32SignExtendedToArray(number, at);
}
std::uint8_t* PutSize(std::uint32_t tag, std::size_t size, std::uint8_t* at) {
  at = Coded::WriteTagToArray(tag, at);
  return Coded::WriteVarint32ToArray(static_cast<std::uint32_t>(size), at);
}
std::uint8_t* PutText(std::uint32_t tag, absl::string_view text,
                      std::uint8_t* at) {
  at = PutSize(tag, text.size(), at);
  return std::copy(text.begin(), text.end(), at);
}

// proto3 leaves out a text or number that is the default and not `optional`.
std::size_t IdSize(absl::string_view id) {
  return id.empty() ? 0 : BytesSize(id.size());
}

bool HasWeights(const NetworkAnswer& answer) {
  return std::any_of(
      answer.nominations.begin(), answer.nominations.end(),
      [](const Nomination& nomination) { return nomination.weight != 1; });
}

std::size_t WeightsSize(const NetworkAnswer& answer) {
  std::size_t size = 0;
  for (const Nomination& nomination : answer.nominations) {
    size += Coded::VarintSize32SignExtended(nomination.weight);
  }
  return size;
}

std::size_t SizeOf(const NetworkAnswer& answer) {
  std::size_t size = IdSize(answer.network_id);
  const auto state = static_cast<std::int32_t>(answer.state);
  if (state != 0) size += NumberSize(state);
  for (const Nomination& nomination : answer.nominations) {
    size += BytesSize(nomination.person.size());
  }
  if (HasWeights(answer)) size += BytesSize(WeightsSize(answer));
  if (answer.hidden.opted_out != 0) {
    size += NumberSize(answer.hidden.opted_out);
  }
  return size;
}

std::uint8_t* Put(const NetworkAnswer& answer, std::uint8_t* at) {
  at = PutSize(BytesTag(Record::kNetworksFieldNumber), SizeOf(answer), at);
  if (!answer.network_id.empty()) {
    at = PutText(BytesTag(Network::kNetworkIdFieldNumber), answer.network_id,
                 at);
  }
  const auto state = static_cast<std::int32_t>(answer.state);
  if (state != 0) {
    at = PutNumber(NumberTag(Network::kStateFieldNumber), state, at);
  }
  for (const Nomination& nomination : answer.nominations) {
    at = PutText(BytesTag(Network::kPersonsFieldNumber), nomination.person, at);
  }
  if (HasWeights(answer)) {
    at = PutSize(BytesTag(Network::kWeightsFieldNumber), WeightsSize(answer),
                 at);
    for (const Nomination& nomination : answer.nominations) {
      at = Coded::WriteVarint32SignExtendedToArray(nomination.weight, at);
    }
  }
  const std::int32_t erased = answer.hidden.opted_out;
  if (erased == 0) return at;
  return PutNumber(NumberTag(Network::kErasedCountFieldNumber), erased, at);
}

std::int32_t AnswerOf(const ItemAnswer& answer) {
  return answer.rating.value_or(static_cast<std::int32_t>(answer.non_answer));
}

std::size_t SizeOf(const ItemAnswer& answer) {
  return IdSize(answer.item_id) + NumberSize(AnswerOf(answer));
}

std::uint8_t* Put(const ItemAnswer& answer, std::uint8_t* at) {
  at = PutSize(BytesTag(Record::kItemsFieldNumber), SizeOf(answer), at);
  if (!answer.item_id.empty()) {
    at = PutText(BytesTag(Item::kItemIdFieldNumber), answer.item_id, at);
  }
  const int field = answer.rating.has_value() ? Item::kRatingFieldNumber
                                              : Item::kNonAnswerFieldNumber;
  return PutNumber(NumberTag(field), AnswerOf(answer), at);
}

template <typename T>
std::size_t SizeOfAll(const std::vector<T>& answers) {
  std::size_t size = 0;
  for (const T& answer : answers) size += BytesSize(SizeOf(answer));
  return size;
}

}  // namespace

std::string EncodeAnswers(const Answers& answers) {
  const std::size_t size =
      SizeOfAll(answers.networks) + SizeOfAll(answers.items);
  std::string bytes(BytesSize(size), '\0');
  auto* at = reinterpret_cast<std::uint8_t*>(bytes.data());
  at =
      PutSize(BytesTag(storage::ResponseRecord::kAnswersFieldNumber), size, at);
  for (const NetworkAnswer& answer : answers.networks) at = Put(answer, at);
  for (const ItemAnswer& answer : answers.items) at = Put(answer, at);
  return bytes;
}

}  // namespace pulsetaker::survey
