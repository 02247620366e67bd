#include "common/audit/tree_head.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/audit/audit_testing.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::audit {
namespace {

TestLog LogOfNine() {
  TestLog log;
  log.Append(9);
  return log;
}

TEST(TreeHeadTest, IsACheckpoint) {
  const TestLog log = LogOfNine();
  const std::string text = FormatHead(log.HeadAt(9));
  EXPECT_TRUE(absl::StartsWith(text, absl::StrCat(log.key.log_id, "\n9\n")))
      << text;
  EXPECT_TRUE(absl::StrContains(
      text, absl::StrCat("\ntime 2026-01-01T00:00:09.123456Z\n\n— ",
                         log.key.log_id, " ")))
      << text;
}

// As golang.org/x/mod/sumdb/note computes it, for the key in its documentation.
TEST(TreeHeadTest, NamesKeysAsSignedNotesDo) {
  const std::string text =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  // Not a log of ours, but its key id must be what the last part gives.
  const std::string ours = absl::StrReplaceAll(text, {{"PeterNeumann", "p"}});
  EXPECT_EQ(ReasonOf(ParseVerifierKey(text).status()), "AUDIT_KEY_MALFORMED");
  EXPECT_EQ(ReasonOf(ParseVerifierKey(ours).status()), "AUDIT_KEY_MALFORMED");
}

TEST(TreeHeadTest, ComesBackFromItsText) {
  const TestLog log = LogOfNine();
  for (const std::uint64_t size : {0, 1, 9}) {
    const SignedTreeHead head = log.HeadAt(size);
    const auto again = ParseHead(FormatHead(head));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*again, head);
    EXPECT_TRUE(VerifyHead(*again, log.key).ok());
  }
  const auto key =
      ParseVerifierKey(absl::StrCat(" ", FormatVerifierKey(log.key), "\n"));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(*key, log.key);
}

TEST(TreeHeadTest, NoByteCanBeChanged) {
  const TestLog log = LogOfNine();
  const std::string text = FormatHead(log.HeadAt(9));
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int bit : {1, 2, 16, 32, 128}) {
      std::string other = text;
      other[i] = static_cast<char>(other[i] ^ bit);
      const auto head = ParseHead(other);
      if (head.ok()) {
        EXPECT_EQ(ReasonOf(VerifyHead(*head, log.key)), "AUDIT_HEAD_FORGED")
            << other;
      } else {
        EXPECT_EQ(ReasonOf(head.status()), "AUDIT_HEAD_MALFORMED");
      }
    }
  }
}

TEST(TreeHeadTest, NoByteOfAKeyCanBeChanged) {
  const TestLog log = LogOfNine();
  const std::string text = FormatVerifierKey(log.key);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_EQ(ReasonOf(ParseVerifierKey(other).status()), "AUDIT_KEY_MALFORMED")
        << other;
  }
}

TEST(TreeHeadTest, RefusesWhatIsNoHead) {
  const std::string text = FormatHead(LogOfNine().HeadAt(9));
  const std::string bad[] = {
      "",
      text.substr(0, text.size() - 1),
      text + "\n",
      " " + text,
      absl::StrReplaceAll(text, {{"\n9\n", "\n09\n"}}),
      absl::StrReplaceAll(text, {{"\n9\n", "\n-9\n"}}),
      absl::StrReplaceAll(text, {{"\n9\n", "\n9223372036854775808\n"}}),
      absl::StrReplaceAll(text, {{"time ", ""}}),
      absl::StrReplaceAll(text, {{"time ", "time  "}}),
      absl::StrReplaceAll(text, {{"09.123456Z", "9.123456Z"}}),
      absl::StrReplaceAll(text, {{"— ", "- "}}),
      absl::StrReplaceAll(text, {{"survey", "Survey"}}),
  };
  for (const std::string& one : bad) {
    ASSERT_NE(one, text);
    EXPECT_EQ(ReasonOf(ParseHead(one).status()), "AUDIT_HEAD_MALFORMED") << one;
  }
}

TEST(TreeHeadTest, IsOfOneLogOnly) {
  const TestLog log = LogOfNine();
  const TestLog other = LogOfNine();
  EXPECT_NE(log.key.log_id, other.key.log_id);
  EXPECT_NE(log.key.log_id,
            MakeVerifierKey("network", log.signing->public_key()).log_id);
  EXPECT_EQ(ReasonOf(VerifyHead(log.HeadAt(9), other.key)),
            "AUDIT_HEAD_FORGED");
  // Signed by another key in the name of the log.
  SignedTreeHead forged = log.HeadAt(9);
  forged = SignHead(forged.head, *other.signing, log.key);
  EXPECT_EQ(ReasonOf(VerifyHead(forged, log.key)), "AUDIT_HEAD_FORGED");
}

}  // namespace
}  // namespace pulsetaker::audit
