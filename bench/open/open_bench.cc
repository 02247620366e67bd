// How long the survey server takes, from its start, until it serves a big store
// that was not closed.
//
//   open_bench [ROUNDS [GIGABYTES]]
//
// Makes a store of 10 GB of responses in table files, or of GIGABYTES. Each
// round streams responses into a server on it until its write-ahead log has 250
// MB, as much as it lets it have, and kills it; then has the operating system
// forget the files, starts a server and waits until it serves. The target is 5
// seconds. Needs twice the room on the disk that temporary files are made on.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "bench/open/big_store.h"
#include "bench/support/disk.h"
#include "bench/support/figures.h"
#include "common/base/crc32.h"
#include "common/base/status.h"
#include "tests/support/made_up_rows.h"
#include "tests/support/survey_process.h"
#include "tests/support/upload_client.h"

namespace pulsetaker {
namespace {

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr double kTargetSeconds = 5;
constexpr std::uint64_t kLogBytes = 250'000'000;
constexpr int kPeople = 10'000;
constexpr std::int64_t kFrameRows = 100;
constexpr std::int64_t kRowsMax = 2'000'000;

std::string PersonId(std::int64_t person) {
  return absl::StrFormat("p%06d", person);
}

survey::v1::StreamResponsesRequest FrameAt(std::int64_t begin) {
  survey::v1::StreamResponsesRequest frame;
  for (std::int64_t row = begin; row < begin + kFrameRows; ++row) {
    survey::v1::UploadRow& added = *frame.add_rows();
    // Other answers each time that a person comes again.
    added.set_person(PersonId(row % kPeople));
    added.set_response(testing::ResponseOf(row).SerializeAsString());
    added.set_crc32(Crc32(added.response()));
  }
  return frame;
}

void MakeWave(survey::v1::SurveyService::Stub& stub) {
  std::vector<std::string> people;
  for (std::int64_t i = 0; i < kPeople; ++i) people.push_back(PersonId(i));
  grpc::Status made = testing::MakeSurvey(stub);
  if (made.ok()) made = testing::MakeOpenWave(stub, 1, people);
  if (!made.ok()) FailStop(made.error_message());
}

// Leaves the log as a crash does: long, and not in table files.
void LeaveDirty(const std::string& path, int round) {
  testing::SurveyProcess server(kBinary, path);
  if (!server.WaitUntilServing()) FailStop(server.ReadLog());
  const auto stub = server.NewStub();
  if (round == 1) MakeWave(*stub);
  const std::string upload =
      absl::StrCat(testing::kWave, "/uploads/round-", round);
  std::int64_t row = 0;
  while (bench::BytesIn(path, ".log") < kLogBytes) {
    const std::int64_t end = row + 20'000;
    if (end > kRowsMax) FailStop("the log does not grow");
    const auto outcome = testing::SendRows(*stub, {.upload = upload,
                                                   .begin = row,
                                                   .end = end,
                                                   .window = 32 * kFrameRows,
                                                   .frame = FrameAt,
                                                   .acknowledged = nullptr});
    if (!outcome.status.ok()) FailStop(outcome.status.error_message());
    row = end;
  }
  server.Kill();
}

double MeasureOpen(const std::string& path) {
  const absl::Time begin = absl::Now();
  testing::SurveyProcess server(kBinary, path);
  if (!server.WaitUntilServing(absl::Seconds(120))) FailStop(server.ReadLog());
  return absl::ToDoubleSeconds(absl::Now() - begin);
}

void Run(int rounds, int gigabytes) {
  const testing::TemporaryFolder folder;
  const std::uint64_t bytes =
      static_cast<std::uint64_t>(gigabytes) * 1'000'000'000;
  if (bench::FreeBytes(folder.path()) < 2 * bytes) {
    FailStop(absl::StrCat("want twice ", bytes, " bytes of room in ",
                          folder.path()));
  }
  const std::string path = folder.path() + "/survey";
  bench::MakeBigStore(path, bytes);
  std::vector<double> seconds;
  for (int round = 1; round <= rounds; ++round) {
    LeaveDirty(path, round);
    const std::uint64_t log_bytes = bench::BytesIn(path, ".log");
    bench::ForgetCached(path);
    seconds.push_back(MeasureOpen(path));
    absl::PrintF(
        "round %d: %.1f GB of tables, %.0f MB of log: serving after %.2f s\n",
        round, static_cast<double>(bench::BytesIn(path, ".sst")) / 1e9,
        static_cast<double>(log_bytes) / 1e6, seconds.back());
    std::fflush(stdout);
  }
  absl::PrintF("median : serving after %.2f s, target %.0f s, ratio %.2f\n",
               bench::Median(seconds), kTargetSeconds,
               bench::Median(seconds) / kTargetSeconds);
}

}  // namespace
}  // namespace pulsetaker

int main(int argc, char** argv) {
  int rounds = 3;
  int gigabytes = 10;
  const bool read =
      argc <= 3 && (argc < 2 || absl::SimpleAtoi(argv[1], &rounds)) &&
      (argc < 3 || absl::SimpleAtoi(argv[2], &gigabytes)) && rounds >= 1 &&
      rounds <= 100 && gigabytes >= 1 && gigabytes <= 1'000;
  if (!read) {
    std::fprintf(stderr,
                 "usage: open_bench [ROUNDS [GIGABYTES]], 1 to 100 rounds, 1 "
                 "to 1000 GB\n");
    return EXIT_FAILURE;
  }
  pulsetaker::Run(rounds, gigabytes);
  return EXIT_SUCCESS;
}
