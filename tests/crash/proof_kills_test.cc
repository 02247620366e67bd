// A proof that is killed leaves no mark or a whole one, and a repeat works.
//
// `pulsetaker-survey prove` ends itself at one step after the other
// (common/base/fault.h), from the first that it passes to the last.

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/kv/backup.h"
#include "gtest/gtest.h"
#include "services/survey/store/store_testing.h"
#include "tests/support/survey_process.h"

namespace pulsetaker::survey {
namespace {

namespace fs = std::filesystem;

constexpr char kBinary[] = PULSETAKER_SURVEY_BINARY;
constexpr int kPassingsMax = 1'000;

// Every step towards the disk that a proof takes: it restores, opens, marks.
constexpr const char* kPoints[] = {
    "file.unnamed_written", "file.renamed",       "ledger.created",
    "io.written",           "io.synced",          "io.closed",
    "open.ledger_opened",   "open.mark_checked",  "open.database_opened",
    "rocks.closing",        "rocks.close_synced", "rocks.closed"};

class ProofKillsTest : public ::testing::Test {
 protected:
  ProofKillsTest() {
    auto opened = OpenSurveyDatabase(
        {.path = folder_.path() + "/store", .backup_dir = backups()});
    EXPECT_TRUE(opened.ok()) << opened.status();
    EXPECT_TRUE(
        (*opened)
            ->store()
            .CreateLocality(LocalityOf({"north", "leeds"}), RequestOf(1))
            .ok());
    const auto made = (*opened)->backups().Create(
        {.request_id = RequestOf(2).id, .create_time = At(0)},
        [] { return absl::OkStatus(); });
    EXPECT_TRUE(made.ok()) << made.status();
    id_ = made->id;
  }

  std::string backups() const { return folder_.path() + "/backups"; }

  // Its status as waitpid has it.
  int Prove(const std::string& kill_at) const {
    std::vector<std::string> words = {
        kBinary,    "prove",  "--backup-dir",  backups(),
        "--backup", "latest", "--scratch-dir", folder_.path() + "/scratch"};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::string variable = "PULSETAKER_KILL_AT=" + kill_at;
    std::vector<char*> variables = {variable.data()};
    for (char** own = environ; *own != nullptr; ++own) {
      variables.push_back(*own);
    }
    variables.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null",
                                     O_WRONLY, 0);
    pid_t pid = 0;
    const int spawned = posix_spawn(&pid, kBinary, &files, nullptr, argv.data(),
                                    variables.data());
    posix_spawn_file_actions_destroy(&files);
    EXPECT_EQ(spawned, 0);
    int status = -1;
    waitpid(pid, &status, 0);
    return status;
  }

  // Whether there is a whole mark. Half a one is a failure.
  bool IsMarked() const {
    const kv::BackupFolder folder({.path = backups()});
    const auto proven = folder.ProvenTime(*folder.Find(id_)->seal);
    EXPECT_TRUE(proven.ok()) << proven.status();
    EXPECT_EQ(fs::exists(MarkPath()), proven->has_value()) << "half a mark";
    return proven->has_value();
  }

  std::string MarkPath() const {
    return absl::StrCat(backups(), "/proven/", id_, ".1");
  }

  const pulsetaker::testing::TemporaryFolder folder_;
  std::string id_;
  int without_mark_ = 0;
  int with_mark_ = 0;
};

TEST_F(ProofKillsTest, LeavesNoMarkOrAWholeOne) {
  for (const char* point : kPoints) {
    int kills = 0;
    for (int passing = 1; passing <= kPassingsMax && !HasFailure(); ++passing) {
      fs::remove(MarkPath());
      const int status = Prove(absl::StrCat(point, ":", passing));
      if (WIFEXITED(status)) {
        ASSERT_EQ(WEXITSTATUS(status), 0) << point << ":" << passing;
        EXPECT_TRUE(IsMarked());
        break;
      }
      ASSERT_EQ(WTERMSIG(status), SIGKILL);
      ++(IsMarked() ? with_mark_ : without_mark_);
      ++kills;
    }
    EXPECT_GT(kills, 0) << point << " was not reached";
    EXPECT_LT(kills, kPassingsMax) << point;
  }
  // The last proof was killed nowhere, after one that was.
  EXPECT_FALSE(fs::exists(folder_.path() + "/scratch/pulsetaker-proof"));
  EXPECT_GT(with_mark_, 0) << "none was killed after its mark";
  std::printf("%d proofs killed: %d without a mark, %d with a whole one\n",
              without_mark_ + with_mark_, without_mark_, with_mark_);
}

}  // namespace
}  // namespace pulsetaker::survey
