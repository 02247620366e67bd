#include "common/erasure/withdrawn_rows.h"

#include <memory>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"

namespace pulsetaker::erasure {
namespace {

constexpr char kFamily[] = "results";

class WithdrawnRowsTest : public ::testing::Test {
 protected:
  WithdrawnRowsTest() {
    auto rocks = kv::OpenRocks({.path = "/data",
                                .families = {kFamily, kWithdrawnFamily},
                                .env = env_.get()});
    EXPECT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    rows_ = std::make_unique<WithdrawnRows>(*rocks_);
  }

  void Put(const std::string& key, const std::string& value) {
    rocksdb::WriteBatch batch = kv::NewBatch();
    batch.Put(rocks_->family(kFamily), key, value);
    ASSERT_TRUE(rocks_->Commit(batch).ok());
  }

  void Withdraw(const std::string& key) {
    rocksdb::WriteBatch batch = kv::NewBatch();
    batch.Delete(rocks_->family(kFamily), key);
    rows_->Add(key, absl::FromUnixSeconds(1), batch);
    ASSERT_TRUE(rocks_->Commit(batch).ok());
  }

  std::string ReasonFor(const std::string& key) {
    return ReasonOf(rows_->NotFound(key, "WITHDRAWN", "NOT_THERE"));
  }

  // Whether any file of the store has these bytes. The store does not compress
  // values of this length away.
  bool IsInFiles(const std::string& bytes) {
    std::vector<std::string> names;
    EXPECT_TRUE(env_->GetChildren("/data/db", &names).ok());
    for (const std::string& name : names) {
      std::string content;
      if (!rocksdb::ReadFileToString(env_.get(), "/data/db/" + name, &content)
               .ok()) {
        continue;
      }
      if (content.find(bytes) != std::string::npos) return true;
    }
    return false;
  }

  absl::Status Purge() {
    return rows_->Purge({{{rocks_->family(kFamily), ""}}});
  }

  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<WithdrawnRows> rows_;
};

TEST_F(WithdrawnRowsTest, KnowsWhatWasWithdrawnFromWhatNeverWas) {
  EXPECT_EQ(ReasonFor("\x01r1"), "NOT_THERE");
  Put("\x01r1", "made of people");
  Withdraw("\x01r1");
  EXPECT_EQ(ReasonFor("\x01r1"), "WITHDRAWN");
  EXPECT_EQ(ReasonFor("\x01r"), "NOT_THERE");
  EXPECT_TRUE(absl::IsNotFound(rows_->NotFound("\x01r1", "A", "B")));
  rocksdb::WriteBatch batch = kv::NewBatch();
  rows_->Remove("\x01r1", batch);
  ASSERT_TRUE(rocks_->Commit(batch).ok());
  EXPECT_EQ(ReasonFor("\x01r1"), "NOT_THERE");
}

TEST_F(WithdrawnRowsTest, TakesBytesOutOfTheFiles) {
  const std::string secret = "QX7-person-4711-9ZK";
  Put("\x01r1", secret);
  Put("\x01r2", "of others");
  ASSERT_TRUE(rocks_->Flush().ok());
  Withdraw("\x01r1");
  EXPECT_TRUE(IsInFiles(secret)) << "this test would see it";
  ASSERT_TRUE(Purge().ok());
  EXPECT_FALSE(IsInFiles(secret));
  EXPECT_EQ(*rocks_->Get(rocks_->family(kFamily), "\x01r2"), "of others");
}

TEST_F(WithdrawnRowsTest, PurgesOnlyWhereThereIsSomethingToPurge) {
  const std::string secret = "QX7-person-4711-9ZK";
  Put("\x01r1", secret);
  ASSERT_TRUE(rocks_->Flush().ok());
  // Deleted, and not said to be in need of purging: a sign of what is done.
  rocksdb::WriteBatch batch = kv::NewBatch();
  batch.Delete(rocks_->family(kFamily), "\x01r1");
  ASSERT_TRUE(rocks_->Commit(batch).ok());
  ASSERT_TRUE(Purge().ok());
  EXPECT_TRUE(IsInFiles(secret));
  rocksdb::WriteBatch another = kv::NewBatch();
  rows_->AddUnpurged(another);
  ASSERT_TRUE(rocks_->Commit(another).ok());
  ASSERT_TRUE(Purge().ok());
  EXPECT_FALSE(IsInFiles(secret));
}

}  // namespace
}  // namespace pulsetaker::erasure
