// What is written of people: sealed in every row, bound to its row, and
// readable with the keys that it was sealed with, and no others.

#include "services/survey/store/person_keys.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/crypto/root_key.h"
#include "services/survey/domain/people.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/store_restore.h"
#include "services/survey/store/store_testing.h"
#include "services/survey/store/tenant_keys.h"

namespace pulsetaker::survey {
namespace {

using Root = std::shared_ptr<const crypto::RootKey>;

// Keys that are the same for the same letters; the first one is current.
Root RootOf(absl::string_view letters) {
  std::vector<crypto::SecretKey> keys;
  for (const char letter : letters) {
    keys.push_back(*crypto::SecretKey::FromBytes(
        std::string(crypto::SecretKey::kBytes, letter)));
  }
  return crypto::MakeRootKey(std::move(keys));
}

class PersonKeysTest : public StoreTest {
 protected:
  // A note, a reason and the texts of two people in two waves.
  void MakeTexts() {
    MakeOpenWave();
    ASSERT_TRUE(Append(0, {RowOf("p1", 1)}).ok());
    const FlaggedResponse flagged = {
        .person = "p1",
        .revision = 1,
        .findings = {{QualityFlag::kAtCap, false, "work", 3}},
        .state = ReviewState::kFlagged,
        .check_time = At(200),
        .review_time = std::nullopt,
        .note = ""};
    ASSERT_TRUE(database_->qualities().PutFindings(wave_, {flagged}).ok());
    ASSERT_TRUE(people().ReviewResponse(kReview, RequestOf(51).id).ok());
    ASSERT_TRUE(people().MergePeople(kMerge, RequestOf(52).id).ok());
    WaveKey other = wave_;
    other.wave = 4;
    ASSERT_TRUE(store().CreateWave(WaveOf(other), RequestOf(53)).ok());
    ASSERT_TRUE(store()
                    .ImportRoster(other, RequestOf(54), {{ParticipantOf("p1")}})
                    .ok());
  }

  People people() {
    return People(database_->people(), store(), [] { return At(300); });
  }

  absl::Status OpenWith(Root root) {
    database_.reset();
    auto opened = OpenSurveyDatabase(
        {.path = "/db", .env = env_.get(), .root_key = std::move(root)});
    if (!opened.ok()) return opened.status();
    database_ = *std::move(opened);
    return absl::OkStatus();
  }

  // All rows, of all families, of the closed store.
  std::map<std::string, std::string> Rows() {
    database_.reset();
    const auto rocks = kv::OpenRocks(
        {.path = "/db", .families = keys::Families(), .env = env_.get()});
    EXPECT_TRUE(rocks.ok()) << rocks.status();
    std::map<std::string, std::string> rows;
    for (const std::string& family : keys::Families()) {
      const auto it = (*rocks)->NewPrefixIterator((*rocks)->family(family), "");
      for (; it->Valid(); it->Next()) {
        rows.emplace(absl::StrCat(family, " ", it->key()), it->value());
      }
    }
    return rows;
  }

  // Changes the closed store, and opens it again.
  void Change(const std::function<void(kv::Rocks&, rocksdb::WriteBatch&)>& to) {
    database_.reset();
    {
      const auto rocks = kv::OpenRocks(
          {.path = "/db", .families = keys::Families(), .env = env_.get()});
      ASSERT_TRUE(rocks.ok()) << rocks.status();
      rocksdb::WriteBatch batch = kv::NewBatch();
      to(**rocks, batch);
      ASSERT_TRUE((*rocks)->Commit(batch).ok());
    }
    Reopen();
  }

  std::string NameOf(absl::string_view person) {
    const auto found = store().GetParticipant(wave_, person);
    return found.ok() ? found->display_name.Reveal() : ReasonOf(found.status());
  }

  const Review kReview = {.response = {wave_, "p1"},
                          .revision = 1,
                          .decision = ReviewState::kKept,
                          .note = "She asked her sister"};
  const Merge kMerge = {
      {"north", "leeds"}, "p2", "p3", "Twins, his uncle says"};
};

TEST_F(PersonKeysTest, SealsAllThatIsWrittenOfPeople) {
  MakeTexts();
  const std::map<std::string, std::string> rows = Rows();
  int keys_of_p1 = 0;
  for (const auto& [row, value] : rows) {
    for (const char* const text : {"Name of", "Council", "health", "nurse",
                                   "sister", "Twins", "uncle"}) {
      EXPECT_FALSE(absl::StrContains(value, text)) << text << " in " << row;
    }
    keys_of_p1 += absl::StartsWith(row, keys::kPersonKeysFamily) &&
                          absl::EndsWith(row, "p1")
                      ? 1
                      : 0;
  }
  EXPECT_EQ(keys_of_p1, 1) << "one for all waves";
  EXPECT_GT(rows.size(), 30u);
}

TEST_F(PersonKeysTest, ReadsBackWhatItSealed) {
  MakeTexts();
  Reopen();
  const auto p1 = store().GetParticipant(wave_, "p1");
  ASSERT_TRUE(p1.ok()) << p1.status();
  EXPECT_TRUE(*p1 == ParticipantOf("p1"));
  const auto all = store().ListParticipants(wave_, "", 100);
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 9u);
  EXPECT_EQ(all->back().display_name.Reveal(), "Name of p9");
  const auto flagged = database_->qualities().ListFlagged(wave_, "", 10);
  ASSERT_TRUE(flagged.ok()) << flagged.status();
  EXPECT_EQ(flagged->at(0).note, kReview.note);
  const auto aliases =
      database_->people().ListAliases({"north", "leeds"}, "", 0, 10);
  ASSERT_TRUE(aliases.ok()) << aliases.status();
  EXPECT_EQ(aliases->at(0).reason, kMerge.reason);
  // Repeats are told what the first request was.
  const auto review = people().ReviewResponse(kReview, RequestOf(51).id);
  ASSERT_TRUE(review.ok()) << review.status();
  EXPECT_EQ(review->note, kReview.note);
  const auto merge = people().MergePeople(kMerge, RequestOf(52).id);
  ASSERT_TRUE(merge.ok()) << merge.status();
  EXPECT_EQ(merge->reason, kMerge.reason);
}

TEST_F(PersonKeysTest, OpensNoValueInAnotherRow) {
  MakeTexts();
  const std::string p1 = absl::StrCat(keys::ForWave(wave_), "p1");
  const std::string p2 = absl::StrCat(keys::ForWave(wave_), "p2");
  Change([&](kv::Rocks& rocks, rocksdb::WriteBatch& batch) {
    kv::Rocks::Family* const people = rocks.family(keys::kParticipantsFamily);
    batch.Put(people, p2, **rocks.Get(people, p1));
  });
  EXPECT_EQ(NameOf("p1"), "Name of p1");
  EXPECT_EQ(NameOf("p2"), "STORED_DATA_UNREADABLE");
  // Nor with the key that belongs to it, in the row of another key.
  const LocalityKey leeds = {"north", "leeds"};
  Change([&](kv::Rocks& rocks, rocksdb::WriteBatch& batch) {
    kv::Rocks::Family* const keys = rocks.family(keys::kPersonKeysFamily);
    batch.Put(keys, keys::ForPersonKey(leeds, "p2"),
              **rocks.Get(keys, keys::ForPersonKey(leeds, "p1")));
  });
  EXPECT_EQ(NameOf("p2"), "STORED_DATA_UNREADABLE");
}

TEST_F(PersonKeysTest, TellsNothingOfSomeoneWithoutTheirKey) {
  MakeTexts();
  Change([&](kv::Rocks& rocks, rocksdb::WriteBatch& batch) {
    batch.Delete(rocks.family(keys::kPersonKeysFamily),
                 keys::ForPersonKey({"north", "leeds"}, "p1"));
  });
  EXPECT_EQ(NameOf("p1"), "STORED_DATA_UNREADABLE");
  EXPECT_EQ(NameOf("p2"), "Name of p2");
}

TEST_F(PersonKeysTest, ReadsRowsOfBeforeThereWereKeys) {
  MakeOpenWave();
  const std::string p1 = absl::StrCat(keys::ForWave(wave_), "p1");
  const Participant person = ParticipantOf("p1");
  storage::ParticipantRecord record;
  record.set_display_name(person.display_name.Reveal());
  record.set_organisation(person.organisation);
  record.set_sector(person.sector);
  record.set_layer(static_cast<std::int32_t>(person.layer));
  for (const Layer layer : person.secondary_layers) {
    record.add_secondary_layers(static_cast<std::int32_t>(layer));
  }
  record.set_invitation(static_cast<std::int32_t>(person.invitation));
  (*record.mutable_attributes())["role"] = "nurse";
  Change([&](kv::Rocks& rocks, rocksdb::WriteBatch& batch) {
    batch.Put(rocks.family(keys::kParticipantsFamily), p1,
              record.SerializeAsString());
    batch.Delete(rocks.family(keys::kPersonKeysFamily),
                 keys::ForPersonKey({"north", "leeds"}, "p1"));
  });
  const auto read = store().GetParticipant(wave_, "p1");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(*read == person);
  // The same again is no change, and is left as it is.
  const auto counts = store().ImportRoster(wave_, RequestOf(60), {{person}});
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->unchanged, 1);
  database_.reset();
  EXPECT_TRUE(VerifyStore("/db", env_.get()).ok());
}

TEST_F(PersonKeysTest, TakesAnotherRootKeyWhileTheFormerOneIsGivenToo) {
  ASSERT_TRUE(OpenWith(RootOf("a")).ok());
  MakeTexts();
  EXPECT_EQ(ReasonOf(OpenWith(RootOf("b"))), "ROOT_KEY_UNKNOWN");
  EXPECT_EQ(ReasonOf(OpenWith(nullptr)), "ROOT_KEY_UNKNOWN");
  ASSERT_TRUE(OpenWith(RootOf("ba")).ok());
  EXPECT_EQ(NameOf("p1"), "Name of p1");
  ASSERT_TRUE(OpenWith(RootOf("b")).ok()) << "all was wrapped anew";
  EXPECT_EQ(NameOf("p1"), "Name of p1");
  database_.reset();
  EXPECT_TRUE(VerifyStore("/db", env_.get(), RootOf("b")).ok());
  EXPECT_EQ(ReasonOf(VerifyStore("/db", env_.get(), RootOf("a")).status()),
            "ROOT_KEY_UNKNOWN");
}

TEST_F(PersonKeysTest, TakesTheRootKeyOutOfTheStoreWhenOneIsGiven) {
  MakeTexts();
  std::string secret;
  for (const auto& [row, value] : Rows()) {
    if (!absl::StartsWith(row, keys::kRootKeysFamily)) continue;
    storage::RootKeyRecord record;
    ASSERT_TRUE(record.ParseFromString(value));
    secret = record.secret();
  }
  ASSERT_EQ(secret.size(), crypto::SecretKey::kBytes);
  ASSERT_TRUE(OpenWith(RootOf("a")).ok());
  EXPECT_EQ(NameOf("p1"), "Name of p1");
  database_.reset();
  std::vector<std::string> files;
  ASSERT_TRUE(env_->GetChildren("/db/db", &files).ok());
  for (const std::string& file : files) {
    if (file == "LOCK") continue;
    std::string bytes;
    ASSERT_TRUE(
        rocksdb::ReadFileToString(env_.get(), "/db/db/" + file, &bytes).ok());
    EXPECT_FALSE(absl::StrContains(bytes, secret)) << file;
  }
  EXPECT_EQ(ReasonOf(OpenWith(nullptr)), "ROOT_KEY_UNKNOWN");
}

}  // namespace
}  // namespace pulsetaker::survey
