// The real RocksDB, on its in-memory file system, as for single assessments.

#include "services/assessment/store/rocks_national_store.h"

#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "services/assessment/store/keys.h"
#include "services/assessment/store/record.pb.h"

namespace pulsetaker::assessment {
namespace {

constexpr char kTenant[] = "tenants/north";

std::string Id(unsigned long i) { return absl::StrFormat("%032x", i); }

std::string Name(absl::string_view tenant, unsigned long id) {
  return absl::StrCat(tenant, "/nationalAssessments/", Id(id));
}

StoredNational Some(absl::string_view tenant, unsigned long id) {
  return {.name = Name(tenant, id),
          .message = absl::StrFormat("national %u", id),
          .create_time = absl::FromUnixMicros(1'700'000'000'000'001 +
                                              static_cast<std::int64_t>(id))};
}

class RocksNationalStoreTest : public ::testing::Test {
 protected:
  RocksNationalStoreTest() { Reopen(); }

  void Reopen() {
    store_.reset();
    rocks_.reset();  // One process, one handle.
    auto rocks = kv::OpenRocks({.path = "/data",
                                .families = NationalStoreFamilies(),
                                .env = env_.get()});
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    store_ = MakeRocksNationalStore(*rocks_);
  }

  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<NationalStore> store_;
};

TEST_F(RocksNationalStoreTest, KeepsTheFirstOfAName) {
  const StoredNational first = Some(kTenant, 1);
  EXPECT_EQ(*store_->Put(first), first);
  StoredNational later = first;
  later.create_time += absl::Hours(1);
  EXPECT_EQ(*store_->Put(later), first);
  Reopen();
  EXPECT_EQ(*store_->Get(first.name), first);
}

// Any sequence of calls, with reopenings in between, does what a std::map does.
TEST_F(RocksNationalStoreTest, AgreesWithAMap) {
  const std::vector<std::string> tenants = {"tenants/a", "tenants/a-b",
                                            "tenants/b"};
  std::vector<std::map<std::string, StoredNational>> model(tenants.size());
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    for (int step = 0; step < 50; ++step) {
      const auto t = random() % tenants.size();
      if (random() % 20 == 0) Reopen();
      const auto id = random() % 40;
      if (random() % 2 == 0) {
        ASSERT_TRUE(store_->Put(Some(tenants[t], id)).ok());
        model[t].emplace(Id(id), Some(tenants[t], id));
        continue;
      }
      const auto limit = 1 + random() % 10;
      std::vector<StoredNational> want;
      for (auto it = model[t].upper_bound(Id(id));
           it != model[t].end() && want.size() < limit; ++it) {
        want.push_back(it->second);
      }
      const auto page =
          store_->List(tenants[t], Id(id), static_cast<int>(limit));
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_EQ(*page, want);
    }
  }
}

TEST_F(RocksNationalStoreTest, ReportsWhatItCannotRead) {
  ASSERT_TRUE(store_->Put(Some(kTenant, 2)).ok());
  kv::Rocks::Family* family = rocks_->family(keys::kNationalFamily);
  const std::string of_another =
      **rocks_->Get(family, *keys::ForNational(Name(kTenant, 2)));
  storage::NationalRecord changed;
  ASSERT_TRUE(changed.ParseFromString(of_another));
  changed.set_create_time_micros(1);
  for (const std::string& value : {std::string("\xff"), std::string(),
                                   of_another, changed.SerializeAsString()}) {
    SCOPED_TRACE(absl::BytesToHexString(value));
    rocksdb::WriteBatch batch = kv::NewBatch();
    batch.Put(family, *keys::ForNational(Name(kTenant, 1)), value);
    ASSERT_TRUE(rocks_->Commit(batch).ok());
    for (const absl::Status& status :
         {store_->Get(Name(kTenant, 1)).status(),
          store_->List(kTenant, "", 10).status(),
          store_->Put(Some(kTenant, 1)).status()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
      EXPECT_EQ(ReasonOf(status), "STORED_DATA_UNREADABLE");
    }
  }
}

TEST_F(RocksNationalStoreTest, FindsNothingWhereNothingIs) {
  EXPECT_EQ(ReasonOf(store_->Get(Name(kTenant, 1)).status()),
            "NATIONAL_ASSESSMENT_NOT_FOUND");
  EXPECT_TRUE(store_->List(kTenant, "", 10)->empty());
}

TEST_F(RocksNationalStoreTest, RefusesWhatIsNoName) {
  StoredNational nameless = Some(kTenant, 1);
  nameless.name = "x";
  EXPECT_EQ(store_->Put(nameless).status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(store_->Get("x").status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(store_->List("x", "", 1).status().code(),
            absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace pulsetaker::assessment
