// How many responses a second the survey server acknowledges, beside what
// RocksDB's own db_bench writes on the same disk at the same time of day.
//
//   ingest_bench [ROUNDS]
//
// Each round streams a wave of 200,000 responses of some 300 bytes, 100 a
// frame, through one connection into a fresh server in a process of its own,
// and counts until the last one is acknowledged: written and synced. Then
// db_bench writes as many values of the same size into a fresh database, 100 a
// batch, each batch synced. The rounds alternate, so that both meet the same
// noise; the medians count.
//
// Client, server and db_bench share the machine. Neither figure is a promise:
// the ratio says what the whole way (gRPC, checks, verdicts, acknowledgements)
// costs over the bare engine.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/crc32.h"
#include "common/base/status.h"
#include "tests/support/made_up_rows.h"
#include "tests/support/survey_process.h"
#include "tests/support/upload_client.h"

namespace pulsetaker {
namespace {

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr std::int64_t kRows = 200'000;  // As many as a roster may have.
constexpr std::int64_t kFrameRows = 100;
constexpr std::int64_t kWindow = 32 * kFrameRows;
constexpr std::size_t kKeyBytes = 32;  // Of a response: the wave, the person.

using Frames = std::vector<survey::v1::StreamResponsesRequest>;

std::string PersonId(std::int64_t person) {
  return absl::StrFormat("p%06d", person);
}

// All frames of a wave, so that the time of making them is not measured.
Frames MakeFrames() {
  Frames frames;
  for (std::int64_t row = 0; row < kRows; ++row) {
    if (row % kFrameRows == 0) frames.emplace_back();
    survey::v1::UploadRow& added = *frames.back().add_rows();
    added.set_person(PersonId(row));
    added.set_response(testing::ResponseOf(row).SerializeAsString());
    added.set_crc32(Crc32(added.response()));
  }
  return frames;
}

struct Measured {
  double rows_per_second = 0;
  double cpu_micros_per_row = 0;
};

// Sends the frames, and leaves them empty.
Measured MeasureServer(const std::string& folder, Frames frames) {
  testing::SurveyProcess server(kBinary, folder + "/survey");
  if (!server.WaitUntilServing()) FailStop(server.ReadLog());
  const auto stub = server.NewStub();
  std::vector<std::string> people;
  for (std::int64_t i = 0; i < kRows; ++i) people.push_back(PersonId(i));
  const grpc::Status survey = testing::MakeSurvey(*stub);
  if (!survey.ok()) FailStop(survey.error_message());
  const grpc::Status wave = testing::MakeOpenWave(*stub, 1, people);
  if (!wave.ok()) FailStop(wave.error_message());

  std::int64_t stored = 0;
  const absl::Duration cpu_before = server.CpuTime();
  const absl::Time begin = absl::Now();
  const testing::UploadOutcome outcome = testing::SendRows(
      *stub, {.upload = absl::StrCat(testing::kWave, "/uploads/bench"),
              .begin = 0,
              .end = kRows,
              .window = kWindow,
              .frame =
                  [&](std::int64_t row) {
                    return std::move(
                        frames[static_cast<std::size_t>(row / kFrameRows)]);
                  },
              .acknowledged =
                  [&](const survey::v1::StreamResponsesResponse& response) {
                    stored += std::count(response.verdicts().begin(),
                                         response.verdicts().end(),
                                         survey::v1::ROW_VERDICT_STORED);
                  }});
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  const double cpu = absl::ToDoubleMicroseconds(server.CpuTime() - cpu_before);
  if (!outcome.status.ok() || stored != kRows) {
    FailStop(absl::StrCat("stored ", stored, " of ", kRows,
                          " responses: ", outcome.status.error_message()));
  }
  return {static_cast<double>(kRows) / seconds,
          cpu / static_cast<double>(kRows)};
}

// The "... micros/op N ops/sec" of db_bench.
double MeasureDbBench(const std::string& folder, std::size_t value_bytes) {
  const std::string command = absl::StrCat(
      "db_bench --benchmarks=fillseq --sync=1 --batch_size=", kFrameRows,
      " --num=", kRows, " --key_size=", kKeyBytes,
      " --value_size=", value_bytes, " --compression_type=lz4 --bloom_bits=10",
      " --max_background_jobs=2 --db=", folder, "/db_bench 2>/dev/null");
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) FailStop("cannot start db_bench");
  double rows_per_second = 0;
  char line[1024];
  while (std::fgets(line, sizeof line, pipe) != nullptr) {
    const std::vector<std::string> words =
        absl::StrSplit(line, ' ', absl::SkipWhitespace());
    for (std::size_t i = 1; i < words.size(); ++i) {
      double number = 0;
      if (words[i].rfind("ops/sec", 0) == 0 &&
          absl::SimpleAtod(words[i - 1], &number)) {
        rows_per_second = number;
      }
    }
  }
  if (pclose(pipe) != 0 || rows_per_second == 0) {
    FailStop("db_bench, of the package rocksdb-tools, did not run");
  }
  return rows_per_second;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Run(int rounds) {
  const std::size_t value_bytes =
      testing::ResponseOf(0).SerializeAsString().size();
  std::printf("%lld responses of %zu bytes a round, %lld a frame, durable\n",
              static_cast<long long>(kRows), value_bytes,
              static_cast<long long>(kFrameRows));
  std::vector<double> ours;
  std::vector<double> engines;
  std::vector<double> cpu;
  for (int round = 1; round <= rounds; ++round) {
    const testing::TemporaryFolder folder;
    const Measured measured = MeasureServer(folder.path(), MakeFrames());
    ours.push_back(measured.rows_per_second);
    cpu.push_back(measured.cpu_micros_per_row);
    engines.push_back(MeasureDbBench(folder.path(), value_bytes));
    std::printf(
        "round %d: acknowledged %8.0f/s (%.2f us of server CPU each), "
        "db_bench %8.0f/s\n",
        round, ours.back(), cpu.back(), engines.back());
    std::fflush(stdout);
  }
  std::printf(
      "median:  acknowledged %8.0f/s (%.2f us of server CPU each), "
      "db_bench %8.0f/s, ratio %.2f\n",
      Median(ours), Median(cpu), Median(engines),
      Median(ours) / Median(engines));
}

}  // namespace
}  // namespace pulsetaker

int main(int argc, char** argv) {
  int rounds = 5;
  if (argc > 2 || (argc == 2 && (!absl::SimpleAtoi(argv[1], &rounds) ||
                                 rounds < 1 || rounds > 1'000))) {
    std::fprintf(stderr, "usage: ingest_bench [ROUNDS], 1 to 1000\n");
    return EXIT_FAILURE;
  }
  pulsetaker::Run(rounds);
  return EXIT_SUCCESS;
}
