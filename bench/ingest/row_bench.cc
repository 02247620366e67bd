// What each step of a row costs on its way from the frame to the log, one core,
// in memory: where the processor time of ingest_bench goes.
//
// The steps that have an own reader or writer are there with protobuf's, too.

#include <cstdint>
#include <string>
#include <utility>

#include "benchmark/benchmark.h"
#include "common/base/crc32.h"
#include "common/base/status.h"
#include "services/survey/domain/response_check.h"
#include "services/survey/rpc/plain_answers.h"
#include "services/survey/rpc/response_messages.h"
#include "services/survey/store/records.h"
#include "tests/support/made_up_rows.h"

namespace pulsetaker::survey {
namespace {

constexpr char kPerson[] = "p000007";

const std::string& Row() {
  static const std::string row = testing::ResponseOf(7).SerializeAsString();
  return row;
}

Answers RowAnswers() { return FromProto(testing::ResponseOf(7)); }

// The instrument that the row answers.
Instrument RowInstrument() {
  Instrument instrument;
  const Answers answers = RowAnswers();
  for (const NetworkAnswer& answer : answers.networks) {
    Network& network = instrument.networks.emplace_back();
    network.network_id = answer.network_id;
    network.weight_max = 5;
  }
  for (const ItemAnswer& answer : answers.items) {
    Item& item = instrument.items.emplace_back();
    item.item_id = answer.item_id;
    item.scale_max = 10;
  }
  return instrument;
}

void BM_Checksum(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Crc32(Row()));
}
BENCHMARK(BM_Checksum);

void BM_ReadPlainAnswers(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(ReadPlainAnswers(Row()));
}
BENCHMARK(BM_ReadPlainAnswers);

void BM_ReadByProtobuf(benchmark::State& state) {
  v1::Response message;
  for (auto _ : state) {
    if (!message.ParseFromString(Row())) FailStop("cannot parse");
    benchmark::DoNotOptimize(FromProto(message));
  }
}
BENCHMARK(BM_ReadByProtobuf);

void BM_CheckAnswers(benchmark::State& state) {
  const InstrumentIndex index(RowInstrument());
  Answers answers = RowAnswers();
  for (auto _ : state) {
    auto checked = CheckAnswers(index, kPerson, std::move(answers));
    if (!checked.ok()) FailStop(checked.status().message());
    answers = *std::move(checked);
  }
}
BENCHMARK(BM_CheckAnswers);

void BM_EncodeAnswers(benchmark::State& state) {
  const Answers answers = RowAnswers();
  for (auto _ : state) benchmark::DoNotOptimize(EncodeAnswers(answers));
}
BENCHMARK(BM_EncodeAnswers);

void BM_EncodeByProtobuf(benchmark::State& state) {
  const Answers answers = RowAnswers();
  storage::ResponseRecord record;
  for (auto _ : state) {
    record.Clear();
    for (const NetworkAnswer& answer : answers.networks) {
      auto& network = *record.mutable_answers()->add_networks();
      network.set_network_id(answer.network_id);
      network.set_state(static_cast<std::int32_t>(answer.state));
      for (const Nomination& nomination : answer.nominations) {
        network.add_persons(nomination.person);
        network.add_weights(nomination.weight);
      }
    }
    for (const ItemAnswer& answer : answers.items) {
      auto& item = *record.mutable_answers()->add_items();
      item.set_item_id(answer.item_id);
      item.set_rating(*answer.rating);
    }
    benchmark::DoNotOptimize(record.SerializeAsString());
  }
}
BENCHMARK(BM_EncodeByProtobuf);

}  // namespace
}  // namespace pulsetaker::survey

BENCHMARK_MAIN();
