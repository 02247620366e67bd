// Any bytes as the response of a row: what is read without protobuf is what
// protobuf reads.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "services/survey/rpc/plain_answers.h"
#include "services/survey/rpc/response_messages.h"
#include "tests/fuzz/fuzz_target.h"

namespace survey = pulsetaker::survey;
using pulsetaker::testing::Require;

std::vector<std::string> pulsetaker::testing::Seeds() {
  survey::v1::Response response;
  survey::v1::NetworkAnswer& work = *response.add_network_answers();
  work.set_network_id("work");
  work.set_state(survey::v1::NetworkAnswer::STATE_RESPONDED);
  work.add_nominations()->set_person("p1");
  work.add_nominations()->set_person("p2");
  work.mutable_nominations(1)->set_weight(3);
  survey::v1::ItemAnswer& rated = *response.add_item_answers();
  rated.set_item_id("au1");
  rated.set_rating(4);
  const std::string short_one = response.SerializeAsString();
  survey::v1::ItemAnswer& not_rated = *response.add_item_answers();
  not_rated.set_item_id("va1");
  not_rated.set_non_answer(survey::v1::ItemAnswer::NON_ANSWER_DONT_KNOW);
  return {short_one, response.SerializeAsString(), std::string()};
}

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
