// Whatever disturbs a stream, its rows have their effect once.
//
// Clients send frames twice, too early and from far below the watermark, rows
// with wrong checksums, two streams of one upload at once; streams are
// cancelled, and connections reset in mid-frame; the server is killed with
// SIGKILL now and then. What must come of it is kept out here: rows follow from
// their numbers. Every acknowledgement, every count and in the end every
// response is compared with that.
//
// PULSETAKER_STREAM_FRAMES sets the number of frames, 100,000 if it is not set.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "gtest/gtest.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/local_port.h"
#include "tests/support/made_up_rows.h"
#include "tests/support/sizes.h"
#include "tests/support/survey_process.h"
#include "tests/support/upload_checks.h"

namespace pulsetaker::testing {
namespace {

using survey::v1::SurveyService;

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr std::int64_t kFramesDefault = 100'000;
constexpr std::int64_t kFramesOfAKill = 2'500;
constexpr int kUploads = 4;
constexpr std::int64_t kPeopleOfAnUpload = 500;
constexpr std::int64_t kSpoiledEvery = 50;
constexpr std::int64_t kRowsOfAFrameMax = 8;
constexpr std::int64_t kFramesOfAStreamMax = 80;
constexpr std::int64_t kStaleRowsMax = 2'000;

// What all clients share.
struct Scene {
  int port = 0;
  std::int64_t frames_wanted = 0;
  std::atomic<std::int64_t> frames = 0;
  std::atomic<std::int64_t> duplicated = 0;
  std::atomic<std::int64_t> reordered = 0;
  std::atomic<std::int64_t> cut = 0;
  std::atomic<std::int64_t> cancelled = 0;
  // One more before the server is killed and when another one serves.
  std::atomic<int> changes = 0;
};

// One stream of one upload.
class Stream {
 public:
  explicit Stream(SurveyService::Stub& stub) {
    rpc::SetDeadline(context_, absl::Now() + absl::Seconds(60));
    stream_ = stub.StreamResponses(&context_);
  }

  bool Write(const survey::v1::StreamResponsesRequest& frame) {
    return stream_->Write(frame);
  }
  bool Read(survey::v1::StreamResponsesResponse& response) {
    return stream_->Read(&response);
  }
  void HalfClose() { stream_->WritesDone(); }
  void Cancel() { context_.TryCancel(); }
  absl::Status Finish() { return rpc::FromGrpcStatus(stream_->Finish()); }

  std::int64_t watermark = 0;  // The last that came.

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<survey::v1::StreamResponsesRequest,
                                           survey::v1::StreamResponsesResponse>>
      stream_;
};

// A client that sends one upload, and its view of it. For one thread.
class Client {
 public:
  Client(Scene& scene, int number)
      : scene_(scene),
        name_(absl::StrCat(kWave, "/uploads/u", number)),
        source_(absl::StrCat("u", number, "-"), kPeopleOfAnUpload,
                kSpoiledEvery),
        model_(source_),
        random_(static_cast<unsigned>(20'240'131 + number)) {}

  const RowSource& source() const { return source_; }
  const RowModel& model() const { return model_; }
  std::int64_t lost() const { return lost_; }
  std::int64_t twice() const { return twice_; }

  void Run() {
    stub_ = NewStub(scene_.port);
    proxy_ = std::make_unique<CuttingProxy>(scene_.port);
    while (scene_.frames < scene_.frames_wanted &&
           !::testing::Test::HasFailure()) {
      Resume();
      changes_ = scene_.changes;
      Disturb();
    }
    scene_.cut += proxy_->cut_count();
    proxy_.reset();
  }

  // Compares how far the upload has come, and what became of its rows, with
  // what was acknowledged.
  void Resume() {
    auto upload = GetUpload(*stub_, name_);
    while (absl::IsUnavailable(upload.status())) {
      absl::SleepFor(absl::Milliseconds(5));
      stub_ = NewStub(scene_.port);
      upload = GetUpload(*stub_, name_);
    }
    ASSERT_TRUE(upload.ok()) << upload.status();
    committed_ = upload->committed_offset();
    lost_ += std::max<std::int64_t>(0, acknowledged_ - committed_);
    EXPECT_LE(committed_, sent_) << "rows that nobody sent";
    model_.AdvanceTo(committed_);
    EXPECT_EQ(ProblemOf(*upload, model_), "");
  }

  // Compares the responses of all people with the model.
  void CheckPeople() {
    for (std::int64_t i = 0; i < kPeopleOfAnUpload; ++i) {
      const PersonCheck check = CheckPerson(*stub_, kWave, source_, model_, i);
      lost_ += check.lost;
      twice_ += check.twice;
      EXPECT_EQ(check.problem, "");
    }
  }

 private:
  // True if no server was killed since changes_ was read.
  bool IsUndisturbed() const {
    return changes_ % 2 == 0 && scene_.changes == changes_;
  }

  std::int64_t Below(std::int64_t end) {
    return static_cast<std::int64_t>(random_() %
                                     static_cast<std::uint64_t>(end));
  }

  // One stream or two, disturbed in some way. What is left of the ones before
  // may still come in meanwhile, so a watermark may be further than the stream.
  void Disturb() {
    switch (Below(6)) {
      case 0:
        return SendInOrder(committed_);
      case 1:
        return SendInOrder(
            std::max<std::int64_t>(0, committed_ - Below(kStaleRowsMax)));
      case 2:
        return SendTooEarly();
      case 3:
        return SendInTwoStreams();
      case 4:
        return SendAndCancel();
      default:
        return SendAndBeCut();
    }
  }

  void SendInOrder(std::int64_t begin) {
    Stream stream(*stub_);
    const std::int64_t end = WriteFrames(stream, begin);
    const absl::Status status = EndOrderly(stream);
    if (!IsUndisturbed()) return;
    EXPECT_EQ(status, absl::OkStatus());
    EXPECT_GE(stream.watermark, std::max(end, committed_));
  }

  // A frame comes before the one that it follows.
  void SendTooEarly() {
    Stream stream(*stub_);
    const std::int64_t end = WriteFrames(stream, committed_);
    const std::int64_t sent_before = sent_;
    WriteFrame(stream, sent_before + 1 + Below(100), 1);
    sent_ = sent_before;  // It can only be refused.
    WriteFrame(stream, end, 1 + Below(kRowsOfAFrameMax));
    ++scene_.reordered;
    const absl::Status status = EndOrderly(stream);
    if (!IsUndisturbed()) return;
    EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange) << status;
    EXPECT_EQ(ReasonOf(status), "OFFSET_GAP") << status;
    EXPECT_GE(stream.watermark, end);
  }

  // Both begin at the same row, and one of them ends the other.
  void SendInTwoStreams() {
    Stream first(*stub_);
    Stream second(*stub_);
    const std::int64_t begin = committed_;
    const std::int64_t end = WriteFrames(first, begin);
    WriteFrames(second, begin);
    WriteFrames(first, end);
    const absl::Status statuses[] = {EndOrderly(first), EndOrderly(second)};
    if (!IsUndisturbed()) return;
    int taken_over = 0;
    for (const absl::Status& status : statuses) {
      if (status.ok()) continue;
      EXPECT_EQ(ReasonOf(status), "UPLOAD_TAKEN_OVER") << status;
      ++taken_over;
    }
    EXPECT_LE(taken_over, 1);
  }

  void SendAndCancel() {
    Stream stream(*stub_);
    WriteFrames(stream, committed_);
    survey::v1::StreamResponsesResponse response;
    if (Below(2) == 0 && stream.Read(response)) Take(stream, response);
    stream.Cancel();
    ++scene_.cancelled;
    ReadToTheEnd(stream);
    stream.Finish().IgnoreError();
  }

  void SendAndBeCut() {
    proxy_->CutAfter(200 + Below(60'000));
    const auto stub = NewStub(proxy_->port());
    Stream stream(*stub);
    WriteFrames(stream, committed_);
    const absl::Status status = EndOrderly(stream);
    EXPECT_TRUE(status.ok() || absl::IsUnavailable(status)) << status;
  }

  // Sends a run of frames from `begin`, some of them more than once or with
  // rows of the one before. Where they end.
  std::int64_t WriteFrames(Stream& stream, std::int64_t begin) {
    std::int64_t next = begin;
    for (std::int64_t i = 1 + Below(kFramesOfAStreamMax); i > 0; --i) {
      std::int64_t from = next;
      if (Below(5) == 0) from = std::max(begin, next - Below(30));
      const std::int64_t rows = 1 + Below(kRowsOfAFrameMax);
      if (!WriteFrame(stream, from, rows)) break;
      next = std::max(next, from + rows);
    }
    return next;
  }

  bool WriteFrame(Stream& stream, std::int64_t begin, std::int64_t rows) {
    survey::v1::StreamResponsesRequest frame;
    frame.set_upload(name_);
    frame.set_offset(begin);
    for (std::int64_t i = 0; i < rows; ++i) {
      *frame.add_rows() = source_.MakeRow(begin + i);
    }
    const std::int64_t sent_before = sent_;
    sent_ = std::max(sent_, begin + rows);
    if (!stream.Write(frame)) return false;
    ++scene_.frames;
    if (begin < sent_before) ++scene_.duplicated;
    return true;
  }

  absl::Status EndOrderly(Stream& stream) {
    stream.HalfClose();
    ReadToTheEnd(stream);
    return stream.Finish();
  }

  void ReadToTheEnd(Stream& stream) {
    survey::v1::StreamResponsesResponse response;
    while (stream.Read(response)) Take(stream, response);
  }

  void Take(Stream& stream,
            const survey::v1::StreamResponsesResponse& response) {
    EXPECT_GE(response.first_offset(), stream.watermark);
    EXPECT_LE(response.committed_offset(), sent_);
    model_.AdvanceTo(response.committed_offset());
    EXPECT_EQ(ProblemOf(response, model_), "");
    stream.watermark = response.committed_offset();
    acknowledged_ = std::max(acknowledged_, stream.watermark);
  }

  Scene& scene_;
  const std::string name_;
  const RowSource source_;
  RowModel model_;
  std::mt19937 random_;
  std::unique_ptr<SurveyService::Stub> stub_;
  std::unique_ptr<CuttingProxy> proxy_;
  int changes_ = 0;
  std::int64_t sent_ = 0;          // No row at or above it was sent.
  std::int64_t acknowledged_ = 0;  // The highest watermark that came.
  std::int64_t committed_ = 0;     // What GetUpload said last.
  std::int64_t lost_ = 0;
  std::int64_t twice_ = 0;
};

class DisturbedStreamsTest : public ::testing::Test {
 protected:
  DisturbedStreamsTest() {
    scene_.port = FreePort();
    scene_.frames_wanted =
        SizeFromEnvironment("PULSETAKER_STREAM_FRAMES", kFramesDefault);
    for (int i = 0; i < kUploads; ++i) {
      clients_.push_back(std::make_unique<Client>(scene_, i));
    }
  }

  void StartServer() {
    server_ = std::make_unique<SurveyProcess>(
        kBinary, folder_.path() + "/data",
        std::vector<std::string>{
            absl::StrCat("--listen=127.0.0.1:", scene_.port)});
    ASSERT_TRUE(server_->WaitUntilServing()) << server_->ReadLog();
  }

  void MakeWave() {
    std::vector<std::string> people;
    for (const auto& client : clients_) {
      for (std::int64_t i = 0; i < kPeopleOfAnUpload; ++i) {
        people.push_back(client->source().PersonId(i));
      }
    }
    const auto stub = server_->NewStub();
    const grpc::Status survey = MakeSurvey(*stub);
    ASSERT_TRUE(survey.ok()) << survey.error_message();
    const grpc::Status wave = MakeOpenWave(*stub, 1, people);
    ASSERT_TRUE(wave.ok()) << wave.error_message();
  }

  // Kills the server each time that so many frames more were sent.
  void KillUntilAllIsSent() {
    while (scene_.frames < scene_.frames_wanted && !HasFailure()) {
      absl::SleepFor(absl::Milliseconds(1));
      if (scene_.frames < (kills_ + 1) * kFramesOfAKill) continue;
      ++scene_.changes;
      server_->Kill();
      ++kills_;
      StartServer();
      ++scene_.changes;
    }
  }

  std::int64_t ResponseCount() {
    survey::v1::GetWaveRequest request;
    request.set_name(kWave);
    const auto wave =
        rpc::Call(*server_->NewStub(), &SurveyService::Stub::GetWave, request,
                  absl::Now() + absl::Seconds(60));
    EXPECT_TRUE(wave.ok()) << wave.status();
    return wave.ok() ? wave->response_count() : -1;
  }

  const TemporaryFolder folder_;
  Scene scene_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::unique_ptr<SurveyProcess> server_;
  std::int64_t kills_ = 0;
};

TEST_F(DisturbedStreamsTest, EveryRowHasItsEffectOnce) {
  StartServer();
  if (!HasFatalFailure()) MakeWave();
  if (HasFatalFailure()) return;
  std::vector<std::thread> threads;
  for (const auto& client : clients_) {
    threads.emplace_back([client = client.get()] { client->Run(); });
  }
  KillUntilAllIsSent();
  for (std::thread& thread : threads) thread.join();
  threads.clear();
  for (const auto& client : clients_) {
    threads.emplace_back([client = client.get()] {
      client->Resume();
      client->CheckPeople();
    });
  }
  for (std::thread& thread : threads) thread.join();

  std::int64_t effects = 0;
  std::int64_t people = 0;
  std::int64_t lost = 0;
  std::int64_t twice = 0;
  for (const auto& client : clients_) {
    lost += client->lost();
    twice += client->twice();
    for (const RowModel::Person& person : client->model().people()) {
      effects += person.revision;
      people += person.revision > 0 ? 1 : 0;
    }
  }
  EXPECT_EQ(ResponseCount(), people);
  EXPECT_EQ(server_->Stop(), 0);
  absl::PrintF(
      "%d frames (%d duplicated, %d reordered, %d cut, %d cancelled, %d server "
      "kills), effects = %d distinct responses, %d lost, %d twice\n",
      scene_.frames.load(), scene_.duplicated.load(), scene_.reordered.load(),
      scene_.cut.load(), scene_.cancelled.load(), kills_, effects, lost, twice);
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(twice, 0);
  // Frames that nothing disturbs prove nothing.
  EXPECT_GE(scene_.duplicated, scene_.frames_wanted / 10);
  EXPECT_GE(scene_.reordered, scene_.frames_wanted / 1'000);
  EXPECT_GE(scene_.cut, scene_.frames_wanted / 2'000);
  EXPECT_GE(kills_, scene_.frames_wanted / kFramesOfAKill - 1);
}

}  // namespace
}  // namespace pulsetaker::testing
