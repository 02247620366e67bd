#include "services/survey/domain/wave_export.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "common/base/digest.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "services/survey/domain/test_snapshot.h"

namespace pulsetaker::survey {
namespace {

constexpr ExportFormat kFormats[] = {
    ExportFormat::kJsonLines, ExportFormat::kCsvWide, ExportFormat::kCsvLong};

Instrument TestInstrument() {
  Instrument instrument;
  instrument.content_digest = "d1";
  instrument.networks.emplace_back().network_id = "work";
  instrument.networks.emplace_back().network_id = "social";
  instrument.items.emplace_back().item_id = "au1";
  instrument.items.emplace_back().item_id = "va1";
  return instrument;
}

// Two people by hand: p1 answered everything, p2 nothing.
TestSnapshot TwoPeople() {
  TestSnapshot snapshot;
  snapshot.mutable_wave().key = {"north", "leeds", "care", 3};
  snapshot.mutable_wave().instrument_id = "standard";
  snapshot.mutable_wave().snapshot_digest = "d2";
  Participant person;
  person.person = "p1";
  person.display_name = PersonalText("Not To Be Seen");
  person.organisation = "Council, \"North\"";
  person.sector = "health";
  person.layer = Layer::kSectoral;
  person.secondary_layers = {Layer::kSystemic, Layer::kPublic};
  person.invitation = Invitation::kInvited;
  person.attributes = {{"role", "nurse"}};
  snapshot.Add(person);
  Participant silent;
  silent.person = "p2";
  silent.invitation = Invitation::kNotInvited;
  snapshot.Add(silent);
  Response response;
  response.person = "p1";
  response.revision = 2;
  response.submit_time = absl::FromUnixMicros(1'700'000'000'123'456);
  response.answers.networks = {
      {"social", AnswerState::kRespondedNobody, {}},
      {"work", AnswerState::kResponded, {{"p2", 1}, {"z", 3}}}};
  response.answers.items = {{"au1", 4, NonAnswer::kNone},
                            {"va1", std::nullopt, NonAnswer::kDontKnow}};
  snapshot.Add(response);
  return snapshot;
}

std::string ExportAll(ExportFormat format, WaveSnapshot& snapshot) {
  const Instrument instrument = TestInstrument();
  WaveExport pieces(format, instrument, snapshot, {});
  std::string all;
  for (;;) {
    const auto piece = pieces.Next();
    EXPECT_TRUE(piece.ok()) << piece.status();
    if (!piece.ok() || piece->empty()) return all;
    all += *piece;
  }
}

TEST(WaveExportTest, WritesJsonLines) {
  TestSnapshot snapshot = TwoPeople();
  EXPECT_EQ(
      ExportAll(ExportFormat::kJsonLines, snapshot),
      R"({"type":"wave","tenant":"north","locality":"leeds","survey":"care","wave":3,"instrument":"standard","instrument_digest":"d1","snapshot_digest":"d2","questions":{"networks":["work","social"],"items":["au1","va1"]}}
{"type":"participant","person":"p1","organisation":"Council, \"North\"","sector":"health","layer":"sectoral","secondary_layers":["systemic","public"],"invitation":"invited","attributes":{"role":"nurse"}}
{"type":"participant","person":"p2","organisation":"","sector":"","layer":"","secondary_layers":[],"invitation":"not_invited","attributes":{}}
{"type":"response","person":"p1","revision":2,"submit_time":"2023-11-14T22:13:20.123456Z","answers":{"networks":{"social":[],"work":[{"person":"p2","weight":1},{"person":"z","weight":3}]},"items":{"au1":4,"va1":"dont_know"}}}
)");
}

TEST(WaveExportTest, WritesAWideTable) {
  TestSnapshot snapshot = TwoPeople();
  EXPECT_EQ(
      ExportAll(ExportFormat::kCsvWide, snapshot),
      R"(person,organisation,sector,layer,secondary_layers,invitation,attributes,revision,submit_time,network.work,named.work,network.social,named.social,item.au1,item.va1
p1,"Council, ""North""",health,sectoral,systemic;public,invited,"{""role"":""nurse""}",2,2023-11-14T22:13:20.123456Z,named,p2;z:3,nobody,,4,dont_know
p2,,,,,not_invited,,,,,,,,,
)");
}

TEST(WaveExportTest, WritesALongTable) {
  TestSnapshot snapshot = TwoPeople();
  EXPECT_EQ(ExportAll(ExportFormat::kCsvLong, snapshot),
            R"(person,kind,question,answer,named_person,weight
p1,network,social,nobody,,
p1,network,work,named,p2,1
p1,network,work,named,z,3
p1,item,au1,4,,
p1,item,va1,dont_know,,
)");
}

TEST(WaveExportTest, HasNoNamesOfPeople) {
  TestSnapshot snapshot = TwoPeople();
  for (const ExportFormat format : kFormats) {
    EXPECT_EQ(ExportAll(format, snapshot).find("Not To Be"), std::string::npos);
  }
}

TestSnapshot ManyPeople(unsigned seed, int people) {
  std::mt19937 random(seed);
  TestSnapshot snapshot;
  for (int i = 0; i < people; ++i) {
    Participant person;
    person.person = absl::StrFormat("p%06d", i);
    person.organisation = std::string(random() % 200, 'o');
    person.invitation = Invitation::kInvited;
    if (random() % 4 != 0) {
      Response response;
      response.person = person.person;
      response.revision = 1;
      NetworkAnswer answer = {"work", AnswerState::kResponded, {}};
      for (unsigned k = 0; k < 1 + random() % 40; ++k) {
        answer.nominations.push_back({absl::StrFormat("q%03d", k), 1});
      }
      response.answers.networks.push_back(answer);
      snapshot.Add(std::move(response));
    }
    snapshot.Add(std::move(person));
  }
  return snapshot;
}

TEST(WaveExportTest, GoesOnFromAnyPiece) {
  TestSnapshot snapshot = ManyPeople(7, 12'000);
  const Instrument instrument = TestInstrument();
  for (const ExportFormat format : kFormats) {
    SCOPED_TRACE(static_cast<int>(format));
    WaveExport whole(format, instrument, snapshot, {});
    std::vector<std::string> pieces;
    std::vector<ExportPosition> positions = {{}};
    for (;;) {
      const auto piece = whole.Next();
      ASSERT_TRUE(piece.ok()) << piece.status();
      if (piece->empty()) break;
      EXPECT_LE(piece->size(), kExportPieceBytesMax);
      EXPECT_EQ(piece->back(), '\n');
      pieces.push_back(*piece);
      positions.push_back(whole.position());
    }
    ASSERT_GE(pieces.size(), 2u);
    std::string digest(32, '\0');
    std::size_t bytes = 0;
    for (std::size_t k = 0; k < pieces.size(); ++k) {
      SCOPED_TRACE(k);
      const auto start = DecodePosition(EncodePosition(positions[k]));
      ASSERT_TRUE(start.ok()) << start.status();
      EXPECT_EQ(*start, positions[k]);
      WaveExport rest(format, instrument, snapshot, *start);
      EXPECT_EQ(*rest.Next(), pieces[k]);
      EXPECT_EQ(rest.position(), positions[k + 1]);
      digest = Sha256().Update(digest).Update(pieces[k]).Finish();
      bytes += pieces[k].size();
    }
    EXPECT_EQ(whole.position().digest, digest);
    EXPECT_EQ(whole.position().bytes, static_cast<std::int64_t>(bytes));
    EXPECT_EQ(whole.position().responses, snapshot.wave().response_count);
    EXPECT_EQ(whole.position().people, format == ExportFormat::kCsvLong
                                           ? 0
                                           : snapshot.wave().participant_count);
  }
}

TEST(WaveExportTest, EveryJsonLineIsAnObject) {
  TestSnapshot snapshot = ManyPeople(8, 300);
  int lines = 0;
  for (const absl::string_view line :
       absl::StrSplit(ExportAll(ExportFormat::kJsonLines, snapshot), '\n',
                      absl::SkipEmpty())) {
    const auto json =
        nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    EXPECT_TRUE(json.is_object());
    ++lines;
  }
  EXPECT_EQ(lines, 1 + snapshot.wave().participant_count +
                       snapshot.wave().response_count);
}

TEST(WaveExportTest, RefusesAPositionThatItDidNotMake) {
  const std::string good = EncodePosition({});
  ASSERT_TRUE(DecodePosition(good).ok());
  for (const std::string& bad :
       {std::string(), good.substr(0, 31), good.substr(0, good.size() - 1),
        good + " ", std::string(32, '\0') + "4 0 0 0 ",
        std::string(32, '\0') + "-1 0 0 0 ",
        std::string(32, '\0') + "1 x 0 0 "}) {
    EXPECT_EQ(ReasonOf(DecodePosition(bad).status()), "RESUME_TOKEN_MALFORMED");
  }
}

}  // namespace
}  // namespace pulsetaker::survey
