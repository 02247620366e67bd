// That a token is used and that its response is kept are one write: wherever
// the log of the database ends, both are there or neither.

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "common/base/status.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::survey {
namespace {

using Files = std::map<std::string, std::string>;

// What is in the folder and below. In the file system in memory, a folder is a
// name that others begin with.
void ReadFiles(rocksdb::Env& env, const std::string& folder, Files& files) {
  std::vector<std::string> names;
  ASSERT_TRUE(env.GetChildren(folder, &names).ok()) << folder;
  for (const std::string& name : names) {
    if (name == "LOCK") continue;  // Each who opens makes one.
    const std::string path = absl::StrCat(folder, "/", name);
    std::vector<std::string> below;
    if (env.GetChildren(path, &below).ok() && !below.empty()) {
      ReadFiles(env, path, files);
    } else {
      ASSERT_TRUE(rocksdb::ReadFileToString(&env, path, &files[path]).ok())
          << path;
    }
  }
}

class InvitationCrashTest : public StoreTest {
 protected:
  InvitationCrashTest() {
    MakeOpenWave();
    IssueOrder order;
    order.wave = wave_;
    order.persons = {"p1"};
    order.expire_time = At(1'000'000);
    order.request = RequestOf(10);
    order.now = At(10);
    EXPECT_TRUE(database_->invitations().Issue(order).ok());
  }

  Files Snapshot() {
    Files files;
    ReadFiles(*env_, "/db", files);
    return files;
  }

  Submission TheSubmission() const {
    return {.key = {wave_, "p1"},
            .answers = AnswersOf(1),
            .expected_revision = std::nullopt,
            .request = RequestOf(20),
            .receive_time = At(200),
            .token = InvitationToken{.key_number = 1,
                                     .wave = wave_,
                                     .issue = 1,
                                     .expire_time = At(1'000'000),
                                     .person = "p1"}};
  }

  // Opens what a crash would leave, and returns whether the response is there;
  // the token must be used exactly then, and a repeat must make both so.
  bool OpenAndCheck(const Files& files) {
    const std::unique_ptr<rocksdb::Env> env(
        rocksdb::NewMemEnv(rocksdb::Env::Default()));
    for (const auto& [path, bytes] : files) {
      const std::string folder = path.substr(0, path.rfind('/'));
      EXPECT_TRUE(env->CreateDirIfMissing("/db").ok());
      EXPECT_TRUE(env->CreateDirIfMissing(folder).ok());
      EXPECT_TRUE(rocksdb::WriteStringToFile(env.get(), bytes, path).ok());
    }
    auto opened = OpenSurveyDatabase({.path = "/db", .env = env.get()});
    EXPECT_TRUE(opened.ok()) << opened.status();
    if (!opened.ok()) return false;
    SurveyDatabase& database = **opened;
    const bool kept = database.store().GetResponse(wave_, "p1").ok();
    const auto invitation = database.invitations().GetInvitation(wave_, "p1");
    EXPECT_TRUE(invitation.ok()) << invitation.status();
    EXPECT_EQ(invitation->use_time.has_value(), kept);
    EXPECT_EQ(database.store().GetWave(wave_)->response_count, kept ? 1 : 0);
    Awaited<Response> repeat;
    database.log().Submit(TheSubmission(), repeat.callback());
    const auto repeated = repeat.Wait();
    EXPECT_TRUE(repeated.ok()) << repeated.status();
    EXPECT_TRUE(database.invitations()
                    .GetInvitation(wave_, "p1")
                    ->use_time.has_value());
    EXPECT_EQ(database.store().GetWave(wave_)->response_count, 1);
    return kept;
  }
};

TEST_F(InvitationCrashTest, UsesTheTokenExactlyIfTheResponseIsKept) {
  const Files before = Snapshot();
  Awaited<Response> submitted;
  database_->log().Submit(TheSubmission(), submitted.callback());
  ASSERT_TRUE(submitted.Wait().ok());
  const Files after = Snapshot();

  // The log that has grown; all else is as before: the crash came first.
  std::string log;
  for (const auto& [path, bytes] : after) {
    const auto old = before.find(path);
    if (!absl::EndsWith(path, ".log") || old == before.end() ||
        old->second == bytes) {
      continue;
    }
    ASSERT_EQ(log, "") << "two logs have grown";
    log = path;
  }
  ASSERT_NE(log, "");
  const std::size_t begin = before.at(log).size();
  const std::size_t end = after.at(log).size();
  ASSERT_EQ(after.at(log).compare(0, begin, before.at(log)), 0);
  int with_both = 0;
  int with_neither = 0;
  for (std::size_t cut = begin; cut <= end; ++cut) {
    SCOPED_TRACE(cut);
    Files files = before;
    files[log] = after.at(log).substr(0, cut);
    if (OpenAndCheck(files)) {
      ++with_both;
    } else {
      ++with_neither;
    }
    if (HasFailure()) break;
  }
  EXPECT_GT(with_both, 0);
  EXPECT_GT(with_neither, 100) << "the cuts do not reach into the write";
  std::printf(
      "log cut at each of %d bytes: %d with response and used token, "
      "%d with neither, 0 with one of the two\n",
      with_both + with_neither, with_both, with_neither);
}

}  // namespace
}  // namespace pulsetaker::survey
