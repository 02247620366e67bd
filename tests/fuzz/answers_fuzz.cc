// Any bytes as the response of a row: what is read without protobuf is what
// protobuf reads.

#include <cstddef>
#include <cstdint>
#include <string>

#include "services/survey/rpc/plain_answers.h"
#include "services/survey/rpc/response_messages.h"

namespace {

namespace survey = pulsetaker::survey;

void Require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto plain = survey::ReadPlainAnswers(bytes);
  if (!plain.has_value()) return 0;
  survey::v1::Response message;
  Require(message.ParseFromString(bytes));
  Require(survey::FromProto(message) == *plain);
  return 0;
}
