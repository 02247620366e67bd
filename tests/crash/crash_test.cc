// What was acknowledged is there after kill -9, once.
//
// A server is killed again and again while rows stream into it, and single
// responses and changes of waves come in beside them. After each kill another
// server opens the same folder, is compared with what was acknowledged, and
// everything goes on from where the server says.
//
// kill -9 leaves the operating system's cache in place, so this does not test
// syncs; it tests everything that has to be in order around them.
//
// Two servers at once, each with a folder of its own. PULSETAKER_CRASH_KILLS
// sets the number of kills of both together, 1,000 if it is not set.

#include <cstdio>
#include <memory>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "tests/crash/place.h"
#include "tests/support/sizes.h"

namespace pulsetaker::testing {
namespace {

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr int kKillsDefault = 1'000;

// Kills the servers of one place.
class Killer {
 public:
  explicit Killer(unsigned seed) : random_(seed), place_(kBinary, seed) {}

  void Run(int kills) {
    place_.Prepare();
    for (int i = 0; i < kills && !::testing::Test::HasFailure(); ++i) {
      SCOPED_TRACE(absl::StrCat("kill ", i));
      StartAndKill();
    }
    if (!::testing::Test::HasFailure()) place_.Finish();
  }

  Findings findings() { return place_.traffic().findings(); }
  int kills_in_an_upload() const { return kills_in_an_upload_; }
  int kills_while_starting() const { return kills_while_starting_; }

 private:
  // One life of a server: from its start to its end by kill -9.
  void StartAndKill() {
    std::unique_ptr<SurveyProcess> server = place_.Start();
    if (random_() % 10 == 0) {
      // At times it is killed while it recovers from the last time.
      absl::SleepFor(absl::Milliseconds(1 + random_() % 60));
      server->Kill();
      ++kills_while_starting_;
      server = place_.Start();
    }
    ASSERT_TRUE(server->WaitUntilServing()) << server->ReadLog();
    const auto stub = server->NewStub();
    ASSERT_TRUE(place_.traffic().Check(*stub)) << server->ReadLog();
    const bool interrupted = place_.traffic().Run(*stub, [&] {
      absl::SleepFor(absl::Microseconds(3'000 + random_() % 40'000));
      server->Kill();
    });
    if (interrupted) ++kills_in_an_upload_;
  }

  std::mt19937 random_;
  Place place_;
  int kills_in_an_upload_ = 0;
  int kills_while_starting_ = 0;
};

TEST(CrashTest, LosesNothingThatWasAcknowledged) {
  const auto kills = static_cast<int>(
      SizeFromEnvironment("PULSETAKER_CRASH_KILLS", kKillsDefault));
  Killer first(20240131);
  Killer second(20240201);
  std::thread other([&] { second.Run(kills / 2); });
  first.Run(kills - kills / 2);
  other.join();

  Findings findings = first.findings();
  findings += second.findings();
  const int in_an_upload =
      first.kills_in_an_upload() + second.kills_in_an_upload();
  std::printf("%d kills, %s (%d in mid-upload, %d more during a restart)\n",
              kills, Describe(findings).c_str(), in_an_upload,
              first.kills_while_starting() + second.kills_while_starting());
  EXPECT_EQ(findings.lost, 0);
  EXPECT_EQ(findings.twice, 0);
  EXPECT_EQ(findings.phantoms, 0);
  // A kill between two uploads proves nothing.
  EXPECT_GE(in_an_upload, kills * 9 / 10);
  EXPECT_GT(findings.acknowledged, std::int64_t{10} * kills);
}

}  // namespace
}  // namespace pulsetaker::testing
