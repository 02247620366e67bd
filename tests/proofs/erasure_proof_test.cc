// P2: whoever was told to be erased is erased, whatever happens then.
//
// A process erases people while others are imported, answer and name them, and
// while backups are made, and is killed at random. After each kill the store is
// opened, and some older backup is restored; in the end every backup is. In
// none of them may there be anything of anyone whose erasure was acknowledged,
// and each must pass the audit, which reads all digests again.
//
// PULSETAKER_ERASURES sets how many erasures are acknowledged, 1,000 if it is
// not set.

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "gtest/gtest.h"
#include "services/survey/domain/erasures.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/domain/people.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/record.pb.h"
#include "services/survey/store/store_restore.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::survey {
namespace {

namespace fs = std::filesystem;

const LocalityKey kLeeds = {"north", "leeds"};
const WaveKey kClosedWave = {"north", "leeds", "care", 1};
const WaveKey kOpenWave = {"north", "leeds", "care", 2};
constexpr char kFolderVariable[] = "PULSETAKER_ERASURE_WORKER";
constexpr int kPeople = 2'000;  // Of the closed wave.
constexpr unsigned kEraserThreads = 4;
constexpr std::size_t kIdLength = 10;

int ErasureCount() {
  const char* const set = std::getenv("PULSETAKER_ERASURES");
  return set == nullptr ? 1'000 : std::max(10, std::atoi(set));
}

// So that an id can be told from anything else in the bytes of a row.
std::string IdOf(int number) { return absl::StrFormat("x%08dz", number); }

std::set<std::string> IdsIn(absl::string_view bytes) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i + kIdLength <= bytes.size(); ++i) {
    const absl::string_view id = bytes.substr(i, kIdLength);
    if (id.front() == 'x' && id.back() == 'z' &&
        std::all_of(id.begin() + 1, id.end() - 1,
                    [](unsigned char c) { return std::isdigit(c) != 0; })) {
      ids.emplace(id);
    }
  }
  return ids;
}

Answers Naming(const std::set<std::string>& people) {
  Answers answers = AnswersOf(1);
  answers.networks[0].nominations.clear();
  for (const std::string& person : people) {
    answers.networks[0].nominations.push_back({.person = person, .weight = 1});
  }
  return answers;
}

SurveyDatabaseOptions OptionsOf(const fs::path& folder) {
  SurveyDatabaseOptions options;
  options.path = folder / "store";
  options.backup_dir = folder / "backups";
  options.write_buffer_bytes = std::size_t{4} << 20;
  return options;
}

Request NewRequest() {
  return {.id = NewUuid(), .digest = std::string(32, 'r')};
}

// What the killed process does.
class Worker {
 public:
  Worker(SurveyDatabase& database, unsigned seed)
      : database_(database), seed_(seed) {}

  void MakeWaves() {
    SurveyStore& store = database_.store();
    if (store.GetWave(kOpenWave).ok()) return;
    Must(store.CreateLocality(LocalityOf(kLeeds), NewRequest()).status());
    Must(
        database_.instruments()
            .CreateInstrument(InstrumentOf({"north", "standard"}), NewRequest())
            .status());
    Must(store.CreateSurvey(SurveyOf({"north", "leeds", "care"}), NewRequest())
             .status());
    for (const WaveKey& key : {kClosedWave, kOpenWave}) {
      Must(store.CreateWave(WaveOf(key), NewRequest()).status());
      Must(store
               .UpdateWave(key, NewRequest(),
                           [](Wave wave) -> absl::StatusOr<Wave> {
                             wave.state = WaveState::kOpen;
                             ++wave.revision;
                             return wave;
                           })
               .status());
    }
    std::mt19937 random(1);
    Import(kClosedWave, 0, kPeople);
    Answer(kClosedWave, 0, kPeople, random);
    Fieldwork fieldwork(store, database_.qualities(), absl::Now);
    Must(fieldwork
             .CloseWave({.key = kClosedWave,
                         .expected_revision = {},
                         .request_id = NewUuid()})
             .status());
  }

  // Until it is killed.
  void Run() {
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kEraserThreads; ++i) {
      threads.emplace_back([this, i] { Erase(seed_ * 100 + i); });
    }
    threads.emplace_back([this] { BackUp(); });
    Collect();
    for (std::thread& thread : threads) thread.join();
  }

 private:
  static void Must(const absl::Status& status) {
    if (!status.ok()) FailStop(status.ToString());
  }

  void Import(const WaveKey& wave, int begin, int end) {
    std::vector<Participant> people;
    for (int i = begin; i < end; ++i) people.push_back(ParticipantOf(IdOf(i)));
    const absl::Status imported =
        database_.store().ImportRoster(wave, NewRequest(), people).status();
    if (ReasonOf(imported) != "PERSON_ERASED") Must(imported);
  }

  void Answer(const WaveKey& wave, int begin, int end, std::mt19937& random) {
    Frame frame = {.upload = {wave, absl::StrCat("u", NewUuid())},
                   .offset = 0,
                   .rows = {},
                   .receive_time = At(100)};
    for (int i = begin; i < end; ++i) {
      std::set<std::string> named;
      while (named.size() < 5) {
        const int other = static_cast<int>(random() % kPeople);
        if (other != i) named.insert(IdOf(other));
      }
      frame.rows.push_back({.person = IdOf(i),
                            .answers = Naming(named),
                            .expected_revision = std::nullopt});
    }
    Awaited<FrameResult> result;
    database_.log().AppendFrame(std::move(frame), result.callback());
    Must(result.Wait().status());
  }

  // Rosters and answers that name people while those are erased.
  void Collect() {
    std::mt19937 random(seed_);
    for (;;) {
      const int begin = static_cast<int>(random() % (kPeople - 20));
      // One by one: who was erased is refused, the others come.
      for (int i = begin; i < begin + 20; ++i) Import(kOpenWave, i, i + 1);
      Answer(kOpenWave, begin, begin + 20, random);
      usleep(5'000);
    }
  }

  void BackUp() {
    for (;;) {
      Must(database_.backups()
               .Create({.request_id = NewUuid(), .create_time = absl::Now()},
                       [] { return absl::OkStatus(); })
               .status());
      usleep(4'000'000);
    }
  }

  void Erase(unsigned seed) {
    std::mt19937 random(seed);
    People people(database_.people(), database_.store(), absl::Now);
    Erasures erasures(people, database_.people(), database_.erasure_ledger());
    for (;;) {
      const std::string id = IdOf(static_cast<int>(random() % kPeople));
      const auto receipt = erasures.ErasePerson({kLeeds, id}, NewUuid());
      if (absl::IsAborted(receipt.status())) continue;
      Must(receipt.status());
      const std::string line = id + "\n";
      if (::write(STDOUT_FILENO, line.data(), line.size()) !=
          static_cast<ssize_t>(line.size())) {
        return;
      }
    }
  }

  SurveyDatabase& database_;
  const unsigned seed_;
};

// Not a test: what this program is started again as.
TEST(ErasureProofWorker, DISABLED_Run) {
  const char* const folder = std::getenv(kFolderVariable);
  ASSERT_NE(folder, nullptr);
  auto database = OpenSurveyDatabase(OptionsOf(folder));
  ASSERT_TRUE(database.ok()) << database.status();
  Worker worker(**database, static_cast<unsigned>(getpid()));
  worker.MakeWaves();
  worker.Run();
}

class ErasureProofTest : public ::testing::Test {
 protected:
  ErasureProofTest()
      : folder_(fs::temp_directory_path() /
                absl::StrCat("erasure_proof.", getpid())) {
    fs::create_directories(folder_);
  }
  ~ErasureProofTest() override { fs::remove_all(folder_); }

  // Runs a worker until it has told of `count` erasures and a while more, and
  // kills it.
  void Erase(int count) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    setenv(kFolderVariable, folder_.c_str(), 1);
    std::string program = fs::read_symlink("/proc/self/exe");
    std::string filter = "--gtest_filter=ErasureProofWorker.DISABLED_Run";
    std::string also = "--gtest_also_run_disabled_tests";
    char* argv[] = {program.data(), filter.data(), also.data(), nullptr};
    pid_t pid = 0;
    ASSERT_EQ(
        posix_spawn(&pid, program.c_str(), &actions, nullptr, argv, environ),
        0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    FILE* const told = fdopen(ends[0], "r");
    std::array<char, 256> line;
    int heard = 0;
    while (heard < count &&
           std::fgets(line.data(), static_cast<int>(line.size()), told)) {
      heard += Hear(line.data());
    }
    usleep(static_cast<useconds_t>(random_() % 300'000));
    kill(pid, SIGKILL);
    while (std::fgets(line.data(), static_cast<int>(line.size()), told))
      Hear(line.data());
    std::fclose(told);
    int status = 0;
    waitpid(pid, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the worker ended by itself";
    ++kills_;
  }

  // What gtest prints is no id.
  int Hear(const std::string& line) {
    if (line.size() != kIdLength + 1 || line[0] != 'x') return 0;
    ++acknowledged_;
    erased_.insert(line.substr(0, kIdLength));
    return 1;
  }

  // How much there is of those who were erased in the store, which no one has
  // open.
  int Resurrected(const std::string& store) {
    const auto rocks =
        kv::OpenRocks({.path = store, .families = keys::Families()});
    EXPECT_TRUE(rocks.ok()) << rocks.status();
    if (!rocks.ok()) return 1;
    int count = 0;
    for (const std::string& family : keys::Families()) {
      if (family == keys::kErasuresFamily) continue;
      const auto it = (*rocks)->NewPrefixIterator((*rocks)->family(family), "");
      for (; it->Valid(); it->Next()) {
        storage::RequestRecord request;
        if (family == keys::kRequestIdsFamily &&
            request.ParseFromString(std::string(it->value())) &&
            request.has_erasure()) {
          continue;  // That they were erased.
        }
        for (const std::string& id :
             IdsIn(absl::StrCat(it->key(), " ", it->value()))) {
          count += erased_.count(id) > 0 ? 1 : 0;
          ++ids_read_;
        }
      }
    }
    return count;
  }

  // Opens the store as a server does, looks, and audits it.
  void CheckStore(const fs::path& store, const SurveyDatabaseOptions& options) {
    ASSERT_TRUE(OpenSurveyDatabase(options).status().ok());
    EXPECT_EQ(Resurrected(store), 0) << store;
    const auto audit = VerifyStore(store);
    EXPECT_TRUE(audit.ok()) << audit.status();
  }

  std::vector<std::string> Backups() {
    std::vector<std::string> ids;
    for (const auto& entry :
         fs::directory_iterator(folder_ / "backups/sealed")) {
      ids.push_back(entry.path().stem());
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  // Restores a backup to a folder of its own, as after the loss of the store.
  void CheckBackup(const std::string& id) {
    const fs::path target = folder_ / "restored";
    fs::remove_all(target);
    const auto restored = RestoreStore(
        {.backup_dir = folder_ / "backups", .backup = id, .data_dir = target});
    ASSERT_TRUE(restored.ok()) << id << ": " << restored.status();
    EXPECT_EQ(Resurrected(target), 0) << id;
    const auto audit = VerifyStore(target);
    EXPECT_TRUE(audit.ok()) << id << ": " << audit.status();
    ++restores_;
  }

  const fs::path folder_;
  std::mt19937 random_{7};
  std::set<std::string> erased_;
  int acknowledged_ = 0;
  int kills_ = 0;
  int restores_ = 0;
  std::int64_t ids_read_ = 0;
};

TEST_F(ErasureProofTest, BringsNobodyBack) {
  const int wanted = ErasureCount();
  const absl::Time begin = absl::Now();
  while (acknowledged_ < wanted) {
    ASSERT_NO_FATAL_FAILURE(
        Erase(std::min(wanted - acknowledged_,
                       static_cast<int>(1 + random_() % (wanted / 8)))));
    CheckStore(folder_ / "store", OptionsOf(folder_));
    const std::vector<std::string> backups = Backups();
    if (!backups.empty()) CheckBackup(backups[random_() % backups.size()]);
  }
  const std::vector<std::string> backups = Backups();
  ASSERT_GT(backups.size(), 1u);
  for (const std::string& id : backups) CheckBackup(id);
  EXPECT_GT(ids_read_, 10'000) << "the search does not see the rows";
  std::printf(
      "%d acknowledged erasures of %d people, %d kills, %d restores of %d "
      "backups: 0 resurrected in %lld s\n",
      acknowledged_, static_cast<int>(erased_.size()), kills_, restores_,
      static_cast<int>(backups.size()),
      static_cast<long long>(absl::ToInt64Seconds(absl::Now() - begin)));
}

}  // namespace
}  // namespace pulsetaker::survey
