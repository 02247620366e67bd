#include "common/base/env_flags.h"

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

ABSL_FLAG(std::string, test_text, "default", "Some text.");
ABSL_FLAG(int, test_number, 3, "Some number.");
ABSL_FLAG(bool, test_truth, false, "Some truth.");
ABSL_FLAG(absl::Duration, test_time, absl::Seconds(1), "Some time.");

namespace pulsetaker {
namespace {

absl::Status FromEnvironment(const std::map<std::string, std::string>& values) {
  return SetFlagsFromEnvironment(
      [&](const std::string& name) -> std::optional<std::string> {
        const auto found = values.find(name);
        if (found == values.end()) return std::nullopt;
        return found->second;
      });
}

class FlagsTest : public ::testing::Test {
  absl::FlagSaver saver_;
};

TEST_F(FlagsTest, TakesValuesFromTheEnvironment) {
  const absl::Status status =
      FromEnvironment({{"PULSETAKER_TEST_TEXT", "from environment"},
                       {"PULSETAKER_TEST_TIME", "250ms"},
                       {"PULSETAKER_NO_FLAG_OF_OURS", "tcp://10.0.0.1:80"},
                       {"PULSETAKER_FLAGFILE", "/etc/passwd"}});
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(absl::GetFlag(FLAGS_test_text), "from environment");
  EXPECT_EQ(absl::GetFlag(FLAGS_test_time), absl::Milliseconds(250));
  EXPECT_EQ(absl::GetFlag(FLAGS_test_number), 3);
}

TEST_F(FlagsTest, NamesTheVariableThatIsWrong) {
  const absl::Status status =
      FromEnvironment({{"PULSETAKER_TEST_NUMBER", "many"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), "FLAG_MALFORMED");
  EXPECT_TRUE(absl::StrContains(status.message(), "PULSETAKER_TEST_NUMBER"))
      << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "many")) << status;
}

TEST_F(FlagsTest, TakesEveryFormOfArgument) {
  const std::vector<const char*> arguments = {
      "--test_text=a=b", "--test_number", "-7", "--test_truth"};
  const absl::Status status = SetFlagsFromArguments(arguments);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(absl::GetFlag(FLAGS_test_text), "a=b");
  EXPECT_EQ(absl::GetFlag(FLAGS_test_number), -7);
  EXPECT_TRUE(absl::GetFlag(FLAGS_test_truth));
  ASSERT_TRUE(SetFlagsFromArguments({"--notest_truth"}).ok());
  EXPECT_FALSE(absl::GetFlag(FLAGS_test_truth));
  ASSERT_TRUE(SetFlagsFromArguments({"--test_truth=true"}).ok());
  EXPECT_TRUE(absl::GetFlag(FLAGS_test_truth));
}

TEST_F(FlagsTest, RefusesWhatIsNoFlag) {
  const struct {
    const char* argument;
    const char* message;
  } cases[] = {
      {"stray", "'stray' is not a flag"},
      {"--", "'--' is not a flag"},
      {"-test_number=1", "'-test_number=1' is not a flag"},
      {"--no_such_flag=1", "--no_such_flag is not a flag"},
      {"--notest_number", "--notest_number is not a flag"},
      {"--flagfile=x", "--flagfile is not a flag"},
      {"--test_number", "--test_number: wants a value"},
  };
  for (const auto& c : cases) {
    const absl::Status status = SetFlagsFromArguments({c.argument});
    EXPECT_EQ(status.message(), c.message);
    EXPECT_EQ(ReasonOf(status), "FLAG_MALFORMED");
  }
  EXPECT_FALSE(SetFlagsFromArguments({"--test_number=x"}).ok());
}

TEST_F(FlagsTest, ExplainsEveryFlag) {
  const std::string help = FlagsHelp();
  EXPECT_TRUE(absl::StrContains(help,
                                "  --test_number   [PULSETAKER_TEST_NUMBER]\n"
                                "      Some number.\n      Default: 3\n"))
      << help;
  EXPECT_FALSE(absl::StrContains(help, "flagfile")) << help;
}

TEST(FlagsDeathTest, EndsTheProcessWithTheStatusOfWrongUsage) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const char* const wrong[] = {"program", "--test_number=x"};
  EXPECT_EXIT(ParseFlags(2, wrong, ""), ::testing::ExitedWithCode(2),
              "program: --test_number=x: .*; see --help");
  const char* const nothing[] = {"program"};
  EXPECT_EXIT(
      {
        setenv("PULSETAKER_TEST_TIME", "soon", 1);
        ParseFlags(1, nothing, "");
      },
      ::testing::ExitedWithCode(2), "PULSETAKER_TEST_TIME: ");
  const char* const help[] = {"program", "--help"};
  EXPECT_EXIT(ParseFlags(2, help, ""), ::testing::ExitedWithCode(0), "");
}

TEST_F(FlagsTest, PrefersTheCommandLine) {
  setenv("PULSETAKER_TEST_NUMBER", "5", 1);
  setenv("PULSETAKER_TEST_TEXT", "environment", 1);
  const char* const arguments[] = {"program", "--test_number=6"};
  ParseFlags(2, arguments, "");
  unsetenv("PULSETAKER_TEST_NUMBER");
  unsetenv("PULSETAKER_TEST_TEXT");
  EXPECT_EQ(absl::GetFlag(FLAGS_test_number), 6);
  EXPECT_EQ(absl::GetFlag(FLAGS_test_text), "environment");
}

}  // namespace
}  // namespace pulsetaker
