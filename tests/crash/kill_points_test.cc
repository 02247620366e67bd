// What was acknowledged is there after a kill at any step of the way, once.
//
// A server that ends itself at a named point (common/base/fault.h) takes the
// same traffic as that of crash_test. Each point ends 25 servers, each at
// another passing; one that is never reached is a failure. Random kills seldom
// meet the instant between two steps, and never prove that they did.
//
// PULSETAKER_POINT_KILLS sets the number of kills at each point. With
// PULSETAKER_KILL_POINTS, names with commas between them, it is only at these.

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "tests/crash/place.h"
#include "tests/support/sizes.h"

namespace pulsetaker::testing {
namespace {

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr int kKillsDefault = 25;
constexpr absl::Duration kLifeMax = absl::Seconds(30);
constexpr char kSmallMemoryTables[] = "PULSETAKER_WRITE_BUFFER_BYTES=65536";

// Which part of a server's life passes a point.
enum class Phase {
  kFirstStart,  // Only the first one on a folder.
  kTraffic,     // The start, or what comes in.
  kFlush,       // The same, while memory tables are flushed all the time.
  kStop,        // After SIGTERM, with traffic.
};

struct Point {
  const char* name;
  Phase phase;
  int passings_max;  // The kill is at the first to the last of these.
};

constexpr Point kPoints[] = {
    {"open.folders_made", Phase::kFirstStart, 1},
    {"file.unnamed_written", Phase::kFirstStart, 1},
    {"file.renamed", Phase::kFirstStart, 1},
    {"ledger.created", Phase::kFirstStart, 1},
    {"io.written", Phase::kFirstStart, 10},
    {"io.synced", Phase::kFirstStart, 3},
    {"open.ledger_opened", Phase::kTraffic, 1},
    {"open.mark_checked", Phase::kTraffic, 1},
    {"open.database_opened", Phase::kTraffic, 1},
    {"committer.recovered", Phase::kTraffic, 1},
    {"io.written", Phase::kFlush, 200},
    {"io.synced", Phase::kFlush, 100},
    {"io.closed", Phase::kFlush, 40},
    {"rocksdb.flush_begun", Phase::kFlush, 6},
    {"rocksdb.flush_completed", Phase::kFlush, 6},
    {"rocksdb.log_switched", Phase::kFlush, 6},
    {"rocksdb.table_begun", Phase::kFlush, 12},
    {"rocksdb.table_created", Phase::kFlush, 12},
    {"rocksdb.table_deleted", Phase::kFlush, 8},
    {"rocksdb.compaction_begun", Phase::kFlush, 3},
    {"rocksdb.compaction_completed", Phase::kFlush, 3},
    {"stream.frame_read", Phase::kTraffic, 40},
    {"stream.frame_checked", Phase::kTraffic, 40},
    {"stream.frame_appended", Phase::kTraffic, 40},
    {"log.frame_encoded", Phase::kTraffic, 40},
    {"submit.read", Phase::kTraffic, 8},
    {"committer.queued", Phase::kTraffic, 40},
    {"committer.taken", Phase::kTraffic, 15},
    {"log.row_put", Phase::kTraffic, 1'000},
    {"log.rows_put", Phase::kTraffic, 40},
    {"log.watermark_put", Phase::kTraffic, 40},
    {"log.request_put", Phase::kTraffic, 8},
    {"store.change_put", Phase::kTraffic, 6},
    {"store.roster_put", Phase::kTraffic, 3},
    {"committer.staged", Phase::kTraffic, 40},
    {"rocks.before_write", Phase::kTraffic, 40},
    {"rocks.written", Phase::kTraffic, 40},
    {"committer.written", Phase::kTraffic, 15},
    {"rocks.before_sync", Phase::kTraffic, 15},
    {"rocks.synced", Phase::kTraffic, 15},
    {"ledger.before_write", Phase::kTraffic, 15},
    {"ledger.written", Phase::kTraffic, 15},
    {"ledger.synced", Phase::kTraffic, 15},
    {"committer.synced", Phase::kTraffic, 15},
    {"committer.view_published", Phase::kTraffic, 15},
    {"committer.told", Phase::kTraffic, 40},
    {"stream.answered", Phase::kTraffic, 40},
    {"stream.before_acknowledgement", Phase::kTraffic, 15},
    {"stream.acknowledged", Phase::kTraffic, 15},
    {"submit.stored", Phase::kTraffic, 8},
    {"submit.answered", Phase::kTraffic, 8},
    {"store.roster_kept", Phase::kTraffic, 3},
    {"fieldwork.closing", Phase::kTraffic, 3},
    {"fieldwork.digested", Phase::kTraffic, 3},
    {"stop.begun", Phase::kStop, 1},
    {"stop.streams_told", Phase::kStop, 1},
    {"stop.server_shut", Phase::kStop, 1},
    {"stop.application_stopped", Phase::kStop, 1},
    {"committer.drained", Phase::kStop, 1},
    {"rocks.closing", Phase::kStop, 1},
    {"rocks.close_synced", Phase::kStop, 1},
    {"rocks.closed", Phase::kStop, 1},
    {"stop.database_closed", Phase::kStop, 1},
};

struct Kill {
  const Point* point = nullptr;
  int passing = 0;
};

std::string Describe(const Kill& kill) {
  return absl::StrCat(kill.point->name, ":", kill.passing);
}

// The points that were asked for, each so many times, in a random order.
std::vector<Kill> PlanKills(int kills_of_a_point, std::mt19937& random) {
  std::set<std::string> asked;
  if (const char* const names = std::getenv("PULSETAKER_KILL_POINTS")) {
    asked = absl::StrSplit(names, ',');
  }
  std::vector<Kill> kills;
  for (const Point& point : kPoints) {
    if (!asked.empty() && !asked.contains(point.name)) continue;
    for (int i = 0; i < kills_of_a_point; ++i) {
      const int passing =
          1 + static_cast<int>(random() %
                               static_cast<unsigned>(point.passings_max));
      kills.push_back({&point, passing});
    }
  }
  std::shuffle(kills.begin(), kills.end(), random);
  return kills;
}

// Has servers on one folder end at their points.
class KilledServers {
 public:
  explicit KilledServers(unsigned seed)
      : random_(seed), place_(kBinary, seed) {}

  void Run(absl::Span<const Kill> kills) {
    place_.Prepare();
    for (const Kill& kill : kills) {
      if (::testing::Test::HasFailure()) return;
      SCOPED_TRACE(Describe(kill));
      if (kill.point->phase == Phase::kFirstStart) {
        DieAtFirstStart(kill);
      } else {
        LiveAndDie(kill);
      }
    }
    place_.Finish();
  }

  Findings findings() {
    Findings all = findings_;
    all += place_.traffic().findings();
    return all;
  }
  const std::map<std::string, int>& hits() const { return hits_; }

 private:
  // One life of a server on the common folder.
  void LiveAndDie(const Kill& kill) {
    std::vector<std::string> environment = {
        absl::StrCat("PULSETAKER_KILL_AT=", Describe(kill))};
    if (kill.point->phase == Phase::kFlush) {
      environment.push_back(kSmallMemoryTables);
    }
    const std::unique_ptr<SurveyProcess> server =
        place_.Start({"--drain=0s"}, environment);
    if (!server->WaitUntilServing()) return Expect(*server, kill);
    const auto stub = server->NewStub();
    if (!place_.traffic().Check(*stub)) return Expect(*server, kill);
    place_.traffic().Run(*stub, [&] {
      if (kill.point->phase == Phase::kStop) {
        absl::SleepFor(absl::Microseconds(random_() % 20'000));
        server->BeginStop();
      }
      Expect(*server, kill);
      server->Kill();  // If it did not end, so that its callers do.
    });
  }

  // A server on a folder of its own dies in its first start. The next one must
  // find nothing, and work.
  void DieAtFirstStart(const Kill& kill) {
    const TemporaryFolder folder;
    const std::string data_dir = folder.path() + "/survey";
    {
      SurveyProcess server(
          kBinary, data_dir, {},
          {absl::StrCat("PULSETAKER_KILL_AT=", Describe(kill))});
      EXPECT_FALSE(server.WaitUntilServing()) << "it did not end";
      Expect(server, kill);
    }
    SurveyProcess server(kBinary, data_dir);
    ASSERT_TRUE(server.WaitUntilServing()) << server.ReadLog();
    const auto stub = server.NewStub();
    grpc::ClientContext context;
    survey::v1::GetWaveRequest request;
    request.set_name(kWave);
    survey::v1::Wave wave;
    const grpc::Status status = stub->GetWave(&context, request, &wave);
    if (status.ok()) ++findings_.phantoms;
    EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
    const grpc::Status made = MakeSurvey(*stub);
    EXPECT_TRUE(made.ok()) << made.error_message();
  }

  void Expect(SurveyProcess& server, const Kill& kill) {
    int signal = 0;
    ASSERT_TRUE(server.WaitUntilEnded(kLifeMax, signal))
        << "the point was not reached";
    ASSERT_EQ(signal, SIGKILL) << server.ReadLog();
    ++hits_[kill.point->name];
  }

  std::mt19937 random_;
  Place place_;
  Findings findings_;
  std::map<std::string, int> hits_;
};

// All kill points that the sources name.
std::set<std::string> PointsOfTheSources() {
  const std::regex point("PT_KILL_POINT\\(\"([^\"]+)\"\\)");
  std::set<std::string> names;
  for (const char* root : {"common", "services"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(root)) {
      const std::string extension = entry.path().extension();
      if (extension != ".cc" && extension != ".h") continue;
      std::ifstream file(entry.path());
      std::ostringstream text;
      text << file.rdbuf();
      const std::string source = text.str();
      for (std::sregex_iterator it(source.begin(), source.end(), point), end;
           it != end; ++it) {
        names.insert((*it)[1]);
      }
    }
  }
  return names;
}

TEST(KillPointsTest, KillsAtEveryPointThereIs) {
  std::set<std::string> names;
  for (const Point& point : kPoints) names.insert(point.name);
  EXPECT_EQ(names, PointsOfTheSources());
  EXPECT_GE(names.size(), 40u);
}

TEST(KillPointsTest, LosesNothingThatWasAcknowledged) {
  const auto kills_of_a_point = static_cast<int>(
      SizeFromEnvironment("PULSETAKER_POINT_KILLS", kKillsDefault));
  std::mt19937 random(20240131);
  const std::vector<Kill> kills = PlanKills(kills_of_a_point, random);
  ASSERT_FALSE(kills.empty());
  const absl::Span<const Kill> all = kills;
  KilledServers first(1);
  KilledServers second(2);
  std::thread other([&] { second.Run(all.subspan(all.size() / 2)); });
  first.Run(all.subspan(0, all.size() / 2));
  other.join();

  std::map<std::string, int> hits = first.hits();
  for (const auto& [name, count] : second.hits()) hits[name] += count;
  std::map<std::string, int> want;
  for (const Kill& kill : kills) ++want[kill.point->name];
  EXPECT_EQ(hits, want);
  Findings findings = first.findings();
  findings += second.findings();
  std::printf("%zu points x %d kills (%zu in all), %s\n", hits.size(),
              kills_of_a_point, kills.size(), Describe(findings).c_str());
  EXPECT_EQ(findings.lost, 0);
  EXPECT_EQ(findings.twice, 0);
  EXPECT_EQ(findings.phantoms, 0);
}

}  // namespace
}  // namespace pulsetaker::testing
