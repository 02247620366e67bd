// The drill of docs/operations/backup.md, on the real programs: a server under
// load is backed up, and the backup proven, while the load goes on. Then the
// server is killed and its whole folder lost; it is restored by the documented
// commands, and the clients go on from where GetUpload says.
//
// What was acknowledged before the backup began is there, nothing is there
// twice, and closed waves have the digests that they had.
//
// PULSETAKER_DRILL_ANSWERS sets how many answers the closed wave has, 50,000 if
// it is not set.

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/rpc/client_call.h"
#include "gtest/gtest.h"
#include "tests/support/local_port.h"
#include "tests/support/made_up_rows.h"
#include "tests/support/sizes.h"
#include "tests/support/survey_process.h"
#include "tests/support/upload_checks.h"
#include "tests/support/upload_client.h"

namespace pulsetaker::testing {
namespace {

namespace fs = std::filesystem;
using survey::v1::SurveyService;

constexpr char kServer[] = PULSETAKER_SURVEY_BINARY;
constexpr char kClient[] = PULSETAKER_CLIENT_BINARY;
constexpr std::int64_t kAnswersDefault = 50'000;
constexpr int kUploads = 2;
constexpr std::int64_t kPeopleOfAnUpload = 400;
constexpr std::int64_t kRowsAfterwards = 5'000;
constexpr std::int64_t kEndless = std::int64_t{1} << 40;
// From the loss to the first answer, as docs/operations/backup.md promises for
// a store of this size.
constexpr absl::Duration kBackWithin = absl::Seconds(60);

// The exit code of a command, whose output goes where this program's does.
int RunProgram(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = 0;
  if (posix_spawn(&pid, argv[0], nullptr, nullptr, argv.data(), environ) != 0) {
    return -1;
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Rows of one upload, which say what must be there. For one thread at a time.
class Uploader {
 public:
  explicit Uploader(int number)
      : name_(absl::StrCat(kWave, "/uploads/u", number)),
        source_(absl::StrCat("u", number, "-"), kPeopleOfAnUpload),
        model_(source_) {}

  const RowSource& source() const { return source_; }
  // From any thread.
  std::int64_t acknowledged() const { return acknowledged_; }

  // Sends rows from where it is, up to `end` or until the stream breaks.
  absl::Status Send(int port, std::int64_t end) {
    const auto stub = NewStub(port);
    const UploadOutcome outcome = SendRows(
        *stub, {.upload = name_,
                .begin = acknowledged_,
                .end = end,
                .frame =
                    [&](std::int64_t row) {
                      survey::v1::StreamResponsesRequest frame;
                      const std::int64_t count =
                          std::min<std::int64_t>(50, end - row);
                      for (std::int64_t i = 0; i < count; ++i) {
                        *frame.add_rows() = source_.MakeRow(row + i);
                      }
                      return frame;
                    },
                .acknowledged =
                    [&](const survey::v1::StreamResponsesResponse& response) {
                      model_.AdvanceTo(response.committed_offset());
                      EXPECT_EQ(ProblemOf(response, model_), "");
                      acknowledged_ = response.committed_offset();
                    }});
    return rpc::FromGrpcStatus(outcome.status);
  }

  // Asks how far it has come, which after a restore is not as far as it was.
  void Resume(SurveyService::Stub& stub) {
    const auto upload = GetUpload(stub, name_);
    ASSERT_TRUE(upload.ok()) << upload.status();
    model_.AdvanceTo(upload->committed_offset());
    EXPECT_EQ(ProblemOf(*upload, model_), "");
    acknowledged_ = upload->committed_offset();
  }

  // Each person has what the rows so far say: nothing more, nothing less.
  void CheckPeople(SurveyService::Stub& stub) const {
    RowModel model(source_);
    model.AdvanceTo(acknowledged_);
    for (std::int64_t i = 0; i < kPeopleOfAnUpload; ++i) {
      const PersonCheck check = CheckPerson(stub, kWave, source_, model, i);
      EXPECT_EQ(check.lost, 0) << name_ << " " << i;
      EXPECT_EQ(check.twice, 0) << name_ << " " << i;
      EXPECT_EQ(check.problem, "");
    }
  }

 private:
  const std::string name_;
  const RowSource source_;
  RowModel model_;
  std::atomic<std::int64_t> acknowledged_ = 0;
};

class RestoreDrillTest : public ::testing::Test {
 protected:
  RestoreDrillTest() {
    for (int i = 0; i < kUploads; ++i) {
      uploaders_.push_back(std::make_unique<Uploader>(i));
    }
  }

  std::string data_dir() const { return folder_.path() + "/volume/store"; }
  std::string backups() const { return folder_.path() + "/backups"; }

  void StartServer() {
    fs::create_directories(folder_.path() + "/volume");
    server_ = std::make_unique<SurveyProcess>(
        kServer, data_dir(),
        std::vector<std::string>{absl::StrCat("--listen=127.0.0.1:", port_),
                                 "--backup_dir=" + backups(), "--drain=0s"});
    ASSERT_TRUE(server_->WaitUntilServing()) << server_->ReadLog();
  }

  // A wave that is closed, and one that is open to the uploads.
  void MakeWaves(std::int64_t answers) {
    const auto stub = server_->NewStub();
    ASSERT_TRUE(MakeSurvey(*stub).ok());
    const RowSource source("c", answers);
    std::vector<std::string> respondents;
    for (std::int64_t i = 0; i < answers; ++i) {
      respondents.push_back(source.PersonId(i));
    }
    ASSERT_TRUE(MakeOpenWave(*stub, 2, respondents).ok());
    const UploadOutcome filled = SendRows(
        *stub, {.upload = WaveName(2) + "/uploads/all",
                .end = answers,
                .window = 10'000,
                .frame =
                    [&](std::int64_t row) {
                      survey::v1::StreamResponsesRequest frame;
                      const std::int64_t end = std::min(row + 500, answers);
                      for (; row < end; ++row) {
                        survey::v1::UploadRow& added = *frame.add_rows();
                        added = source.MakeRow(row);
                        added.set_person(source.PersonId(row));  // Each once.
                      }
                      return frame;
                    },
                .acknowledged = [](const auto&) {}});
    ASSERT_EQ(filled.acknowledged, answers);
    survey::v1::CloseWaveRequest close;
    close.set_name(WaveName(2));
    close.set_request_id(UuidOf(77));
    const auto closed = rpc::Call(*stub, &SurveyService::Stub::CloseWave, close,
                                  absl::Now() + absl::Seconds(120));
    ASSERT_TRUE(closed.ok()) << closed.status();
    ASSERT_EQ(closed->response_count(), answers);
    digest_ = closed->snapshot_digest();
    ASSERT_EQ(digest_.size(), 64u);
    std::vector<std::string> people;
    for (const auto& uploader : uploaders_) {
      for (std::int64_t i = 0; i < kPeopleOfAnUpload; ++i) {
        people.push_back(uploader->source().PersonId(i));
      }
    }
    ASSERT_TRUE(MakeOpenWave(*stub, 1, people).ok());
  }

  std::string DigestNow(SurveyService::Stub& stub) {
    survey::v1::GetWaveRequest request;
    request.set_name(WaveName(2));
    const auto wave = rpc::Call(stub, &SurveyService::Stub::GetWave, request,
                                absl::Now() + absl::Seconds(60));
    return wave.ok() ? wave->snapshot_digest() : wave.status().ToString();
  }

  // Returns once each upload has got an answer more.
  void WaitForAnswers() {
    for (const auto& uploader : uploaders_) {
      const std::int64_t before = uploader->acknowledged();
      const absl::Time give_up = absl::Now() + absl::Seconds(60);
      while (uploader->acknowledged() <= before) {
        ASSERT_LT(absl::Now(), give_up) << "an upload stands still";
        absl::SleepFor(absl::Milliseconds(1));
      }
    }
  }

  // Backs up and proves under load, then kills the server. `before` is what was
  // acknowledged when the backup began.
  void BackUpAndLoseAll(std::vector<std::int64_t>& before) {
    std::vector<std::thread> clients;
    for (const auto& uploader : uploaders_) {
      clients.emplace_back([this, client = uploader.get()] {
        EXPECT_FALSE(client->Send(port_, kEndless).ok()) << "it was not killed";
      });
    }
    WaitForAnswers();
    for (const auto& uploader : uploaders_) {
      before.push_back(uploader->acknowledged());
    }
    const absl::Time begin = absl::Now();
    EXPECT_EQ(RunProgram({kClient, "backup", "create", "--survey-address",
                          absl::StrCat("127.0.0.1:", port_)}),
              0);
    made_in_ = absl::Now() - begin;
    WaitForAnswers();
    EXPECT_EQ(
        RunProgram({kServer, "prove", "--backup-dir", backups(), "--backup",
                    "latest", "--scratch-dir", folder_.path() + "/scratch"}),
        0);
    proven_in_ = absl::Now() - begin - made_in_;
    WaitForAnswers();
    server_->Kill();
    for (std::thread& client : clients) client.join();
    fs::remove_all(folder_.path() + "/volume");
  }

  const TemporaryFolder folder_;
  const int port_ = FreePort();
  std::vector<std::unique_ptr<Uploader>> uploaders_;
  std::unique_ptr<SurveyProcess> server_;
  std::string digest_;
  absl::Duration made_in_;
  absl::Duration proven_in_;
};

TEST_F(RestoreDrillTest, BringsBackWhatWasAcknowledged) {
  const std::int64_t answers =
      SizeFromEnvironment("PULSETAKER_DRILL_ANSWERS", kAnswersDefault);
  ASSERT_NO_FATAL_FAILURE(StartServer());
  ASSERT_NO_FATAL_FAILURE(MakeWaves(answers));
  std::vector<std::int64_t> before;
  ASSERT_NO_FATAL_FAILURE(BackUpAndLoseAll(before));
  std::int64_t lost_after_backup = 0;

  const absl::Time lost = absl::Now();
  ASSERT_EQ(RunProgram({kServer, "restore", "--backup-dir", backups(),
                        "--backup", "latest", "--data-dir", data_dir()}),
            0);
  const absl::Duration restored_in = absl::Now() - lost;
  ASSERT_NO_FATAL_FAILURE(StartServer());
  const auto stub = server_->NewStub();
  for (std::size_t i = 0; i < uploaders_.size(); ++i) {
    const std::int64_t had = uploaders_[i]->acknowledged();
    ASSERT_NO_FATAL_FAILURE(uploaders_[i]->Resume(*stub));
    EXPECT_GE(uploaders_[i]->acknowledged(), before[i]) << "lost";
    lost_after_backup += had - uploaders_[i]->acknowledged();
  }
  EXPECT_TRUE(
      uploaders_[0]->Send(port_, uploaders_[0]->acknowledged() + 1).ok());
  const absl::Duration back_in = absl::Now() - lost;
  EXPECT_LE(back_in, kBackWithin);

  EXPECT_EQ(DigestNow(*stub), digest_);
  for (const auto& uploader : uploaders_) {
    uploader->CheckPeople(*stub);
    EXPECT_TRUE(
        uploader->Send(port_, uploader->acknowledged() + kRowsAfterwards).ok());
    uploader->CheckPeople(*stub);
  }
  EXPECT_EQ(server_->Stop(), 0);
  EXPECT_EQ(RunProgram({kServer, "verify", "--data-dir", data_dir()}), 0);
  absl::PrintF(
      "drill: %d answers in a closed wave, %d acknowledged before the backup "
      "and none lost, %d after it to be sent again; backup %.1f s, proof %.1f "
      "s, restore %.1f s, first answer %.1f s after the loss (limit %.0f s)\n",
      answers, before[0] + before[1], lost_after_backup,
      absl::ToDoubleSeconds(made_in_), absl::ToDoubleSeconds(proven_in_),
      absl::ToDoubleSeconds(restored_in), absl::ToDoubleSeconds(back_in),
      absl::ToDoubleSeconds(kBackWithin));
}

}  // namespace
}  // namespace pulsetaker::testing
