#include "services/assessment/domain/comparer.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

std::string Wave(const std::string& tenant, int place, int wave = 1,
                 const std::string& survey = "s") {
  return absl::StrFormat("tenants/%s/localities/l%03d/surveys/%s/waves/%d",
                         tenant, place, survey, wave);
}

std::string Name(const std::string& wave, unsigned id = 1) {
  return absl::StrFormat("%s/assessments/%032x", wave, id);
}

// Assessments by name, whose message is "default authority".
class FakeStore final : public AssessmentStore, public AssessmentScan {
 public:
  std::map<std::string, DatedAssessment> all;

  void Add(const std::string& name, bool is_default, double authority,
           std::int64_t time = 0) {
    all[name] = {name, time, absl::StrCat(is_default ? 1 : 0, " ", authority)};
  }

  absl::Status Put(const StoredAssessment&) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::vector<std::string>> ListNewestWaves(absl::string_view,
                                                           int) const override {
    return absl::UnimplementedError("not asked for");
  }

  absl::StatusOr<StoredAssessment> Get(absl::string_view name) const override {
    const auto it = all.find(std::string(name));
    if (it == all.end()) {
      return MakeError(absl::StatusCode::kNotFound, "ASSESSMENT_NOT_FOUND", "");
    }
    return StoredAssessment{it->first, {}, it->second.message};
  }
  absl::StatusOr<std::vector<StoredAssessment>> List(absl::string_view,
                                                     absl::string_view,
                                                     int) const override {
    return absl::UnimplementedError("");
  }
  absl::Status Scan(absl::string_view tenant,
                    const std::function<absl::Status(DatedAssessment)>& visit)
      const override {
    for (const auto& [name, each] : all) {
      if (!tenant.empty() && TenantOf(name) != absl::StrCat("tenants/", tenant))
        continue;
      PT_RETURN_IF_ERROR(visit(each));
    }
    return absl::OkStatus();
  }
};

class FakeReader final : public PlaceReader {
 public:
  absl::StatusOr<PlaceSummary> Read(absl::string_view name,
                                    absl::string_view message) const override {
    const std::vector<std::string> parts = absl::StrSplit(message, ' ');
    PlaceSummary place;
    place.locality = LocalityOf(name);
    place.assessment = std::string(name);
    place.is_default = parts[0] == "1";
    place.invited_count = 60;
    place.respondent_count = 12;
    place.features[0] = Reading::Of(std::stod(parts[1]));
    place.standard_errors[0] = 3;
    return place;
  }
};

class FakeLedger final : public ReleaseLedger {
 public:
  std::map<std::string, LedgerEntry> entries;  // By tenant and digest.
  absl::Status error;

  absl::StatusOr<std::optional<std::string>> FindReply(
      absl::string_view tenant, absl::string_view digest) const override {
    const auto it = entries.find(absl::StrCat(tenant, " ", digest));
    if (it == entries.end()) return std::optional<std::string>();
    return std::optional(it->second.reply);
  }
  absl::StatusOr<std::vector<Release>> ReadReleases(
      absl::string_view tenant) const override {
    std::vector<Release> releases;
    for (const auto& [key, entry] : entries) {
      if (entry.tenant == tenant) releases.push_back(entry.release);
    }
    return releases;
  }
  absl::Status Append(const LedgerEntry& entry) override {
    PT_RETURN_IF_ERROR(error);
    entries.emplace(absl::StrCat(entry.tenant, " ", entry.digest), entry);
    return absl::OkStatus();
  }
};

class FakeCodec final : public ComparisonCodec {
 public:
  mutable LocalityComparison comparison;
  mutable Benchmark benchmark;

  std::string Encode(const LocalityComparison& from) const override {
    comparison = from;
    return "a comparison";
  }
  std::string Encode(const Benchmark& from) const override {
    benchmark = from;
    return "a benchmark";
  }
};

// Places 0 to 12 of each tenant are in the west, the others in the east; those
// with an even number are urban. Of place 15 nothing is known.
class FakePlaces final : public PlaceSource {
 public:
  absl::Status error;
  int calls = 0;

  absl::StatusOr<std::vector<ListedLocality>> ListLocalities(
      absl::string_view tenant) override {
    ++calls;
    if (!error.ok()) return error;
    std::vector<ListedLocality> localities;
    for (int i = 0; i < 20; ++i) {
      ListedLocality& locality = localities.emplace_back();
      locality.name = absl::StrFormat("%s/localities/l%03d", tenant, i);
      if (i == 15) continue;
      locality.region = i <= 12 ? "west" : "east";
      locality.profile = {{"rurality", i % 2 == 0 ? "urban" : "rural"}};
    }
    return localities;
  }
  absl::StatusOr<std::vector<std::string>> ListSurveys(
      absl::string_view) override {
    return absl::UnimplementedError("not asked for");
  }
  absl::StatusOr<std::optional<std::string>> LatestClosedWave(
      absl::string_view) override {
    return absl::UnimplementedError("not asked for");
  }
};

class ComparerTest : public ::testing::Test {
 protected:
  ComparerTest() {
    for (int i = 0; i < 20; ++i) AddPlace("north", i);
    for (int i = 0; i < 20; ++i) AddPlace("south", i);
  }
  void AddPlace(const std::string& tenant, int i) {
    store_.Add(Name(Wave(tenant, i)), true, 30 + 2 * i);
  }

  FakeStore store_;
  FakeReader reader_;
  FakePlaces places_;
  FakeLedger ledger_;
  FakeCodec codec_;
  Comparer comparer_{{.store = store_,
                      .scan = store_,
                      .reader = reader_,
                      .places = places_,
                      .ledger = ledger_,
                      .codec = codec_}};
};

TEST_F(ComparerTest, TakesWhatStandsForEachPlace) {
  const auto chosen = [&](const WaveChoice& choice) {
    const auto places = LatestOfPlaces(store_, reader_, "west", choice);
    EXPECT_TRUE(places.ok()) << places.status();
    return places.ok() && places->size() == 1 ? (*places)[0].assessment : "";
  };
  store_.Add(Name(Wave("west", 0, 1), 1), true, 1, 9);
  store_.Add(Name(Wave("west", 0, 2), 1), false, 1, 3);
  store_.Add(Name(Wave("west", 0, 2), 2), false, 1, 2);
  EXPECT_EQ(chosen({}), Name(Wave("west", 0, 2), 1));  // The one made last.
  store_.Add(Name(Wave("west", 0, 2), 3), true, 1, 1);
  EXPECT_EQ(chosen({}), Name(Wave("west", 0, 2), 3));
  EXPECT_EQ(chosen({.wave = 1}), Name(Wave("west", 0, 1), 1));
  store_.Add(Name(Wave("west", 0, 1, "t"), 1), true, 1, 5);
  EXPECT_EQ(chosen({}), Name(Wave("west", 0, 1, "t"), 1));
  EXPECT_EQ(chosen({.survey = "s"}), Name(Wave("west", 0, 2), 3));
  EXPECT_EQ(chosen({.survey = "u"}), "");
}

TEST_F(ComparerTest, TellsOfTheTenantsPlacesAlone) {
  const auto reply = comparer_.Compare({.tenant = "north"});
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(*reply, "a comparison");
  const ToldComparison& told = codec_.comparison.told;
  EXPECT_EQ(told.tables.size(), 4u);
  EXPECT_EQ(told.release.contributors.size(), 20u);
  for (const Contributor& contributor : told.release.contributors) {
    EXPECT_EQ(TenantOf(contributor.place), "tenants/north");
  }
  ASSERT_EQ(ledger_.entries.size(), 1u);
  EXPECT_EQ(ledger_.entries.begin()->second.release, told.release);
}

TEST_F(ComparerTest, TellsTheSameAgainAndAddsNothing) {
  ASSERT_TRUE(comparer_.Compare({.tenant = "north"}).ok());
  ledger_.entries.begin()->second.reply = "as it was told";
  EXPECT_EQ(*comparer_.Compare({.tenant = "north"}), "as it was told");
  EXPECT_EQ(ledger_.entries.size(), 1u);
}

TEST_F(ComparerTest, RefusesWhatWouldTellOfFew) {
  ASSERT_TRUE(comparer_.Compare({.tenant = "north"}).ok());
  CompareRequest request{.tenant = "north"};
  for (int i = 0; i < 19; ++i) {
    request.localities.push_back(LocalityOf(Wave("north", i)));
  }
  EXPECT_EQ(ReasonOf(comparer_.Compare(request).status()), "RELEASE_REVEALING");
  EXPECT_EQ(ledger_.entries.size(), 1u);
  request.localities.resize(15);
  EXPECT_TRUE(comparer_.Compare(request).ok());
  request.localities.resize(4);
  EXPECT_EQ(ReasonOf(comparer_.Compare(request).status()), "RELEASE_TOO_SMALL");
}

TEST_F(ComparerTest, NamesPlacesWithoutAnAssessment) {
  CompareRequest request{.tenant = "north"};
  for (int i = 0; i < 22; ++i) {
    request.localities.push_back(LocalityOf(Wave("north", i)));
  }
  ASSERT_TRUE(comparer_.Compare(request).ok());
  EXPECT_EQ(codec_.comparison.missing,
            (std::vector<std::string>{LocalityOf(Wave("north", 20)),
                                      LocalityOf(Wave("north", 21))}));
}

TEST_F(ComparerTest, GivesNoAnswerThatIsNotInTheLedger) {
  ledger_.error = MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL",
                            "the disk is full");
  EXPECT_EQ(ReasonOf(comparer_.Compare({.tenant = "north"}).status()),
            "DISK_FULL");
  EXPECT_EQ(
      ReasonOf(comparer_.FindBenchmark({.assessment = Name(Wave("north", 3))})
                   .status()),
      "DISK_FULL");
}

TEST_F(ComparerTest, SaysWhichDimensionIsUnknown) {
  const absl::Status compared =
      comparer_.Compare({.tenant = "north", .dimensions = {"phase", "x"}})
          .status();
  EXPECT_EQ(ReasonOf(compared), "DIMENSION_UNKNOWN");
  EXPECT_EQ(MetadataOf(compared), (ErrorMetadata{{"field", "dimensions"}}));
  // A dimension, and no dial.
  const absl::Status benchmarked =
      comparer_
          .FindBenchmark(
              {.assessment = Name(Wave("north", 3)), .dials = {"corner.value"}})
          .status();
  EXPECT_EQ(ReasonOf(benchmarked), "DIMENSION_UNKNOWN");
  EXPECT_EQ(MetadataOf(benchmarked), (ErrorMetadata{{"field", "dials"}}));
}

TEST_F(ComparerTest, KeepsPlacesOfTheRegionsAndProfileAskedFor) {
  const struct {
    std::vector<std::string> regions;
    std::map<std::string, std::string> profile;
    std::size_t place_count;
  } cases[] = {{{"west"}, {}, 13},
               {{"west", "east"}, {}, 19},
               {{"west", "east", ""}, {}, 20},
               {{}, {{"rurality", "urban"}}, 10},
               {{"west"}, {{"rurality", "urban"}}, 7}};
  for (const auto& c : cases) {
    ledger_.entries.clear();
    const auto reply = comparer_.Compare(
        {.tenant = "north", .regions = c.regions, .profile = c.profile});
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(codec_.comparison.told.release.contributors.size(),
              c.place_count);
  }
  EXPECT_EQ(places_.calls, 5);
  // Nobody is asked where it does not matter.
  ledger_.entries.clear();
  ASSERT_TRUE(comparer_.Compare({.tenant = "north"}).ok());
  EXPECT_EQ(places_.calls, 5);
  const absl::Status none =
      comparer_
          .Compare({.tenant = "north", .profile = {{"rurality", "coastal"}}})
          .status();
  EXPECT_EQ(ReasonOf(none), "RELEASE_TOO_SMALL");
}

TEST_F(ComparerTest, ComparesWithPlacesOfTheSameRegionAndProfile) {
  const auto peer_count = [&](int place, PeerCriteria criteria) {
    ledger_.entries.clear();
    const auto reply = comparer_.FindBenchmark(
        {.assessment = Name(Wave("north", place)), .criteria = criteria});
    EXPECT_TRUE(reply.ok()) << reply.status();
    return codec_.benchmark.peer_count;
  };
  EXPECT_EQ(peer_count(4, {.same_region = true}), 12);
  EXPECT_EQ(peer_count(14, {.same_region = true}), 5);
  EXPECT_EQ(peer_count(4, {.same_profile_keys = {"rurality"}}), 9);
  EXPECT_EQ(
      peer_count(4, {.same_region = true, .same_profile_keys = {"rurality"}}),
      6);
  // Those of other tenants are as alike.
  EXPECT_EQ(codec_.benchmark.others[0].cells.back().places, 5);
  EXPECT_EQ(places_.calls, 8);
  EXPECT_EQ(peer_count(4, {}), 19);
  EXPECT_EQ(places_.calls, 8);
}

TEST_F(ComparerTest, SaysWhatThePlaceItselfLacks) {
  const struct {
    int place;
    PeerCriteria criteria;
    std::string field;
  } cases[] = {
      {15, {.same_region = true}, "peer_criteria.same_region"},
      {15, {.same_profile_keys = {"rurality"}}, "peer_criteria.same_profile"},
      {4,
       {.same_profile_keys = {"rurality", "income"}},
       "peer_criteria.same_profile"}};
  for (const auto& c : cases) {
    const absl::Status status =
        comparer_
            .FindBenchmark({.assessment = Name(Wave("north", c.place)),
                            .criteria = c.criteria})
            .status();
    EXPECT_EQ(ReasonOf(status), "PEER_CRITERION_UNKNOWN");
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"field", c.field}}));
  }
  EXPECT_TRUE(ledger_.entries.empty());
}

TEST_F(ComparerTest, DoesNotGuessWhereRegionsAreNotToBeHad) {
  places_.error = absl::UnavailableError("the survey service is away");
  EXPECT_EQ(
      comparer_.Compare({.tenant = "north", .regions = {"west"}}).status(),
      places_.error);
  EXPECT_EQ(comparer_
                .FindBenchmark({.assessment = Name(Wave("north", 4)),
                                .criteria = {.same_region = true}})
                .status(),
            places_.error);
}

TEST_F(ComparerTest, ComparesExactlyWithOwnPlacesAndOthersTogether) {
  const auto reply =
      comparer_.FindBenchmark({.assessment = Name(Wave("north", 10))});
  ASSERT_TRUE(reply.ok()) << reply.status();
  const Benchmark& benchmark = codec_.benchmark;
  EXPECT_EQ(benchmark.peer_count, 19);
  ASSERT_EQ(benchmark.standings.size(), 9u);
  EXPECT_EQ(benchmark.standings[0].peer_count, 19);
  EXPECT_NEAR(benchmark.standings[0].percentile.value, 100.0 * 10 / 19, 1e-9);
  EXPECT_EQ(benchmark.withheld_reason, "");
  ASSERT_EQ(benchmark.others.size(), 9u);
  // 20 places at 30, 32, ..., 68: 5 from 20, 10 from 40, 5 from 60. The first
  // 5 are hidden, or it would be known that the other bands are empty.
  const ToldTable& authority = benchmark.others[0];
  EXPECT_EQ(authority.cells[1].state, CellState::kWithheld);
  EXPECT_EQ(authority.cells[2].places, 10);
  EXPECT_EQ(authority.cells[3].places, 5);
  EXPECT_EQ(authority.cells[6].places, 20);
  EXPECT_EQ(authority.means[1].value, 49);
  EXPECT_TRUE(benchmark.percentiles[0].low.measured());
  // Nobody's border is crossed by the tenant's own places.
  ASSERT_EQ(ledger_.entries.size(), 1u);
  for (const Contributor& contributor :
       ledger_.entries.begin()->second.release.contributors) {
    EXPECT_EQ(TenantOf(contributor.place), "tenants/south");
  }
}

TEST_F(ComparerTest, SaysWhyThereIsNothingOfOthers) {
  for (int i = 0; i < 16; ++i) store_.all.erase(Name(Wave("south", i)));
  ASSERT_TRUE(
      comparer_.FindBenchmark({.assessment = Name(Wave("north", 10))}).ok());
  EXPECT_EQ(codec_.benchmark.withheld_reason, "RELEASE_TOO_SMALL");
  EXPECT_TRUE(codec_.benchmark.others.empty());
  EXPECT_EQ(codec_.benchmark.standings.size(), 9u);
  EXPECT_TRUE(ledger_.entries.empty());
}

// One place of another tenant gets a new assessment: its mean before and after
// would tell its change.
TEST_F(ComparerTest, WaitsUntilEnoughOfOthersHaveChanged) {
  const BenchmarkRequest request{.assessment = Name(Wave("north", 10))};
  ASSERT_TRUE(comparer_.FindBenchmark(request).ok());
  for (int i = 0; i < 5; ++i) {
    store_.Add(Name(Wave("south", i, 2)), true, 70);
    ASSERT_TRUE(comparer_.FindBenchmark(request).ok());
    EXPECT_EQ(codec_.benchmark.withheld_reason,
              i < 4 ? "RELEASE_REVEALING" : "");
  }
}

TEST_F(ComparerTest, TellsNoMoreThanCanBeKeptApart) {
  for (std::size_t i = 0; i < kReleasesMax; ++i) {
    LedgerEntry entry;
    entry.tenant = "north";
    entry.digest = absl::StrCat(i);
    ASSERT_TRUE(ledger_.Append(entry).ok());
  }
  EXPECT_EQ(ReasonOf(comparer_.Compare({.tenant = "north"}).status()),
            "RELEASE_LIMIT_REACHED");
  EXPECT_TRUE(comparer_.Compare({.tenant = "south"}).ok());
}

TEST_F(ComparerTest, HandsOnThatThereIsNoAssessment) {
  EXPECT_EQ(
      ReasonOf(
          comparer_.FindBenchmark({.assessment = Name(Wave("x", 1))}).status()),
      "ASSESSMENT_NOT_FOUND");
}

}  // namespace
}  // namespace pulsetaker::assessment
