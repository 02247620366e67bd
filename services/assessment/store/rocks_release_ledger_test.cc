// The real RocksDB, on its in-memory file system.

#include "services/assessment/store/rocks_release_ledger.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "services/assessment/store/keys.h"
#include "services/assessment/store/record.pb.h"
#include "services/assessment/store/rocks_assessment_store.h"

namespace pulsetaker::assessment {
namespace {

LedgerEntry Entry(const std::string& tenant, char digit) {
  LedgerEntry entry;
  entry.tenant = tenant;
  entry.digest = std::string(64, digit);
  entry.release.contributors = {{"tenants/a/localities/b", "x", 12},
                                {"tenants/a/localities/c", "y", 7}};
  entry.release.figures = {{"count", {0, 1}}, {"corner.value", {1}}};
  entry.reply = std::string("reply ") + digit;
  return entry;
}

class RocksReleaseLedgerTest : public ::testing::Test {
 protected:
  RocksReleaseLedgerTest() { Reopen(); }

  void Reopen() {
    ledger_.reset();
    rocks_.reset();
    auto rocks = kv::OpenRocks({.path = "/data",
                                .families = AssessmentStoreFamilies(),
                                .env = env_.get()});
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    ledger_ = MakeRocksReleaseLedger(*rocks_);
  }

  void Overwrite(const LedgerEntry& entry, const std::string& value) {
    rocksdb::WriteBatch batch = kv::NewBatch();
    batch.Put(rocks_->family(keys::kReleasesFamily),
              *keys::ForRelease(entry.tenant, entry.digest), value);
    ASSERT_TRUE(rocks_->Commit(batch).ok());
  }

  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<ReleaseLedger> ledger_;
};

TEST_F(RocksReleaseLedgerTest, RemembersWhatEachTenantWasTold) {
  for (const auto& entry :
       {Entry("north", '2'), Entry("north", '1'), Entry("north-west", '3')}) {
    ASSERT_TRUE(ledger_->Append(entry).ok());
  }
  Reopen();
  EXPECT_EQ(*ledger_->FindReply("north", std::string(64, '1')), "reply 1");
  EXPECT_EQ(*ledger_->FindReply("north", std::string(64, '3')), std::nullopt);
  EXPECT_EQ(*ledger_->ReadReleases("north"),
            (std::vector<Release>{Entry("north", '1').release,
                                  Entry("north", '2').release}));
  EXPECT_EQ(ledger_->ReadReleases("north-west")->size(), 1u);
  EXPECT_TRUE(ledger_->ReadReleases("south")->empty());
}

TEST_F(RocksReleaseLedgerTest, LeavesWhatIsThereAsItIs) {
  ASSERT_TRUE(ledger_->Append(Entry("north", '1')).ok());
  LedgerEntry other = Entry("north", '1');
  other.reply = "other";
  ASSERT_TRUE(ledger_->Append(other).ok());
  EXPECT_EQ(*ledger_->FindReply("north", other.digest), "reply 1");
}

TEST_F(RocksReleaseLedgerTest, ReportsWhatItCannotRead) {
  const LedgerEntry entry = Entry("north", '1');
  ASSERT_TRUE(ledger_->Append(Entry("north", '2')).ok());
  const std::string of_another =
      **rocks_->Get(rocks_->family(keys::kReleasesFamily),
                    *keys::ForRelease("north", std::string(64, '2')));
  storage::ReleaseRecord changed;
  ASSERT_TRUE(changed.ParseFromString(of_another));
  changed.mutable_contributors(0)->set_people(99);
  for (const std::string& value : {std::string("\xff"), std::string(),
                                   of_another, changed.SerializeAsString()}) {
    Overwrite(entry, value);
    for (const absl::Status& status :
         {ledger_->FindReply("north", entry.digest).status(),
          ledger_->ReadReleases("north").status(), ledger_->Append(entry)}) {
      EXPECT_EQ(ReasonOf(status), "STORED_DATA_UNREADABLE");
    }
  }
}

TEST_F(RocksReleaseLedgerTest, RefusesWhatIsNoKey) {
  LedgerEntry entry = Entry("", '1');
  EXPECT_EQ(ledger_->Append(entry).code(), absl::StatusCode::kInternal);
  EXPECT_EQ(ledger_->ReadReleases("").status().code(),
            absl::StatusCode::kInternal);
  EXPECT_EQ(ledger_->FindReply("north", "1").status().code(),
            absl::StatusCode::kInternal);
}

TEST_F(RocksReleaseLedgerTest, AssessmentsAreScannedByTenant) {
  const auto store = MakeRocksAssessmentStore(*rocks_);
  const auto scan = MakeRocksAssessmentScan(*rocks_);
  const std::vector<std::string> names = {
      "tenants/a/localities/x/surveys/s/waves/2/assessments/",
      "tenants/a/localities/x/surveys/s/waves/256/assessments/",
      "tenants/a/localities/y/surveys/s/waves/1/assessments/",
      "tenants/a-b/localities/x/surveys/s/waves/1/assessments/"};
  for (const std::string& name : names) {
    ASSERT_TRUE(store
                    ->Put({.name = name + std::string(32, 'a'),
                           .posterior = {},
                           .message = "m",
                           .create_time_micros = 77})
                    .ok());
  }
  const auto scanned = [&](const std::string& tenant) {
    std::vector<std::string> found;
    EXPECT_TRUE(scan->Scan(tenant,
                           [&](DatedAssessment each) {
                             EXPECT_EQ(each.create_time_micros, 77);
                             EXPECT_EQ(each.message, "m");
                             found.push_back(
                                 each.name.substr(0, each.name.size() - 32));
                             return absl::OkStatus();
                           })
                    .ok());
    return found;
  };
  EXPECT_EQ(scanned(""), names);
  EXPECT_EQ(scanned("a"),
            (std::vector<std::string>{names[0], names[1], names[2]}));
  EXPECT_TRUE(scanned("b").empty());
  EXPECT_EQ(
      scan->Scan("",
                 [](DatedAssessment) { return absl::CancelledError("enough"); })
          .code(),
      absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace pulsetaker::assessment
