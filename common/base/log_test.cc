#include "common/base/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::log {
namespace {

using std::string_literals::operator""s;

class LogTest : public ::testing::Test {
 protected:
  LogTest() {
    SetSink([this](absl::string_view line) { lines_.emplace_back(line); });
  }
  ~LogTest() override {
    SetSink(nullptr);
    SetLevel(Level::kInfo);
  }

  std::vector<std::string> lines_;
};

TEST_F(LogTest, WritesJson) {
  const std::string text = "a \"quoted\" \\ line\nwith \x01 and \xc3\xa9";
  Warning("some_event", {{"text", text},
                         {"count", 3},
                         {"large", std::uint64_t{1} << 63},
                         {"negative", -4L},
                         {"truth", true},
                         {"fraction", 0.5},
                         {"literal", "chars"}});
  ASSERT_EQ(lines_.size(), 1u);
  const auto line = nlohmann::json::parse(lines_[0]);
  EXPECT_EQ(line["level"], "warning");
  EXPECT_EQ(line["event"], "some_event");
  EXPECT_EQ(line["text"], text);
  EXPECT_EQ(line["count"], 3);
  EXPECT_EQ(line["large"], std::uint64_t{1} << 63);
  EXPECT_EQ(line["negative"], -4);
  EXPECT_EQ(line["truth"], true);
  EXPECT_EQ(line["fraction"], 0.5);
  EXPECT_EQ(line["literal"], "chars");
  EXPECT_EQ(line["time"].get<std::string>().size(),
            "2024-01-31T08:00:00.123456Z"s.size());
  EXPECT_EQ(lines_[0].find('\n'), std::string::npos);
}

// Whatever a caller sends, a line stays a line, and JSON.
TEST_F(LogTest, SurvivesAnyBytes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  for (const std::string& text : {all, "\xff\xfe"s, "\xc3"s, "\xf0\x90"s,
                                  "\xed\xa0\x80"s, "\x7f"s, "\0"s}) {
    lines_.clear();
    Error("event", {{"text", text}});
    ASSERT_EQ(lines_.size(), 1u);
    EXPECT_TRUE(nlohmann::json::accept(lines_[0])) << lines_[0];
    for (const char c : lines_[0]) {
      EXPECT_GE(static_cast<unsigned char>(c), 0x20);
    }
  }
  lines_.clear();
  Info("event", {{"text", "\xff"},
                 {"infinite", std::numeric_limits<double>::infinity()}});
  const auto line = nlohmann::json::parse(lines_[0]);
  EXPECT_EQ(line["text"], "\xef\xbf\xbd");
  EXPECT_TRUE(line["infinite"].is_null());
}

TEST_F(LogTest, BoundsALine) {
  for (const std::size_t size : {100u, 2'000u, 4'000u, 100'000u}) {
    for (const char c : {'a', '\x01', '"'}) {
      lines_.clear();
      const std::string text(size, c);
      Info("event", {{"first", text}, {"second", text}, {"third", "short"}});
      ASSERT_EQ(lines_.size(), 1u);
      EXPECT_LT(lines_[0].size(), kLineBytesMax);
      const auto line = nlohmann::json::parse(lines_[0]);
      EXPECT_EQ(line.contains("first"), true);
      EXPECT_EQ(line["third"], "short");
    }
  }
}

TEST_F(LogTest, LeavesOutWhatIsBelowTheLevel) {
  Debug("debug");
  Info("info");
  EXPECT_EQ(lines_.size(), 1u);
  SetLevel(Level::kError);
  Warning("warning");
  Error("error");
  ASSERT_EQ(lines_.size(), 2u);
  EXPECT_TRUE(absl::StrContains(lines_[1], "\"error\""));
  Level level = Level::kInfo;
  EXPECT_TRUE(ParseLevel("debug", level));
  EXPECT_EQ(level, Level::kDebug);
  EXPECT_FALSE(ParseLevel("loud", level));
  EXPECT_EQ(level, Level::kDebug);
}

// stderr as a pipe that no one reads: writers go on, lines are lost and
// counted, and none that is written is torn.
TEST(LogPipeTest, DropsLinesInsteadOfWaiting) {
  std::array<int, 2> pipe_ends;
  ASSERT_EQ(pipe(pipe_ends.data()), 0);
  const int stderr_copy = dup(STDERR_FILENO);
  ASSERT_NE(dup2(pipe_ends[1], STDERR_FILENO), -1);
  const std::string text(1'000, 'x');
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) Info("event", {{"text", text}});
    });
  }
  for (std::thread& thread : threads) thread.join();

  std::string read_bytes(1 << 20, '\0');
  const ssize_t first =
      read(pipe_ends[0], read_bytes.data(), read_bytes.size());
  ASSERT_GT(first, 0);
  Info("after");
  const ssize_t second = read(pipe_ends[0], read_bytes.data() + first,
                              read_bytes.size() - static_cast<size_t>(first));
  ASSERT_GT(second, 0);
  dup2(stderr_copy, STDERR_FILENO);
  for (const int end : {stderr_copy, pipe_ends[0], pipe_ends[1]}) close(end);

  read_bytes.resize(static_cast<std::size_t>(first + second));
  const std::vector<std::string> lines =
      absl::StrSplit(read_bytes, '\n', absl::SkipEmpty());
  for (const std::string& line : lines) {
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
  }
  const auto last = nlohmann::json::parse(lines.back());
  EXPECT_EQ(last["event"], "after");
  EXPECT_EQ(last["dropped_lines"], 800 - (lines.size() - 1));
}

}  // namespace
}  // namespace pulsetaker::log
