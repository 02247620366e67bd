#include "bench/open/big_store.h"

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status.h"
#include "common/kv/rocks.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/sst_file_writer.h"
#include "rocksdb/table.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"

namespace pulsetaker::bench {
namespace {

constexpr std::uint64_t kTableBytes = std::uint64_t{64} << 20;
constexpr int kNetworks = 2;
constexpr int kNominations = 5;
constexpr int kItems = 9;

survey::Response ResponseOf(std::int64_t number) {
  survey::Response response;
  response.person = absl::StrFormat("p%09d", number);
  response.revision = 1;
  for (int i = 0; i < kNetworks; ++i) {
    survey::NetworkAnswer answer;
    answer.network_id = absl::StrCat("network-", i);
    answer.state = survey::AnswerState::kResponded;
    for (int j = 0; j < kNominations; ++j) {
      answer.nominations.push_back(
          {.person = absl::StrFormat("n%d-%06d", j, number % 1'000'000),
           .weight = 1 + j});
    }
    response.answers.networks.push_back(std::move(answer));
  }
  for (int i = 0; i < kItems; ++i) {
    survey::ItemAnswer answer;
    answer.item_id = absl::StrCat("item-", i);
    answer.rating = static_cast<std::int32_t>((number + i) % 11);
    response.answers.items.push_back(std::move(answer));
  }
  return response;
}

// As the store writes its tables, but not compressed: a store of real answers
// compresses less well than these.
rocksdb::Options TableOptions() {
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.checksum = rocksdb::ChecksumType::kXXH3;
  table.format_version = 5;
  rocksdb::Options options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kNoCompression;
  return options;
}

void Require(const rocksdb::Status& status) {
  if (!status.ok()) FailStop(status.ToString());
}

// Writes one table of ascending people from `number` on, and moves `number` on.
void WriteTable(const std::string& path, const std::string& wave,
                std::int64_t& number) {
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), TableOptions());
  Require(writer.Open(path));
  while (writer.FileSize() < kTableBytes) {
    const survey::Response response = ResponseOf(number++);
    const std::string key = absl::StrCat(wave, response.person);
    const std::string value =
        absl::StrCat(survey::EncodeAnswers(response.answers),
                     survey::EncodeRevision(1, absl::UnixEpoch()));
    Require(writer.Put(key, value));
  }
  Require(writer.Finish());
}

}  // namespace

void MakeBigStore(const std::string& path, std::uint64_t bytes) {
  auto rocks =
      kv::OpenRocks({.path = path, .families = survey::keys::Families()});
  if (!rocks.ok()) FailStop(rocks.status().message());
  const std::string tables = path + ".tables";
  std::filesystem::create_directory(tables);
  const std::string wave = survey::keys::ForWave(
      {.tenant = "south", .locality = "bath", .survey = "care", .wave = 1});
  std::vector<std::string> files;
  std::int64_t number = 0;
  for (std::uint64_t made = 0; made < bytes; made += kTableBytes) {
    files.push_back(absl::StrCat(tables, "/", files.size(), ".sst"));
    WriteTable(files.back(), wave, number);
  }
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  Require((*rocks)->db().IngestExternalFile(
      (*rocks)->family(survey::keys::kResponsesFamily), files, options));
  std::filesystem::remove_all(tables);
}

}  // namespace pulsetaker::bench
