// How many responses a second the survey server acknowledges, beside what
// RocksDB's own db_bench writes on the same disk at the same time of day.
//
//   ingest_bench [ROUNDS]
//
// Each round streams a wave of 200,000 responses of some 300 bytes, 100 a
// frame, through one connection into a fresh server in a process of its own,
// and counts until the last one is acknowledged: written and synced. The same
// frames then go to a server that checks and looks up nothing
// (bare_ingest_server.cc), and to the survey server without its audit
// (unaudited_server.cc). Then db_bench writes as many values of the same size
// into a fresh database, 100 a batch, each batch synced; and this process
// parses, encodes and writes the same responses by itself, to see how much
// processor time no server can do without. The rounds alternate, so that all
// meet the same noise; the medians count.
//
// Client, server and db_bench share the machine. No figure is a promise: the
// ratios say what the whole way (gRPC, checks, verdicts, acknowledgements)
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
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "bench/ingest/engine.h"
#include "bench/support/figures.h"
#include "common/base/crc32.h"
#include "common/base/status.h"
#include "tests/support/made_up_rows.h"
#include "tests/support/survey_process.h"
#include "tests/support/upload_client.h"

namespace pulsetaker {
namespace {

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr char kBareBinary[] = PULSETAKER_BARE_BINARY;
constexpr char kUnauditedBinary[] = PULSETAKER_UNAUDITED_BINARY;
constexpr std::int64_t kRows = 200'000;
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
Measured MeasureUpload(const testing::SurveyProcess& server,
                       survey::v1::SurveyService::Stub& stub, Frames frames) {
  std::int64_t stored = 0;
  const absl::Duration cpu_before = server.CpuTime();
  const absl::Time begin = absl::Now();
  const testing::UploadOutcome outcome = testing::SendRows(
      stub, {.upload = absl::StrCat(testing::kWave, "/uploads/bench"),
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

Measured MeasureServer(const std::string& binary, const std::string& folder,
                       Frames frames) {
  testing::SurveyProcess server(binary, folder);
  if (!server.WaitUntilServing()) FailStop(server.ReadLog());
  const auto stub = server.NewStub();
  std::vector<std::string> people;
  for (std::int64_t i = 0; i < kRows; ++i) people.push_back(PersonId(i));
  const grpc::Status survey = testing::MakeSurvey(*stub);
  if (!survey.ok()) FailStop(survey.error_message());
  const grpc::Status wave = testing::MakeOpenWave(*stub, 1, people);
  if (!wave.ok()) FailStop(wave.error_message());
  return MeasureUpload(server, *stub, std::move(frames));
}

Measured MeasureBare(const std::string& folder, Frames frames) {
  testing::SurveyProcess server(kBareBinary, folder + "/bare");
  if (!server.WaitUntilServing()) FailStop(server.ReadLog());
  const auto stub = server.NewStub();
  return MeasureUpload(server, *stub, std::move(frames));
}

// The figures of all rounds.
struct Figures {
  std::vector<double> whole_rate, whole_cpu, bare_rate, bare_cpu, engine_rate,
      floor_cpu, unaudited_rate;
};

void RunRound(std::size_t value_bytes, Figures& figures) {
  const testing::TemporaryFolder folder;
  const Measured whole =
      MeasureServer(kBinary, folder.path() + "/survey", MakeFrames());
  figures.whole_rate.push_back(whole.rows_per_second);
  figures.whole_cpu.push_back(whole.cpu_micros_per_row);
  figures.unaudited_rate.push_back(MeasureServer(kUnauditedBinary,
                                                 folder.path() + "/unaudited",
                                                 MakeFrames())
                                       .rows_per_second);
  const Measured bare = MeasureBare(folder.path(), MakeFrames());
  figures.bare_rate.push_back(bare.rows_per_second);
  figures.bare_cpu.push_back(bare.cpu_micros_per_row);
  figures.engine_rate.push_back(
      bench::MeasureDbBench(folder.path(), {.rows = kRows,
                                            .batch_rows = kFrameRows,
                                            .key_bytes = kKeyBytes,
                                            .value_bytes = value_bytes}));
  figures.floor_cpu.push_back(bench::MeasureFloor(folder.path(), MakeFrames()));
}

void Print(absl::string_view title, const Figures& figures) {
  using bench::Median;
  const double engine = Median(figures.engine_rate);
  absl::PrintF(
      "%s: acknowledged %7.0f/s, unaudited %7.0f/s, unchecked %7.0f/s, "
      "db_bench %7.0f/s; ratios %.2f to unaudited, %.2f and %.2f to db_bench; "
      "CPU us a response: server %.2f, unchecked %.2f, floor %.2f\n",
      title, Median(figures.whole_rate), Median(figures.unaudited_rate),
      Median(figures.bare_rate), engine,
      Median(figures.whole_rate) / Median(figures.unaudited_rate),
      Median(figures.whole_rate) / engine, Median(figures.bare_rate) / engine,
      Median(figures.whole_cpu), Median(figures.bare_cpu),
      Median(figures.floor_cpu));
  std::fflush(stdout);
}

// The figures of the last round alone.
Figures LastOf(const Figures& all) {
  return {{all.whole_rate.back()},    {all.whole_cpu.back()},
          {all.bare_rate.back()},     {all.bare_cpu.back()},
          {all.engine_rate.back()},   {all.floor_cpu.back()},
          {all.unaudited_rate.back()}};
}

void Run(int rounds) {
  const std::size_t value_bytes =
      testing::ResponseOf(0).SerializeAsString().size();
  absl::PrintF("%d responses of %d bytes a round, %d a frame, durable\n", kRows,
               value_bytes, kFrameRows);
  Figures figures;
  for (int round = 1; round <= rounds; ++round) {
    RunRound(value_bytes, figures);
    Print(absl::StrCat("round ", round), LastOf(figures));
  }
  Print("median ", figures);
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
