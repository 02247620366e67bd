// A full disk refuses writes, and nothing else; room brings them back.
//
// The real server runs on a small disk of its own. In each round rows stream
// in, the disk is filled at some moment, down to less than the server's reserve
// or to the last byte, and emptied again. Meanwhile writes are refused with
// DISK_FULL and reads go on; within five seconds of room the upload goes on
// from where it was, and nothing acknowledged is gone.
//
// PULSETAKER_DISK_FULL sets the number of rounds, 200 if it is not set. Without
// a superuser and a loop device the test is skipped.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "tests/faults/small_disk.h"
#include "tests/support/made_up_rows.h"
#include "tests/support/survey_process.h"
#include "tests/support/upload_client.h"

namespace pulsetaker::testing {
namespace {

using survey::v1::SurveyService;

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr int kRoundsDefault = 200;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
// The store, its reserve, and the audit log, which grows with each stream.
constexpr std::uint64_t kDiskBytes = 768 * kMiB;
constexpr std::uint64_t kReserveBytes = 128 * kMiB;
constexpr std::int64_t kPeople = 1'000;
constexpr std::int64_t kRowsBetweenRounds = 400;
// It is full before it comes to that.
constexpr std::int64_t kEndless = std::int64_t{1} << 40;
constexpr absl::Duration kResumeLimit = absl::Seconds(5);
// A server that says nothing for so long never will.
constexpr absl::Duration kStreamLimit = absl::Seconds(60);

class DiskFullTest : public ::testing::Test {
 protected:
  DiskFullTest() : source_("p", kPeople), model_(source_) {}

  void Start() {
    server_ = std::make_unique<SurveyProcess>(kBinary, disk_->path() + "/data");
    ASSERT_TRUE(server_->WaitUntilServing()) << server_->ReadLog();
    stub_ = server_->NewStub();
  }

  void MakeWave() {
    ASSERT_TRUE(MakeSurvey(*stub_).ok());
    std::vector<std::string> people;
    for (std::int64_t i = 0; i < kPeople; ++i) {
      people.push_back(source_.PersonId(i));
    }
    ASSERT_TRUE(MakeOpenWave(*stub_, 1, people).ok());
  }

  // Sends rows up to `end` or until the stream breaks.
  grpc::Status Send(std::int64_t end) {
    std::int64_t next = acknowledged_;
    const UploadOutcome outcome = SendRows(
        *stub_, {.upload = absl::StrCat(kWave, "/uploads/u"),
                 .begin = acknowledged_,
                 .end = end,
                 .window = 400,
                 .limit = kStreamLimit,
                 .frame =
                     [&](std::int64_t row) {
                       survey::v1::StreamResponsesRequest frame;
                       for (std::int64_t i = row; i < std::min(end, row + 40);
                            ++i) {
                         *frame.add_rows() = source_.MakeRow(i);
                       }
                       return frame;
                     },
                 .acknowledged =
                     [&](const survey::v1::StreamResponsesResponse& response) {
                       // Rows of which a full disk left open whether they are
                       // kept are passed over if they are.
                       EXPECT_GE(response.first_offset(), next);
                       next = response.committed_offset();
                     }});
    acknowledged_ = outcome.acknowledged;
    return outcome.status;
  }

  // The upload and some people, compared with what was acknowledged.
  void Check() {
    grpc::ClientContext context;
    survey::v1::GetUploadRequest request;
    request.set_name(absl::StrCat(kWave, "/uploads/u"));
    survey::v1::Upload upload;
    const grpc::Status status = stub_->GetUpload(&context, request, &upload);
    ASSERT_TRUE(status.ok()) << status.error_message();
    // Rows without an acknowledgement may be there, and are not sent again.
    if (upload.committed_offset() < acknowledged_) {
      lost_ += acknowledged_ - upload.committed_offset();
    }
    acknowledged_ = upload.committed_offset();
    model_.AdvanceTo(acknowledged_);
    EXPECT_EQ(
        upload.stored_count(),
        model_.CountVerdicts(survey::v1::ROW_VERDICT_STORED, acknowledged_));
    EXPECT_EQ(upload.superseded_count(),
              model_.CountVerdicts(survey::v1::ROW_VERDICT_SUPERSEDED,
                                   acknowledged_));
    for (int i = 0; i < 5; ++i) {
      CheckPerson(static_cast<std::int64_t>(random_() % kPeople));
    }
  }

  void CheckPerson(std::int64_t person) {
    grpc::ClientContext context;
    survey::v1::GetResponseRequest request;
    request.set_name(
        absl::StrCat(kWave, "/responses/", source_.PersonId(person)));
    survey::v1::Response response;
    const grpc::Status status =
        stub_->GetResponse(&context, request, &response);
    const RowModel::Person& want =
        model_.people()[static_cast<std::size_t>(person)];
    EXPECT_EQ(status.ok(), want.revision > 0) << status.error_message();
    EXPECT_EQ(response.revision(), want.revision) << request.name();
  }

  // One round: full at some moment of an upload, then room.
  void RunRound(int round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    // Every third time to the last byte, which is met by whatever is under way.
    const std::uint64_t left =
        round % 3 == 0 ? 0 : random_() % (kReserveBytes - kMiB);
    const absl::Duration wait = absl::Microseconds(random_() % 30'000);
    std::atomic<bool> over = false;
    std::thread filler([&] {
      absl::SleepFor(wait);
      // RocksDB deletes files, and may so make room again.
      while (!over) {
        disk_->FillUpTo(left);
        absl::SleepFor(absl::Milliseconds(20));
      }
    });
    const grpc::Status refused = Send(kEndless);
    over = true;
    filler.join();
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED)
        << refused.error_message();
    if (HasFailure()) return;
    Check();
    CheckThatItIsStillFull(left);
    Check();
    disk_->MakeRoom();
    Resume();
  }

  // RocksDB deletes files in the background, and may so make room at any
  // moment: so this holds nearly always, which is counted.
  void CheckThatItIsStillFull(std::uint64_t left) {
    disk_->FillUpTo(left);
    const grpc::Status still = Send(acknowledged_ + 1);
    if (still.ok()) return;
    ++still_full_;
    EXPECT_EQ(still.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED)
        << still.error_message();
    EXPECT_TRUE(absl::StrContains(still.error_details(), "DISK_FULL"));
  }

  void Resume() {
    const absl::Time begin = absl::Now();
    grpc::Status resumed;
    do {
      resumed = Send(acknowledged_ + kRowsBetweenRounds);
      if (resumed.ok()) break;
      EXPECT_EQ(resumed.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED)
          << resumed.error_message();
      absl::SleepFor(absl::Milliseconds(20));
      Check();
    } while (!HasFailure() && absl::Now() - begin < 4 * kResumeLimit);
    EXPECT_TRUE(resumed.ok()) << resumed.error_message();
    const absl::Duration took = absl::Now() - begin;
    slowest_ = std::max(slowest_, took);
    EXPECT_LT(took, kResumeLimit);
    Check();
  }

  const TemporaryFolder folder_;
  std::unique_ptr<SmallDisk> disk_;
  std::unique_ptr<SurveyProcess> server_;
  std::unique_ptr<SurveyService::Stub> stub_;
  std::mt19937 random_{20240131};
  const RowSource source_;
  RowModel model_;
  std::int64_t acknowledged_ = 0;
  std::int64_t lost_ = 0;
  int still_full_ = 0;
  absl::Duration slowest_;
};

TEST_F(DiskFullTest, ResumesByItself) {
  disk_ = std::make_unique<SmallDisk>(folder_.path(), kDiskBytes);
  if (!disk_->status().ok()) {
    GTEST_SKIP() << "no small disk: " << disk_->status().message();
  }
  const char* const asked = std::getenv("PULSETAKER_DISK_FULL");
  const int rounds = asked == nullptr ? kRoundsDefault : std::atoi(asked);
  Start();
  if (!HasFailure()) MakeWave();
  int done = 0;
  for (; done < rounds && !HasFailure(); ++done) RunRound(done);
  if (HasFailure()) {
    std::printf("%s\n", server_->ReadLog().c_str());
    return;
  }
  EXPECT_EQ(server_->Stop(), 0);
  Start();
  Check();
  std::printf(
      "%d times full, %lld acknowledged, %lld lost, resumed after %.2f s at "
      "most\n",
      done, static_cast<long long>(acknowledged_),
      static_cast<long long>(lost_), absl::ToDoubleSeconds(slowest_));
  EXPECT_EQ(lost_, 0);
  EXPECT_GE(still_full_, rounds * 9 / 10);
  EXPECT_GT(acknowledged_, rounds * kRowsBetweenRounds);
  server_.reset();
}

}  // namespace
}  // namespace pulsetaker::testing
