// A backup that is taken while rows stream in comes back as the store was at
// one instant: with everything that was acknowledged before it began, nothing
// by halves, and uploads that can go on. A damaged one never comes back, nor
// one whose restore was killed.
//
// What must be there is kept out here. Rows follow from their numbers, and the
// order in which frames were acknowledged is written down as it happens.
//
// PULSETAKER_BACKUPS sets the number of backups, 100 if it is not set; the
// number of damages and kills follow from it.

#include "common/kv/backup.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "common/kv/restore.h"
#include "gtest/gtest.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/store/store_restore.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::survey {
namespace {

namespace fs = std::filesystem;

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr std::size_t kUploads = 3;
constexpr std::int64_t kFrameRows = 20;
constexpr std::int64_t kPeopleOfAnUpload = 400;
constexpr int kRowsBefore = 20'000;  // In a wave that is closed by then.
const WaveKey kClosedWave = {"north", "leeds", "care", 1};
const WaveKey kOpenWave = {"north", "leeds", "care", 2};

int BackupCount() {
  const char* set = std::getenv("PULSETAKER_BACKUPS");
  return set == nullptr ? 100 : std::max(3, std::atoi(set));
}

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void WriteAll(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// The people of an upload come again and again, with other answers than before
// or with the same.
std::string PersonOf(std::size_t upload, std::int64_t row) {
  return absl::StrCat("u", upload, "-", row * 7 % kPeopleOfAnUpload);
}
std::int32_t ContentOf(std::int64_t row) {
  return static_cast<std::int32_t>(row / kPeopleOfAnUpload / 2 + row % 5);
}

UploadKey KeyOf(std::size_t upload) {
  return {kOpenWave, absl::StrCat("u", upload)};
}

// The frame of this number.
Frame FrameOf(std::size_t upload, std::int64_t number) {
  Frame frame = {.upload = KeyOf(upload),
                 .offset = number * kFrameRows,
                 .rows = {},
                 .receive_time = At(number)};
  for (std::int64_t i = 0; i < kFrameRows; ++i) {
    const std::int64_t row = frame.offset + i;
    frame.rows.push_back(RowOf(PersonOf(upload, row), ContentOf(row)));
  }
  return frame;
}

// What must be in place after the first frames of a run.
class Model {
 public:
  struct Person {
    std::int32_t content = -1;
    std::int64_t revision = 0;
    friend bool operator==(const Person&, const Person&) = default;
  };
  using People = std::map<std::string, Person>;

  // Takes in the next frame of the upload.
  void Add(std::size_t upload) {
    const std::int64_t first = frames_[upload]++ * kFrameRows;
    for (std::int64_t row = first; row < first + kFrameRows; ++row) {
      Person& person = people_[PersonOf(upload, row)];
      if (person.content == ContentOf(row)) {
        ++unchanged_[upload];
        continue;
      }
      ++(person.revision == 0 ? stored_ : superseded_)[upload];
      person = {ContentOf(row), person.revision + 1};
    }
  }

  std::int64_t frames(std::size_t upload) const { return frames_[upload]; }
  const People& people() const { return people_; }

  void Expect(std::size_t number, const Upload& upload) const {
    EXPECT_EQ(upload.committed_offset, frames_[number] * kFrameRows);
    EXPECT_EQ(upload.stored_count, stored_[number]);
    EXPECT_EQ(upload.unchanged_count, unchanged_[number]);
    EXPECT_EQ(upload.superseded_count, superseded_[number]);
  }

 private:
  People people_;
  std::array<std::int64_t, kUploads> frames_ = {};
  std::array<std::int64_t, kUploads> stored_ = {};
  std::array<std::int64_t, kUploads> unchanged_ = {};
  std::array<std::int64_t, kUploads> superseded_ = {};
};

absl::StatusOr<FrameResult> Append(SurveyDatabase& database, std::size_t upload,
                                   std::int64_t frame) {
  Awaited<FrameResult> result;
  database.log().AppendFrame(FrameOf(upload, frame), result.callback());
  return result.Wait();
}

// A backup, and how far the frames had come around it.
struct Taken {
  std::string id;
  std::size_t acknowledged_before = 0;
  std::size_t sent_after = 0;
  Backup backup;
};

class BackupProofTest : public ::testing::Test {
 protected:
  ~BackupProofTest() override {
    database_.reset();
    fs::remove_all(root_);
  }

  static fs::path MakeRoot() {
    std::string path = fs::temp_directory_path() / "backup_proof_XXXXXX";
    return ::mkdtemp(path.data());
  }

  std::unique_ptr<SurveyDatabase> Open(const std::string& path) const {
    auto opened = OpenSurveyDatabase({.path = path, .backup_dir = backups()});
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *std::move(opened) : nullptr;
  }

  std::string backups() const { return root_ / "backups"; }
  std::string target() const { return root_ / "restored"; }

  void MakeWaves();
  void TakeBackups(int count);
  // Compares a store with the model.
  void ExpectEqual(SurveyDatabase& database, const Model& model) const;
  void RestoreAndCompare(const Taken& taken, Model& model);
  void DamageAndRestore(int count);
  void KillRestores(int count);
  void ExpectRefused(const std::string& what, const std::string& id);

  absl::StatusOr<RestoredStore> Restore(const std::string& id) const {
    return RestoreStore(
        {.backup_dir = backups(), .backup = id, .data_dir = target()});
  }

  const fs::path root_ = MakeRoot();
  std::mt19937_64 random_{20'260'131};
  std::unique_ptr<SurveyDatabase> database_;

  // The uploads of the frames, in the order of their acknowledgements.
  mutable Mutex mutex_;
  std::vector<std::size_t> order_ ABSL_GUARDED_BY(mutex_);
  std::atomic<std::size_t> sent_ = 0;

  std::vector<Taken> taken_;
  std::size_t compared_frames_ = 0;
  int equal_ = 0;
  int refused_ = 0;
  int killed_ = 0;
};

void BackupProofTest::MakeWaves() {
  database_ = Open(root_ / "store");
  ASSERT_NE(database_, nullptr);
  SurveyStore& store = database_->store();
  ASSERT_TRUE(
      store.CreateLocality(LocalityOf({"north", "leeds"}), RequestOf(1)).ok());
  ASSERT_TRUE(
      database_->instruments()
          .CreateInstrument(InstrumentOf({"north", "standard"}), RequestOf(2))
          .ok());
  ASSERT_TRUE(
      store.CreateSurvey(SurveyOf({"north", "leeds", "care"}), RequestOf(3))
          .ok());
  Fieldwork fieldwork(store, database_->qualities(), [] { return At(0); });
  int request = 10;
  for (const WaveKey& wave : {kClosedWave, kOpenWave}) {
    ASSERT_TRUE(store.CreateWave(WaveOf(wave), RequestOf(request++)).ok());
    const auto opened = fieldwork.OpenWave(
        {.key = wave, .expected_revision = {}, .request_id = NewUuid()});
    ASSERT_TRUE(opened.ok()) << opened.status();
  }
  for (std::int64_t row = 0; row < kRowsBefore; row += 1'000) {
    Frame frame = {.upload = {kClosedWave, "before"},
                   .offset = row,
                   .rows = {},
                   .receive_time = At(1)};
    for (std::int64_t i = row; i < row + 1'000; ++i) {
      frame.rows.push_back(
          RowOf(absl::StrCat("b", i), static_cast<std::int32_t>(i)));
    }
    Awaited<FrameResult> result;
    database_->log().AppendFrame(std::move(frame), result.callback());
    ASSERT_TRUE(result.Wait().ok());
  }
  const auto closed = fieldwork.CloseWave(
      {.key = kClosedWave, .expected_revision = {}, .request_id = NewUuid()});
  ASSERT_TRUE(closed.ok()) << closed.status();
}

void BackupProofTest::TakeBackups(int count) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> writers;
  for (std::size_t upload = 0; upload < kUploads; ++upload) {
    writers.emplace_back([&, upload] {
      for (std::int64_t number = 0; !stop; ++number) {
        Awaited<FrameResult> result;
        const auto told = result.callback();
        ++sent_;
        database_->log().AppendFrame(FrameOf(upload, number),
                                     [&](absl::StatusOr<FrameResult> done) {
                                       {
                                         MutexLock lock(mutex_);
                                         if (done.ok())
                                           order_.push_back(upload);
                                       }
                                       told(std::move(done));
                                     });
        EXPECT_TRUE(result.Wait().ok());
        // Leaves some of the machine to the backups.
        absl::SleepFor(absl::Milliseconds(1));
      }
    });
  }
  for (int i = 0; i < count; ++i) {
    Taken taken;
    {
      MutexLock lock(mutex_);
      taken.acknowledged_before = order_.size();
    }
    const auto made = database_->backups().Create(
        {.request_id = NewUuid(),
         .create_time = absl::FromUnixMicros(absl::ToUnixMicros(absl::Now()))},
        [] { return absl::OkStatus(); });
    taken.sent_after = sent_;
    EXPECT_TRUE(made.ok()) << made.status();
    if (!made.ok()) break;
    taken.id = made->id;
    taken.backup = *made;
    taken_.push_back(taken);
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
}

void BackupProofTest::ExpectEqual(SurveyDatabase& database,
                                  const Model& model) const {
  const auto snapshot = database.store().ReadSnapshot(kOpenWave);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  Model::People people;
  std::string after;
  for (;;) {
    const auto page = (*snapshot)->ReadResponses(after, 1'000);
    ASSERT_TRUE(page.ok()) << page.status();
    if (page->empty()) break;
    for (const Response& response : *page) {
      const auto wanted = model.people().find(response.person);
      ASSERT_NE(wanted, model.people().end()) << "a response from nowhere";
      EXPECT_EQ(response.answers, AnswersOf(wanted->second.content));
      people[response.person] = {wanted->second.content, response.revision};
    }
    after = page->back().person;
  }
  EXPECT_EQ(people, model.people());
  EXPECT_EQ((*snapshot)->wave().response_count,
            static_cast<std::int64_t>(model.people().size()));
  for (std::size_t upload = 0; upload < kUploads; ++upload) {
    if (model.frames(upload) == 0) continue;
    const auto found = database.store().GetUpload(KeyOf(upload));
    ASSERT_TRUE(found.ok()) << found.status();
    model.Expect(upload, *found);
  }
}

// `model` is of an earlier backup, and becomes that of this one.
void BackupProofTest::RestoreAndCompare(const Taken& taken, Model& model) {
  SCOPED_TRACE(taken.id);
  const auto restored = Restore(taken.id);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->audit.digested_wave_count, 1);
  const auto database = Open(target());
  ASSERT_NE(database, nullptr);
  std::size_t frames = 0;
  for (std::size_t upload = 0; upload < kUploads; ++upload) {
    const auto found = database->store().GetUpload(KeyOf(upload));
    if (absl::IsNotFound(found.status())) continue;
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->committed_offset % kFrameRows, 0) << "half a frame";
    frames += static_cast<std::size_t>(found->committed_offset / kFrameRows);
  }
  EXPECT_GE(frames, taken.acknowledged_before) << "acknowledged, and not there";
  EXPECT_LE(frames, taken.sent_after) << "there, and never sent";
  MutexLock lock(mutex_);
  ASSERT_LE(frames, order_.size());
  ASSERT_GE(frames, compared_frames_);
  for (; compared_frames_ < frames; ++compared_frames_) {
    model.Add(order_[compared_frames_]);
  }
  // The uploads have each as many frames as the run had at this instant.
  ExpectEqual(*database, model);

  // Writing goes on: what is there is taken in no second time, and the upload
  // gets to where the first store was some frames later.
  Model later = model;
  const std::size_t end = &taken == &taken_.back()
                              ? order_.size()
                              : std::min(order_.size(), frames + 5);
  for (std::size_t i = frames; i < end; ++i) {
    const std::int64_t next = later.frames(order_[i]);
    if (next > 0) {
      const auto again = Append(*database, order_[i], next - 1);
      ASSERT_TRUE(again.ok() && again->verdicts.empty()) << again.status();
    }
    ASSERT_TRUE(Append(*database, order_[i], next).ok());
    later.Add(order_[i]);
  }
  ExpectEqual(*database, later);
  if (!HasFailure()) ++equal_;
}

void BackupProofTest::ExpectRefused(const std::string& what,
                                    const std::string& id) {
  const auto restored = Restore(id);
  EXPECT_FALSE(restored.ok()) << what << " was not noticed";
  EXPECT_FALSE(fs::exists(target())) << what << " left something in place";
  const std::string reason = ReasonOf(restored.status());
  // Without a seal there is no backup of this name.
  EXPECT_TRUE(
      reason == "STORED_DATA_UNREADABLE" ||
      (reason == "BACKUP_NOT_FOUND" && absl::StrContains(what, "sealed/")))
      << what << ": " << restored.status();
  if (!restored.ok()) ++refused_;
  fs::remove_all(target());
}

// One of CURRENT, log, MANIFEST, OPTIONS, list of files, table file and seal.
std::string KindOf(const std::string& path) {
  for (const char* kind :
       {"CURRENT", ".log", "MANIFEST", "OPTIONS", ".sst", "meta/", "sealed/"}) {
    if (absl::StrContains(path, kind)) return kind;
  }
  return "unknown";
}

// A file of each kind that the backup has.
std::map<std::string, std::string> FilesByKind(const kv::BackupSeal& seal,
                                               std::mt19937_64& random) {
  std::map<std::string, std::string> files = {
      {"sealed/", absl::StrCat("sealed/", seal.id, ".", seal.engine_id)}};
  for (const kv::BackupFile& file : seal.files) {
    const std::string kind = KindOf(file.path);
    if (files.count(kind) == 0 || random() % 3 == 0) files[kind] = file.path;
  }
  return files;
}

// What the file holds afterwards, or nothing if it is gone. `same` is of the
// same kind.
std::optional<std::string> Damaged(const std::string& whole,
                                   const std::string& same,
                                   std::mt19937_64& random, std::string& what) {
  std::string damaged = whole;
  const std::size_t at = random() % whole.size();
  switch (random() % 5) {
    case 0:
    case 1:
      what += " with a bit flipped";
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
      return damaged;
    case 2:
      what += " cut off";
      return damaged.substr(0, at);
    case 3:
      what += " removed";
      return std::nullopt;
    default:
      what += " swapped";
      return same == whole ? whole + whole : same;
  }
}

void BackupProofTest::DamageAndRestore(int count) {
  const auto entries = kv::BackupFolder({.path = backups()}).List();
  ASSERT_TRUE(entries.ok() && entries->size() >= 2);
  const fs::path root = backups();
  std::map<std::string, int> by_kind;
  for (int i = 0; i < count; ++i) {
    const auto any = [&]() -> const kv::BackupSeal& {
      return *(*entries)[random_() % entries->size()].seal;
    };
    const kv::BackupSeal& seal = any();
    const auto files = FilesByKind(seal, random_);
    const auto others = FilesByKind(any(), random_);
    const auto file =
        std::next(files.begin(), i % static_cast<int>(files.size()));
    const fs::path path = root / file->second;
    const std::string whole = ReadAll(path);
    ASSERT_FALSE(whole.empty()) << path;
    const auto other = others.find(file->first);
    std::string what = file->first;
    std::optional<std::string> damaged = Damaged(
        whole, other == others.end() ? whole : ReadAll(root / other->second),
        random_, what);
    if (file->first == "sealed/" && i % 2 == 0) {
      what = "a mark that the store does not reach";
      kv::BackupSeal forged = seal;
      forged.mark += 1'000'000'000;
      damaged = kv::EncodeSeal(forged);
    }
    if (damaged.has_value()) {
      WriteAll(path, *damaged);
    } else {
      fs::remove(path);
    }
    ExpectRefused(what, seal.id);
    WriteAll(path, whole);
    ++by_kind[file->first];
  }
  EXPECT_GE(by_kind.size(), 6u) << "not every kind of file was damaged";
  EXPECT_EQ(by_kind.count("unknown"), 0u);
  EXPECT_TRUE(Restore(taken_.back().id).ok()) << "whole again";
  fs::remove_all(target());
}

// Runs the command to its end, or kills it after `patience`. True if it ended
// by itself, and well.
bool RunRestore(const std::vector<std::string>& arguments,
                absl::Duration patience) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  const absl::Time end = absl::Now() + patience;
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    if (absl::Now() >= end) ::kill(pid, SIGKILL);
    absl::SleepFor(absl::Milliseconds(1));
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void BackupProofTest::KillRestores(int count) {
  const std::vector<std::string> command = {
      kBinary,    "restore", "--backup-dir", backups(),
      "--backup", "latest",  "--data-dir",   target()};
  absl::Time begin = absl::Now();
  ASSERT_TRUE(RunRestore(command, absl::Seconds(60)));
  const absl::Duration whole = absl::Now() - begin;
  ASSERT_FALSE(RunRestore(command, absl::Seconds(60))) << "it holds a store";
  for (int i = 0; i < count; ++i) {
    fs::remove_all(target());
    const double share = static_cast<double>(random_() % 1'000) / 1'000;
    if (RunRestore(command, share * whole)) continue;
    // Nothing is there, or what refuses to be opened; or all of it, if it was
    // killed after the store had come to its place, while erasures were
    // replayed: whoever opens it replays the rest.
    const bool is_marked = fs::exists(target() + "/restoring");
    if (is_marked) {
      EXPECT_EQ(OpenSurveyDatabase({.path = target()}).status().code(),
                absl::StatusCode::kFailedPrecondition);
    } else if (fs::exists(target() + "/db") ||
               fs::exists(target() + "/ledger")) {
      EXPECT_TRUE(OpenSurveyDatabase({.path = target()}).ok());
      const auto audit = VerifyStore(target());
      EXPECT_TRUE(audit.ok()) << audit.status();
    }
    ++killed_;
  }
  // A repeat begins anew, whatever is there.
  fs::remove_all(target());
  for (const double share : {0.3, 0.6, 0.9}) {
    RunRestore(command, share * whole);
  }
  if (!fs::exists(target() + "/db") || fs::exists(target() + "/restoring")) {
    EXPECT_TRUE(RunRestore(command, absl::Seconds(60)));
  }
  EXPECT_TRUE(VerifyStore(target()).ok());
}

TEST_F(BackupProofTest, ABackupIsOneInstantAndADamagedOneIsNone) {
  const int count = BackupCount();
  ASSERT_NO_FATAL_FAILURE(MakeWaves());
  TakeBackups(count);
  ASSERT_EQ(taken_.size(), static_cast<std::size_t>(count));
  const Taken first = taken_.front();
  Model model;
  for (const Taken& taken : taken_) {
    ASSERT_NO_FATAL_FAILURE(RestoreAndCompare(taken, model));
    fs::remove_all(target());
  }
  std::int64_t copied = 0;
  std::int64_t bytes = 0;
  std::vector<double> shares;
  for (const Taken& taken : taken_) {
    copied += taken.backup.copied_bytes;
    bytes += taken.backup.size_bytes;
    if (taken.id != first.id) {
      shares.push_back(static_cast<double>(taken.backup.copied_bytes) /
                       static_cast<double>(taken.backup.size_bytes));
    }
  }
  std::sort(shares.begin(), shares.end());
  // Not of the first: how much was written since the last one depends on how
  // quick the machine is.
  const double median = shares[shares.size() / 2];
  EXPECT_LT(median, 0.5);
  EXPECT_LT(2 * copied, bytes);
  DamageAndRestore(count * 6 / 5);
  KillRestores(count / 5);
  std::size_t acknowledged = 0;
  {
    MutexLock lock(mutex_);
    acknowledged = order_.size() * kFrameRows;
  }
  EXPECT_EQ(equal_, count);
  std::printf(
      "%d backups while writing, %zu acknowledged, %d restored equal, %d "
      "damaged refused, %d restores killed and none half open; half of them "
      "copied at most %.0f %% of their bytes\n",
      count, acknowledged, equal_, refused_, killed_, 100 * median);
}

}  // namespace
}  // namespace pulsetaker::survey
