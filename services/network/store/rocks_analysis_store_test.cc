// The real RocksDB, on its in-memory file system: as fast as a fake, and
// nothing to keep true to the original.

#include "services/network/store/rocks_analysis_store.h"

#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "common/base/status.h"
#include "common/kv/rocks_operation_store.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "services/network/store/keys.h"
#include "services/network/store/record.pb.h"

namespace pulsetaker::network {
namespace {

std::string Id(unsigned long i) { return absl::StrFormat("%032x", i); }
std::string Person(unsigned long i) { return absl::StrFormat("p%03u", i); }

EncodedAnalysis Some(unsigned long id, unsigned long person_count) {
  EncodedAnalysis analysis;
  analysis.id = Id(id);
  analysis.analysis = absl::StrFormat("analysis %u", id);
  for (unsigned long i = 0; i < person_count; ++i) {
    analysis.persons.push_back(
        {Person(2 * i), absl::StrFormat("roles %u of %u", i, id)});
  }
  return analysis;
}

class RocksAnalysisStoreTest : public ::testing::Test {
 protected:
  RocksAnalysisStoreTest() { Reopen(); }

  void Reopen() {
    store_.reset();
    withdrawable_.reset();
    rocks_.reset();  // One process, one handle.
    std::vector<std::string> families = AnalysisStoreFamilies();
    families.push_back(kv::kOperationsFamily);
    auto rocks = kv::OpenRocks(
        {.path = "/data", .families = families, .env = env_.get()});
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    store_ = MakeRocksAnalysisStore(*rocks_);
    withdrawable_ = MakeRocksWithdrawableAnalyses(
        *rocks_, [] { return absl::FromUnixSeconds(1); });
  }

  // Puts bytes where the store has not, as a fault or another program would.
  void Overwrite(const char* family, const std::string& key,
                 const std::string& value) {
    rocksdb::WriteBatch batch = kv::NewBatch();
    batch.Put(rocks_->family(family), key, value);
    ASSERT_TRUE(rocks_->Commit(batch).ok());
  }

  const WaveKey wave_ = {"north", "ashby", "care", 3};
  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<AnalysisStore> store_;
  std::unique_ptr<WithdrawableAnalyses> withdrawable_;
};

TEST_F(RocksAnalysisStoreTest, KeepsWhatItWasGiven) {
  const EncodedAnalysis some = Some(1, 3);
  ASSERT_TRUE(store_->Put(wave_, some).ok());
  Reopen();
  const auto found = store_->Get(wave_, some.id);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, some.analysis);
  const auto persons = store_->ListPersons(wave_, some.id, "", 10);
  ASSERT_TRUE(persons.ok()) << persons.status();
  EXPECT_EQ(*persons, some.persons);
}

TEST_F(RocksAnalysisStoreTest, LeavesWhatIsThereAsItIs) {
  ASSERT_TRUE(store_->Put(wave_, Some(1, 1)).ok());
  EncodedAnalysis other = Some(1, 2);
  other.analysis = "other";
  ASSERT_TRUE(store_->Put(wave_, other).ok());
  EXPECT_EQ(*store_->Get(wave_, Id(1)), Some(1, 1).analysis);
  EXPECT_EQ(store_->ListPersons(wave_, Id(1), "", 10)->size(), 1u);
}

TEST_F(RocksAnalysisStoreTest, KeepsMorePeopleThanABatchTakes) {
  EncodedAnalysis large = Some(1, 300);
  for (EncodedPerson& person : large.persons) person.roles.resize(50'000, 'x');
  ASSERT_TRUE(store_->Put(wave_, large).ok());
  EXPECT_EQ(*store_->ListPersons(wave_, large.id, "", 1000), large.persons);
}

// What a crash in the middle of Put leaves behind.
TEST_F(RocksAnalysisStoreTest, HasNoPeopleWithoutTheirAnalysis) {
  const std::string key = keys::ForPerson(wave_, Id(1), "p000");
  Overwrite(keys::kPersonsFamily, key, "");
  EXPECT_EQ(ReasonOf(store_->ListPersons(wave_, Id(1), "", 10).status()),
            "ANALYSIS_NOT_FOUND");
  ASSERT_TRUE(store_->Put(wave_, Some(1, 2)).ok());
  EXPECT_EQ(*store_->ListPersons(wave_, Id(1), "", 10), Some(1, 2).persons);
}

// Any sequence of calls, with reopenings in between, does what a std::map does.
TEST_F(RocksAnalysisStoreTest, AgreesWithAMap) {
  const std::vector<WaveKey> waves = {{"a", "x", "s", 1},
                                      {"a", "x", "s", 256},
                                      {"a-b", "x", "s", 1},
                                      {"a", "x-y", "s", 1}};
  std::vector<std::map<std::string, EncodedAnalysis>> model(waves.size());
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    for (int step = 0; step < 50; ++step) {
      const auto w = random() % waves.size();
      if (random() % 20 == 0) Reopen();
      const auto id = random() % 40;
      const auto limit = 1 + random() % 10;
      if (random() % 2 == 0) {
        const EncodedAnalysis some = Some(id, random() % 5);
        ASSERT_TRUE(store_->Put(waves[w], some).ok());
        model[w].emplace(some.id, some);
        continue;
      }
      std::vector<EncodedAnalysis> want;
      for (auto it = model[w].upper_bound(Id(id));
           it != model[w].end() && want.size() < limit; ++it) {
        want.push_back({it->first, it->second.analysis, {}});
      }
      const auto page = store_->List(waves[w], Id(id), static_cast<int>(limit));
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_EQ(*page, want);

      const auto known = model[w].find(Id(id));
      const std::string after = Person(random() % 10);
      const auto persons =
          store_->ListPersons(waves[w], Id(id), after, static_cast<int>(limit));
      ASSERT_EQ(persons.ok(), known != model[w].end()) << persons.status();
      if (!persons.ok()) continue;
      std::vector<EncodedPerson> want_persons;
      for (const EncodedPerson& person : known->second.persons) {
        if (person.person > after && want_persons.size() < limit) {
          want_persons.push_back(person);
        }
      }
      EXPECT_EQ(*persons, want_persons);
    }
  }
}

TEST_F(RocksAnalysisStoreTest, ReportsWhatItCannotRead) {
  ASSERT_TRUE(store_->Put(wave_, Some(1, 2)).ok());
  ASSERT_TRUE(store_->Put(wave_, Some(2, 2)).ok());
  const std::string key = keys::ForAnalysis(wave_, Id(1));
  const std::string person_key = keys::ForPerson(wave_, Id(1), Person(0));
  const std::string of_another = **rocks_->Get(
      rocks_->family(keys::kAnalysesFamily), keys::ForAnalysis(wave_, Id(2)));
  storage::ResultRecord changed;
  ASSERT_TRUE(changed.ParseFromString(of_another));
  changed.set_message("analysis 3");
  for (const std::string& value : {std::string("\xff"), std::string(),
                                   of_another, changed.SerializeAsString()}) {
    SCOPED_TRACE(absl::BytesToHexString(value));
    Overwrite(keys::kAnalysesFamily, key, value);
    Overwrite(keys::kPersonsFamily, person_key, value);
    for (const absl::Status& status :
         {store_->Get(wave_, Id(1)).status(),
          store_->List(wave_, "", 10).status(),
          store_->ListPersons(wave_, Id(1), "", 10).status(),
          store_->Put(wave_, Some(1, 2))}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
      EXPECT_EQ(ReasonOf(status), "STORED_DATA_UNREADABLE");
    }
  }
}

TEST_F(RocksAnalysisStoreTest, FindsNothingWhereNothingIs) {
  EXPECT_EQ(ReasonOf(store_->Get(wave_, Id(1)).status()), "ANALYSIS_NOT_FOUND");
  EXPECT_EQ(ReasonOf(store_->ListPersons(wave_, Id(1), "", 1).status()),
            "ANALYSIS_NOT_FOUND");
  EXPECT_TRUE(store_->List(wave_, "", 10)->empty());
}

TEST_F(RocksAnalysisStoreTest, ShowsAllAnalysesOfALocality) {
  const std::vector<WaveKey> waves = {{"north", "ashby", "care", 1},
                                      {"north", "ashby", "care", 256},
                                      {"north", "ashby", "work", 2}};
  for (const WaveKey& wave : waves) {
    ASSERT_TRUE(store_->Put(wave, Some(7, 2)).ok());
  }
  ASSERT_TRUE(store_->Put({"north", "ashby-west", "care", 1}, Some(7, 1)).ok());
  ASSERT_TRUE(store_->Put({"south", "ashby", "care", 1}, Some(7, 1)).ok());
  std::vector<WaveKey> seen;
  const auto visit = [&](const WaveKey& wave, const EncodedAnalysis& analysis) {
    seen.push_back(wave);
    EXPECT_EQ(analysis.id, Id(7));
    EXPECT_EQ(analysis.analysis, "analysis 7");
    return absl::OkStatus();
  };
  ASSERT_TRUE(withdrawable_->Visit("north", "ashby", visit).ok());
  EXPECT_EQ(seen, waves);
  EXPECT_TRUE(absl::IsAborted(withdrawable_->Visit(
      "north", "ashby", [](const WaveKey&, const EncodedAnalysis&) {
        return absl::AbortedError("enough");
      })));
}

TEST_F(RocksAnalysisStoreTest, SaysOfWhatItWithdrewThatItWasThere) {
  ASSERT_TRUE(store_->Put(wave_, Some(1, 3)).ok());
  ASSERT_TRUE(store_->Put(wave_, Some(2, 3)).ok());
  ASSERT_TRUE(withdrawable_->Withdraw(wave_, Id(1)).ok());
  Reopen();
  EXPECT_EQ(ReasonOf(store_->Get(wave_, Id(1)).status()), "ANALYSIS_WITHDRAWN");
  EXPECT_EQ(ReasonOf(store_->ListPersons(wave_, Id(1), "", 10).status()),
            "ANALYSIS_WITHDRAWN");
  EXPECT_EQ(ReasonOf(store_->Get(wave_, Id(3)).status()), "ANALYSIS_NOT_FOUND");
  EXPECT_EQ(*store_->Get(wave_, Id(2)), "analysis 2");
  EXPECT_EQ(*store_->ListPersons(wave_, Id(2), "", 10), Some(2, 3).persons);
  const auto listed = store_->List(wave_, "", 10);
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->size(), 1u);
  EXPECT_EQ((*listed)[0].id, Id(2));
}

TEST_F(RocksAnalysisStoreTest, KeepsAnewWhatWasWithdrawn) {
  ASSERT_TRUE(store_->Put(wave_, Some(1, 3)).ok());
  ASSERT_TRUE(withdrawable_->Withdraw(wave_, Id(1)).ok());
  ASSERT_TRUE(store_->Put(wave_, Some(1, 2)).ok());
  EXPECT_EQ(*store_->Get(wave_, Id(1)), "analysis 1");
  EXPECT_EQ(*store_->ListPersons(wave_, Id(1), "", 10), Some(1, 2).persons);
}

TEST_F(RocksAnalysisStoreTest, DropsPeopleWhoseAnalysisNeverCame) {
  ASSERT_TRUE(store_->Put(wave_, Some(2, 3)).ok());
  // As a crash leaves them.
  for (const unsigned long id : {1ul, 3ul}) {
    for (const unsigned long person : {1ul, 2ul}) {
      Overwrite(keys::kPersonsFamily,
                keys::ForPerson(wave_, Id(id), Person(person)), "roles");
    }
  }
  ASSERT_TRUE(withdrawable_->DropUnfinished().ok());
  int rows = 0;
  const auto it =
      rocks_->NewPrefixIterator(rocks_->family(keys::kPersonsFamily), "");
  for (; it->Valid(); it->Next()) ++rows;
  EXPECT_EQ(rows, 3);
  EXPECT_EQ(*store_->ListPersons(wave_, Id(2), "", 10), Some(2, 3).persons);
}

TEST_F(RocksAnalysisStoreTest, TakesWhatWasWithdrawnOutOfItsFiles) {
  EncodedAnalysis secret = Some(1, 2);
  secret.analysis = "QX7-analysis-9ZK";
  secret.persons[0].roles = "QX7-roles-9ZK";
  ASSERT_TRUE(store_->Put(wave_, secret).ok());
  ASSERT_TRUE(rocks_->Flush().ok());
  const auto in_files = [&] {
    std::vector<std::string> names;
    EXPECT_TRUE(env_->GetChildren("/data/db", &names).ok());
    for (const std::string& name : names) {
      std::string content;
      if (rocksdb::ReadFileToString(env_.get(), "/data/db/" + name, &content)
              .ok() &&
          content.find("QX7") != std::string::npos) {
        return true;
      }
    }
    return false;
  };
  ASSERT_TRUE(withdrawable_->Withdraw(wave_, Id(1)).ok());
  EXPECT_TRUE(in_files()) << "this test would see it";
  ASSERT_TRUE(withdrawable_->Purge().ok());
  EXPECT_FALSE(in_files());
}

}  // namespace
}  // namespace pulsetaker::network
