// On the real file system: hard facts about folders, renames and locks are what
// is tested here.

#include "common/kv/backup.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status.h"
#include "common/kv/backup_proof.h"
#include "common/kv/restore.h"
#include "gtest/gtest.h"

namespace pulsetaker::kv {
namespace {

namespace fs = std::filesystem;

constexpr char kFamily[] = "rows";

std::string Uuid(int number) {
  return absl::StrFormat("%08x-0000-4000-8000-000000000000", number);
}

absl::Time At(int second) {
  return absl::FromUnixMicros(1'769'846'400'000'007) + absl::Seconds(second);
}

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void WriteAll(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

absl::Status Wanted() { return absl::OkStatus(); }
absl::Status Fine(Rocks&) { return absl::OkStatus(); }

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() { Reopen(); }
  ~BackupTest() override {
    rocks_.reset();
    fs::remove_all(root_);
  }

  RocksOptions OptionsOf(const std::string& path) const {
    RocksOptions options;
    options.path = path;
    options.families = {kFamily};
    return options;
  }

  void Reopen() {
    rocks_.reset();
    auto opened = OpenRocks(OptionsOf(root_ / "store"));
    ASSERT_TRUE(opened.ok()) << opened.status();
    rocks_ = *std::move(opened);
  }

  static void Put(Rocks& rocks, int key, int bytes = 1'000) {
    rocksdb::WriteBatch batch = NewBatch();
    // Different in each byte, so that it is not compressed away.
    std::string value;
    std::uint64_t state = static_cast<std::uint64_t>(key) + 1;
    for (int i = 0; i < bytes; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      value.push_back(static_cast<char>(state >> 56));
    }
    batch.Put(rocks.family(kFamily), absl::StrFormat("%08d", key), value);
    ASSERT_TRUE(rocks.Commit(batch).ok());
  }

  static int CountRows(Rocks& rocks) {
    int count = 0;
    const auto it = rocks.NewPrefixIterator(rocks.family(kFamily), "");
    for (; it->Valid(); it->Next()) ++count;
    return count;
  }

  absl::StatusOr<BackupSeal> Create(int request, std::int32_t keep_count = 0) {
    return folder_.Create(*rocks_,
                          {.create_time = At(request),
                           .request_id = Uuid(request),
                           .keep_count = keep_count},
                          Wanted);
  }

  std::string MustCreate(int request) {
    const auto made = Create(request);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? made->id : "";
  }

  absl::StatusOr<BackupSeal> Restore(
      const std::string& backup,
      const std::function<absl::Status(Rocks&)>& check = Fine) const {
    return RestoreBackup({.folder = {.path = backups()},
                          .backup = backup,
                          .target = OptionsOf(target())},
                         check);
  }

  std::string backups() const { return root_ / "backups"; }
  std::string target() const { return root_ / "restored"; }

  static fs::path MakeRoot() {
    std::string path = fs::temp_directory_path() / "kv_backup_XXXXXX";
    return ::mkdtemp(path.data());
  }

  const fs::path root_ = MakeRoot();
  std::unique_ptr<Rocks> rocks_;
  BackupFolder folder_{{.path = backups()}};
};

TEST_F(BackupTest, RestoresWhatWasAcknowledged) {
  for (int i = 0; i < 10; ++i) Put(*rocks_, i);
  const std::uint64_t mark = rocks_->acknowledged_mark();
  const auto made = Create(1);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->id, "20260131-080001-000007");
  EXPECT_EQ(made->mark, mark);
  const auto meta_bytes =
      static_cast<std::int64_t>(fs::file_size(backups() + "/meta/1"));
  EXPECT_EQ(made->copied_bytes + meta_bytes, made->size_bytes());
  Put(*rocks_, 10);
  EXPECT_TRUE(folder_.Verify(made->id, Wanted).ok());

  int seen = 0;
  const auto restored = Restore(made->id, [&](Rocks& rocks) {
    seen = CountRows(rocks);
    return absl::OkStatus();
  });
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(*restored, *made);
  EXPECT_EQ(seen, 10);
  EXPECT_FALSE(fs::exists(target() + "/restoring"));
  EXPECT_FALSE(fs::exists(target() + "/restore.lock"));
  const auto opened = OpenRocks(OptionsOf(target()));
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(CountRows(**opened), 10);
  EXPECT_EQ((*opened)->acknowledged_mark(), mark);
  Put(**opened, 11);
  EXPECT_EQ(CountRows(**opened), 11);
}

TEST_F(BackupTest, CopiesOnlyWhatNoBackupHas) {
  for (int i = 0; i < 200; ++i) Put(*rocks_, i, 10'000);
  const auto first = Create(1);
  Put(*rocks_, 200);
  const auto second = Create(2);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_GT(first->copied_bytes, 1'500'000);
  EXPECT_LT(second->copied_bytes, 100'000);
  EXPECT_GT(second->size_bytes(), first->size_bytes());
  EXPECT_TRUE(Restore(second->id).ok());
}

TEST_F(BackupTest, KnowsARepeat) {
  Put(*rocks_, 1);
  const auto first = Create(1);
  const auto again = Create(1);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(folder_.List()->size(), 1u);
  EXPECT_EQ(ReasonOf(Create(1, 5).status()), "REQUEST_ID_REUSED");
}

TEST_F(BackupTest, GivesBackupsOfOneInstantNamesOfTheirOwn) {
  const auto first = Create(1);
  const auto second = folder_.Create(
      *rocks_, {.create_time = At(1), .request_id = Uuid(2)}, Wanted);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(second->id, "20260131-080001-000008");
}

TEST_F(BackupTest, Deletes) {
  Put(*rocks_, 1);
  const std::string first = MustCreate(1);
  const std::string second = MustCreate(2);
  EXPECT_TRUE(folder_.Delete(first, Uuid(3)).ok());
  EXPECT_TRUE(folder_.Delete(first, Uuid(3)).ok()) << "a repeat";
  EXPECT_EQ(ReasonOf(folder_.Delete(first, Uuid(4))), "BACKUP_NOT_FOUND");
  EXPECT_EQ(ReasonOf(folder_.Delete(second, Uuid(3))), "REQUEST_ID_REUSED");
  EXPECT_EQ(ReasonOf(folder_.Verify(first, Wanted).status()),
            "BACKUP_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Restore(first).status()), "BACKUP_NOT_FOUND");
  EXPECT_TRUE(folder_.Verify(second, Wanted).ok());
  EXPECT_TRUE(Restore(second).ok());
}

TEST_F(BackupTest, GoesOnWithADeletionThatWasCutOff) {
  Put(*rocks_, 1);
  const std::string first = MustCreate(1);
  const std::string second = MustCreate(2);
  // The engine's part is done, the seal is still there.
  fs::remove(backups() + "/meta/1");
  EXPECT_FALSE(folder_.Verify(first, Wanted).ok());
  EXPECT_TRUE(folder_.Delete(first, Uuid(3)).ok());
  EXPECT_EQ(folder_.List()->size(), 1u);
  EXPECT_TRUE(folder_.Verify(second, Wanted).ok());
}

TEST_F(BackupTest, KeepsTheNewest) {
  Put(*rocks_, 1);
  std::vector<std::string> ids;
  for (int i = 1; i <= 5; ++i) ids.push_back(MustCreate(i));
  const auto purged = folder_.Purge(3);
  ASSERT_TRUE(purged.ok()) << purged.status();
  EXPECT_EQ(*purged, std::vector<std::string>({ids[0], ids[1]}));
  const auto last = Create(6, 2);
  ASSERT_TRUE(last.ok()) << last.status();
  const auto entries = folder_.List();
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].id, ids[4]);
  EXPECT_EQ((*entries)[1].id, last->id);
  for (const BackupEntry& entry : *entries) {
    EXPECT_TRUE(folder_.Verify(entry.id, Wanted).ok());
  }
}

TEST_F(BackupTest, DeletesNothingByItselfBesideADamagedOne) {
  Put(*rocks_, 1);
  for (int i = 1; i <= 3; ++i) MustCreate(i);
  const std::string seal = folder_.List()->front().id;
  WriteAll(absl::StrCat(backups(), "/sealed/", seal, ".1"), "no seal");
  EXPECT_TRUE(folder_.Purge(1)->empty());
  EXPECT_EQ(folder_.List()->size(), 3u);
  EXPECT_TRUE(folder_.Delete(seal, Uuid(9)).ok());
  EXPECT_EQ(folder_.Purge(1)->size(), 1u);
}

TEST_F(BackupTest, MakesOneAtATime) {
  Put(*rocks_, 1);
  std::vector<std::string> reasons;
  BackupFolder other({.path = backups()});
  const auto made = folder_.Create(
      *rocks_, {.create_time = At(1), .request_id = Uuid(1)}, [&] {
        if (reasons.empty()) {
          const NewBackup backup = {.create_time = At(2),
                                    .request_id = Uuid(2)};
          reasons.push_back(
              ReasonOf(folder_.Create(*rocks_, backup, Wanted).status()));
          // As another process is told, which has no mutex in common.
          reasons.push_back(
              ReasonOf(other.Create(*rocks_, backup, Wanted).status()));
          reasons.push_back(ReasonOf(folder_.Delete("x", Uuid(3))));
        }
        return absl::OkStatus();
      });
  EXPECT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(reasons, std::vector<std::string>(3, "BACKUP_BUSY"));
}

TEST_F(BackupTest, EndsWhenNoOneWaits) {
  for (int i = 0; i < 100; ++i) Put(*rocks_, i, 100'000);
  for (const int patience : {0, 1, 3}) {
    int asked = 0;
    const auto made = folder_.Create(
        *rocks_, {.create_time = At(1), .request_id = Uuid(1)}, [&] {
          return ++asked > patience ? absl::CancelledError("gone")
                                    : absl::OkStatus();
        });
    EXPECT_EQ(made.status().message(), "gone") << patience;
    EXPECT_TRUE(folder_.List()->empty()) << patience;
  }
  EXPECT_TRUE(folder_.Verify(MustCreate(1), Wanted).ok());
}

TEST_F(BackupTest, LeavesRoomOnTheDisk) {
  Put(*rocks_, 1);
  BackupFolder full(
      {.path = backups(),
       .disk_reserve_bytes = std::numeric_limits<std::uint64_t>::max()});
  const auto made = full.Create(
      *rocks_, {.create_time = At(1), .request_id = Uuid(1)}, Wanted);
  EXPECT_EQ(ReasonOf(made.status()), "DISK_FULL");
  EXPECT_TRUE(full.List()->empty());
  Put(*rocks_, 2);
  EXPECT_TRUE(Restore(MustCreate(2)).ok());
}

// What can happen to a file.
struct Damage {
  const char* name;
  std::function<void(const fs::path& path)> inflict;
};

const std::vector<Damage>& Damages() {
  static const auto* damages = new std::vector<Damage>{
      {"flip",
       [](const fs::path& path) {
         std::string bytes = ReadAll(path);
         bytes[bytes.size() / 2] ^= 0x10;
         WriteAll(path, bytes);
       }},
      {"truncate",
       [](const fs::path& path) {
         fs::resize_file(path, fs::file_size(path) - 1);
       }},
      {"append",
       [](const fs::path& path) { WriteAll(path, ReadAll(path) + "x"); }},
      {"empty", [](const fs::path& path) { WriteAll(path, ""); }},
      {"remove", [](const fs::path& path) { fs::remove(path); }},
  };
  return *damages;
}

TEST_F(BackupTest, RefusesDamageInAnyFileAndNamesIt) {
  for (int i = 0; i < 50; ++i) Put(*rocks_, i);
  MustCreate(1);
  Put(*rocks_, 50);
  const auto made = Create(2);
  ASSERT_TRUE(made.ok());
  std::vector<std::string> files = {absl::StrCat("sealed/", made->id, ".2")};
  for (const BackupFile& file : made->files) files.push_back(file.path);
  EXPECT_GE(files.size(), 7u);
  fs::copy(backups(), root_ / "whole", fs::copy_options::recursive);
  for (const std::string& file : files) {
    for (const Damage& damage : Damages()) {
      SCOPED_TRACE(absl::StrCat(file, " ", damage.name));
      damage.inflict(fs::path(backups()) / file);
      const auto refused = Restore(made->id);
      EXPECT_FALSE(refused.ok());
      EXPECT_FALSE(fs::exists(target()));
      if (file != files[0] || damage.name != std::string("remove")) {
        EXPECT_EQ(refused.status().code(), absl::StatusCode::kDataLoss);
        EXPECT_TRUE(absl::StrContains(refused.status().message(), file))
            << refused.status();
        EXPECT_EQ(folder_.Verify(made->id, Wanted).status(), refused.status());
      }
      // Never an older one in its place.
      EXPECT_FALSE(Restore(kLatestBackup).ok());
      fs::remove_all(backups());
      fs::copy(root_ / "whole", backups(), fs::copy_options::recursive);
    }
  }
  EXPECT_TRUE(Restore(kLatestBackup).ok());
}

TEST_F(BackupTest, RefusesWhatBelongsToAnotherBackup) {
  for (int i = 1; i <= 2; ++i) {
    Put(*rocks_, i);
    MustCreate(i);
  }
  const auto entries = *folder_.List();
  const auto swap = [&](const std::string& a, const std::string& b) {
    const fs::path root = backups();
    fs::rename(root / a, root / "aside");
    fs::rename(root / b, root / a);
    fs::rename(root / "aside", root / b);
  };
  const std::string seals[] = {absl::StrCat("sealed/", entries[0].id, ".1"),
                               absl::StrCat("sealed/", entries[1].id, ".2")};
  const std::pair<std::string, std::string> pairs[] = {
      {seals[0], seals[1]}, {"meta/1", "meta/2"}, {"private/1", "private/2"}};
  for (const auto& [a, b] : pairs) {
    swap(a, b);
    for (const BackupEntry& entry : entries) {
      EXPECT_EQ(ReasonOf(Restore(entry.id).status()), "STORED_DATA_UNREADABLE")
          << a;
    }
    swap(a, b);
    EXPECT_TRUE(folder_.Verify(entries[0].id, Wanted).ok());
  }
}

TEST_F(BackupTest, RefusesABackupThatEndsBeforeItsMark) {
  Put(*rocks_, 1);
  const auto made = Create(1);
  ASSERT_TRUE(made.ok());
  BackupSeal seal = *made;
  seal.mark += 1;
  WriteAll(absl::StrCat(backups(), "/sealed/", seal.id, ".1"),
           EncodeSeal(seal));
  EXPECT_TRUE(folder_.Verify(seal.id, Wanted).ok()) << "the seal is sound";
  const auto refused = Restore(seal.id);
  EXPECT_EQ(ReasonOf(refused.status()), "STORED_DATA_UNREADABLE");
  EXPECT_TRUE(absl::StrContains(refused.status().message(), "ledger"))
      << refused.status();
  EXPECT_FALSE(fs::exists(target()));
}

TEST_F(BackupTest, DeletesOneThatHasLostItsSeal) {
  Put(*rocks_, 1);
  const std::string id = MustCreate(1);
  fs::remove(absl::StrCat(backups(), "/sealed/", id, ".1"));
  const auto entries = folder_.List();
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ((*entries)[0].id, "unsealed-1");
  EXPECT_FALSE((*entries)[0].seal.ok());
  EXPECT_FALSE(Restore("unsealed-1").ok());
  EXPECT_TRUE(folder_.Delete("unsealed-1", Uuid(2)).ok());
  EXPECT_TRUE(folder_.List()->empty());
}

TEST_F(BackupTest, RestoresOnlyIntoAnEmptyFolder) {
  Put(*rocks_, 1);
  const std::string id = MustCreate(1);
  fs::create_directories(target());
  WriteAll(target() + "/notes", "mine");
  const auto refused = Restore(id);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(refused.status().message(), "notes"));
  EXPECT_EQ(ReadAll(target() + "/notes"), "mine");
  fs::remove(target() + "/notes");
  ASSERT_TRUE(Restore(id).ok());
  const auto again = Restore(id);
  EXPECT_EQ(again.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(again.status().message(), "holds a store"));
  EXPECT_TRUE(OpenRocks(OptionsOf(target())).ok());
}

TEST_F(BackupTest, PutsNothingInPlaceThatFailsACheck) {
  Put(*rocks_, 1);
  const std::string id = MustCreate(1);
  const auto refused = Restore(
      id, [](Rocks&) { return UnreadableError("a row makes no sense"); });
  EXPECT_EQ(refused.status().message(), "a row makes no sense");
  EXPECT_FALSE(fs::exists(target()));
}

TEST_F(BackupTest, NeverOpensWhatIsHalfRestored) {
  Put(*rocks_, 1);
  const std::string id = MustCreate(1);
  // What a crash leaves at any time before the last step: some or all of the
  // store, and `restoring`.
  ASSERT_TRUE(Restore(id).ok());
  fs::create_directories(RestoringPath(target()) + "/db");
  const auto opened = OpenRocks(OptionsOf(target()));
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(opened.status().message(), "restor"));
  // A repeat begins anew.
  ASSERT_TRUE(Restore(id).ok());
  EXPECT_TRUE(OpenRocks(OptionsOf(target())).ok());
}

TEST_F(BackupTest, LooksWithoutChangingAnything) {
  Put(*rocks_, 1);
  RocksOptions options = OptionsOf(root_ / "store");
  options.read_only = true;
  EXPECT_FALSE(OpenRocks(options).ok()) << "it is open";
  rocks_.reset();
  {
    const auto looked = OpenRocks(options);
    ASSERT_TRUE(looked.ok()) << looked.status();
    EXPECT_EQ(CountRows(**looked), 1);
    EXPECT_TRUE((*looked)->VerifyFiles().ok());
  }
  options.families = {};
  EXPECT_FALSE(OpenRocks(options).ok()) << "a family is not known";
  options.path = root_ / "nothing";
  EXPECT_FALSE(OpenRocks(options).ok());
  EXPECT_FALSE(fs::exists(options.path));
}

TEST_F(BackupTest, MarksWhatIsProven) {
  EXPECT_FALSE(folder_.Newest()->made.has_value()) << "there is none";
  const auto first = Create(1);
  const auto second = Create(2);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_FALSE(folder_.ProvenTime(*first)->has_value());
  ASSERT_TRUE(folder_.MarkProven(*first, At(60)).ok());
  EXPECT_EQ(*folder_.ProvenTime(*first), At(60));
  EXPECT_FALSE(folder_.ProvenTime(*second)->has_value());
  EXPECT_EQ(folder_.Newest()->made, At(2));
  EXPECT_EQ(folder_.Newest()->proven, At(1));
  ASSERT_TRUE(folder_.MarkProven(*first, At(70)).ok()) << "once more";
  EXPECT_EQ(*folder_.ProvenTime(*first), At(70));
  WriteAll(absl::StrCat(backups(), "/sealed/", second->id, ".2"), "damage");
  EXPECT_EQ(folder_.Newest()->made, At(1)) << "a damaged one is none";
}

TEST_F(BackupTest, CountsNoMarkOfAnotherBackup) {
  const auto first = Create(1);
  const auto second = Create(2);
  ASSERT_TRUE(first.ok() && second.ok());
  ASSERT_TRUE(folder_.MarkProven(*first, At(60)).ok());
  const fs::path marks = backups() + "/proven";
  fs::copy_file(marks / (first->id + ".1"), marks / (second->id + ".2"));
  EXPECT_FALSE(folder_.ProvenTime(*second)->has_value()) << "a copied mark";
  EXPECT_EQ(folder_.Newest()->proven, At(1));

  // Another backup in the place of the one that was proven.
  BackupSeal replaced = *first;
  replaced.mark += 1;
  WriteAll(absl::StrCat(backups(), "/sealed/", first->id, ".1"),
           EncodeSeal(replaced));
  EXPECT_FALSE(folder_.ProvenTime(replaced)->has_value());
  EXPECT_FALSE(folder_.Newest()->proven.has_value());
  EXPECT_EQ(ReasonOf(folder_.MarkProven(*first, At(61))), "BACKUP_NOT_FOUND");
}

TEST_F(BackupTest, CountsNoMarkOfADeletedBackup) {
  const auto first = Create(1);
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(folder_.MarkProven(*first, At(60)).ok());
  ASSERT_TRUE(folder_.Delete(first->id, Uuid(9)).ok());
  EXPECT_TRUE(fs::is_empty(backups() + "/proven"));
  EXPECT_EQ(ReasonOf(folder_.MarkProven(*first, At(61))), "BACKUP_NOT_FOUND");
  EXPECT_TRUE(fs::is_empty(backups() + "/proven"));
  EXPECT_FALSE(folder_.Newest()->proven.has_value());
}

TEST_F(BackupTest, CountsNoDamagedMark) {
  const auto made = Create(1);
  ASSERT_TRUE(made.ok());
  ASSERT_TRUE(folder_.MarkProven(*made, At(60)).ok());
  const fs::path mark = backups() + "/proven/" + made->id + ".1";
  const std::string whole = ReadAll(mark);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    WriteAll(mark, damaged);
    EXPECT_FALSE(folder_.ProvenTime(*made)->has_value()) << i;
    WriteAll(mark, whole.substr(0, i));
    EXPECT_FALSE(folder_.ProvenTime(*made)->has_value()) << i;
  }
  ASSERT_TRUE(folder_.MarkProven(*made, At(61)).ok());
  EXPECT_EQ(*folder_.ProvenTime(*made), At(61));
}

TEST_F(BackupTest, KeepsTheNewestThatIsProven) {
  std::vector<BackupSeal> made;
  for (int i = 1; i <= 4; ++i) made.push_back(*Create(i));
  ASSERT_TRUE(folder_.MarkProven(made[0], At(60)).ok());
  ASSERT_TRUE(folder_.MarkProven(made[1], At(61)).ok());
  // Two newest, and the second, which is the newest that is proven.
  EXPECT_EQ(*folder_.Purge(2), std::vector<std::string>({made[0].id}));
  made.push_back(*Create(5, 1));
  const auto entries = folder_.List();
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].id, made[1].id);
  EXPECT_EQ((*entries)[1].id, made[4].id);
  EXPECT_TRUE(Restore(made[1].id).ok());
  // Once a newer one is proven, the older one goes as any other.
  ASSERT_TRUE(folder_.MarkProven(made[4], At(62)).ok());
  EXPECT_EQ(*folder_.Purge(1), std::vector<std::string>({made[1].id}));
}

TEST(BackupProofFileTest, HasTheseBytes) {
  const BackupProof proof = {.seal_digest = "digest",
                             .proven_time = absl::FromUnixMicros(5)};
  const std::string bytes = EncodeProof(proof);
  EXPECT_EQ(absl::BytesToHexString(bytes.substr(0, bytes.size() - 32)),
            "505450524f56454e0a066469676573741005");
  EXPECT_EQ(DecodeProof(bytes), proof);
}

TEST(BackupSealTest, HasTheseBytes) {
  const BackupSeal seal = {.id = "a",
                           .engine_id = 2,
                           .mark = 3,
                           .create_time = absl::FromUnixMicros(4),
                           .request_id = "r",
                           .keep_count = 5,
                           .copied_bytes = 6,
                           .files = {{"meta/2", 7, 8}}};
  const std::string bytes = EncodeSeal(seal);
  EXPECT_EQ(absl::BytesToHexString(bytes.substr(0, bytes.size() - 32)),
            "50544241434b55500a01611002180320042a017230053806420f0a066d657461"
            "2f3210071d08000000");
  EXPECT_EQ(*DecodeSeal("path", bytes), seal);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(DecodeSeal("path", damaged).ok()) << i;
    EXPECT_FALSE(DecodeSeal("path", bytes.substr(0, i)).ok()) << i;
  }
}

}  // namespace
}  // namespace pulsetaker::kv
