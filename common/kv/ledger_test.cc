#include "common/kv/ledger.h"

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"

namespace pulsetaker::kv {
namespace {

constexpr char kPath[] = "/ledger";

class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest() { EXPECT_TRUE(Ledger::Create(*env_, kPath).ok()); }

  absl::StatusOr<std::unique_ptr<Ledger>> Open() {
    return Ledger::Open(*env_, kPath);
  }

  std::string Content() {
    std::string content;
    EXPECT_TRUE(rocksdb::ReadFileToString(env_.get(), kPath, &content).ok());
    return content;
  }

  void SetContent(const std::string& content) {
    ASSERT_TRUE(rocksdb::WriteStringToFile(env_.get(), content, kPath).ok());
  }

  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
};

void Advance(Ledger& ledger, std::uint64_t sequence) {
  const absl::Status status = ledger.Advance(sequence);
  ASSERT_TRUE(status.ok()) << status;
}

TEST_F(LedgerTest, KeepsTheMarkAndTheSize) {
  for (std::uint64_t sequence = 1; sequence < 20; ++sequence) {
    SCOPED_TRACE(sequence);
    auto ledger = Open();
    ASSERT_TRUE(ledger.ok()) << ledger.status();
    EXPECT_EQ((*ledger)->mark(), (sequence - 1) * 1000);
    Advance(**ledger, sequence * 1000);
    EXPECT_EQ((*ledger)->mark(), sequence * 1000);
    EXPECT_EQ(Content().size(), kLedgerFileBytes);
  }
}

TEST_F(LedgerTest, NeverLowersTheMark) {
  auto ledger = Open();
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  Advance(**ledger, 7);
  const std::string before = Content();
  Advance(**ledger, 6);
  Advance(**ledger, 7);
  EXPECT_EQ((*ledger)->mark(), 7u);
  EXPECT_EQ(Content(), before);
}

// The file system in memory, that counts the syncs of files that are written
// at any place.
class CountingDisk final : public rocksdb::EnvWrapper {
 public:
  explicit CountingDisk(rocksdb::Env* memory) : EnvWrapper(memory) {}
  const char* Name() const override { return "CountingDisk"; }

  rocksdb::Status NewRandomRWFile(const std::string& name,
                                  std::unique_ptr<rocksdb::RandomRWFile>* file,
                                  const rocksdb::EnvOptions& options) override {
    std::unique_ptr<rocksdb::RandomRWFile> inner;
    rocksdb::Status made = target()->NewRandomRWFile(name, &inner, options);
    if (made.ok()) *file = std::make_unique<File>(*this, std::move(inner));
    return made;
  }

  int syncs = 0;

 private:
  class File final : public rocksdb::RandomRWFileWrapper {
   public:
    File(CountingDisk& disk, std::unique_ptr<rocksdb::RandomRWFile> inner)
        : RandomRWFileWrapper(inner.get()),
          disk_(disk),
          inner_(std::move(inner)) {}
    rocksdb::Status Sync() override {
      ++disk_.syncs;
      return inner_->Sync();
    }

   private:
    CountingDisk& disk_;
    const std::unique_ptr<rocksdb::RandomRWFile> inner_;
  };
};

TEST_F(LedgerTest, SyncsEachMark) {
  CountingDisk disk(env_.get());
  auto ledger = Ledger::Open(disk, kPath);
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  for (int mark = 1; mark <= 5; ++mark) {
    Advance(**ledger, static_cast<std::uint64_t>(mark));
    EXPECT_EQ(disk.syncs, mark);
  }
  ledger->reset();  // Before the disk that it is on.
}

// These bytes are on disk. If this test fails, the code is wrong, not the test.
TEST_F(LedgerTest, HasTheBytesThatAreOnDisk) {
  auto ledger = Open();
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  Advance(**ledger, 0x0102030405060708);
  const std::string content = Content();
  const std::string slot = content.substr(0, kLedgerSlotBytes);
  EXPECT_EQ(absl::BytesToHexString(slot.substr(0, 32)),
            "50544c4544474552"  // PTLEDGER
            "00000001"
            "0000000000000003"
            "0102030405060708"
            "00000000");
  EXPECT_EQ(slot.substr(28, kLedgerSlotBytes - 32),
            std::string(kLedgerSlotBytes - 32, '\0'));
  EXPECT_EQ(absl::BytesToHexString(slot.substr(kLedgerSlotBytes - 4)),
            "017343d8");
}

TEST_F(LedgerTest, HasTheBytesOfTheManifests) {
  auto ledger = Open();
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  ASSERT_TRUE((*ledger)->AdvanceManifest({1, 2, 3}).ok());
  (*ledger)->SwitchManifest();
  ASSERT_TRUE((*ledger)->AdvanceManifest({1, 4, 5}).ok());  // In use.
  ASSERT_TRUE((*ledger)->AdvanceManifest({6, 7, 8}).ok());  // Maybe instead.
  EXPECT_EQ(absl::BytesToHexString(Content().substr(28, 44)),
            "0000000000000001"
            "0000000000000004"
            "00000005"
            "0000000000000006"
            "0000000000000007"
            "00000008"
            "00000000");
}

// A crash between the first sync of a MANIFEST and the change of its name
// leaves either in use.
TEST_F(LedgerTest, KnowsTheManifestsThatMayBeInUse) {
  const ManifestMark old = {4, 100, 1};
  const ManifestMark next = {9, 50, 2};
  {
    auto ledger = Open();
    ASSERT_TRUE(ledger.ok()) << ledger.status();
    EXPECT_EQ(*(*ledger)->UseManifest(4), std::nullopt);  // None is known.
    ASSERT_TRUE((*ledger)->AdvanceManifest(old).ok());
    (*ledger)->SwitchManifest();
    ASSERT_TRUE((*ledger)->AdvanceManifest(old).ok());
    ASSERT_TRUE((*ledger)->AdvanceManifest(next).ok());
  }
  EXPECT_EQ(*(*Open())->UseManifest(4), old);
  EXPECT_EQ(*(*Open())->UseManifest(9), next);
  const auto other = (*Open())->UseManifest(5);
  EXPECT_EQ(other.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReasonOf(other.status()), "STORED_DATA_UNREADABLE");

  // A crash came before it was named, and it is written anew.
  ASSERT_TRUE((*Open())->AdvanceManifest({9, 70, 3}).ok());
  EXPECT_EQ(*(*Open())->UseManifest(4), old);

  // Once it is named, it is in use, and the old one is not.
  {
    const auto ledger = Open();
    ASSERT_TRUE((*ledger)->AdvanceManifest(next).ok());
    (*ledger)->SwitchManifest();
    ASSERT_TRUE((*ledger)->AdvanceManifest(next).ok());
  }
  EXPECT_EQ(*(*Open())->UseManifest(9), next);
  EXPECT_FALSE((*Open())->UseManifest(4).ok());
}

TEST_F(LedgerTest, KnowsAManifestThatWasNamedAndGivenUp) {
  auto ledger = Open();
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  ASSERT_TRUE((*ledger)->AdvanceManifest({4, 100, 1}).ok());
  (*ledger)->SwitchManifest();
  ASSERT_TRUE((*ledger)->AdvanceManifest({4, 100, 1}).ok());
  ASSERT_TRUE((*ledger)->AdvanceManifest({9, 50, 2}).ok());
  (*ledger)->SwitchManifest();
  ASSERT_TRUE((*ledger)->AdvanceManifest({12, 60, 3}).ok());
  for (const std::uint64_t number : {9, 12}) {
    EXPECT_TRUE((*Open())->UseManifest(number).ok()) << number;
  }
  EXPECT_FALSE((*Open())->UseManifest(4).ok());
}

// Whatever happens to the slot that is being written, the one before counts.
TEST_F(LedgerTest, FallsBackToTheOtherSlot) {
  auto ledger = Open();
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  Advance(**ledger, 10);  // The first slot.
  Advance(**ledger, 20);  // The second.
  ledger->reset();
  const std::string whole = Content();
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    SCOPED_TRACE(i);
    std::string torn = whole;
    const std::size_t at = random.Uniform(kLedgerFileBytes);
    torn[at] = static_cast<char>(torn[at] ^ (1 << random.Uniform(8)));
    SetContent(torn);
    auto reopened = Open();
    ASSERT_TRUE(reopened.ok()) << reopened.status();
    EXPECT_EQ((*reopened)->mark(), at < kLedgerSlotBytes ? 20u : 10u);
    // The next write heals the slot, not the one that counts.
    Advance(**reopened, 30);
    Advance(**reopened, 40);
    reopened->reset();
    EXPECT_EQ((*Open())->mark(), 40u);
  }
}

TEST_F(LedgerTest, ReportsWhatItCannotRead) {
  const std::string whole = Content();
  std::string both_damaged = whole;
  both_damaged[100] ^= 1;
  both_damaged[kLedgerSlotBytes + 100] ^= 1;
  for (const std::string& content :
       {std::string(), whole.substr(0, whole.size() - 1), whole + "x",
        std::string(kLedgerFileBytes, '\0'), both_damaged}) {
    SCOPED_TRACE(content.size());
    SetContent(content);
    const auto ledger = Open();
    EXPECT_EQ(ledger.status().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReasonOf(ledger.status()), "STORED_DATA_UNREADABLE");
    EXPECT_NE(ledger.status().message().find(kPath), absl::string_view::npos);
  }
}

TEST_F(LedgerTest, ReportsThatItIsMissing) {
  ASSERT_TRUE(env_->DeleteFile(kPath).ok());
  const auto ledger = Open();
  EXPECT_EQ(ledger.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ledger.status().message(), "/ledger: the file is missing");
  EXPECT_TRUE(env_->FileExists(kPath).IsNotFound());  // Nor was it made.
}

}  // namespace
}  // namespace pulsetaker::kv
