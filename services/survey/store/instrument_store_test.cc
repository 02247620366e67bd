// The store's promises about instruments: the real RocksDB, on its in-memory
// file system; databases of before there were revisions among them.

#include <cstdio>
#include <map>
#include <random>

#include "absl/strings/escaping.h"
#include "common/base/status.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::survey {
namespace {

const InstrumentKey kStandard = {"north", "standard"};

class InstrumentStoreTest : public StoreTest {
 protected:
  InstrumentStore& instruments() { return database_->instruments(); }

  // An instrument that says `content`.
  static Instrument ContentOf(absl::string_view content,
                              const InstrumentKey& key = kStandard) {
    Instrument instrument = InstrumentOf(key);
    instrument.display_name = std::string(content);
    instrument.content_digest = ContentDigest(instrument);
    return instrument;
  }

  static VersionsChange ToDraft(absl::string_view content, int micros = 10) {
    return
        [content = std::string(content), micros](
            const InstrumentVersions& now) -> absl::StatusOr<InstrumentStep> {
          InstrumentVersions next =
              Drafted(now, ContentOf(content), At(micros));
          Instrument told = *next.draft;
          return InstrumentStep{std::move(next), std::move(told)};
        };
  }

  static VersionsChange ToRevision(int micros = 20) {
    return [micros](const InstrumentVersions& now)
               -> absl::StatusOr<InstrumentStep> {
      PT_RETURN_IF_ERROR(CheckHasDraft(now));
      PT_ASSIGN_OR_RETURN(InstrumentVersions next, Published(now, At(micros)));
      Instrument told = *next.latest;
      return InstrumentStep{std::move(next), std::move(told)};
    };
  }

  static VersionsChange ToNoDraft() {
    return [](const InstrumentVersions& now) -> absl::StatusOr<InstrumentStep> {
      PT_RETURN_IF_ERROR(CheckHasDraft(now));
      return InstrumentStep{Discarded(now), *now.draft};
    };
  }

  absl::StatusOr<Instrument> Change(int request, const VersionsChange& change,
                                    const InstrumentKey& key = kStandard) {
    return instruments().UpdateInstrument(key, RequestOf(request), change);
  }

  absl::StatusOr<Instrument> Get(const InstrumentSelector& selector,
                                 const InstrumentKey& key = kStandard) {
    auto found = instruments().GetInstruments(key, {selector});
    if (!found.ok()) return found.status();
    return found->front();
  }

  // Publishes revisions until there are `count`, named R1, R2 and so on.
  void MakeRevisions(int count) {
    const Instrument first = FirstRevision(ContentOf("R1"), At(1));
    ASSERT_TRUE(instruments().CreateInstrument(first, RequestOf(100)).ok());
    for (int i = 2; i <= count; ++i) {
      const std::string name = absl::StrCat("R", i);
      ASSERT_TRUE(Change(100 + 2 * i, ToDraft(name)).ok());
      const auto published = Change(101 + 2 * i, ToRevision(i));
      ASSERT_TRUE(published.ok()) << published.status();
      ASSERT_EQ(published->revision, i);
    }
  }
};

TEST_F(InstrumentStoreTest, KeepsEveryRevisionAsItWasPublished) {
  MakeRevisions(3);
  const auto third = Get({});
  ASSERT_TRUE(third.ok()) << third.status();
  ASSERT_TRUE(Change(1, ToDraft("next")).ok());
  Reopen();
  EXPECT_EQ(*Get({}), *third);
  EXPECT_EQ(Get({.revision = 1})->display_name, "R1");
  EXPECT_EQ(Get({.revision = 2})->display_name, "R2");
  EXPECT_EQ(Get({.revision = 2})->publish_time, At(2));
  EXPECT_EQ(*Get({.revision = 3}), *third);
  EXPECT_EQ(Get({.draft = true})->display_name, "next");
  EXPECT_EQ(ReasonOf(Get({.revision = 4}).status()),
            "INSTRUMENT_REVISION_NOT_FOUND");
  // All that the wave's side reads is the same.
  EXPECT_EQ(store().GetInstrument({kStandard, 2})->display_name, "R2");
  EXPECT_EQ(*store().GetInstrument({kStandard, 3}), *third);
  EXPECT_EQ(ReasonOf(store().GetInstrument({kStandard, 0}).status()),
            "INSTRUMENT_REVISION_NOT_FOUND");
  EXPECT_EQ(ReasonOf(store().GetInstrument({{"north", "none"}, 1}).status()),
            "INSTRUMENT_NOT_FOUND");

  const auto revisions = [&](std::int32_t after, std::size_t limit) {
    std::vector<std::int32_t> numbers;
    const auto found =
        instruments().ListInstrumentRevisions(kStandard, after, limit);
    for (const Instrument& instrument : *found) {
      EXPECT_EQ(instrument.display_name,
                absl::StrCat("R", instrument.revision));
      numbers.push_back(instrument.revision);
    }
    return numbers;
  };
  using Numbers = std::vector<std::int32_t>;
  EXPECT_EQ(revisions(0, 9), (Numbers{1, 2, 3}));
  EXPECT_EQ(revisions(1, 1), (Numbers{2}));
  EXPECT_EQ(revisions(2, 9), (Numbers{3}));
  EXPECT_EQ(revisions(3, 9), (Numbers{}));
  EXPECT_EQ(revisions(INT32_MAX, 9), (Numbers{}));
  EXPECT_EQ(revisions(0, 0), (Numbers{}));
}

TEST_F(InstrumentStoreTest, DropsADraftAndWhatWasNothingElse) {
  ASSERT_TRUE(
      instruments()
          .CreateInstrument(FirstDraft(ContentOf("A"), At(1)), RequestOf(1))
          .ok());
  EXPECT_TRUE(Get({})->is_draft());
  EXPECT_EQ(ReasonOf(store().GetInstrument({kStandard, 1}).status()),
            "INSTRUMENT_REVISION_NOT_FOUND");
  EXPECT_TRUE(instruments().ListInstrumentRevisions(kStandard, 0, 9)->empty());
  EXPECT_EQ(instruments().ListInstruments("north", "", 9)->size(), 1u);
  EXPECT_EQ(Change(2, ToNoDraft())->display_name, "A");
  EXPECT_EQ(ReasonOf(Get({}).status()), "INSTRUMENT_NOT_FOUND");
  EXPECT_TRUE(instruments().ListInstruments("north", "", 9)->empty());
  EXPECT_EQ(ReasonOf(Change(3, ToDraft("B")).status()), "INSTRUMENT_NOT_FOUND");

  MakeRevisions(2);
  ASSERT_TRUE(Change(4, ToDraft("C")).ok());
  EXPECT_EQ(Change(5, ToNoDraft())->display_name, "C");
  EXPECT_EQ(ReasonOf(Get({.draft = true}).status()),
            "INSTRUMENT_DRAFT_NOT_FOUND");
  EXPECT_EQ(Get({})->revision, 2);
  EXPECT_EQ(ReasonOf(Change(6, ToNoDraft()).status()),
            "INSTRUMENT_DRAFT_NOT_FOUND");
}

TEST_F(InstrumentStoreTest, RepeatsWhatItToldARequest) {
  const Instrument created = FirstDraft(ContentOf("A"), At(1));
  ASSERT_TRUE(instruments().CreateInstrument(created, RequestOf(1)).ok());
  const auto drafted = Change(2, ToDraft("B"));
  const auto published = Change(3, ToRevision());
  const auto next = Change(4, ToDraft("C"));
  const auto discarded = Change(5, ToNoDraft());
  ASSERT_TRUE(Change(6, ToDraft("D")).ok());
  ASSERT_TRUE(Change(7, ToRevision()).ok());
  Reopen();
  int calls = 0;
  const VersionsChange never =
      [&](const InstrumentVersions&) -> absl::StatusOr<InstrumentStep> {
    ++calls;
    return absl::AbortedError("called again");
  };
  EXPECT_EQ(*instruments().CreateInstrument(created, RequestOf(1)), created);
  EXPECT_EQ(*Change(2, never), *drafted);
  EXPECT_EQ(*Change(3, never), *published);
  EXPECT_EQ(*Change(4, never), *next);
  EXPECT_EQ(*Change(5, never), *discarded);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(published->revision, 1);
  EXPECT_EQ(Get({})->display_name, "D");
  EXPECT_EQ(
      ReasonOf(instruments()
                   .UpdateInstrument(kStandard, RequestOf(2, "other"), never)
                   .status()),
      "REQUEST_ID_REUSED");
  EXPECT_EQ(
      ReasonOf(instruments().CreateInstrument(created, RequestOf(8)).status()),
      "INSTRUMENT_EXISTS");
}

TEST_F(InstrumentStoreTest, ReadsSeveralAsOfOneInstant) {
  MakeRevisions(2);
  ASSERT_TRUE(Change(1, ToDraft("next")).ok());
  const auto found = instruments().GetInstruments(
      kStandard, {{.revision = 1}, {.draft = true}, {}, {.revision = 2}});
  ASSERT_TRUE(found.ok()) << found.status();
  std::vector<std::string> names;
  for (const Instrument& i : *found) names.push_back(i.display_name);
  EXPECT_EQ(names, (std::vector<std::string>{"R1", "next", "R2", "R2"}));
  const absl::Status status =
      instruments()
          .GetInstruments(kStandard, {{.revision = 1},
                                      {.revision = 9, .field = "to_revision"}})
          .status();
  EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"field", "to_revision"}}));
}

TEST_F(InstrumentStoreTest, PinsWhatAWaveAsks) {
  MakeWave();  // With revision 1.
  ASSERT_TRUE(Change(10, ToDraft("R2")).ok());
  ASSERT_TRUE(Change(11, ToRevision()).ok());
  Wave wave = WaveOf({"north", "leeds", "care", 4});
  wave.instrument_revision = 0;
  EXPECT_EQ(store().CreateWave(wave, RequestOf(12))->instrument_revision, 2);
  EXPECT_EQ(store().CreateWave(wave, RequestOf(12))->instrument_revision, 2);
  ASSERT_TRUE(Change(13, ToDraft("R3")).ok());
  ASSERT_TRUE(Change(14, ToRevision()).ok());
  // A repeat is told what was made, not what would be made.
  EXPECT_EQ(store().CreateWave(wave, RequestOf(12))->instrument_revision, 2);
  EXPECT_EQ(store().GetWave(wave.key)->instrument_revision, 2);
  EXPECT_EQ(store().GetWave(wave_)->instrument_revision, 1);

  wave.key.wave = 5;
  wave.instrument_revision = 4;
  EXPECT_EQ(ReasonOf(store().CreateWave(wave, RequestOf(15)).status()),
            "INSTRUMENT_REVISION_NOT_FOUND");
  ASSERT_TRUE(instruments()
                  .CreateInstrument(
                      FirstDraft(ContentOf("A", {"north", "draft"}), At(1)),
                      RequestOf(16))
                  .ok());
  wave.instrument_id = "draft";
  wave.instrument_revision = 0;
  EXPECT_EQ(ReasonOf(store().CreateWave(wave, RequestOf(15)).status()),
            "INSTRUMENT_NOT_PUBLISHED");
}

// Puts rows where the store has not.
class RowsOnDiskTest : public InstrumentStoreTest {
 protected:
  struct Row {
    std::string family;
    std::string key;
    std::string value;
  };

  void Write(const std::vector<std::string>& families,
             const std::vector<Row>& rows) {
    database_.reset();
    {
      const auto rocks = kv::OpenRocks(
          {.path = "/db", .families = families, .env = env_.get()});
      ASSERT_TRUE(rocks.ok()) << rocks.status();
      rocksdb::WriteBatch batch = kv::NewBatch();
      for (const Row& row : rows) {
        batch.Put((*rocks)->family(row.family), row.key, row.value);
      }
      ASSERT_TRUE((*rocks)->Commit(batch).ok());
    }
    Reopen();
  }
};

// Sixty-four zeros, as a digest.
constexpr char kZeros[] =
    "30303030303030303030303030303030303030303030303030303030303030303030"
    "303030303030303030303030303030303030303030303030303030303030";

// Bytes that the program wrote before there were revisions. They are on disk:
// if the tests of them fail, the code is wrong, not the tests.
std::string OldInstrumentHex() {
  return absl::StrCat(
      "0a085374616e64617264"                  // display_name "Standard"
      "1202656e"                              // language "en"
      "1a2a"                                  // networks
      "0a06616476696365"                      // network_id "advice"
      "1206416476696365"                      // label "Advice"
      "1a1057686f6d20646f20796f752061736b3f"  // wording "Whom do you ask?"
      "2003280138014001"                      // codes and weights
      "2a40",
      kZeros,                 // content_digest
      "308280f9c0c1c48203");  // create_time_micros At(2)
}
constexpr char kOldWaveHex[] =
    "12087374616e64617264"  // instrument_id "standard"
    "1801"                  // state 1
    "3801"                  // revision 1
    "408480f9c0c1c48203";   // create_time_micros At(4)

TEST_F(RowsOnDiskTest, ReadsDatabasesOfBeforeThereWereRevisions) {
  {
    const auto rocks =
        kv::OpenRocks({.path = "/old",
                       .families = {"localities", "instruments", "surveys",
                                    "waves", "wave_counts", "participants",
                                    "responses", "uploads", "request_ids"},
                       .env = env_.get()});
    ASSERT_TRUE(rocks.ok()) << rocks.status();
    rocksdb::WriteBatch batch = kv::NewBatch();
    const auto put = [&](const char* family, const std::string& key,
                         const std::string& value) {
      batch.Put((*rocks)->family(family), key, value);
    };
    put("instruments", keys::ForInstrument(kStandard),
        absl::HexStringToBytes(OldInstrumentHex()));
    put("waves", keys::ForWave(wave_), absl::HexStringToBytes(kOldWaveHex));
    put("wave_counts", keys::ForWave(wave_), "");
    put("request_ids", keys::TenantPrefix("north") + RequestOf(2).id,
        "\x0a\x20" + RequestOf(2).digest + std::string("\x1a\x00", 2));
    ASSERT_TRUE((*rocks)->Commit(batch).ok());
  }
  database_.reset();
  database_ = *OpenSurveyDatabase({.path = "/old", .env = env_.get()});

  const auto first = Get({});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->revision, 1);
  EXPECT_FALSE(first->is_draft());
  EXPECT_EQ(first->create_time, At(2));
  EXPECT_EQ(first->update_time, At(2));
  EXPECT_EQ(first->publish_time, At(2));
  EXPECT_EQ(*Get({.revision = 1}), *first);
  EXPECT_EQ(*store().GetInstrument({kStandard, 1}), *first);
  EXPECT_EQ(store().GetWave(wave_)->instrument_revision, 1);
  EXPECT_EQ(*instruments().ListInstrumentRevisions(kStandard, 0, 9),
            std::vector<Instrument>{*first});

  ASSERT_TRUE(Change(10, ToDraft("R2")).ok());
  EXPECT_EQ(*Get({}), *first);
  ASSERT_TRUE(Change(11, ToRevision()).ok());
  EXPECT_EQ(Get({})->revision, 2);
  EXPECT_EQ(*Get({.revision = 1}), *first);
  EXPECT_EQ(*instruments().CreateInstrument(*first, RequestOf(2)), *first);
}

TEST_F(RowsOnDiskTest, HasTheBytesThatAreOnDisk) {
  const auto instrument_of = [](const std::string& hex) {
    const auto record = ParseRecord<storage::InstrumentRecord>(
        absl::HexStringToBytes(hex), "an instrument");
    return FromRecord(kStandard, *record);
  };
  const auto hex_of = [](const Instrument& instrument) {
    return absl::BytesToHexString(ToRecord(instrument).SerializeAsString());
  };
  const auto old = instrument_of(OldInstrumentHex());
  ASSERT_TRUE(old.ok()) << old.status();
  EXPECT_EQ(hex_of(*old), OldInstrumentHex() +
                              "4001"                  // revision 1
                              "508280f9c0c1c48203"    // update_time_micros
                              "588280f9c0c1c48203");  // publish_time_micros
  EXPECT_EQ(*instrument_of(hex_of(*old)), *old);

  const std::string draft_hex = absl::StrCat(
      "0a0153",              // display_name "S"
      "1202656e",            // language "en"
      "1a11",                // networks
      "0a0161120141",        // network_id "a", label "A"
      "1a0157",              // wording "W"
      "2003280138014001",    // codes and weights
      "220a",                // items
      "0a0169120157",        // item_id "i", wording "W"
      "18055005",            // kind 5, scale_max 5
      "2a40", kZeros,        // content_digest
      "3001",                // create_time_micros 1
      "3a1a",                // translations
      "0a026379120159",      // language "cy", display_name "Y"
      "1a09",                // networks
      "0a01611201421a0156",  // network_id "a", label "B", wording "V"
      "2206",                // items
      "0a0169120156",        // item_id "i", wording "V"
      "4000",                // revision 0
      "4801",                // is_draft
      "5002");               // update_time_micros 2
  const auto draft = instrument_of(draft_hex);
  ASSERT_TRUE(draft.ok()) << draft.status();
  EXPECT_TRUE(draft->is_draft());
  EXPECT_EQ(hex_of(*draft), draft_hex);

  const auto wave_record = ParseRecord<storage::WaveRecord>(
      absl::HexStringToBytes(kOldWaveHex), "a wave");
  const auto wave = FromRecord(wave_, *wave_record, {});
  ASSERT_TRUE(wave.ok()) << wave.status();
  EXPECT_EQ(absl::BytesToHexString(ToRecord(*wave).SerializeAsString()),
            absl::StrCat(kOldWaveHex, "4801"));  // instrument_revision 1
}

TEST_F(RowsOnDiskTest, ReportsWhatItCannotRead) {
  MakeRevisions(3);
  ASSERT_TRUE(Change(1, ToDraft("next")).ok());
  const auto bytes_of = [](const Instrument& instrument) {
    return ToRecord(instrument).SerializeAsString();
  };
  Instrument second = *Get({.revision = 2});
  Instrument third = *Get({});
  Instrument draft = *Get({.draft = true});
  draft.revision = 2;
  Instrument gaps = third;
  gaps.translations.emplace_back().language = "cy";
  Instrument unnumbered = third;
  unnumbered.revision = 0;
  Instrument ahead = third;
  ahead.revision = 5;
  const std::string shown = keys::ForInstrument(kStandard);
  const auto revision_key = [](std::int32_t revision) {
    return keys::ForInstrumentRevision({kStandard, revision});
  };
  const struct {
    Row row;
    InstrumentSelector read;
  } cases[] = {
      {{keys::kInstrumentRevisionsFamily, revision_key(0), bytes_of(draft)},
       {.draft = true}},
      {{keys::kInstrumentRevisionsFamily, revision_key(0), bytes_of(second)},
       {.draft = true}},
      {{keys::kInstrumentRevisionsFamily, revision_key(0), "\xff"},
       {.draft = true}},
      {{keys::kInstrumentRevisionsFamily, revision_key(1), bytes_of(second)},
       {.revision = 1}},
      {{keys::kInstrumentsFamily, shown, bytes_of(gaps)}, {}},
      {{keys::kInstrumentsFamily, shown, bytes_of(unnumbered)}, {}},
      // A revision that should be there is not.
      {{keys::kInstrumentsFamily, shown, bytes_of(ahead)}, {.revision = 4}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(absl::BytesToHexString(c.row.value).substr(0, 40));
    const std::vector<Row> good = {
        {keys::kInstrumentsFamily, shown, bytes_of(third)},
        {keys::kInstrumentRevisionsFamily, revision_key(0),
         bytes_of(*Drafted({.latest = third, .draft = std::nullopt},
                           ContentOf("next"), At(10))
                       .draft)}};
    Write(keys::Families(), good);
    Write(keys::Families(), {c.row});
    const absl::Status status = Get(c.read).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_EQ(ReasonOf(status), "STORED_DATA_UNREADABLE");
  }
  // The last row says that there are five.
  EXPECT_EQ(
      ReasonOf(instruments().ListInstrumentRevisions(kStandard, 0, 9).status()),
      "STORED_DATA_UNREADABLE");
}

// Drafts, publications and discards of some instruments at random, against a
// map.
TEST_F(InstrumentStoreTest, BehavesLikeItsModel) {
  struct Model {
    std::vector<std::string> revisions;
    std::optional<std::string> draft;
  };
  const std::uint32_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  std::map<std::string, Model> model;
  constexpr int kSteps = 2'000;
  for (int step = 0; step < kSteps; ++step) {
    const std::string id = absl::StrCat("i", random() % 5);
    const InstrumentKey key = {"north", id};
    const auto known = model.find(id);
    const bool is_there = known != model.end();
    const bool has_draft = is_there && known->second.draft.has_value();
    const std::string content = absl::StrCat("content ", random() % 3);
    const int request = 10'000 + step;
    const auto action = random() % 20;
    if (action == 0) {
      Reopen();
    } else if (action < 4) {
      const Instrument made =
          action == 1 ? FirstRevision(ContentOf(content, key), At(1))
                      : FirstDraft(ContentOf(content, key), At(1));
      const auto created =
          instruments().CreateInstrument(made, RequestOf(request));
      ASSERT_EQ(created.ok(), !is_there) << created.status();
      if (is_there) continue;
      if (made.is_draft()) {
        model[id].draft = content;
      } else {
        model[id].revisions = {content};
      }
    } else if (action < 9) {
      const auto drafted = Change(request, ToDraft(content), key);
      ASSERT_EQ(drafted.ok(), is_there) << drafted.status();
      if (is_there) known->second.draft = content;
    } else if (action < 13) {
      const bool ready =
          has_draft && (known->second.revisions.empty() ||
                        known->second.revisions.back() != *known->second.draft);
      const auto published = Change(request, ToRevision(), key);
      ASSERT_EQ(published.ok(), ready) << published.status();
      if (!ready) continue;
      known->second.revisions.push_back(*known->second.draft);
      known->second.draft.reset();
    } else if (action < 14) {
      const auto discarded = Change(request, ToNoDraft(), key);
      ASSERT_EQ(discarded.ok(), has_draft) << discarded.status();
      if (!has_draft) continue;
      known->second.draft.reset();
      if (known->second.revisions.empty()) model.erase(known);
    } else {
      std::vector<std::string> names;
      const auto found =
          instruments().ListInstrumentRevisions(key, 0, 1'000'000);
      ASSERT_TRUE(found.ok()) << found.status();
      for (const Instrument& i : *found) names.push_back(i.display_name);
      EXPECT_EQ(names, is_there ? known->second.revisions
                                : std::vector<std::string>());
      const auto draft = Get({.draft = true}, key);
      ASSERT_EQ(draft.ok(), has_draft) << draft.status();
      if (has_draft) {
        EXPECT_EQ(draft->display_name, *known->second.draft);
      }
      EXPECT_EQ(instruments().ListInstruments("north", "", 99)->size(),
                model.size());
    }
  }
  std::size_t revisions = 0;
  for (const auto& [id, instrument] : model) {
    revisions += instrument.revisions.size();
  }
  std::printf("%d steps, %zu revisions as they were published, seed %u\n",
              kSteps, revisions, seed);
}

}  // namespace
}  // namespace pulsetaker::survey
