// A restart loses no answer.
//
// A server is told to stop again and again, and started again at the same
// address, while rows stream into it and single responses come in. What was
// acknowledged is there afterwards; and what was taken in was acknowledged: a
// call that ended without an answer had no effect, so that whoever made it can
// safely make it again.
//
// PULSETAKER_RESTARTS sets the number of restarts, 100 if it is not set.

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/rpc/client_call.h"
#include "gtest/gtest.h"
#include "tests/support/local_port.h"
#include "tests/support/made_up_rows.h"
#include "tests/support/sizes.h"
#include "tests/support/submissions.h"
#include "tests/support/survey_process.h"
#include "tests/support/upload_checks.h"
#include "tests/support/upload_client.h"

namespace pulsetaker::testing {
namespace {

using survey::v1::SurveyService;

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr std::int64_t kRestartsDefault = 100;
constexpr int kUploads = 2;
constexpr int kSubmitters = 3;
constexpr std::int64_t kPeopleOfAnUpload = 500;
constexpr std::int64_t kWindow = 2'000;
constexpr std::int64_t kEndless = std::int64_t{1} << 40;
constexpr absl::Duration kDrainMax = absl::Seconds(30);
constexpr absl::Duration kPause = absl::Milliseconds(5);

// gRPC itself cancels calls that come in the moment in which a server begins to
// stop. All others are told UNAVAILABLE.
bool IsTurnedAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsCancelled(status);
}

// One upload, sent in one stream after the other. For one thread.
class Uploader {
 public:
  explicit Uploader(int number)
      : name_(absl::StrCat(kWave, "/uploads/u", number)),
        source_(absl::StrCat("u", number, "-"), kPeopleOfAnUpload),
        model_(source_) {}

  const RowSource& source() const { return source_; }
  std::int64_t acknowledged() const { return acknowledged_; }
  std::int64_t failed() const { return failed_; }
  int interrupted_count() const { return interrupted_count_; }
  // From any thread: grows with every answer.
  std::int64_t answer_count() const { return answer_count_; }

  void Run(int port, const std::atomic<bool>& over) {
    while (!over && !::testing::Test::HasFailure()) {
      const auto stub = NewStub(port);
      if (!Resume(*stub)) {
        absl::SleepFor(kPause);
        continue;
      }
      const absl::Status status = Send(*stub);
      EXPECT_TRUE(IsTurnedAway(status)) << status;
      ++interrupted_count_;
    }
  }

  // Compares how far the upload has come with what was acknowledged: the server
  // says all that it knows before it stops. False if it cannot be asked.
  bool Resume(SurveyService::Stub& stub) {
    const auto upload = GetUpload(stub, name_);
    EXPECT_TRUE(upload.ok() || IsTurnedAway(upload.status()))
        << upload.status();
    if (!upload.ok()) return false;
    failed_ += std::abs(acknowledged_ - upload->committed_offset());
    acknowledged_ = upload->committed_offset();
    EXPECT_EQ(ProblemOf(*upload, model_), "");
    return true;
  }

  void CheckPeople(SurveyService::Stub& stub) {
    for (std::int64_t i = 0; i < kPeopleOfAnUpload; ++i) {
      const PersonCheck check = CheckPerson(stub, kWave, source_, model_, i);
      failed_ += check.lost + check.twice;
      EXPECT_EQ(check.problem, "");
    }
  }

 private:
  absl::Status Send(SurveyService::Stub& stub) {
    const UploadOutcome outcome = SendRows(
        stub, {.upload = name_,
               .begin = acknowledged_,
               .end = kEndless,
               .window = kWindow,
               .frame =
                   [&](std::int64_t row) {
                     survey::v1::StreamResponsesRequest frame;
                     for (std::int64_t i = 0; i < 1 + row % 100; ++i) {
                       *frame.add_rows() = source_.MakeRow(row + i);
                     }
                     return frame;
                   },
               .acknowledged =
                   [&](const survey::v1::StreamResponsesResponse& response) {
                     ++answer_count_;
                     model_.AdvanceTo(response.committed_offset());
                     EXPECT_EQ(ProblemOf(response, model_), "");
                   }});
    acknowledged_ = outcome.acknowledged;
    return rpc::FromGrpcStatus(outcome.status);
  }

  const std::string name_;
  const RowSource source_;
  RowModel model_;
  std::int64_t acknowledged_ = 0;
  std::int64_t failed_ = 0;
  int interrupted_count_ = 0;
  std::atomic<std::int64_t> answer_count_ = 0;
};

// Single responses, one after the other. For one thread.
class Submitter {
 public:
  explicit Submitter(int number) : submissions_(number) {}

  const Submissions& submissions() const { return submissions_; }
  std::int64_t failed() const { return failed_; }
  int unanswered_count() const { return unanswered_count_; }
  // From any thread: grows with every answer.
  std::int64_t answer_count() const { return answer_count_; }

  void Run(int port, const std::atomic<bool>& over) {
    auto stub = NewStub(port);
    while (!over && !::testing::Test::HasFailure()) {
      const absl::Status status = submissions_.SendOne(*stub);
      if (status.ok()) {
        ++answer_count_;
        continue;
      }
      EXPECT_TRUE(IsTurnedAway(status)) << status;
      ++unanswered_count_;
      while (!over && !CheckNothingHappened(*stub)) {
        absl::SleepFor(kPause);
        stub = NewStub(port);
      }
    }
  }

 private:
  // A call that had no answer had no effect either. False if the server cannot
  // be asked.
  bool CheckNothingHappened(SurveyService::Stub& stub) {
    const PersonCheck check = CheckResponse(
        stub, submissions_.NextResponseName(),
        submissions_.RevisionBeforeNext(), submissions_.ContentBeforeNext());
    if (check.problem.find("UNAVAILABLE") != std::string::npos ||
        check.problem.find("CANCELLED") != std::string::npos) {
      return false;
    }
    EXPECT_EQ(check.problem, "");
    failed_ += check.lost + check.twice;
    return true;
  }

  Submissions submissions_;
  std::int64_t failed_ = 0;
  int unanswered_count_ = 0;
  std::atomic<std::int64_t> answer_count_ = 0;
};

class RollingRestartTest : public ::testing::Test {
 protected:
  RollingRestartTest() {
    for (int i = 0; i < kUploads; ++i) {
      uploaders_.push_back(std::make_unique<Uploader>(i));
    }
    for (int i = 0; i < kSubmitters; ++i) {
      submitters_.push_back(std::make_unique<Submitter>(i));
    }
  }

  // --drain is for load balancers, of which there is none here.
  void StartServer() {
    server_ = std::make_unique<SurveyProcess>(
        kBinary, folder_.path() + "/data",
        std::vector<std::string>{absl::StrCat("--listen=127.0.0.1:", port_),
                                 "--drain=50ms"});
    ASSERT_TRUE(server_->WaitUntilServing()) << server_->ReadLog();
  }

  void MakeWave() {
    std::vector<std::string> people;
    for (const auto& uploader : uploaders_) {
      for (std::int64_t i = 0; i < kPeopleOfAnUpload; ++i) {
        people.push_back(uploader->source().PersonId(i));
      }
    }
    for (const auto& submitter : submitters_) {
      const auto ids = submitter->submissions().PersonIds();
      people.insert(people.end(), ids.begin(), ids.end());
    }
    const auto stub = server_->NewStub();
    const grpc::Status survey = MakeSurvey(*stub);
    ASSERT_TRUE(survey.ok()) << survey.error_message();
    const grpc::Status wave = MakeOpenWave(*stub, 1, people);
    ASSERT_TRUE(wave.ok()) << wave.error_message();
  }

  // Returns once the client got an answer more than `before`.
  template <typename Client>
  static void WaitForAnswer(const Client& client, std::int64_t before) {
    const absl::Time give_up = absl::Now() + absl::Seconds(60);
    while (client.answer_count() <= before && !HasFailure()) {
      ASSERT_LT(absl::Now(), give_up) << "a client gets no answer";
      absl::SleepFor(absl::Milliseconds(1));
    }
  }

  // Once everyone is at work with the server that runs.
  void Restart() {
    for (const auto& client : uploaders_) {
      WaitForAnswer(*client, client->answer_count());
    }
    for (const auto& client : submitters_) {
      WaitForAnswer(*client, client->answer_count());
    }
    absl::SleepFor(absl::Milliseconds(random_() % 100));
    const absl::Time told = absl::Now();
    EXPECT_EQ(server_->Stop(), 0) << server_->ReadLog();
    longest_drain_ = std::max(longest_drain_, absl::Now() - told);
    StartServer();
  }

  const TemporaryFolder folder_;
  const int port_ = FreePort();
  std::mt19937 random_{20240131};
  std::vector<std::unique_ptr<Uploader>> uploaders_;
  std::vector<std::unique_ptr<Submitter>> submitters_;
  std::unique_ptr<SurveyProcess> server_;
  absl::Duration longest_drain_;
};

TEST_F(RollingRestartTest, FailsNoAcknowledgement) {
  const std::int64_t restarts =
      SizeFromEnvironment("PULSETAKER_RESTARTS", kRestartsDefault);
  StartServer();
  if (!HasFatalFailure()) MakeWave();
  if (HasFatalFailure()) return;
  std::atomic<bool> over = false;
  std::vector<std::thread> threads;
  for (const auto& uploader : uploaders_) {
    threads.emplace_back(
        [&, client = uploader.get()] { client->Run(port_, over); });
  }
  for (const auto& submitter : submitters_) {
    threads.emplace_back(
        [&, client = submitter.get()] { client->Run(port_, over); });
  }
  for (std::int64_t i = 0; i < restarts && !HasFailure(); ++i) Restart();
  over = true;
  EXPECT_EQ(server_->Stop(), 0);
  for (std::thread& thread : threads) thread.join();

  StartServer();
  if (HasFatalFailure()) return;
  const auto stub = server_->NewStub();
  std::int64_t acknowledged = 0;
  std::int64_t failed = 0;
  for (const auto& uploader : uploaders_) {
    ASSERT_TRUE(uploader->Resume(*stub));
    uploader->CheckPeople(*stub);
    acknowledged += uploader->acknowledged();
    failed += uploader->failed();
    EXPECT_GE(uploader->interrupted_count(), restarts * 9 / 10);
  }
  int unanswered = 0;
  for (const auto& submitter : submitters_) {
    acknowledged += submitter->submissions().acknowledged();
    failed += submitter->failed();
    unanswered += submitter->unanswered_count();
  }
  absl::PrintF(
      "%d restarts, %d acknowledged, %d failed, longest drain %.2f s (%d "
      "submissions told to come back)\n",
      restarts, acknowledged, failed, absl::ToDoubleSeconds(longest_drain_),
      unanswered);
  EXPECT_EQ(failed, 0);
  EXPECT_LE(longest_drain_, kDrainMax);
  EXPECT_GT(acknowledged, 10 * restarts);
}

}  // namespace
}  // namespace pulsetaker::testing
