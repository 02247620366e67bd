#include "services/survey/domain/content_digest.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/survey/domain/test_snapshot.h"

namespace pulsetaker::survey {
namespace {

Instrument TestInstrument() {
  Instrument instrument;
  instrument.display_name = "Standard";
  instrument.language = "en";
  Network& network = instrument.networks.emplace_back();
  network.network_id = "work";
  network.label = "Work";
  network.wording = "With whom?";
  network.provenance = Provenance::kAdapted;
  network.direction = Direction::kDirected;
  network.direction_meaning = "i names j";
  network.weight_min = 1;
  network.weight_max = 3;
  network.nomination_cap = 10;
  Item& corner = instrument.items.emplace_back();
  corner.item_id = "oc7x";
  corner.wording = "We can get money.";
  corner.kind = ItemKind::kCorner;
  corner.corner = Corner::kCapacity;
  corner.cluster = "external";
  corner.external_resource = true;
  corner.scale_min = 1;
  corner.scale_max = 5;
  corner.source = "T08";
  Item& arrow = instrument.items.emplace_back();
  arrow.item_id = "a_c_1";
  arrow.wording = "Backing became budget.";
  arrow.kind = ItemKind::kArrow;
  arrow.arrow = Arrow{Corner::kAuthority, Corner::kCapacity};
  arrow.reverse_scored = true;
  arrow.scale_max = 4;
  instrument.content_digest = ContentDigest(instrument);
  return instrument;
}

Participant Person(const std::string& id, Invitation invitation) {
  Participant person;
  person.person = id;
  person.display_name = PersonalText("Name of " + id);
  person.organisation = "Council";
  person.sector = "health";
  person.layer = Layer::kSectoral;
  person.secondary_layers = {Layer::kSystemic, Layer::kPublic};
  person.invitation = invitation;
  person.attributes = {{"age", "40"}, {"role", "lead"}};
  return person;
}

Response TestResponse(const std::string& person) {
  Response response;
  response.person = person;
  response.answers.networks = {
      {"work", AnswerState::kResponded, {{"p2", 1}, {"x9", 3}}}};
  response.answers.items = {{"a_c_1", std::nullopt, NonAnswer::kDontKnow},
                            {"oc7x", 4, NonAnswer::kNone}};
  response.revision = 2;
  response.submit_time = absl::FromUnixSeconds(1);
  return response;
}

TestSnapshot SnapshotForTest() {
  TestSnapshot snapshot;
  snapshot.Add(Person("p1", Invitation::kInvited));
  snapshot.Add(Person("p2", Invitation::kNotInvited));
  snapshot.Add(TestResponse("p1"));
  return snapshot;
}

std::string DigestOf(TestSnapshot snapshot) {
  const auto digest = SnapshotDigest(snapshot, TestInstrument());
  EXPECT_TRUE(digest.ok()) << digest.status();
  return digest.value_or("");
}

// From a program of its own that follows the comments of the API. Partners
// compute these, too: if this test fails, the code is wrong, not the test.
TEST(ContentDigestTest, IsWhatTheApiSays) {
  EXPECT_EQ(ContentDigest(TestInstrument()),
            "1a9a2b8b7a9d898317690205479fcc3f35f804fac460d230b2079804f604175b");
  EXPECT_EQ(DigestOf(SnapshotForTest()),
            "046414b731ca4e456bce31bb6cdc014526c3e7f61dd29d4d2e22ffcd3cf5714c");
}

TEST(ContentDigestTest, DependsOnAllThatIsAskedAndNothingElse) {
  const std::function<void(Instrument&)> changes[] = {
      [](Instrument& i) { i.display_name += "x"; },
      [](Instrument& i) { i.language = "cy"; },
      [](Instrument& i) { i.networks.push_back(i.networks[0]); },
      [](Instrument& i) { i.networks[0].network_id += "x"; },
      [](Instrument& i) { i.networks[0].label += "x"; },
      [](Instrument& i) { i.networks[0].wording += "x"; },
      [](Instrument& i) { i.networks[0].provenance = Provenance::kDesign; },
      [](Instrument& i) { i.networks[0].direction = Direction::kUndirected; },
      [](Instrument& i) { i.networks[0].direction_meaning += "x"; },
      [](Instrument& i) { i.networks[0].weight_min = 2; },
      [](Instrument& i) { i.networks[0].weight_max = 4; },
      [](Instrument& i) { i.networks[0].nomination_cap = 0; },
      [](Instrument& i) { i.items.pop_back(); },
      [](Instrument& i) { std::swap(i.items[0], i.items[1]); },
      [](Instrument& i) { i.items[0].item_id += "x"; },
      [](Instrument& i) { i.items[0].wording += "x"; },
      [](Instrument& i) { i.items[0].kind = ItemKind::kPervasive; },
      [](Instrument& i) { i.items[0].corner = Corner::kValue; },
      [](Instrument& i) { i.items[1].arrow->from = Corner::kValue; },
      [](Instrument& i) { i.items[1].arrow->to = Corner::kValue; },
      [](Instrument& i) { i.items[0].cluster.clear(); },
      [](Instrument& i) { i.items[0].external_resource = false; },
      [](Instrument& i) { i.items[0].reverse_scored = true; },
      [](Instrument& i) { i.items[0].scale_min = 0; },
      [](Instrument& i) { i.items[0].scale_max = 7; },
      [](Instrument& i) { i.items[0].source.clear(); },
  };
  std::set<std::string> digests = {ContentDigest(TestInstrument())};
  for (const auto& change : changes) {
    Instrument changed = TestInstrument();
    change(changed);
    EXPECT_TRUE(digests.insert(ContentDigest(changed)).second)
        << digests.size();
  }
  Instrument renamed = TestInstrument();
  renamed.key = {"north", "other"};
  renamed.create_time = absl::FromUnixSeconds(5);
  renamed.update_time = renamed.publish_time = absl::FromUnixSeconds(6);
  renamed.state = InstrumentState::kDraft;
  renamed.revision = 7;
  EXPECT_EQ(ContentDigest(renamed), ContentDigest(TestInstrument()));
}

Translation TranslationTo(const std::string& language,
                          const std::string& display_name) {
  return {.language = language,
          .display_name = display_name,
          .networks = {{.network_id = "work",
                        .label = language + " label",
                        .wording = language + " wording",
                        .direction_meaning = language + " meaning"}},
          .items = {{.item_id = "oc7x", .wording = language + " item 1"},
                    {.item_id = "a_c_1", .wording = language + " item 2"}}};
}

Instrument TranslatedInstrument() {
  Instrument instrument = TestInstrument();
  instrument.translations = {TranslationTo("cy", "Safonol"),
                             TranslationTo("de", "Standard")};
  return instrument;
}

// As IsWhatTheApiSays.
TEST(ContentDigestTest, CoversTranslationsAsTheApiSays) {
  EXPECT_EQ(ContentDigest(TranslatedInstrument()),
            "86e8f4e3a0613b5f26fe8785d759ede85ad86a14cbbff7f899697cfc4117c8be");
}

TEST(ContentDigestTest, DependsOnAllOfATranslation) {
  const std::function<void(Translation&)> changes[] = {
      [](Translation&) {},
      [](Translation& t) { t.language = "fr"; },
      [](Translation& t) { t.display_name += "x"; },
      [](Translation& t) { t.networks.clear(); },
      [](Translation& t) { t.networks[0].network_id += "x"; },
      [](Translation& t) { t.networks[0].label += "x"; },
      [](Translation& t) { t.networks[0].wording += "x"; },
      [](Translation& t) { t.networks[0].direction_meaning += "x"; },
      [](Translation& t) { t.items.pop_back(); },
      [](Translation& t) { t.items[0].item_id += "x"; },
      [](Translation& t) { t.items[1].wording += "x"; },
  };
  std::set<std::string> digests = {ContentDigest(TestInstrument())};
  for (const auto& change : changes) {
    Instrument changed = TranslatedInstrument();
    change(changed.translations[1]);
    EXPECT_TRUE(digests.insert(ContentDigest(changed)).second)
        << digests.size();
  }
}

TEST(SnapshotDigestTest, DependsOnAllThatIsInIt) {
  const auto with_person = [](const std::function<void(Participant&)>& change) {
    TestSnapshot snapshot = SnapshotForTest();
    Participant person = Person("p1", Invitation::kInvited);
    change(person);
    snapshot.Add(person);
    return DigestOf(snapshot);
  };
  const auto with_response = [](const std::function<void(Response&)>& change) {
    TestSnapshot snapshot = SnapshotForTest();
    Response response = TestResponse("p1");
    change(response);
    snapshot.Add(response);
    return DigestOf(snapshot);
  };
  const std::string digests[] = {
      DigestOf(SnapshotForTest()),
      with_person([](Participant& p) { p.organisation.clear(); }),
      with_person([](Participant& p) { p.sector.clear(); }),
      with_person([](Participant& p) { p.layer = Layer::kFrontline; }),
      with_person([](Participant& p) { p.secondary_layers.pop_back(); }),
      with_person([](Participant& p) { p.invitation = Invitation::kOptedOut; }),
      with_person([](Participant& p) { p.attributes.clear(); }),
      with_person([](Participant& p) { p.attributes["age"] = "41"; }),
      with_person([](Participant& p) { p.person = "p3"; }),
      with_response([](Response& r) { r.person = "p2"; }),
      with_response([](Response& r) { r.answers.networks.clear(); }),
      with_response([](Response& r) {
        r.answers.networks[0].nominations[0].person = "p3";
      }),
      with_response(
          [](Response& r) { r.answers.networks[0].nominations[0].weight = 2; }),
      with_response([](Response& r) {
        r.answers.networks[0].state = AnswerState::kRespondedNobody;
        r.answers.networks[0].nominations.clear();
      }),
      with_response([](Response& r) { r.answers.items[1].rating = 5; }),
      with_response([](Response& r) { r.answers.items.pop_back(); }),
  };
  EXPECT_EQ(
      std::set<std::string>(std::begin(digests), std::end(digests)).size(),
      std::size(digests));
}

// Names, times and revisions tell nothing about what was answered, and the
// order in which things came in is not even known to a snapshot.
TEST(SnapshotDigestTest, DependsOnNothingElse) {
  TestSnapshot snapshot;
  Response response = TestResponse("p1");
  response.revision = 9;
  response.submit_time = absl::FromUnixSeconds(99);
  snapshot.Add(response);
  for (const auto& [id, invitation] : {std::pair("p2", Invitation::kNotInvited),
                                       std::pair("p1", Invitation::kInvited)}) {
    Participant person = Person(id, invitation);
    person.display_name = PersonalText();
    snapshot.Add(person);
  }
  snapshot.mutable_wave().key = {"north", "leeds", "care", 3};
  snapshot.mutable_wave().revision = 12;
  EXPECT_EQ(DigestOf(snapshot), DigestOf(SnapshotForTest()));
}

TEST(SnapshotDigestTest, RefusesASnapshotThatIsNotWhole) {
  TestSnapshot snapshot = SnapshotForTest();
  snapshot.mutable_wave().participant_count = 3;
  EXPECT_EQ(ReasonOf(SnapshotDigest(snapshot, TestInstrument()).status()),
            "STORED_DATA_UNREADABLE");
  snapshot = SnapshotForTest();
  snapshot.mutable_wave().response_count = 0;
  EXPECT_EQ(SnapshotDigest(snapshot, TestInstrument()).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST(RequestDigestTest, TellsNothingFromEmpty) {
  const auto digest = [](const std::optional<std::string>& text) {
    return RequestDigest("UpdateLocality").Add(text).Finish();
  };
  EXPECT_EQ(digest("").size(), 32u);
  EXPECT_NE(digest(""), digest(std::nullopt));
  EXPECT_NE(digest("a"), digest("b"));
  EXPECT_NE(RequestDigest("OpenWave").Finish(),
            RequestDigest("CloseWave").Finish());
  Participant person = Person("p1", Invitation::kInvited);
  const auto import = [&] {
    return RequestDigest("ImportRoster")
        .Add(absl::MakeConstSpan(&person, 1))
        .Finish();
  };
  const std::string before = import();
  person.display_name = PersonalText("Another");
  EXPECT_NE(import(), before);
}

}  // namespace
}  // namespace pulsetaker::survey
