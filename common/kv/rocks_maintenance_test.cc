// What an operator may ask of an open database, on the real file system.

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status.h"
#include "common/kv/rocks.h"
#include "common/kv/rocks_testing.h"
#include "gtest/gtest.h"

namespace pulsetaker::kv {
namespace {

namespace fs = std::filesystem;

class RocksMaintenanceTest : public ::testing::Test {
 protected:
  RocksMaintenanceTest() { Reopen({}); }
  ~RocksMaintenanceTest() override {
    rocks_.reset();
    fs::remove_all(root_);
  }

  void Reopen(RocksOptions options) {
    rocks_.reset();
    options.path = root_ / "store";
    options.families = {kFamily};
    auto opened = OpenRocks(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    rocks_ = *std::move(opened);
  }

  // Writes the rows 0 to `count` - 1 anew and flushes them into a table file.
  void Put(int count, char content) {
    rocksdb::WriteBatch batch = NewBatch();
    for (int i = 0; i < count; ++i) {
      // Not to be compressed away.
      std::string value;
      std::uint64_t state = static_cast<std::uint64_t>(i * 256 + content);
      for (int byte = 0; byte < 500; ++byte) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        value.push_back(static_cast<char>(state >> 56));
      }
      batch.Put(rocks_->family(kFamily), absl::StrFormat("%08d", i), value);
    }
    ASSERT_TRUE(rocks_->Commit(batch).ok());
  }

  std::vector<fs::path> Tables() const {
    std::vector<fs::path> tables;
    for (const auto& entry : fs::directory_iterator(root_ / "store/db")) {
      if (entry.path().extension() == ".sst") tables.push_back(entry.path());
    }
    return tables;
  }

  static fs::path MakeRoot() {
    std::string path = fs::temp_directory_path() / "rocks_care_XXXXXX";
    return ::mkdtemp(path.data());
  }

  const fs::path root_ = MakeRoot();
  std::unique_ptr<Rocks> rocks_;
  std::atomic<bool> go_on_ = false;
  std::atomic<bool> stop_ = true;
};

TEST_F(RocksMaintenanceTest, TellsWhatItTakes) {
  Put(100, 'a');
  const auto before = rocks_->Facts();
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_GT(before->wal_bytes, 100 * 500);
  EXPECT_EQ(before->live_sst_bytes, 0);
  EXPECT_GT(before->free_bytes, 0);
  EXPECT_EQ(before->background_error, "");
  ASSERT_TRUE(rocks_->Flush().ok());
  const auto after = rocks_->Facts();
  ASSERT_EQ(Tables().size(), 1u);
  EXPECT_EQ(after->live_sst_bytes,
            static_cast<std::int64_t>(fs::file_size(Tables()[0])));
  std::int64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root_ / "store")) {
    if (entry.is_regular_file()) {
      bytes += static_cast<std::int64_t>(entry.file_size());
    }
  }
  EXPECT_EQ(rocks_->Facts()->disk_bytes, bytes);
}

TEST_F(RocksMaintenanceTest, CompactsAwayWhatWasOverwritten) {
  for (const char content : {'a', 'b', 'c'}) {
    Put(1'000, content);
    ASSERT_TRUE(rocks_->Flush().ok());
  }
  Put(1'000, 'd');  // In memory yet.
  const auto done = rocks_->Compact(go_on_);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_GT(done->bytes_before, 4 * 500'000);
  EXPECT_LT(done->bytes_after, 600'000);
  EXPECT_GT(done->bytes_after, 500'000);
  EXPECT_EQ(rocks_->Facts()->live_sst_bytes, done->bytes_after);
}

TEST_F(RocksMaintenanceTest, CompactsOnlyWhereThereIsRoom) {
  FaultyEnv env(rocksdb::Env::Default());
  Reopen({.path = "", .env = &env, .disk_reserve_bytes = 1'000'000});
  Put(1'000, 'a');
  ASSERT_TRUE(rocks_->Flush().ok());
  const auto bytes =
      static_cast<std::uint64_t>(rocks_->Facts()->live_sst_bytes);
  // Room for what is written, but not for all of it a second time.
  env.reported_free_bytes = 1'000'000 + bytes - 1;
  const auto refused = rocks_->Compact(go_on_);
  EXPECT_EQ(ReasonOf(refused.status()), "DISK_FULL") << refused.status();
  env.reported_free_bytes = 1'000'000 + bytes;
  EXPECT_TRUE(rocks_->Compact(go_on_).ok());
  rocks_.reset();  // Before the environment goes.
}

TEST_F(RocksMaintenanceTest, NamesTheFileThatIsDamaged) {
  for (const char content : {'a', 'b'}) {
    Put(1'000, content);
    ASSERT_TRUE(rocks_->Flush().ok());
  }
  const auto whole = rocks_->VerifyFiles(go_on_);
  ASSERT_TRUE(whole.ok()) << whole.status();
  const std::vector<fs::path> tables = Tables();
  EXPECT_EQ(whole->file_count, static_cast<std::int64_t>(tables.size()));
  for (const fs::path& table : tables) {
    const auto at = static_cast<std::streamoff>(fs::file_size(table) / 2);
    std::fstream file(table, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char byte = static_cast<char>(file.get());
    const auto put = [&](char value) {
      file.seekp(at);
      file.put(value);
      file.flush();
    };
    put(static_cast<char>(byte ^ 1));
    const absl::Status damaged = rocks_->VerifyFiles(go_on_).status();
    EXPECT_EQ(ReasonOf(damaged), "STORED_DATA_UNREADABLE") << damaged;
    EXPECT_TRUE(absl::StrContains(damaged.message(), table.filename().string()))
        << damaged;
    put(byte);
    EXPECT_TRUE(rocks_->VerifyFiles(go_on_).ok());
  }
  fs::rename(tables[0], root_ / "aside");
  const absl::Status lost = rocks_->VerifyFiles(go_on_).status();
  EXPECT_EQ(ReasonOf(lost), "STORED_DATA_UNREADABLE") << lost;
  fs::rename(root_ / "aside", tables[0]);
}

TEST_F(RocksMaintenanceTest, EndsWhenTheServerStops) {
  Put(1'000, 'a');
  ASSERT_TRUE(rocks_->Flush().ok());
  EXPECT_TRUE(absl::IsCancelled(rocks_->Compact(stop_).status()));
  EXPECT_TRUE(absl::IsCancelled(rocks_->VerifyFiles(stop_).status()));
  EXPECT_TRUE(rocks_->VerifyFiles(go_on_).ok());
}

}  // namespace
}  // namespace pulsetaker::kv
