// A backup is marked as proven if it comes back whole, and else never. On the
// real file system, as backups are.

#include "services/survey/store/store_proof.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "common/base/status.h"
#include "common/kv/backup.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::survey {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void WriteAll(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class StoreProofTest : public ::testing::Test {
 protected:
  StoreProofTest() {
    auto opened =
        OpenSurveyDatabase({.path = root_ / "store", .backup_dir = backups()});
    EXPECT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    EXPECT_TRUE(
        database_->store()
            .CreateLocality(LocalityOf({"north", "leeds"}), RequestOf(1))
            .ok());
  }
  ~StoreProofTest() override {
    database_.reset();
    fs::remove_all(root_);
  }

  std::string Create(int number) {
    const auto made = database_->backups().Create(
        {.request_id = RequestOf(number).id, .create_time = At(number)},
        [] { return absl::OkStatus(); });
    EXPECT_TRUE(made.ok()) << made.status();
    return made->id;
  }

  absl::StatusOr<RestoredStore> Prove(const std::string& backup) {
    return ProveBackup({.backup_dir = backups(),
                        .backup = backup,
                        .scratch_dir = scratch(),
                        .proven_time = At(500)});
  }

  bool IsProven(const std::string& backup) {
    return database_->backups().Get(backup)->proven_time.has_value();
  }

  // Of a gauge; -1 if there is none of this name.
  double MetricOf(const std::string& name) const {
    for (const MetricSample& sample : database_->CollectMetrics()) {
      if (sample.name == name) return sample.value;
    }
    return -1;
  }

  std::string backups() const { return root_ / "backups"; }
  std::string scratch() const { return root_ / "scratch"; }

  static fs::path MakeRoot() {
    std::string path = fs::temp_directory_path() / "store_proof_XXXXXX";
    return ::mkdtemp(path.data());
  }

  const fs::path root_ = MakeRoot();
  std::unique_ptr<SurveyDatabase> database_;
};

TEST_F(StoreProofTest, MarksWhatComesBackWhole) {
  constexpr char kMade[] = "pulsetaker_backup_newest_timestamp_seconds";
  constexpr char kProven[] =
      "pulsetaker_backup_newest_proven_timestamp_seconds";
  EXPECT_EQ(MetricOf(kMade), 0);
  EXPECT_EQ(MetricOf(kProven), 0);
  const std::string first = Create(1);
  const std::string second = Create(2'000'000);
  const auto proven = Prove(first);
  ASSERT_TRUE(proven.ok()) << proven.status();
  EXPECT_EQ(proven->seal.id, first);
  EXPECT_EQ(proven->audit.row_counts.at("localities"), 1);
  EXPECT_EQ(database_->backups().Get(first)->proven_time, At(500));
  EXPECT_FALSE(IsProven(second));
  EXPECT_EQ(MetricOf(kMade), absl::ToUnixSeconds(At(2'000'000)));
  EXPECT_EQ(MetricOf(kProven), absl::ToUnixSeconds(At(1)));
  EXPECT_TRUE(fs::is_empty(scratch())) << "something was left";
  ASSERT_TRUE(Prove("latest").ok());
  EXPECT_TRUE(IsProven(second));
}

TEST_F(StoreProofTest, MarksNoDamagedBackup) {
  const std::string id = Create(1);
  int damaged = 0;
  for (const auto& entry : fs::recursive_directory_iterator(backups())) {
    const std::string path = entry.path();
    // The lock and the folders are nothing that a backup is made of.
    if (!entry.is_regular_file() || path.ends_with("/LOCK")) continue;
    const std::string whole = ReadAll(path);
    if (whole.empty()) continue;
    std::string bytes = whole;
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
    WriteAll(path, bytes);
    const auto refused = Prove(id);
    EXPECT_EQ(ReasonOf(refused.status()), "STORED_DATA_UNREADABLE") << path;
    EXPECT_FALSE(fs::exists(backups() + "/proven")) << path;
    EXPECT_TRUE(fs::is_empty(scratch())) << path;
    WriteAll(path, whole);
    ++damaged;
  }
  EXPECT_GE(damaged, 6) << "the files of the backup were not found";
  EXPECT_TRUE(Prove(id).ok()) << "whole again";
}

TEST_F(StoreProofTest, MarksNoneThatMakesNoSense) {
  const std::string id = Create(1);
  kv::BackupFolder folder({.path = backups()});
  kv::BackupSeal seal = *folder.Find(id)->seal;
  seal.mark += 1'000'000;  // Whole files that end before what was promised.
  WriteAll(backups() + "/" + kv::SealPath(id, seal.engine_id),
           kv::EncodeSeal(seal));
  EXPECT_EQ(ReasonOf(Prove(id).status()), "STORED_DATA_UNREADABLE");
  EXPECT_FALSE(fs::exists(backups() + "/proven"));
  EXPECT_EQ(ReasonOf(Prove("20000101-000000-000000").status()),
            "BACKUP_NOT_FOUND");
}

TEST_F(StoreProofTest, GoesOnAfterOneThatWasKilled) {
  const std::string id = Create(1);
  // What one leaves that is killed before it has removed its store.
  ASSERT_TRUE(RestoreStore({.backup_dir = backups(),
                            .backup = id,
                            .data_dir = scratch() + "/pulsetaker-proof"})
                  .ok());
  WriteAll(scratch() + "/notes", "mine");
  ASSERT_TRUE(Prove(id).ok());
  EXPECT_EQ(ReadAll(scratch() + "/notes"), "mine");
  EXPECT_FALSE(fs::exists(scratch() + "/pulsetaker-proof"));
}

TEST_F(StoreProofTest, LetsOneWorkAtATime) {
  const std::string id = Create(1);
  fs::create_directories(scratch());
  rocksdb::Env& env = *rocksdb::Env::Default();
  rocksdb::FileLock* lock = nullptr;
  ASSERT_TRUE(env.LockFile(scratch() + "/pulsetaker-proof.lock", &lock).ok());
  const auto refused = Prove(id);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  env.UnlockFile(lock).PermitUncheckedError();
  EXPECT_FALSE(IsProven(id));
  EXPECT_TRUE(Prove(id).ok());
}

}  // namespace
}  // namespace pulsetaker::survey
