// How much memory 10,000 uploads that wait take in the survey server.
//
//   idle_streams_bench [STREAMS]
//
// Opens STREAMS calls of StreamResponses, 100 a connection, each with an upload
// of its own, sends a frame of one response in each, waits for its
// acknowledgement and then says no more. The memory of the server with all of
// them open is compared with the target of 1 GiB for 10,000.

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/crc32.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/client_callback.h"
#include "tests/support/made_up_rows.h"
#include "tests/support/survey_process.h"

namespace pulsetaker {
namespace {

using survey::v1::StreamResponsesRequest;
using survey::v1::StreamResponsesResponse;
using survey::v1::SurveyService;

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr int kStreamsOfConnection = 100;
constexpr int kOpeningMax = 200;  // Fewer than calls may wait in the server.
constexpr double kTargetBytesOfStream = (std::int64_t{1} << 30) / 10'000.0;

std::string PersonId(int person) { return absl::StrFormat("p%06d", person); }

// Counts the streams that are between their beginning and their first answer.
class Opening {
 public:
  void Begin() {
    MutexLock lock(mutex_);
    while (count_ >= kOpeningMax) lock.Wait(fewer_);
    ++count_;
  }
  void End() {
    MutexLock lock(mutex_);
    --count_;
    fewer_.notify_all();
  }
  void WaitForAll() {
    MutexLock lock(mutex_);
    while (count_ > 0) lock.Wait(fewer_);
  }

 private:
  Mutex mutex_;
  std::condition_variable fewer_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// A stream that falls silent after its first frame. Never destroyed, as gRPC
// may use it for as long as the process lives.
class Stream final : public grpc::ClientBidiReactor<StreamResponsesRequest,
                                                    StreamResponsesResponse> {
 public:
  Stream(SurveyService::Stub& stub, int number, Opening& opening)
      : opening_(opening) {
    request_.set_upload(absl::StrCat(testing::kWave, "/uploads/u", number));
    survey::v1::UploadRow& row = *request_.add_rows();
    row.set_person(PersonId(number));
    row.set_response(testing::ResponseOf(number).SerializeAsString());
    row.set_crc32(Crc32(row.response()));
    stub.async()->StreamResponses(&context_, this);
    StartWrite(&request_);
    StartRead(&response_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (killed) return;
    if (!ok || acknowledged_ || response_.verdicts_size() != 1) {
      FailStop("not one acknowledgement");
    }
    acknowledged_ = true;
    opening_.End();
    StartRead(&nothing_);
  }

  void OnDone(const grpc::Status& status) override {
    if (!killed) FailStop(status.error_message());
  }

  // Streams that end before the server is killed were not idle.
  static inline std::atomic<bool> killed = false;

 private:
  Opening& opening_;
  grpc::ClientContext context_;
  StreamResponsesRequest request_;
  StreamResponsesResponse response_;
  bool acknowledged_ = false;
  StreamResponsesResponse nothing_;  // What is not to come.
};

void Run(int count) {
  const testing::TemporaryFolder folder;
  testing::SurveyProcess server(kBinary, folder.path() + "/survey");
  if (!server.WaitUntilServing()) FailStop(server.ReadLog());
  std::vector<std::unique_ptr<SurveyService::Stub>> stubs;
  stubs.push_back(server.NewStub());
  std::vector<std::string> people;
  for (int i = 0; i < count; ++i) people.push_back(PersonId(i));
  grpc::Status made = testing::MakeSurvey(*stubs[0]);
  if (made.ok()) made = testing::MakeOpenWave(*stubs[0], 1, people);
  if (!made.ok()) FailStop(made.error_message());

  const std::int64_t before = server.ResidentBytes();
  const absl::Duration cpu = server.CpuTime();
  static Opening opening;  // Outlives the streams.
  for (int i = 0; i < count; ++i) {
    if (i % kStreamsOfConnection == 0) stubs.push_back(server.NewStub());
    opening.Begin();
    new Stream(*stubs.back(), i, opening);
  }
  opening.WaitForAll();
  const absl::Duration opening_cpu = server.CpuTime() - cpu;
  absl::SleepFor(absl::Seconds(2));
  const absl::Duration idle_cpu = server.CpuTime() - cpu - opening_cpu;
  const std::int64_t after = server.ResidentBytes();
  const double target = kTargetBytesOfStream * count;
  absl::PrintF(
      "%d idle streams: server resident %.0f MiB (%.0f before), %.1f KiB a "
      "stream; target %.0f MiB, ratio %.2f; CPU in 2 idle seconds %.2f s\n",
      count, static_cast<double>(after) / (1 << 20),
      static_cast<double>(before) / (1 << 20),
      static_cast<double>(after - before) / 1024 / count, target / (1 << 20),
      static_cast<double>(after) / target, absl::ToDoubleSeconds(idle_cpu));
  std::fflush(stdout);
  Stream::killed = true;
}

}  // namespace
}  // namespace pulsetaker

int main(int argc, char** argv) {
  int streams = 10'000;
  if (argc > 2 || (argc == 2 && (!absl::SimpleAtoi(argv[1], &streams) ||
                                 streams < 1 || streams > 100'000))) {
    std::fprintf(stderr, "usage: idle_streams_bench [STREAMS], 1 to 100000\n");
    return EXIT_FAILURE;
  }
  pulsetaker::Run(streams);
  // The streams end in their own time; nobody is left to care.
  std::_Exit(EXIT_SUCCESS);
}
