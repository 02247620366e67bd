// kill -9 while records are appended, again and again: what anyone was told to
// be kept is there, once, and the tree is whole. Sizes: PULSETAKER_AUDIT_KILLS.

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/audit/audit_log.h"
#include "common/audit/export_verifier.h"
#include "common/base/random.h"
#include "common/base/uuid.h"
#include "gtest/gtest.h"
#include "tests/support/sizes.h"

namespace pulsetaker::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kNumbersApart = 10'000'000;
constexpr std::size_t kAll = std::size_t{1} << 40;

// A process that appends, and what it says.
class Appender {
 public:
  Appender(const std::string& folder, std::uint64_t first) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const std::string number = absl::StrCat(first);
    std::string program = PULSETAKER_APPENDER_BINARY;
    std::string folder_text = folder;
    std::string number_text = number;
    std::array<char*, 4> argv = {program.data(), folder_text.data(),
                                 number_text.data(), nullptr};
    EXPECT_EQ(posix_spawn(&pid_, program.c_str(), &actions, nullptr,
                          argv.data(), environ),
              0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    out_ = ends[0];
  }

  // Waits until it is told of a record. False if it has ended.
  bool AwaitFirst() { return ReadSome(); }

  // Kills it, and returns the trace ids of all records that it was told of.
  std::vector<std::string> Kill() {
    kill(pid_, SIGKILL);
    while (ReadSome()) {
    }
    close(out_);
    int status = 0;
    waitpid(pid_, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
    std::vector<std::string> ids = absl::StrSplit(said_, '\n');
    ids.pop_back();  // What is after the last newline.
    return ids;
  }

 private:
  bool ReadSome() {
    std::array<char, 4096> bytes;
    const ssize_t size = read(out_, bytes.data(), bytes.size());
    if (size <= 0) return false;
    said_.append(bytes.data(), static_cast<std::size_t>(size));
    return true;
  }

  pid_t pid_ = 0;
  int out_ = -1;
  std::string said_;
};

class AuditKillTest : public ::testing::Test {
 protected:
  AuditKillTest()
      : folder_(fs::current_path() / absl::StrCat("audit-kill-", NewUuid())) {}
  ~AuditKillTest() override { fs::remove_all(folder_); }

  // Opens the log after a kill and looks at all of it.
  void Check(const std::set<std::string>& told,
             std::vector<SignedTreeHead>& kept) {
    const auto log = AuditLog::Open({.path = folder_.string(),
                                     .service = "survey",
                                     .clock = [] { return absl::Now(); }});
    ASSERT_TRUE(log.ok()) << log.status();
    const SignedTreeHead head = (*log)->head();
    const auto leaves =
        (*log)->store().ReadLeaves(0, head.head.size, kAll, kAll);
    ASSERT_TRUE(leaves.ok()) << leaves.status();
    ExportVerifier verifier(head, kept);
    std::set<std::string> found;
    for (const StoredLeaf& leaf : *leaves) {
      verifier.Add(leaf.bytes);
      LoggedRecord record;
      ASSERT_TRUE(DecodeRecord(leaf.bytes, record).ok());
      EXPECT_TRUE(found.insert(record.record.trace_id).second) << "twice";
    }
    const Verdict verdict = verifier.Finish();
    EXPECT_TRUE(verdict.findings.empty()) << verdict.findings[0].text;
    for (const std::string& id : told) {
      EXPECT_EQ(found.count(id), 1u) << id << " was told and is lost";
    }
    record_count_ = found.size();
    kept.push_back(head);
  }

  const fs::path folder_;
  std::size_t record_count_ = 0;
};

TEST_F(AuditKillTest, LosesNothingThatWasTold) {
  const std::int64_t kills =
      testing::SizeFromEnvironment("PULSETAKER_AUDIT_KILLS", 50);
  Random random(17);
  std::set<std::string> told;
  std::vector<SignedTreeHead> kept;
  for (std::int64_t i = 0; i < kills && !HasFailure(); ++i) {
    Appender appender(folder_.string(),
                      static_cast<std::uint64_t>(i) * kNumbersApart);
    ASSERT_TRUE(appender.AwaitFirst()) << "it was told of nothing";
    absl::SleepFor(
        absl::Microseconds(static_cast<int>(random.Uniform(60'000))));
    for (std::string& id : appender.Kill()) told.insert(std::move(id));
    Check(told, kept);
  }
  std::cout << kills << " kills: " << told.size() << " records told of, "
            << record_count_ << " kept, 0 lost, every tree as signed and "
            << "consistent with all " << kept.size() << " heads before\n";
}

}  // namespace
}  // namespace pulsetaker::audit
