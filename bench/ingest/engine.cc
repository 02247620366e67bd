#include "bench/ingest/engine.h"

#include <sys/resource.h>

#include <cstdio>
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "common/base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/options.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"
#include "services/survey/store/record.pb.h"

namespace pulsetaker::bench {
namespace {

using survey::storage::ResponseRecord;

absl::Duration CpuTime() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return absl::DurationFromTimeval(usage.ru_utime) +
         absl::DurationFromTimeval(usage.ru_stime);
}

void Encode(const survey::v1::Response& response, ResponseRecord& record) {
  record.Clear();
  for (const auto& answer : response.network_answers()) {
    auto& network = *record.mutable_answers()->add_networks();
    network.set_network_id(answer.network_id());
    network.set_state(answer.state());
    for (const auto& nomination : answer.nominations()) {
      network.add_persons(nomination.person());
      network.add_weights(nomination.weight());
    }
  }
  for (const auto& answer : response.item_answers()) {
    auto& item = *record.mutable_answers()->add_items();
    item.set_item_id(answer.item_id());
    item.set_rating(answer.rating());
  }
  record.set_revision(1);
}

rocksdb::Options EngineOptions() {
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kLZ4Compression;
  options.max_background_jobs = 2;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

double MeasureDbBench(const std::string& folder, const EngineLoad& load) {
  const std::string command = absl::StrCat(
      "db_bench --benchmarks=fillseq --sync=1 --batch_size=", load.batch_rows,
      " --num=", load.rows, " --key_size=", load.key_bytes,
      " --value_size=", load.value_bytes,
      " --compression_type=lz4 --bloom_bits=10 --max_background_jobs=2 --db=",
      folder, "/db_bench 2>/dev/null");
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) FailStop("cannot start db_bench");
  double rows_per_second = 0;
  char line[1024];
  // "... micros/op N ops/sec".
  while (std::fgets(line, sizeof line, pipe) != nullptr) {
    const std::vector<std::string> words =
        absl::StrSplit(line, ' ', absl::SkipWhitespace());
    for (std::size_t i = 1; i < words.size(); ++i) {
      double number = 0;
      if (words[i].rfind("ops/sec", 0) == 0 &&
          absl::SimpleAtod(words[i - 1], &number)) {
        rows_per_second = number;
      }
    }
  }
  if (pclose(pipe) != 0 || rows_per_second == 0) {
    FailStop("db_bench, of the package rocksdb-tools, did not run");
  }
  return rows_per_second;
}

double MeasureFloor(
    const std::string& folder,
    const std::vector<survey::v1::StreamResponsesRequest>& frames) {
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(EngineOptions(), folder + "/floor", &opened);
  if (!status.ok()) FailStop(status.ToString());
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::WriteOptions durable;
  durable.sync = true;
  std::int64_t rows = 0;
  survey::v1::Response response;
  ResponseRecord record;
  std::string value;
  const absl::Duration before = CpuTime();
  for (const auto& frame : frames) {
    rocksdb::WriteBatch batch;
    for (const auto& row : frame.rows()) {
      if (!response.ParseFromString(row.response())) FailStop("cannot parse");
      Encode(response, record);
      record.SerializeToString(&value);
      batch.Put(absl::StrCat("bench/rows/of/a/wave/long", row.person()), value);
      ++rows;
    }
    const rocksdb::Status written = db->Write(durable, &batch);
    if (!written.ok()) FailStop(written.ToString());
  }
  return absl::ToDoubleMicroseconds(CpuTime() - before) /
         static_cast<double>(rows);
}

}  // namespace pulsetaker::bench
