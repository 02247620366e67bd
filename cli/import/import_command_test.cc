// `pulsetaker import` from its arguments to its exit code, against a survey
// service in memory.

#include "cli/import/import_command.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/import/fake_survey_service.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "common/rpc/unary.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::cli {
namespace {

namespace fs = std::filesystem;
namespace v1 = survey::v1;

using testing::HasSubstr;

constexpr char kPeople[] =
    "person_id,locality,name,respondent\n"
    "a,Leith,Ada,1\nb,Leith,Bo,1\nc,Leith,,0\nd,Alloa,Di,1\n";
constexpr char kTies[] =
    "locality,wave,network,from_person,to_person,weight\n"
    "Leith,1,talk,a,b,1\nLeith,1,talk,a,c,2\nLeith,1,talk,b,a,1\n";
constexpr char kLeith[] = "tenants/local/localities/leith/surveys/s/waves/1";
constexpr char kAlloa[] = "tenants/local/localities/alloa/surveys/s/waves/1";

class ImportCommandTest : public testing::Test {
 protected:
  ImportCommandTest()
      : folder_(fs::temp_directory_path() /
                absl::StrCat("import-", NewUuid())) {
    fs::create_directories(folder_);
    Write("people.csv", kPeople);
    Write("ties.csv", kTies);
  }
  ~ImportCommandTest() override { fs::remove_all(folder_); }

  // More rows than a frame has.
  void WriteThreeThousandPeople() {
    std::string people = "person_id,locality\n";
    std::string ties = "locality,wave,network,from_person,to_person\n";
    for (int i = 0; i < 3'000; ++i) {
      absl::StrAppend(&people, "p", i, ",Leith\n");
      absl::StrAppend(&ties, "Leith,1,talk,p", i, ",p", (i + 1) % 3'000, "\n");
    }
    Write("people.csv", people);
    Write("ties.csv", ties);
  }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  // Runs the command and keeps what it prints.
  int Import(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(),
                     {"pulsetaker", "import", folder_.string(), "--survey=s",
                      absl::StrCat("--survey-address=", address_)});
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) {
      argv.push_back(argument.c_str());
    }
    CLI::App app;
    Command command;
    AddImportCommand(app, command);
    app.parse(static_cast<int>(argv.size()), argv.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const ExitCode code = command.run();
    std::fflush(stdout);
    out_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    return static_cast<int>(code);
  }

  FakeSurveyService service_;
  std::string address_ = service_.address();
  const fs::path folder_;
  std::string out_;
  std::string error_;
};

TEST_F(ImportCommandTest, ImportsAFolder) {
  EXPECT_EQ(Import(), 0) << error_;
  EXPECT_EQ(error_, "");
  EXPECT_THAT(out_, HasSubstr("2 imported, 0 unchanged, 0 failed"));
  EXPECT_THAT(out_, HasSubstr("3 nominations, 1 of them to outsiders"));
  EXPECT_EQ(service_.wave(kLeith).state(), v1::Wave::STATE_CLOSED);
  EXPECT_EQ(service_.stored(kLeith, "a"),
            "network_answers { network_id: \"talk\" state: STATE_RESPONDED "
            "nominations { person: \"b\" weight: 1 } nominations { person: "
            "\"c\" weight: 2 } }");
  EXPECT_EQ(service_.stored(kAlloa, "d"),
            "network_answers { network_id: \"talk\" state: "
            "STATE_RESPONDED_NOBODY }");
}

TEST_F(ImportCommandTest, ASecondTimeChangesNothing) {
  EXPECT_EQ(Import(), 0) << error_;
  const int changes = service_.change_count();
  const std::int64_t rows = service_.rows_received();
  EXPECT_EQ(Import({"--output=json"}), 0) << error_;
  const auto summary = nlohmann::json::parse(out_);
  for (const auto& wave : summary.at("waves")) {
    EXPECT_EQ(wave.at("result"), "unchanged");
  }
  EXPECT_EQ(service_.change_count(), changes);
  EXPECT_EQ(service_.rows_received(), rows);
}

TEST_F(ImportCommandTest, GoesOnAfterBrokenStreams) {
  WriteThreeThousandPeople();
  service_.BreakStreams(3);
  EXPECT_EQ(Import({"--output=json"}), 0) << error_;
  EXPECT_EQ(service_.stream_count(), 4);
  // Frames that were taken in and not acknowledged are not sent again.
  EXPECT_EQ(service_.rows_received(), 3'000);
  EXPECT_EQ(nlohmann::json::parse(out_).at("waves")[0].at("result"),
            "imported");
}

TEST_F(ImportCommandTest, ComesBackWhenItsQuotaHasRoom) {
  WriteThreeThousandPeople();
  constexpr absl::Duration kDelay = absl::Milliseconds(300);
  service_.BreakStreams(
      1, rpc::ToGrpcStatus(
             WithRetryDelay(MakeError(absl::StatusCode::kResourceExhausted,
                                      "TENANT_QUOTA_EXCEEDED", "used up"),
                            kDelay),
             "survey.pulsetaker"));
  const absl::Time begin = absl::Now();
  EXPECT_EQ(Import({"--output=json"}), 0) << error_;
  EXPECT_GE(absl::Now() - begin, kDelay);
  EXPECT_EQ(service_.rows_received(), 3'000);
}

TEST_F(ImportCommandTest, GivesUpAStreamThatStandsStill) {
  service_.StallStreams();
  EXPECT_EQ(Import({"--deadline=300ms"}), 4);
  EXPECT_THAT(out_, HasSubstr("nothing was acknowledged for 300ms"));
}

TEST_F(ImportCommandTest, SendsNothingIfAnythingIsWrong) {
  Write("ties.csv", absl::StrCat(kTies, "Leith,1,talk,a,a,1\n"));
  EXPECT_EQ(Import(), 2);
  EXPECT_EQ(error_,
            "ties.csv:5: to_person \"a\" names themselves; want someone else\n"
            "pulsetaker import: nothing was imported: 1 problem\n");
  EXPECT_EQ(service_.change_count(), 0);

  EXPECT_EQ(Import({"--on-error=skip"}), 0);
  EXPECT_THAT(out_, HasSubstr("skipped 1\n  skipped     1 x self-nomination"));
  EXPECT_EQ(service_.wave_count(), 2);
}

TEST_F(ImportCommandTest, RefusesAClosedWaveWithOtherAnswers) {
  EXPECT_EQ(Import(), 0) << error_;
  service_.Overwrite(kLeith, "a", v1::Response());
  const int changes = service_.change_count();
  EXPECT_EQ(Import(), 2);
  EXPECT_EQ(error_,
            "ties.csv:2: wave \"1\" is closed in \"Leith\" and holds other "
            "answers; want an open wave, --reopen, or another --survey\n"
            "pulsetaker import: nothing was imported: 1 problem\n");
  EXPECT_EQ(service_.change_count(), changes);

  EXPECT_EQ(Import({"--reopen"}), 0) << error_;
  EXPECT_THAT(out_, HasSubstr("1 imported, 1 unchanged"));
  EXPECT_THAT(service_.stored(kLeith, "a"), HasSubstr("person: \"b\""));
  EXPECT_EQ(service_.wave(kLeith).state(), v1::Wave::STATE_CLOSED);
}

TEST_F(ImportCommandTest, ReportsRejectedRowsAndLeavesTheWaveOpen) {
  service_.Reject("b");
  EXPECT_EQ(Import(), 5);
  EXPECT_THAT(out_, HasSubstr("leith wave 1: 1 response was rejected; the wave "
                              "stays open\n              row 1: ITEM_UNKNOWN"));
  EXPECT_EQ(service_.wave(kLeith).state(), v1::Wave::STATE_OPEN);
  EXPECT_EQ(service_.wave(kAlloa).state(), v1::Wave::STATE_CLOSED);
}

TEST_F(ImportCommandTest, KeepsWavesOpenWhenAsked) {
  EXPECT_EQ(Import({"--keep-open"}), 0) << error_;
  EXPECT_EQ(service_.wave(kLeith).state(), v1::Wave::STATE_OPEN);
  // What was kept open is brought to its end by the next import.
  EXPECT_EQ(Import(), 0) << error_;
  EXPECT_EQ(service_.wave(kLeith).state(), v1::Wave::STATE_CLOSED);
}

TEST_F(ImportCommandTest, RefusesAnInstrumentThatAsksSomethingElse) {
  EXPECT_EQ(Import({"--instrument=mine"}), 0) << error_;
  Write("ties.csv",
        "locality,wave,network,from_person,to_person\nLeith,1,work,a,b\n");
  EXPECT_EQ(Import({"--instrument=mine"}), 2);
  EXPECT_THAT(error_, HasSubstr("instrument: id \"mine\" is there and asks "
                                "something else; want another --instrument"));
}

TEST_F(ImportCommandTest, RefusesARevisionThatTheFilesAreNotOf) {
  const std::string mine = "tenants/local/instruments/mine";
  EXPECT_EQ(Import({"--instrument=mine"}), 0) << error_;
  EXPECT_EQ(Import({"--instrument=mine"}), 0) << error_;
  service_.Revise(mine, survey::v1::Instrument::STATE_PUBLISHED, 2);
  EXPECT_EQ(Import({"--instrument=mine"}), 2);
  EXPECT_THAT(error_, HasSubstr("with revision 1 of the instrument, which is "
                                "not the latest"));
  service_.Revise(mine, survey::v1::Instrument::STATE_DRAFT, 0);
  EXPECT_EQ(Import({"--instrument=mine"}), 2);
  EXPECT_THAT(error_,
              HasSubstr("instrument: id \"mine\" is there as a draft only"));
}

TEST_F(ImportCommandTest, OnlyChecksWhenAsked) {
  EXPECT_EQ(Import({"--check"}), 0) << error_;
  EXPECT_EQ(service_.change_count(), 0);
}

TEST_F(ImportCommandTest, SaysWhatItCannotReach) {
  address_ = "127.0.0.1:1";
  EXPECT_EQ(Import({"--deadline=2s"}), 4);
  EXPECT_THAT(error_, HasSubstr("pulsetaker import: the survey service at "
                                "127.0.0.1:1 cannot be reached: "));
}

TEST_F(ImportCommandTest, ReportsBadFoldersAndSettings) {
  const struct {
    std::string name;
    std::map<std::string, std::string> files;
    std::vector<std::string> arguments;
    std::string want;
  } cases[] = {
      {"meta",
       {{"meta.json", "{"}},
       {},
       "pulsetaker import: meta.json: is not valid JSON; want an object\n"},
      {"instrument",
       {{"instrument.json", "{\"netwroks\":[]}"}},
       {},
       "instrument.json: is not an instrument: "},
      {"mapping",
       {{"mapping.json", "{\"layers\":{\"state\":\"top\"}}"}},
       {},
       "mapping.json: \"top\" is no layer; want one of systemic, sectoral, "
       "frontline, public\n"},
      {"flag", {}, {"--map=shoe_size=x"}, "--map: \"shoe_size\" is no field"},
      {"flag without =", {}, {"--layer-map=state"}, "has no \"=\""},
      {"column",
       {},
       {"--map=sector=agency"},
       "people.csv:1: column \"agency\""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    for (const auto& [name, text] : c.files) Write(name, text);
    EXPECT_EQ(Import(c.arguments), 2);
    EXPECT_THAT(error_, HasSubstr(c.want));
    for (const auto& [name, text] : c.files) fs::remove(folder_ / name);
  }
  EXPECT_EQ(service_.change_count(), 0);

  fs::remove(folder_ / "ties.csv");
  EXPECT_EQ(Import(), 2);
  EXPECT_THAT(error_, HasSubstr("ties.csv: the file is missing; want a file "
                                "with one row a tie\n"));
}

}  // namespace
}  // namespace pulsetaker::cli
