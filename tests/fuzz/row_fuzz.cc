// Any bytes as the response of an uploaded row: refused with a reason and a
// field, or canonical, and then the same after a way to the disk and back.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/status.h"
#include "google/protobuf/stubs/logging.h"
#include "pulsetaker/survey/v1/response.pb.h"
#include "services/survey/domain/response_check.h"
#include "services/survey/rpc/response_messages.h"
#include "services/survey/store/records.h"
#include "tests/fuzz/fuzz_target.h"

namespace survey = pulsetaker::survey;
using pulsetaker::testing::Require;

namespace {

survey::Instrument TwoNetworksAndItems() {
  survey::Instrument instrument;
  for (const char* const id : {"work", "social"}) {
    survey::Network& network = instrument.networks.emplace_back();
    network.network_id = id;
    network.weight_max = 3;
    network.nomination_cap = 4;
  }
  for (const char* const id : {"au1", "va1"}) {
    survey::Item& item = instrument.items.emplace_back();
    item.item_id = id;
    item.scale_max = 5;
  }
  return instrument;
}

}  // namespace

std::vector<std::string> pulsetaker::testing::Seeds() {
  survey::v1::Response response;
  survey::v1::NetworkAnswer& work = *response.add_network_answers();
  work.set_network_id("work");
  work.set_state(survey::v1::NetworkAnswer::STATE_RESPONDED);
  work.add_nominations()->set_person("p1");
  work.add_nominations()->set_person("p2");
  work.mutable_nominations(1)->set_weight(3);
  survey::v1::NetworkAnswer& social = *response.add_network_answers();
  social.set_network_id("social");
  social.set_state(survey::v1::NetworkAnswer::STATE_RESPONDED_NOBODY);
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
  static const survey::InstrumentIndex index(TwoNetworksAndItems());
  // Protobuf says on stderr which text is not UTF-8.
  static const google::protobuf::LogSilencer silence;
  survey::v1::Response message;
  if (!message.ParseFromArray(data, static_cast<int>(size))) return 0;
  const auto answers =
      survey::CheckAnswers(index, "p0", survey::FromProto(message));
  if (!answers.ok()) {
    Require(!pulsetaker::ReasonOf(answers.status()).empty());
    Require(!pulsetaker::MetadataOf(answers.status()).empty());
    return 0;
  }
  const auto again = survey::DecodeAnswers(survey::EncodeAnswers(*answers));
  Require(again.ok() && *again == *answers);
  const auto checked = survey::CheckAnswers(index, "p0", *answers);
  Require(checked.ok() && *checked == *answers);
  return 0;
}
