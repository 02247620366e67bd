// The real RocksDB, on its in-memory file system: as fast as a fake, and
// nothing to keep true to the original.

#include "services/assessment/store/rocks_assessment_store.h"

#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/crc32.h"
#include "common/base/status.h"
#include "common/kv/rocks_operation_store.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "services/assessment/store/keys.h"
#include "services/assessment/store/record.pb.h"

namespace pulsetaker::assessment {
namespace {

constexpr char kWave[] = "tenants/north/localities/a/surveys/s/waves/3";

std::string Id(unsigned long i) { return absl::StrFormat("%032x", i); }

std::string Name(absl::string_view wave, unsigned long id) {
  return absl::StrCat(wave, "/assessments/", Id(id));
}

StoredAssessment Some(absl::string_view wave, unsigned long id) {
  StoredAssessment assessment;
  assessment.name = Name(wave, id);
  assessment.message = absl::StrFormat("assessment %u", id);
  assessment.create_time_micros = static_cast<std::int64_t>(id / 2) * 1'000;
  if (id % 2 == 0) assessment.posterior = {0.5, 0.25, 0.125, 0.125, 0};
  return assessment;
}

class RocksAssessmentStoreTest : public ::testing::Test {
 protected:
  RocksAssessmentStoreTest() { Reopen(); }

  void Reopen() {
    store_.reset();
    withdrawable_.reset();
    rocks_.reset();  // One process, one handle.
    std::vector<std::string> families = AssessmentStoreFamilies();
    families.push_back(kv::kOperationsFamily);
    auto rocks = kv::OpenRocks(
        {.path = "/data", .families = families, .env = env_.get()});
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    store_ = MakeRocksAssessmentStore(*rocks_);
    withdrawable_ = MakeRocksWithdrawableAssessments(
        *rocks_, [] { return absl::FromUnixSeconds(1); });
  }

  // Puts bytes where the store has not, as a fault or another program would.
  void Overwrite(const std::string& name, const std::string& value) {
    rocksdb::WriteBatch batch = kv::NewBatch();
    batch.Put(rocks_->family(keys::kAssessmentsFamily),
              *keys::ForAssessment(name), value);
    ASSERT_TRUE(rocks_->Commit(batch).ok());
  }

  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<AssessmentStore> store_;
  std::unique_ptr<WithdrawableAssessments> withdrawable_;
};

TEST_F(RocksAssessmentStoreTest, KeepsWhatItWasGiven) {
  for (const unsigned long id : {1, 2}) {
    ASSERT_TRUE(store_->Put(Some(kWave, id)).ok());
  }
  Reopen();
  for (const unsigned long id : {1, 2}) {
    const auto found = store_->Get(Name(kWave, id));
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(*found, Some(kWave, id));
  }
}

TEST_F(RocksAssessmentStoreTest, LeavesWhatIsThereAsItIs) {
  ASSERT_TRUE(store_->Put(Some(kWave, 1)).ok());
  StoredAssessment other = Some(kWave, 1);
  other.message = "other";
  ASSERT_TRUE(store_->Put(other).ok());
  EXPECT_EQ(*store_->Get(other.name), Some(kWave, 1));
}

// Any sequence of calls, with reopenings in between, does what a std::map does.
TEST_F(RocksAssessmentStoreTest, AgreesWithAMap) {
  const std::vector<std::string> waves = {
      "tenants/a/localities/x/surveys/s/waves/1",
      "tenants/a/localities/x/surveys/s/waves/256",
      "tenants/a-b/localities/x/surveys/s/waves/1",
      "tenants/a/localities/x-y/surveys/s/waves/1"};
  std::vector<std::map<std::string, StoredAssessment>> model(waves.size());
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    for (int step = 0; step < 50; ++step) {
      const auto w = random() % waves.size();
      if (random() % 20 == 0) Reopen();
      const auto id = random() % 40;
      if (random() % 2 == 0) {
        ASSERT_TRUE(store_->Put(Some(waves[w], id)).ok());
        model[w].emplace(Id(id), Some(waves[w], id));
        continue;
      }
      const auto limit = 1 + random() % 10;
      std::vector<StoredAssessment> want;
      for (auto it = model[w].upper_bound(Id(id));
           it != model[w].end() && want.size() < limit; ++it) {
        want.push_back(it->second);
      }
      const auto page = store_->List(waves[w], Id(id), static_cast<int>(limit));
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_EQ(*page, want);
    }
  }
}

// Rows of the time before creation times were kept have none, and a checksum
// without it: a key, the message and the posterior.
TEST_F(RocksAssessmentStoreTest, ReadsRowsWithoutACreationTime) {
  storage::AssessmentRecord old;
  old.set_message("old");
  const std::string name = Name(kWave, 1);
  old.set_crc32(Crc32(*keys::ForAssessment(name) + "old"));
  Overwrite(name, old.SerializeAsString());
  const auto found = store_->Get(name);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->message, "old");
  EXPECT_EQ(found->create_time_micros, 0);
  // A time that something else put there is damage.
  old.set_create_time_micros(1);
  Overwrite(name, old.SerializeAsString());
  EXPECT_EQ(ReasonOf(store_->Get(name).status()), "STORED_DATA_UNREADABLE");
}

TEST_F(RocksAssessmentStoreTest, FindsTheNewestWaveOfEachSurvey) {
  const std::string place = "tenants/a/localities/x";
  const auto newest = [&](int limit) {
    return *store_->ListNewestWaves(place, limit);
  };
  EXPECT_TRUE(newest(10).empty());
  for (const std::string& wave :
       {place + "/surveys/s/waves/1", place + "/surveys/s/waves/300",
        place + "/surveys/s/waves/2", place + "/surveys/s-t/waves/7",
        place + "/surveys/t/waves/2147483647",
        std::string("tenants/a/localities/w/surveys/s/waves/9"),
        std::string("tenants/a/localities/x-y/surveys/s/waves/9"),
        std::string("tenants/a-b/localities/x/surveys/s/waves/9")}) {
    for (const unsigned long id : {1, 2, 3}) {
      ASSERT_TRUE(store_->Put(Some(wave, id)).ok());
    }
  }
  const std::vector<std::string> all = {place + "/surveys/s/waves/300",
                                        place + "/surveys/s-t/waves/7",
                                        place + "/surveys/t/waves/2147483647"};
  EXPECT_EQ(newest(10), all);
  EXPECT_EQ(newest(3), all);
  EXPECT_EQ(newest(1), std::vector<std::string>{all[0]});
  EXPECT_EQ(newest(2), (std::vector<std::string>{all[0], all[1]}));
  EXPECT_TRUE(newest(0).empty());
  EXPECT_EQ(store_->ListNewestWaves("x", 1).status().code(),
            absl::StatusCode::kInternal);
}

TEST_F(RocksAssessmentStoreTest, ReportsWhatItCannotRead) {
  ASSERT_TRUE(store_->Put(Some(kWave, 2)).ok());
  const std::string of_another =
      **rocks_->Get(rocks_->family(keys::kAssessmentsFamily),
                    *keys::ForAssessment(Name(kWave, 2)));
  storage::AssessmentRecord changed;
  ASSERT_TRUE(changed.ParseFromString(of_another));
  changed.set_posterior(0, 0.75);
  storage::AssessmentRecord cut_short;
  cut_short.add_posterior(1);
  for (const std::string& value :
       {std::string("\xff"), std::string(), of_another,
        changed.SerializeAsString(), cut_short.SerializeAsString()}) {
    SCOPED_TRACE(absl::BytesToHexString(value));
    Overwrite(Name(kWave, 1), value);
    for (const absl::Status& status :
         {store_->Get(Name(kWave, 1)).status(),
          store_->List(kWave, "", 10).status(), store_->Put(Some(kWave, 1))}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
      EXPECT_EQ(ReasonOf(status), "STORED_DATA_UNREADABLE");
    }
  }
}

TEST_F(RocksAssessmentStoreTest, FindsNothingWhereNothingIs) {
  EXPECT_EQ(ReasonOf(store_->Get(Name(kWave, 1)).status()),
            "ASSESSMENT_NOT_FOUND");
  EXPECT_TRUE(store_->List(kWave, "", 10)->empty());
}

TEST_F(RocksAssessmentStoreTest, RefusesWhatIsNoName) {
  StoredAssessment nameless = Some(kWave, 1);
  nameless.name = "x";
  EXPECT_EQ(store_->Put(nameless).code(), absl::StatusCode::kInternal);
  EXPECT_EQ(store_->Get("x").status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(store_->List("x", "", 1).status().code(),
            absl::StatusCode::kInternal);
}

TEST_F(RocksAssessmentStoreTest, ShowsAllAssessmentsOfALocalityInOrder) {
  const std::string leeds = "tenants/north/localities/leeds";
  const std::vector<StoredAssessment> all = {
      Some(leeds + "/surveys/a/waves/2", 9),
      Some(leeds + "/surveys/a/waves/10", 1),
      Some(leeds + "/surveys/b/waves/1", 1)};
  for (const StoredAssessment& each : all) {
    ASSERT_TRUE(store_->Put(each).ok());
  }
  ASSERT_TRUE(store_->Put(Some(leeds + "-west/surveys/a/waves/2", 1)).ok());
  std::vector<StoredAssessment> seen;
  ASSERT_TRUE(withdrawable_
                  ->Visit(leeds,
                          [&](const StoredAssessment& each) {
                            seen.push_back(each);
                            return absl::OkStatus();
                          })
                  .ok());
  EXPECT_EQ(seen, all);
}

TEST_F(RocksAssessmentStoreTest, SaysOfWhatItWithdrewThatItWasThere) {
  const StoredAssessment one = Some(kWave, 1);
  const StoredAssessment two = Some(kWave, 2);
  ASSERT_TRUE(store_->Put(one).ok());
  ASSERT_TRUE(store_->Put(two).ok());
  ASSERT_TRUE(withdrawable_->Withdraw(one.name).ok());
  Reopen();
  EXPECT_EQ(ReasonOf(store_->Get(one.name).status()), "ASSESSMENT_WITHDRAWN");
  EXPECT_EQ(ReasonOf(store_->Get(Name(kWave, 3)).status()),
            "ASSESSMENT_NOT_FOUND");
  EXPECT_EQ(*store_->Get(two.name), two);
  EXPECT_EQ(store_->List(kWave, "", 10)->size(), 1u);
  ASSERT_TRUE(withdrawable_->Withdraw(two.name).ok());
  EXPECT_TRUE(
      store_->ListNewestWaves("tenants/north/localities/a", 10)->empty());
  ASSERT_TRUE(withdrawable_->Purge().ok());
  ASSERT_TRUE(store_->Put(one).ok());
  EXPECT_EQ(*store_->Get(one.name), one) << "made anew of the same";
}

}  // namespace
}  // namespace pulsetaker::assessment
