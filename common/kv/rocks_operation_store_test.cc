#include "common/kv/rocks_operation_store.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"

namespace pulsetaker::kv {
namespace {

std::string Uuid(unsigned i) {
  return absl::StrFormat("%08x-0000-4000-8000-000000000000", i);
}

OperationRecord Some(unsigned i) {
  return {.id = Uuid(i),
          .kind = "AnalyzeWave",
          .scope = "tenants/north",
          .request_id = Uuid(1000 + i),
          .request = absl::StrCat("request ", i),
          .traceparent = absl::StrCat("traceparent ", i),
          .metadata = "metadata",
          .create_time =
              absl::FromUnixMicros(1'700'000'000'123'456) - absl::Seconds(i),
          .update_time = absl::FromUnixMicros(1'700'000'000'123'456)};
}

class RocksOperationStoreTest : public ::testing::Test {
 protected:
  RocksOperationStoreTest() { Reopen(); }

  void Reopen() {
    store_.reset();
    rocks_.reset();
    auto rocks = OpenRocks(
        {.path = "/db", .families = {kOperationsFamily}, .env = env_.get()});
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    store_ = MakeRocksOperationStore(*rocks_);
  }

  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::unique_ptr<Rocks> rocks_;
  std::unique_ptr<OperationStore> store_;
};

TEST_F(RocksOperationStoreTest, KeepsEveryField) {
  OperationRecord record = Some(1);
  ASSERT_TRUE(store_->Create(record).ok());
  Reopen();
  EXPECT_EQ(*store_->Get(record.id), record);
  record.state = OperationState::kDone;
  record.metadata = "other";
  record.response = "response";
  record.attempt = 2;
  record.cancel_requested = true;
  record.update_time += absl::Hours(1);
  ASSERT_TRUE(store_->Update(record).ok());
  Reopen();
  EXPECT_EQ(*store_->Get(record.id), record);
}

TEST_F(RocksOperationStoreTest, ReturnsTheFirstToARepeat) {
  const OperationRecord first = Some(1);
  ASSERT_TRUE(store_->Create(first).ok());
  OperationRecord done = first;
  done.state = OperationState::kDone;
  done.response = "response";
  ASSERT_TRUE(store_->Update(done).ok());
  Reopen();
  OperationRecord again = first;
  again.id = Uuid(2);
  const auto repeat = store_->Create(again);
  ASSERT_TRUE(repeat.ok()) << repeat.status();
  EXPECT_EQ(*repeat, done);
  EXPECT_EQ(ReasonOf(store_->Get(Uuid(2)).status()), "OPERATION_NOT_FOUND");
}

TEST_F(RocksOperationStoreTest, RefusesAReusedRequestId) {
  ASSERT_TRUE(store_->Create(Some(1)).ok());
  OperationRecord other_request = Some(1);
  other_request.id = Uuid(2);
  other_request.request = "other";
  OperationRecord other_kind = Some(1);
  other_kind.id = Uuid(2);
  other_kind.kind = "AssessWave";
  for (const auto& record : {other_request, other_kind}) {
    const auto clash = store_->Create(record);
    EXPECT_EQ(clash.status().code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(ReasonOf(clash.status()), "REQUEST_ID_REUSED");
  }
  OperationRecord other_scope = other_request;
  other_scope.scope = "tenants/south";
  EXPECT_TRUE(store_->Create(other_scope).ok());
}

TEST_F(RocksOperationStoreTest, KeepsWhatDoesNotChange) {
  OperationRecord record = Some(1);
  ASSERT_TRUE(store_->Create(record).ok());
  OperationRecord changed = record;
  changed.kind = "other";
  changed.scope = "other";
  changed.request = "other";
  changed.request_id = Uuid(9);
  changed.traceparent = "other";
  changed.attempt = 1;
  ASSERT_TRUE(store_->Update(changed).ok());
  record.attempt = 1;
  EXPECT_EQ(*store_->Get(record.id), record);
}

TEST_F(RocksOperationStoreTest, ListsWhatIsUnfinishedByAge) {
  for (unsigned i = 1; i <= 4; ++i) {
    ASSERT_TRUE(store_->Create(Some(i)).ok());  // Each older than the last.
  }
  OperationRecord done = Some(3);
  done.state = OperationState::kDone;
  done.error = "error";
  ASSERT_TRUE(store_->Update(done).ok());
  Reopen();
  const auto unfinished = store_->ListUnfinished();
  ASSERT_TRUE(unfinished.ok()) << unfinished.status();
  EXPECT_EQ(*unfinished,
            (std::vector<OperationRecord>{Some(4), Some(2), Some(1)}));
}

TEST_F(RocksOperationStoreTest, PagesById) {
  for (unsigned i = 1; i <= 5; ++i) {
    ASSERT_TRUE(store_->Create(Some(i)).ok());
  }
  EXPECT_EQ(store_->List("", "", 10)->size(), 5u);
  EXPECT_EQ(*store_->List("", "", 2),
            (std::vector<OperationRecord>{Some(1), Some(2)}));
  EXPECT_EQ(*store_->List("", Uuid(2), 2),
            (std::vector<OperationRecord>{Some(3), Some(4)}));
  EXPECT_EQ(*store_->List("", Uuid(4), 2),
            (std::vector<OperationRecord>{Some(5)}));
  EXPECT_TRUE(store_->List("", Uuid(5), 2)->empty());
}

TEST_F(RocksOperationStoreTest, ForgetsOperationAndRequest) {
  ASSERT_TRUE(store_->Create(Some(1)).ok());
  ASSERT_TRUE(store_->Delete(Uuid(1)).ok());
  for (const absl::Status& status :
       {store_->Get(Uuid(1)).status(), store_->Delete(Uuid(1)),
        store_->Update(Some(1))}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ReasonOf(status), "OPERATION_NOT_FOUND");
  }
  EXPECT_TRUE(store_->ListUnfinished()->empty());
  OperationRecord again = Some(1);
  again.id = Uuid(2);
  EXPECT_EQ(store_->Create(again)->id, Uuid(2));
}

// These bytes are on disk. If this test fails, the code is wrong, not the test.
TEST_F(RocksOperationStoreTest, HasTheKeysThatAreOnDisk) {
  ASSERT_TRUE(store_->Create(Some(1)).ok());
  std::vector<std::string> keys;
  const auto it =
      rocks_->NewPrefixIterator(rocks_->family(kOperationsFamily), "");
  for (; it->Valid(); it->Next()) keys.emplace_back(it->key());
  using std::string_literals::operator""s;
  EXPECT_EQ(keys, (std::vector<std::string>{
                      "\x01o" + Uuid(1), "\x01rtenants/north\0"s + Uuid(1001),
                      "\x01u" + Uuid(1)}));
}

TEST_F(RocksOperationStoreTest, ReportsWhatItCannotRead) {
  ASSERT_TRUE(store_->Create(Some(1)).ok());
  OperationRecord no_outcome = Some(2);
  no_outcome.state = OperationState::kDone;
  ASSERT_TRUE(store_->Create(no_outcome).ok());
  rocksdb::WriteBatch batch = NewBatch();
  batch.Put(rocks_->family(kOperationsFamily), "\x01o" + Uuid(1), "\xff");
  ASSERT_TRUE(rocks_->Commit(batch).ok());
  for (const absl::Status& status :
       {store_->Get(Uuid(1)).status(), store_->Get(Uuid(2)).status(),
        store_->List("", "", 5).status(), store_->ListUnfinished().status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReasonOf(status), "STORED_DATA_UNREADABLE");
  }
}

}  // namespace
}  // namespace pulsetaker::kv
