// Damage is reported, never skipped.
//
// The files of a database that was closed, or whose process was killed, are
// damaged: bits flip, ends are cut off, ranges are zeroed, blocks change
// places. The database then refuses, with DATA_LOSS and the name of a file, or
// it has every row that it had.
//
// PULSETAKER_DAMAGES sets the number of cases, 1,000 if it is not set;
// PULSETAKER_FAULT_SEED another seed than 1.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "common/kv/rocks.h"
#include "gtest/gtest.h"
#include "services/survey/store/keys.h"
#include "tests/faults/disk_state.h"
#include "tests/faults/script_outcome.h"
#include "tests/faults/script_runner.h"
#include "tests/faults/simulated_disk.h"

namespace pulsetaker::testing {
namespace {

constexpr std::int64_t kDamagesDefault = 1'000;
constexpr int kImagesOfAKind = 4;
constexpr std::size_t kWriteBufferBytes = std::size_t{64} << 10;
constexpr std::size_t kBlockBytes = 4096;
constexpr char kPath[] = "/store";

std::int64_t Setting(const char* name, std::int64_t otherwise) {
  const char* const set = std::getenv(name);
  return set == nullptr ? otherwise : std::atoll(set);
}

// All rows of all families, by family and key.
using Rows = std::map<std::string, std::string>;

kv::RocksOptions OptionsOn(rocksdb::Env* env) {
  return {.path = kPath,
          .families = survey::keys::Families(),
          .env = env,
          .write_buffer_bytes = kWriteBufferBytes};
}

// Reads every row twice: in the order of the keys, and by its key, as filters
// and indexes answer for it.
absl::StatusOr<Rows> ReadRows(const kv::Rocks& rocks) {
  Rows rows;
  for (const std::string& name : survey::keys::Families()) {
    kv::Rocks::Family* const family = rocks.family(name);
    const auto it = rocks.NewPrefixIterator(family, "");
    for (; it->Valid(); it->Next()) {
      rows[absl::StrCat(name, "/", it->key())] = std::string(it->value());
    }
    PT_RETURN_IF_ERROR(it->status());
  }
  return rows;
}

absl::Status GetRows(const kv::Rocks& rocks, const Rows& rows,
                     std::string& problem) {
  for (const auto& [name, value] : rows) {
    const std::size_t slash = name.find('/');
    PT_ASSIGN_OR_RETURN(const auto found,
                        rocks.Get(rocks.family(name.substr(0, slash)),
                                  absl::string_view(name).substr(slash + 1)));
    if (found != value) problem = absl::StrCat("a row of ", name, " differs");
  }
  return absl::OkStatus();
}

// A disk with a database, and what is in it.
struct Image {
  std::string kind;
  DiskState disk;
  Rows rows;
};

Image MakeImage(std::uint64_t seed, bool closed) {
  Random random(seed);
  ScriptOutcome outcome(
      MakeScript(seed, {.steps = static_cast<int>(60 + random.Uniform(240))}));
  const auto disk = std::make_shared<SimulatedDisk>();
  const auto env = SimulatedDisk::NewEnv(disk);
  Image image;
  image.kind = closed ? "closed" : "killed";
  const std::size_t reopened = random.Uniform(outcome.size());
  std::size_t begin = 0;
  for (const std::size_t end : {reopened, outcome.size()}) {
    auto database =
        survey::OpenSurveyDatabase({.path = kPath,
                                    .env = env.get(),
                                    .write_buffer_bytes = kWriteBufferBytes});
    EXPECT_TRUE(database.ok()) << database.status();
    if (!database.ok()) return image;
    ScriptRunner runner(
        **database, [](const ScriptStep&) {},
        [&](const ScriptStep& step, const absl::Status&,
            const std::string& answer) {
          EXPECT_EQ(answer,
                    outcome.answers[static_cast<std::size_t>(step.number)]);
        });
    runner.Run(outcome.script, begin, end, /*window=*/6);
    begin = end;
    // Killed: as it is while the process runs.
    image.disk = disk->state();
  }
  if (closed) image.disk = disk->state();
  // What is in it, says a database that nothing befell.
  const auto intact = std::make_shared<SimulatedDisk>(image.disk);
  const auto intact_env = SimulatedDisk::NewEnv(intact);
  const auto rocks = kv::OpenRocks(OptionsOn(intact_env.get()));
  EXPECT_TRUE(rocks.ok()) << rocks.status();
  const auto rows = rocks.ok() ? ReadRows(**rocks) : rocks.status();
  EXPECT_TRUE(rows.ok()) << rows.status();
  if (rows.ok()) image.rows = *rows;
  return image;
}

// "WAL", "SST", "MANIFEST", "CURRENT", "OPTIONS", "ledger"; "" for what no one
// reads.
std::string KindOf(const std::string& path) {
  if (absl::EndsWith(path, ".log")) return "WAL";
  if (absl::EndsWith(path, ".sst")) return "SST";
  if (absl::EndsWith(path, "/ledger")) return "ledger";
  for (const char* kind : {"MANIFEST", "CURRENT", "OPTIONS", "IDENTITY"}) {
    if (absl::StrContains(path, kind)) return kind;
  }
  return "";
}

// Damages content that is not empty, and says how.
std::string Damage(std::string& content, Random& random) {
  const std::size_t size = content.size();
  const std::size_t at = random.Uniform(size);
  switch (random.Uniform(4)) {
    case 0: {
      const auto bit = 1U << random.Uniform(8);
      content[at] =
          static_cast<char>(static_cast<unsigned char>(content[at]) ^ bit);
      return absl::StrCat("a bit flips at ", at);
    }
    case 1:
      content.resize(at);
      return absl::StrCat("cut off at ", at);
    case 2: {
      const std::size_t length =
          std::min(size - at, 1 + random.Uniform(3 * kBlockBytes));
      std::fill_n(content.begin() + static_cast<std::ptrdiff_t>(at), length,
                  '\0');
      return absl::StrCat(length, " zeros at ", at);
    }
    default: {
      // Blocks of a file, or smaller ones of a small file.
      const std::size_t block =
          std::min(kBlockBytes, std::max<std::size_t>(1, size / 4));
      const std::size_t count = size / block;
      const std::size_t a = random.Uniform(count) * block;
      const std::size_t b = random.Uniform(count) * block;
      std::swap_ranges(content.begin() + static_cast<std::ptrdiff_t>(a),
                       content.begin() + static_cast<std::ptrdiff_t>(a + block),
                       content.begin() + static_cast<std::ptrdiff_t>(b));
      return absl::StrCat("blocks of ", block, " at ", a, " and ", b,
                          " change places");
    }
  }
}

// What became of the damages of one kind of file.
struct Tally {
  int refused = 0;   // When it was opened.
  int reported = 0;  // When it was read.
  int harmless = 0;
};

class DamageTest : public ::testing::Test {
 protected:
  // Damages one file of `image` and looks what comes of it.
  void DamageOnce(const Image& image, Random& random) {
    std::map<std::string, std::vector<std::string>> paths;
    for (const auto& [path, file] : image.disk.names()) {
      const std::string kind = KindOf(path);
      if (kind.empty() || image.disk.content(file).empty()) continue;
      paths[kind].push_back(path);
    }
    // Each kind as often: a small file matters as much as a large one.
    auto kind = paths.begin();
    std::advance(kind, random.Uniform(paths.size()));
    const std::string& path = kind->second[random.Uniform(kind->second.size())];
    std::string content = image.disk.content(image.disk.Find(path));
    const std::string before = content;
    const std::string how = Damage(content, random);
    if (content == before) return;
    SCOPED_TRACE(absl::StrCat(image.kind, ", ", path, " of ", before.size(),
                              " bytes, ", how));
    ++damages_;
    DiskState disk = image.disk;
    const int file = disk.Find(path);
    disk.Apply({.kind = DiskOperation::Kind::kTruncate, .file = file});
    disk.Apply(
        {.kind = DiskOperation::Kind::kWrite, .file = file, .bytes = content});
    Look(disk, image.rows, tallies_[kind->first]);
  }

  // Opens the database, reads it, and reads it once more after a compaction of
  // the log into tables.
  void Look(const DiskState& disk, const Rows& want, Tally& tally) {
    const auto env =
        SimulatedDisk::NewEnv(std::make_shared<SimulatedDisk>(disk));
    const auto rocks = kv::OpenRocks(OptionsOn(env.get()));
    if (!rocks.ok()) {
      ++tally.refused;
      return ExpectReport(rocks.status());
    }
    const auto rows = ReadRows(**rocks);
    std::string problem;
    absl::Status read = rows.status();
    if (read.ok()) read = GetRows(**rocks, want, problem);
    if (!read.ok()) {
      ++tally.reported;
      return ExpectReport(read);
    }
    ++tally.harmless;
    if (*rows != want || !problem.empty()) ++silent_losses_;
    EXPECT_EQ(rows->size(), want.size()) << "a silent loss";
    EXPECT_EQ(problem, "") << "a silent loss";
    EXPECT_TRUE(*rows == want) << "a silent loss: rows differ";
  }

  void ExpectReport(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_EQ(ReasonOf(status), "STORED_DATA_UNREADABLE") << status;
    EXPECT_TRUE(absl::StrContains(status.message(), kPath))
        << "no file is named: " << status;
  }

  std::int64_t damages_ = 0;
  std::int64_t silent_losses_ = 0;
  std::map<std::string, Tally> tallies_;
};

TEST_F(DamageTest, IsReportedOrHarmless) {
  const std::int64_t damages = Setting("PULSETAKER_DAMAGES", kDamagesDefault);
  const auto seed =
      static_cast<std::uint64_t>(Setting("PULSETAKER_FAULT_SEED", 1));
  SCOPED_TRACE(absl::StrCat("PULSETAKER_FAULT_SEED=", seed));
  std::vector<Image> images;
  for (int i = 0; i < 2 * kImagesOfAKind; ++i) {
    images.push_back(
        MakeImage(seed + static_cast<std::uint64_t>(i), /*closed=*/i % 2 == 0));
    if (HasFailure()) return;
  }
  for (std::int64_t i = 0; damages_ < damages && !HasFailure(); ++i) {
    Random random = Random(seed).Fork(static_cast<std::uint64_t>(i));
    DamageOnce(images[random.Uniform(images.size())], random);
  }
  for (const auto& [kind, tally] : tallies_) {
    std::printf(
        "%s: %d refused at opening, %d reported at reading, %d "
        "harmless\n",
        kind.c_str(), tally.refused, tally.reported, tally.harmless);
  }
  std::printf("%lld damages, %lld silent losses\n",
              static_cast<long long>(damages_),
              static_cast<long long>(silent_losses_));
  for (const char* kind : {"CURRENT", "MANIFEST", "SST", "WAL", "ledger"}) {
    EXPECT_GT(tallies_[kind].refused + tallies_[kind].reported, 0)
        << kind << " is never found damaged";
  }
}

}  // namespace
}  // namespace pulsetaker::testing
