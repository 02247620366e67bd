// What the store keeps of people, on the real RocksDB, and what the use cases
// make of it: histories, withdrawals, opt-outs, merges.

#include "services/survey/domain/people_store.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "common/base/status.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/domain/people.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::survey {
namespace {

using V = RowVerdict;

const LocalityKey kLeeds = {"north", "leeds"};

class PeopleStoreTest : public StoreTest {
 protected:
  PeopleStoreTest() { MakeOpenWave(); }

  // The use cases, at this time.
  People people(std::int64_t micros = 1'000) {
    return People(database_->people(), store(), [=] { return At(micros); });
  }

  Wave Close() {
    Fieldwork fieldwork(store(), database_->qualities(),
                        [] { return At(500); });
    const auto closed =
        fieldwork.CloseWave({wave_, std::nullopt, RequestOf(++request_).id});
    EXPECT_TRUE(closed.ok()) << closed.status();
    return closed.value_or(Wave());
  }

  std::string NewRequest() { return RequestOf(++request_).id; }

  std::vector<std::pair<std::int64_t, Answers>> Revisions(
      const std::string& person) {
    const auto read =
        database_->people().ListResponseRevisions({wave_, person}, 0, 100);
    EXPECT_TRUE(read.ok()) << read.status();
    std::vector<std::pair<std::int64_t, Answers>> revisions;
    for (const Response& response : *read) {
      revisions.emplace_back(response.revision, response.answers);
    }
    return revisions;
  }

  // Whose responses a snapshot shows, and the people of the wave's overlay.
  std::vector<std::string> Respondents() {
    std::vector<std::string> people;
    const auto snapshot = store().ReadSnapshot(wave_);
    EXPECT_TRUE(snapshot.ok()) << snapshot.status();
    const auto responses = (*snapshot)->ReadResponses("", 100);
    EXPECT_TRUE(responses.ok()) << responses.status();
    for (const Response& response : *responses) {
      people.push_back(response.person);
    }
    EXPECT_EQ((*snapshot)->wave().response_count,
              static_cast<std::int64_t>(people.size()));
    return people;
  }

  // A digest of what a snapshot shows, made from scratch.
  std::string DigestFromScratch() {
    const auto snapshot = store().ReadSnapshot(wave_);
    EXPECT_TRUE(snapshot.ok()) << snapshot.status();
    return *SnapshotDigest(**snapshot, InstrumentOf({"north", "standard"}));
  }

  int request_ = 1'000;
};

using Names = std::vector<std::string>;

TEST_F(PeopleStoreTest, KeepsWhatWasSuperseded) {
  ASSERT_TRUE(Append(0, {RowOf("p1", 1), RowOf("p10", 5), RowOf("p1", 2),
                         RowOf("p1", 2)})
                  .ok());
  ASSERT_TRUE(Submit(70, "p1", 3).ok());
  Reopen();
  EXPECT_EQ(Revisions("p1"),
            (std::vector<std::pair<std::int64_t, Answers>>{
                {1, AnswersOf(1)}, {2, AnswersOf(2)}, {3, AnswersOf(3)}}));
  const auto tail =
      database_->people().ListResponseRevisions({wave_, "p1"}, 1, 1);
  ASSERT_TRUE(tail.ok()) << tail.status();
  ASSERT_EQ(tail->size(), 1u);
  EXPECT_EQ((*tail)[0].revision, 2);
  EXPECT_EQ((*tail)[0].submit_time, At(100));
  EXPECT_TRUE(
      database_->people().ListResponseRevisions({wave_, "p1"}, 3, 9)->empty());
  EXPECT_EQ(ReasonOf(database_->people()
                         .ListResponseRevisions({wave_, "p2"}, 0, 9)
                         .status()),
            "RESPONSE_NOT_FOUND");
}

TEST_F(PeopleStoreTest, NeverLetsAWithdrawnResponseBackIn) {
  ASSERT_TRUE(Append(0, {RowOf("p1", 1), RowOf("p1", 2), RowOf("p2", 2)}).ok());
  ASSERT_TRUE(Submit(70, "p1", 3).ok());
  const std::string request = NewRequest();
  const auto withdrawn = people().WithdrawResponse({wave_, "p1"}, request);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_EQ(*withdrawn,
            (Withdrawal{.person = "p1", .withdraw_time = At(1'000)}));
  Reopen();
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(ReasonOf(store().GetResponse(wave_, "p1").status()),
              "RESPONSE_NOT_FOUND");
    EXPECT_EQ(ReasonOf(database_->people()
                           .ListResponseRevisions({wave_, "p1"}, 0, 9)
                           .status()),
              "RESPONSE_NOT_FOUND");
    EXPECT_EQ(store().GetWave(wave_)->response_count, 1);
    EXPECT_EQ(Respondents(), Names{"p2"});
    // The same request, another one, old frames, and the same rows again.
    EXPECT_EQ(ReasonOf(Submit(70, "p1", 3).status()), "RESPONSE_WITHDRAWN");
    EXPECT_EQ(ReasonOf(Submit(80, "p1", 9).status()), "RESPONSE_WITHDRAWN");
    ASSERT_TRUE(Append(0, {RowOf("p1", 1), RowOf("p1", 2)})->verdicts.empty());
    const auto again = Append(0, {RowOf("p1", 1), RowOf("p3", 3)},
                              absl::StrCat("again-", round));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->verdicts[0], V::kRejected);
    // In the second round p3 is gone, too.
    ASSERT_EQ(again->problems.size(), round == 0 ? 1u : 2u);
    EXPECT_EQ(again->problems[0].reason, "RESPONSE_WITHDRAWN");
    EXPECT_EQ(again->problems[0].field, "person");
    const auto resumed =
        Append(3 + round, {RowOf("p1", 7)});  // The upload goes on.
    ASSERT_TRUE(resumed.ok()) << resumed.status();
    EXPECT_EQ(resumed->verdicts, std::vector<V>{V::kRejected});
    // A repeat and a second withdrawal say the same.
    EXPECT_EQ(*people(2'000).WithdrawResponse({wave_, "p1"}, request),
              *withdrawn);
    EXPECT_EQ(*people(2'000).WithdrawResponse({wave_, "p1"}, NewRequest()),
              *withdrawn);
    if (round == 1) break;
    ASSERT_TRUE(people().WithdrawResponse({wave_, "p3"}, NewRequest()).ok());
    Reopen();
  }
  EXPECT_EQ(
      ReasonOf(people().WithdrawResponse({wave_, "p4"}, NewRequest()).status()),
      "RESPONSE_NOT_FOUND");
}

TEST_F(PeopleStoreTest, GivesAClosedWaveItsNewDigestInTheSameWrite) {
  ASSERT_TRUE(Append(0, {RowOf("p1", 1), RowOf("p2", 2), RowOf("p2", 3)}).ok());
  const Wave closed = Close();
  ASSERT_TRUE(people().WithdrawResponse({wave_, "p2"}, NewRequest()).ok());
  Reopen();
  const Wave after = *store().GetWave(wave_);
  EXPECT_EQ(after.state, WaveState::kClosed);
  EXPECT_NE(after.snapshot_digest, closed.snapshot_digest);
  EXPECT_EQ(after.snapshot_digest, DigestFromScratch());
  EXPECT_EQ(after.revision, closed.revision + 1);
  EXPECT_EQ(after.response_count, 1);
}

// A close that reads its snapshot while someone withdraws does not keep the
// digest of what is gone.
TEST_F(PeopleStoreTest, LetsACloseDigestAgainWhatChangedMeanwhile) {
  ASSERT_TRUE(Append(0, {RowOf("p1", 1), RowOf("p2", 2)}).ok());
  // As a crash in the middle of closing leaves it.
  SetState(60, WaveState::kClosing);
  const Wave before = *store().GetWave(wave_);
  ASSERT_TRUE(people().WithdrawResponse({wave_, "p2"}, NewRequest()).ok());
  const Wave after = *store().GetWave(wave_);
  EXPECT_EQ(after.state, WaveState::kClosing);
  EXPECT_EQ(after.revision, before.revision);
  EXPECT_EQ(after.view_revision, before.view_revision + 1);
  const Wave closed = Close();
  EXPECT_EQ(closed.snapshot_digest, DigestFromScratch());
}

TEST_F(PeopleStoreTest, LeavesOutWhoOptsOutAndShowsThemAgain) {
  ASSERT_TRUE(Append(0, {RowOf("p1", 1), RowOf("p2", 2)}).ok());
  const Wave closed = Close();
  // Named by both, and on no roster.
  const auto opt_out = people().OptOutPerson({kLeeds, "n1"}, NewRequest());
  ASSERT_TRUE(opt_out.ok()) << opt_out.status();
  EXPECT_EQ(Respondents(), (Names{"p1", "p2"}));
  const std::string named = store().GetWave(wave_)->snapshot_digest;
  EXPECT_NE(named, closed.snapshot_digest);
  EXPECT_EQ(named, DigestFromScratch());
  // On the roster, and with a response.
  ASSERT_TRUE(people().OptOutPerson({kLeeds, "p1"}, NewRequest()).ok());
  // Seen by nobody: nothing changes, but those who watch count again.
  Wave both = *store().GetWave(wave_);
  ASSERT_TRUE(people().OptOutPerson({kLeeds, "nobody"}, NewRequest()).ok());
  ++both.change_count;
  EXPECT_EQ(*store().GetWave(wave_), both);
  Reopen();
  EXPECT_EQ(Respondents(), Names{"p2"});
  EXPECT_EQ(both.snapshot_digest, DigestFromScratch());
  EXPECT_EQ(store().GetParticipant(wave_, "p1")->invitation,
            Invitation::kOptedOut);
  EXPECT_EQ(store().ListParticipants(wave_, "", 1)->front().invitation,
            Invitation::kOptedOut);
  EXPECT_EQ(*database_->people().GetOptOut({kLeeds, "n1"}), *opt_out);
  const auto listed = database_->people().ListOptOuts(kLeeds, "n1", 9);
  ASSERT_EQ(listed->size(), 2u);
  EXPECT_EQ((*listed)[0].person, "nobody");
  EXPECT_EQ(*people(9'000).OptOutPerson({kLeeds, "n1"}, NewRequest()),
            *opt_out);
  EXPECT_TRUE(
      database_->people().ListOptOuts({"north", "lee"}, "", 9)->empty());

  for (const char* id : {"p1", "nobody", "n1"}) {
    ASSERT_TRUE(people().RevokeOptOut({kLeeds, id}, NewRequest()).ok());
  }
  EXPECT_EQ(store().GetWave(wave_)->snapshot_digest, closed.snapshot_digest);
  EXPECT_EQ(Respondents(), (Names{"p1", "p2"}));
  EXPECT_EQ(ReasonOf(people().RevokeOptOut({kLeeds, "n1"}, NewRequest())),
            "OPT_OUT_NOT_FOUND");
}

TEST_F(PeopleStoreTest, RefusesResponsesOfThoseWhoOptedOutOrWereMerged) {
  ASSERT_TRUE(
      Append(0, {RowOf("p1", 1)}).ok());  // The cache of bars is filled.
  ASSERT_TRUE(people().OptOutPerson({kLeeds, "p1"}, NewRequest()).ok());
  ASSERT_TRUE(
      people().MergePeople({kLeeds, "p3", "p2", "twice"}, NewRequest()).ok());
  const auto rows = Append(1, {RowOf("p1", 2), RowOf("p2", 2), RowOf("p3", 3)});
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->verdicts,
            (std::vector<V>{V::kRejected, V::kStored, V::kRejected}));
  EXPECT_EQ(rows->problems[0].reason, "RESPONDENT_OPTED_OUT");
  EXPECT_EQ(rows->problems[1].reason, "RESPONDENT_MERGED");
  const absl::Status submitted = Submit(90, "p3", 1).status();
  EXPECT_EQ(ReasonOf(submitted), "RESPONDENT_MERGED");
  EXPECT_EQ(MetadataOf(submitted),
            (ErrorMetadata{{"field", "response.name"}, {"person", "p2"}}));
  ASSERT_TRUE(people().SplitPeople({kLeeds, "p3"}, NewRequest()).ok());
  ASSERT_TRUE(people().RevokeOptOut({kLeeds, "p1"}, NewRequest()).ok());
  EXPECT_TRUE(Submit(91, "p3", 1).ok());
  EXPECT_TRUE(Submit(92, "p1", 4).ok());
}

TEST_F(PeopleStoreTest, MergesAndSplitsWithoutATrace) {
  ASSERT_TRUE(Append(0, {RowOf("p2", 2), RowOf("p3", 3)}).ok());
  const Wave closed = Close();
  const auto merged =
      people().MergePeople({kLeeds, "p2", "p1", "entered twice"}, NewRequest());
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(Respondents(), (Names{"p1", "p3"}));
  EXPECT_EQ(store().GetWave(wave_)->snapshot_digest, DigestFromScratch());
  EXPECT_EQ((*store().ReadSnapshot(wave_))->wave().participant_count, 8);
  EXPECT_EQ(store().GetWave(wave_)->participant_count, 9);
  Reopen();
  EXPECT_EQ(Respondents(), (Names{"p1", "p3"}));
  const auto split = people(2'000).SplitPeople({kLeeds, "p2"}, NewRequest());
  ASSERT_TRUE(split.ok()) << split.status();
  EXPECT_EQ(store().GetWave(wave_)->snapshot_digest, closed.snapshot_digest);
  EXPECT_EQ(Respondents(), (Names{"p2", "p3"}));
  const auto again = people(3'000).MergePeople(
      {kLeeds, "p2", "p4", "after all"}, NewRequest());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*database_->people().ListAliases(kLeeds, "", 0, 9),
            (std::vector<PersonAlias>{*split, *again}));
  EXPECT_EQ(*database_->people().ListAliases(kLeeds, "p2", 1, 9),
            std::vector<PersonAlias>{*again});
  EXPECT_EQ(split->split_time, At(2'000));
  EXPECT_EQ(split->merge_time, At(1'000));
  EXPECT_EQ(again->number, 2);
}

TEST_F(PeopleStoreTest, RefusesMergesThatAPersonMustDecide) {
  ASSERT_TRUE(Append(0, {RowOf("p1", 1), RowOf("p2", 2), RowOf("p3", 3)}).ok());
  Close();
  const auto merge = [&](const char* from, const char* into) {
    return people()
        .MergePeople({kLeeds, from, into, "twice"}, NewRequest())
        .status();
  };
  absl::Status refused = merge("p1", "p2");
  EXPECT_EQ(ReasonOf(refused), "BOTH_RESPONDED");
  EXPECT_EQ(MetadataOf(refused),
            (ErrorMetadata{{"wave", "surveys/care/waves/3"}}));
  EXPECT_EQ(ReasonOf(merge("p1", "p1")), "MERGE_WITH_ITSELF");
  EXPECT_EQ(ReasonOf(people()
                         .MergePeople({kLeeds, "p1", "p2", ""}, NewRequest())
                         .status()),
            "FIELD_REQUIRED");
  ASSERT_TRUE(people().WithdrawResponse({wave_, "p1"}, NewRequest()).ok());
  ASSERT_TRUE(merge("p1", "p2").ok());
  EXPECT_EQ(Respondents(), (Names{"p2", "p3"}));
  // Neither chains nor cycles.
  EXPECT_EQ(ReasonOf(merge("p1", "p4")), "PERSON_MERGED");
  refused = merge("p4", "p1");
  EXPECT_EQ(ReasonOf(refused), "PERSON_MERGED");
  EXPECT_EQ(MetadataOf(refused),
            (ErrorMetadata{{"field", "into_person"}, {"person", "p2"}}));
  EXPECT_EQ(ReasonOf(merge("p2", "p4")), "PERSON_HAS_ALIASES");
  EXPECT_EQ(ReasonOf(merge("p3", "p2")), "BOTH_RESPONDED");
  EXPECT_EQ(
      ReasonOf(people().SplitPeople({kLeeds, "p2"}, NewRequest()).status()),
      "PERSON_NOT_MERGED");
  EXPECT_EQ(ReasonOf(people()
                         .OptOutPerson({{"north", "york"}, "p1"}, NewRequest())
                         .status()),
            "LOCALITY_NOT_FOUND");
}

TEST_F(PeopleStoreTest, WithdrawsUnderAllIdsOfAPerson) {
  ASSERT_TRUE(Append(0, {RowOf("p2", 2)}).ok());
  ASSERT_TRUE(
      people().MergePeople({kLeeds, "p2", "p1", "twice"}, NewRequest()).ok());
  ASSERT_TRUE(people().WithdrawResponse({wave_, "p1"}, NewRequest()).ok());
  EXPECT_TRUE(Respondents().empty());
  EXPECT_EQ(ReasonOf(Submit(90, "p1", 1).status()), "RESPONSE_WITHDRAWN");
  ASSERT_TRUE(people().SplitPeople({kLeeds, "p2"}, NewRequest()).ok());
  EXPECT_EQ(ReasonOf(Submit(91, "p2", 2).status()), "RESPONSE_WITHDRAWN");
}

// Requests of people are remembered as all others are.
TEST_F(PeopleStoreTest, RepeatsWhatItToldARequest) {
  const std::string request = NewRequest();
  const auto first = people().OptOutPerson({kLeeds, "p1"}, request);
  ASSERT_TRUE(first.ok()) << first.status();
  const std::string revoke = NewRequest();
  ASSERT_TRUE(people().RevokeOptOut({kLeeds, "p1"}, revoke).ok());
  ASSERT_TRUE(people().RevokeOptOut({kLeeds, "p1"}, revoke).ok());
  Reopen();
  // The opt-out is gone, and a late repeat does not bring it back.
  EXPECT_EQ(*people(9'000).OptOutPerson({kLeeds, "p1"}, request), *first);
  EXPECT_EQ(ReasonOf(database_->people().GetOptOut({kLeeds, "p1"}).status()),
            "OPT_OUT_NOT_FOUND");
  EXPECT_EQ(ReasonOf(people().OptOutPerson({kLeeds, "p2"}, request).status()),
            "REQUEST_ID_REUSED");
}

// A commit from a view that is out of date writes nothing.
TEST_F(PeopleStoreTest, CommitsOnlyWhatWasMadeOfTheNewestView) {
  ASSERT_TRUE(Append(0, {RowOf("p1", 1)}).ok());
  const OptOut opt_out = {.person = "p1", .opt_out_time = At(1)};
  PeopleCommit commit = {.locality = kLeeds,
                         .request_wave = std::nullopt,
                         .request = RequestOf(++request_),
                         .revision = 1,
                         .change = AddOptOut{opt_out},
                         .result = opt_out,
                         .closed_waves = {}};
  EXPECT_FALSE(*database_->people().Commit(commit));
  commit.revision = 0;
  const Wave closed = Close();
  EXPECT_FALSE(*database_->people().Commit(commit));
  commit.closed_waves = {{wave_, closed.revision - 1, std::string(64, 'a')}};
  EXPECT_FALSE(*database_->people().Commit(commit));
  EXPECT_EQ(*store().GetWave(wave_), closed);
  commit.closed_waves[0].revision = closed.revision;
  EXPECT_TRUE(*database_->people().Commit(commit));
  EXPECT_FALSE(*database_->people().Commit(commit));  // The request has come.
  EXPECT_EQ(store().GetWave(wave_)->snapshot_digest, std::string(64, 'a'));
}

// What a compaction leaves on the disk of a response that was withdrawn.
TEST_F(PeopleStoreTest, LeavesNothingOfErasedAnswersAfterACompaction) {
  // Content 4242 and 4243 name people who are named nowhere else.
  ASSERT_TRUE(Append(0, {RowOf("p1", 4242), RowOf("p1", 4243)}).ok());
  const auto rewrite = [&] {
    database_.reset();
    const auto rocks = kv::OpenRocks(
        {.path = "/db", .families = keys::Families(), .env = env_.get()});
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    ASSERT_TRUE((*rocks)->Flush().ok());
    for (const std::string& family : keys::Families()) {
      rocksdb::CompactRangeOptions options;
      options.bottommost_level_compaction =
          rocksdb::BottommostLevelCompaction::kForce;
      ASSERT_TRUE(
          (*rocks)
              ->db()
              .CompactRange(options, (*rocks)->family(family), nullptr, nullptr)
              .ok());
    }
  };
  const auto tables_with = [&](const std::string& text) {
    std::vector<std::string> files;
    EXPECT_TRUE(env_->GetChildren("/db/db", &files).ok());
    int found = 0;
    for (const std::string& file : files) {
      if (!absl::EndsWith(file, ".sst")) continue;
      std::string bytes;
      EXPECT_TRUE(
          rocksdb::ReadFileToString(env_.get(), "/db/db/" + file, &bytes).ok());
      found += absl::StrContains(bytes, text) ? 1 : 0;
    }
    return found;
  };
  rewrite();
  EXPECT_EQ(tables_with("n2-4242"), 1);  // A superseded revision.
  EXPECT_EQ(tables_with("n2-4243"), 1);
  Reopen();
  ASSERT_TRUE(people().WithdrawResponse({wave_, "p1"}, NewRequest()).ok());
  rewrite();
  EXPECT_EQ(tables_with("n2-4242"), 0);
  EXPECT_EQ(tables_with("n2-4243"), 0);
  Reopen();
}

}  // namespace
}  // namespace pulsetaker::survey
