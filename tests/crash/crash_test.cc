// What was acknowledged is there after kill -9, once.
//
// A server is killed again and again while rows stream into it and single
// responses come in beside them. What must be there is kept out here: rows
// follow from their numbers, and each watermark is written down when it comes.
// After each kill a new server opens the same folder, is compared with that,
// and the uploads go on from where GetUpload says.
//
// kill -9 leaves the operating system's cache in place, so this does not test
// syncs; it tests everything that has to be in order around them.
//
// PULSETAKER_CRASH_KILLS sets the number of kills, 200 if it is not set.

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "tests/support/made_up_rows.h"
#include "tests/support/submissions.h"
#include "tests/support/survey_process.h"
#include "tests/support/upload_checks.h"
#include "tests/support/upload_client.h"

namespace pulsetaker::testing {
namespace {

using survey::v1::SurveyService;

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr int kKillsDefault = 200;
constexpr int kUploads = 2;
constexpr std::int64_t kPeopleOfAnUpload = 2'000;
constexpr std::int64_t kWindow = 400;
// Nobody gets so far; a kill comes first.
constexpr std::int64_t kEndless = std::int64_t{1} << 40;

// One upload as the partner sees it.
class Upload {
 public:
  explicit Upload(int number)
      : name_(absl::StrCat(kWave, "/uploads/u", number)),
        source_(absl::StrCat("u", number, "-"), kPeopleOfAnUpload),
        model_(source_) {}

  const RowSource& source() const { return source_; }
  std::int64_t acknowledged() const { return acknowledged_; }
  std::int64_t lost() const { return lost_; }
  std::int64_t twice() const { return twice_; }

  // Asks how far the upload has come, and compares that with what was
  // acknowledged, row for row by their verdicts.
  void Resume(SurveyService::Stub& stub) {
    const auto upload = GetUpload(stub, name_);
    ASSERT_TRUE(upload.ok()) << upload.status();
    committed_ = upload->committed_offset();
    if (committed_ < acknowledged_) lost_ += acknowledged_ - committed_;
    EXPECT_LE(committed_, sent_) << "rows that nobody sent";
    acknowledged_ = committed_;
    model_.AdvanceTo(committed_);
    EXPECT_EQ(ProblemOf(*upload, model_), "");
  }

  // Compares the response of a person with the model.
  void Check(SurveyService::Stub& stub, std::int64_t person) {
    const PersonCheck check = CheckPerson(stub, kWave, source_, model_, person);
    lost_ += check.lost;
    twice_ += check.twice;
    EXPECT_EQ(check.problem, "");
  }

  // Sends rows up to `end` or until the stream breaks. True if rows were on
  // their way, without an acknowledgement, when it broke.
  bool Send(SurveyService::Stub& stub, std::int64_t end) {
    std::int64_t next = committed_;
    const UploadOutcome outcome = SendRows(
        stub, {.upload = name_,
               .begin = committed_,
               .end = end,
               .window = kWindow,
               .frame =
                   [&](std::int64_t row) {
                     survey::v1::StreamResponsesRequest frame;
                     const std::int64_t rows =
                         std::min(end - row, 1 + (row * 7919) % 60);
                     for (std::int64_t i = 0; i < rows; ++i) {
                       *frame.add_rows() = source_.MakeRow(row + i);
                     }
                     return frame;
                   },
               .acknowledged =
                   [&](const survey::v1::StreamResponsesResponse& response) {
                     CheckVerdicts(response, next);
                     next = response.committed_offset();
                   }});
    sent_ = std::max(sent_, outcome.sent);
    acknowledged_ = outcome.acknowledged;
    acknowledged_rows_ += acknowledged_ - committed_;
    if (end < kEndless) {
      EXPECT_TRUE(outcome.status.ok()) << outcome.status.error_message();
      EXPECT_EQ(acknowledged_, end);
    }
    return outcome.sent > outcome.acknowledged;
  }

  std::int64_t sent() const { return sent_; }

 private:
  void CheckVerdicts(const survey::v1::StreamResponsesResponse& response,
                     std::int64_t next) {
    EXPECT_EQ(response.first_offset(), next);
    model_.AdvanceTo(response.committed_offset());
    EXPECT_EQ(ProblemOf(response, model_), "");
  }

  const std::string name_;
  const RowSource source_;
  RowModel model_;
  std::int64_t sent_ = 0;
  std::int64_t acknowledged_ = 0;  // The highest watermark that came.
  std::int64_t committed_ = 0;     // What the running server began with.
  std::int64_t acknowledged_rows_ = 0;
  std::int64_t lost_ = 0;
  std::int64_t twice_ = 0;
};

std::vector<std::string> AllPeople(
    const std::vector<std::unique_ptr<Upload>>& uploads) {
  std::vector<std::string> people;
  for (const auto& upload : uploads) {
    for (std::int64_t i = 0; i < kPeopleOfAnUpload; ++i) {
      people.push_back(upload->source().PersonId(i));
    }
  }
  for (std::string& id : Submissions().PersonIds()) {
    people.push_back(std::move(id));
  }
  return people;
}

void MakeWave(SurveyService::Stub& stub,
              const std::vector<std::unique_ptr<Upload>>& uploads) {
  const grpc::Status survey = MakeSurvey(stub);
  EXPECT_TRUE(survey.ok()) << survey.error_message();
  const grpc::Status wave = MakeOpenWave(stub, 1, AllPeople(uploads));
  EXPECT_TRUE(wave.ok()) << wave.error_message();
}

survey::v1::Wave CloseWave(SurveyService::Stub& stub) {
  grpc::ClientContext context;
  survey::v1::CloseWaveRequest request;
  request.set_name(kWave);
  request.set_request_id(UuidOf(6));
  survey::v1::Wave wave;
  const grpc::Status status = stub.CloseWave(&context, request, &wave);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return wave;
}

// The wave as it is when the same rows come in without any interruption.
survey::v1::Wave CloseUninterrupted(
    const TemporaryFolder& folder,
    const std::vector<std::unique_ptr<Upload>>& former,
    std::int64_t submitted) {
  SurveyProcess server(kBinary, folder.path() + "/uninterrupted");
  EXPECT_TRUE(server.WaitUntilServing()) << server.ReadLog();
  const auto stub = server.NewStub();
  std::vector<std::unique_ptr<Upload>> uploads;
  for (int i = 0; i < kUploads; ++i) {
    uploads.push_back(std::make_unique<Upload>(i));
  }
  MakeWave(*stub, uploads);
  for (int i = 0; i < kUploads; ++i) {
    uploads[static_cast<std::size_t>(i)]->Send(
        *stub, former[static_cast<std::size_t>(i)]->acknowledged());
  }
  EXPECT_EQ(Submissions().Send(*stub, submitted), absl::OkStatus());
  const survey::v1::Wave wave = CloseWave(*stub);
  EXPECT_EQ(server.Stop(), 0);
  return wave;
}

class CrashTest : public ::testing::Test {
 protected:
  CrashTest() {
    for (int i = 0; i < kUploads; ++i) {
      uploads_.push_back(std::make_unique<Upload>(i));
    }
  }

  std::unique_ptr<SurveyProcess> StartServer() {
    return std::make_unique<SurveyProcess>(kBinary, folder_.path() + "/killed");
  }

  // One life of a server: from its start to its end by kill -9.
  void StartAndKill() {
    std::unique_ptr<SurveyProcess> server = StartServer();
    if (random_() % 10 == 0) {
      // Now and then it is killed while it recovers from the last time.
      absl::SleepFor(absl::Milliseconds(1 + random_() % 60));
      server->Kill();
      ++kills_while_starting_;
      server = StartServer();
    }
    ASSERT_TRUE(server->WaitUntilServing()) << server->ReadLog();
    const auto stub = server->NewStub();
    for (const auto& upload : uploads_) {
      upload->Resume(*stub);
      for (int i = 0; i < 5; ++i) {
        upload->Check(*stub,
                      static_cast<std::int64_t>(random_() % kPeopleOfAnUpload));
      }
    }
    std::atomic<int> interrupted = 0;
    std::vector<std::thread> senders;
    for (const auto& upload : uploads_) {
      senders.emplace_back([&stub, &interrupted, upload = upload.get()] {
        if (upload->Send(*stub, kEndless)) ++interrupted;
      });
    }
    senders.emplace_back([&stub, this] {
      const absl::Status status = submissions_.Send(*stub, kEndless);
      EXPECT_TRUE(absl::IsUnavailable(status) || absl::IsCancelled(status))
          << status;
    });
    absl::SleepFor(absl::Microseconds(3'000 + random_() % 40'000));
    server->Kill();
    for (std::thread& sender : senders) sender.join();
    if (interrupted > 0) ++kills_in_an_upload_;
  }

  const TemporaryFolder folder_;
  std::mt19937 random_{20240131};
  std::vector<std::unique_ptr<Upload>> uploads_;
  Submissions submissions_;
  int kills_in_an_upload_ = 0;
  int kills_while_starting_ = 0;
};

TEST_F(CrashTest, LosesNothingThatWasAcknowledged) {
  const char* const asked = std::getenv("PULSETAKER_CRASH_KILLS");
  const int kills = asked == nullptr ? kKillsDefault : std::atoi(asked);
  ASSERT_GT(kills, 0);
  {
    const std::unique_ptr<SurveyProcess> server = StartServer();
    ASSERT_TRUE(server->WaitUntilServing()) << server->ReadLog();
    MakeWave(*server->NewStub(), uploads_);
    if (HasFailure()) return;
  }
  for (int i = 0; i < kills; ++i) {
    SCOPED_TRACE(absl::StrCat("kill ", i));
    StartAndKill();
    if (HasFatalFailure()) return;
  }

  // The uploads are brought to an end, and everything is looked at.
  const std::unique_ptr<SurveyProcess> server = StartServer();
  ASSERT_TRUE(server->WaitUntilServing()) << server->ReadLog();
  const auto stub = server->NewStub();
  std::int64_t acknowledged = submissions_.acknowledged();
  std::int64_t lost = 0;
  std::int64_t twice = 0;
  for (const auto& upload : uploads_) {
    upload->Resume(*stub);
    upload->Send(*stub, upload->sent() + 100);
    for (std::int64_t i = 0; i < kPeopleOfAnUpload; ++i) {
      upload->Check(*stub, i);
    }
    acknowledged += upload->acknowledged();
    lost += upload->lost();
    twice += upload->twice();
  }
  EXPECT_EQ(submissions_.Send(*stub, submissions_.acknowledged() + 10),
            absl::OkStatus());
  const survey::v1::Wave wave = CloseWave(*stub);
  EXPECT_EQ(server->Stop(), 0);
  const survey::v1::Wave want =
      CloseUninterrupted(folder_, uploads_, submissions_.acknowledged());
  EXPECT_FALSE(wave.snapshot_digest().empty());
  EXPECT_EQ(wave.snapshot_digest(), want.snapshot_digest());
  EXPECT_EQ(wave.response_count(), want.response_count());

  std::printf(
      "%d kills, %lld acknowledged, %lld lost, %lld twice "
      "(%d kills in mid-upload, %d more during a restart)\n",
      kills, static_cast<long long>(acknowledged), static_cast<long long>(lost),
      static_cast<long long>(twice), kills_in_an_upload_,
      kills_while_starting_);
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(twice, 0);
  // A kill between two uploads proves nothing.
  EXPECT_GE(kills_in_an_upload_, kills * 9 / 10);
  EXPECT_GT(acknowledged, std::int64_t{10} * kills);
}

}  // namespace
}  // namespace pulsetaker::testing
