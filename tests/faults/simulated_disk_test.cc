// The disk against its own rules: what is synced is kept, what is not may be.

#include "tests/faults/simulated_disk.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "gtest/gtest.h"

namespace pulsetaker::testing {
namespace {

constexpr int kLosses = 400;  // Enough to see each thing that may happen.

class SimulatedDiskTest : public ::testing::Test {
 protected:
  SimulatedDiskTest() {
    EXPECT_TRUE(env_->CreateDir("/d").ok());
    SyncFolder("/");
    SyncFolder("/d");
  }

  std::unique_ptr<rocksdb::WritableFile> Make(const std::string& path) {
    std::unique_ptr<rocksdb::WritableFile> file;
    EXPECT_TRUE(env_->NewWritableFile(path, &file, {}).ok());
    return file;
  }

  void SyncFolder(const std::string& path) {
    std::unique_ptr<rocksdb::Directory> folder;
    ASSERT_TRUE(env_->NewDirectory(path, &folder).ok());
    EXPECT_TRUE(folder->Fsync().ok());
  }

  // A file with this content, all of it synced.
  std::unique_ptr<rocksdb::WritableFile> MakeSynced(
      const std::string& path, const std::string& content) {
    auto file = Make(path);
    EXPECT_TRUE(file->Append(content).ok());
    EXPECT_TRUE(file->Sync().ok());
    SyncFolder(path.substr(0, path.rfind('/')));
    return file;
  }

  // All that can be left of the file: its contents, "(none)" if it is gone.
  std::set<std::string> LeftOf(const std::string& path) {
    std::set<std::string> left;
    Random random(1);
    const DiskState state = disk_->state();
    for (int i = 0; i < kLosses; ++i) {
      const DiskState after = state.AfterPowerLoss(random);
      const int file = after.Find(path);
      left.insert(file < 0 ? "(none)" : after.content(file));
    }
    return left;
  }

  const std::shared_ptr<SimulatedDisk> disk_ =
      std::make_shared<SimulatedDisk>();
  const std::unique_ptr<rocksdb::Env> env_ = SimulatedDisk::NewEnv(disk_);
};

using Contents = std::set<std::string>;

TEST_F(SimulatedDiskTest, KeepsWhatIsSynced) {
  MakeSynced("/d/f", "content");
  EXPECT_EQ(LeftOf("/d/f"), Contents({"content"}));
}

TEST_F(SimulatedDiskTest, MayLoseAFileWhoseFolderIsNotSynced) {
  const auto file = Make("/d/f");
  ASSERT_TRUE(file->Append("content").ok());
  ASSERT_TRUE(file->Sync().ok());
  EXPECT_EQ(LeftOf("/d/f"), Contents({"(none)", "content"}));
}

TEST_F(SimulatedDiskTest, MayLoseTearOrZeroWhatIsNotSynced) {
  const auto file = MakeSynced("/d/f", "ab");
  ASSERT_TRUE(file->Append("cd").ok());
  ASSERT_TRUE(file->Append("e").ok());
  EXPECT_EQ(LeftOf("/d/f"),
            Contents({"ab", "abc", "abcd", "abcde",
                      // The size came first, or the later write.
                      std::string("ab\0\0\0", 5), std::string("abcd\0", 5),
                      std::string("ab\0\0e", 5)}));
}

TEST_F(SimulatedDiskTest, TearsAtSectors) {
  const auto file = MakeSynced("/d/f", std::string(500, 'a'));
  ASSERT_TRUE(file->Append(std::string(2'000, 'b')).ok());
  bool torn_inside = false;
  for (const std::string& left : LeftOf("/d/f")) {
    EXPECT_EQ(left.substr(0, 500), std::string(500, 'a'));
    const bool first = left.size() > 511 && left[511] == 'b';
    const bool second = left.size() > 512 && left[512] == 'b';
    torn_inside = torn_inside || (second && !first);
  }
  EXPECT_TRUE(torn_inside) << "no later sector without an earlier one";
}

TEST_F(SimulatedDiskTest, MayLoseAnOverwrite) {
  MakeSynced("/d/f", "abcd");
  std::unique_ptr<rocksdb::RandomRWFile> file;
  ASSERT_TRUE(env_->NewRandomRWFile("/d/f", &file, {}).ok());
  ASSERT_TRUE(file->Write(1, "XY").ok());
  EXPECT_EQ(LeftOf("/d/f"), Contents({"abcd", "aXcd", "aXYd"}));
  ASSERT_TRUE(file->Sync().ok());
  EXPECT_EQ(LeftOf("/d/f"), Contents({"aXYd"}));
}

TEST_F(SimulatedDiskTest, RenamesOrNot) {
  MakeSynced("/d/old", "old");
  MakeSynced("/d/new", "new");
  ASSERT_TRUE(env_->RenameFile("/d/new", "/d/old").ok());
  EXPECT_EQ(LeftOf("/d/old"), Contents({"old", "new"}));
  EXPECT_EQ(LeftOf("/d/new"), Contents({"(none)", "new"}));
  SyncFolder("/d");
  EXPECT_EQ(LeftOf("/d/old"), Contents({"new"}));
  EXPECT_EQ(LeftOf("/d/new"), Contents({"(none)"}));
}

TEST_F(SimulatedDiskTest, DeletesOrNot) {
  MakeSynced("/d/f", "content");
  ASSERT_TRUE(env_->DeleteFile("/d/f").ok());
  EXPECT_TRUE(env_->FileExists("/d/f").IsNotFound());
  EXPECT_EQ(LeftOf("/d/f"), Contents({"(none)", "content"}));
  SyncFolder("/d");
  EXPECT_EQ(LeftOf("/d/f"), Contents({"(none)"}));
}

TEST_F(SimulatedDiskTest, LosesWhatIsInALostFolder) {
  ASSERT_TRUE(env_->CreateDir("/d/e").ok());
  MakeSynced("/d/e/f", "content");
  EXPECT_EQ(LeftOf("/d/e/f"), Contents({"(none)", "content"}));
  SyncFolder("/d");
  EXPECT_EQ(LeftOf("/d/e/f"), Contents({"content"}));
}

TEST_F(SimulatedDiskTest, GoesOnAfterALoss) {
  MakeSynced("/d/f", "content");
  Random random(1);
  const auto disk =
      std::make_shared<SimulatedDisk>(disk_->state().AfterPowerLoss(random));
  const auto env = SimulatedDisk::NewEnv(disk);
  std::string content;
  ASSERT_TRUE(rocksdb::ReadFileToString(env.get(), "/d/f", &content).ok());
  EXPECT_EQ(content, "content");
  ASSERT_TRUE(rocksdb::WriteStringToFile(env.get(), "more", "/d/g").ok());
  EXPECT_EQ(disk->state().content(disk->state().Find("/d/f")), "content");
}

// The disk of any moment follows from the record.
TEST_F(SimulatedDiskTest, RemembersWhatWasDone) {
  auto file = MakeSynced("/d/f", "ab");
  disk_->Remark("synced", 7);
  ASSERT_TRUE(file->Append("c").ok());
  ASSERT_TRUE(env_->LinkFile("/d/f", "/d/g").ok());
  ASSERT_TRUE(env_->Truncate("/d/g", 1).ok());
  DiskState replayed;
  bool remarked = false;
  for (const DiskOperation& operation : disk_->operations()) {
    if (operation.kind == DiskOperation::Kind::kRemark) {
      EXPECT_EQ(operation.path, "synced");
      EXPECT_EQ(operation.position, 7u);
      EXPECT_EQ(replayed.content(replayed.Find("/d/f")), "ab");
      remarked = true;
    }
    replayed.Apply(operation);
  }
  EXPECT_TRUE(remarked);
  EXPECT_EQ(replayed.names(), disk_->state().names());
  EXPECT_EQ(replayed.content(replayed.Find("/d/f")), "a");
}

TEST_F(SimulatedDiskTest, ActsLikeAFileSystem) {
  EXPECT_TRUE(env_->FileExists("/d/none").IsNotFound());
  std::unique_ptr<rocksdb::SequentialFile> none;
  EXPECT_TRUE(env_->NewSequentialFile("/d/none", &none, {}).IsPathNotFound());
  std::unique_ptr<rocksdb::WritableFile> unplaced;
  EXPECT_TRUE(env_->NewWritableFile("/none/f", &unplaced, {}).IsPathNotFound());
  EXPECT_TRUE(env_->CreateDirIfMissing("/d").ok());
  EXPECT_FALSE(env_->CreateDir("/d").ok());

  rocksdb::FileLock* lock = nullptr;
  ASSERT_TRUE(env_->LockFile("/d/LOCK", &lock).ok());
  rocksdb::FileLock* second = nullptr;
  EXPECT_FALSE(env_->LockFile("/d/LOCK", &second).ok());
  EXPECT_TRUE(env_->UnlockFile(lock).ok());

  MakeSynced("/d//f", "content");
  std::vector<std::string> names;
  ASSERT_TRUE(env_->GetChildren("/d/", &names).ok());
  EXPECT_EQ(names, (std::vector<std::string>{"LOCK", "f"}));
  std::uint64_t size = 0;
  ASSERT_TRUE(env_->GetFileSize("/d/f", &size).ok());
  EXPECT_EQ(size, 7u);
  MakeSynced("/d/f", "");  // Opened anew, it is empty.
  ASSERT_TRUE(env_->GetFileSize("/d/f", &size).ok());
  EXPECT_EQ(size, 0u);
  EXPECT_FALSE(env_->DeleteDir("/d").ok());
}

}  // namespace
}  // namespace pulsetaker::testing
