#include "cli/context/contexts.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/context/context_file.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pulsetaker::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Contexts Two() {
  return {.by_name = {{"north",
                       {.survey_address = "survey.north.example.org:443",
                        .network_address = "network.north.example.org:443",
                        .assessment_address = "assess.north.example.org:443",
                        .tenant = "north",
                        .ca_file = "/etc/north/ca.crt",
                        .token_file = "/home/a/north.token",
                        .client_certificate = "/home/a/a.crt",
                        .client_key = "/home/a/a.key"}},
                      {"local", {.survey_address = "127.0.0.1:7401"}}},
          .current = "north"};
}

TEST(ContextsTest, AreReadAsTheyWereWritten) {
  for (const Contexts& contexts : {Two(), Contexts()}) {
    const auto read = ParseContexts(FormatContexts(contexts));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, contexts);
  }
}

TEST(ContextsTest, HaveTheseBytes) {
  EXPECT_EQ(FormatContexts(
                {.by_name = {{"local", {.tenant = "t"}}}, .current = "local"}),
            "{\n"
            "  \"current\": \"local\",\n"
            "  \"contexts\": {\n"
            "    \"local\": {\n"
            "      \"tenant\": \"t\"\n"
            "    }\n"
            "  }\n"
            "}\n");
}

TEST(ContextsTest, WhatIsWrongIsNamed) {
  std::string many = R"({"contexts": {)";
  for (int i = 0; i <= kContextsMax; ++i) {
    absl::StrAppend(&many, i == 0 ? "" : ",", "\"c", i, "\": {}");
  }
  absl::StrAppend(&many, "}}");
  struct Row {
    std::string json;
    std::string field;
  };
  const Row rows[] = {
      {"", ""},
      {"{", ""},
      {"[]", ""},
      {R"({"color": 1})", "color"},
      {R"({"current": 1})", "current"},
      {R"({"current": "a"})", "current"},
      {R"({"contexts": []})", "contexts"},
      {R"({"contexts": {"A": {}}})", "contexts.A"},
      {R"({"contexts": {"none": {}}})", "contexts.none"},
      {R"({"contexts": {"a": 1}})", "contexts.a"},
      {R"({"contexts": {"a": {"token": "x"}}})", "contexts.a.token"},
      {R"({"contexts": {"a": {"tenant": 7}}})", "contexts.a.tenant"},
      {many, "contexts"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.json.substr(0, 100));
    const absl::Status status = ParseContexts(row.json).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), "CONTEXTS_MALFORMED");
    EXPECT_THAT(MetadataOf(status), ElementsAre(Pair("field", row.field)));
  }
}

TEST(ContextsTest, OneThatIsNotThereIsToldFromThoseThatAre) {
  EXPECT_EQ(FindContext(Two(), "local")->survey_address, "127.0.0.1:7401");
  const absl::Status status = FindContext(Two(), "south").status();
  EXPECT_EQ(ReasonOf(status), "CONTEXT_NOT_FOUND");
  EXPECT_THAT(std::string(status.message()), HasSubstr("local, north"));
  EXPECT_THAT(std::string(FindContext({}, "south").status().message()),
              HasSubstr("login"));
}

TEST(ContextsTest, NamesAreIds) {
  for (const char* good : {"a", "north-2", "0_x"}) {
    EXPECT_EQ(CheckContextName(good), absl::OkStatus()) << good;
  }
  for (const char* bad : {"", "none", "A", "a b", "-a", "../a"}) {
    EXPECT_EQ(ReasonOf(CheckContextName(bad)), "CONTEXT_NAME_MALFORMED") << bad;
  }
}

TEST(ContextFileTest, IsWhereTheUserKeepsSettings) {
  using Variables = std::map<std::string, std::string>;
  const auto path = [](const Variables& variables) {
    return ContextFilePath(
        [&](const std::string& name) -> std::optional<std::string> {
          const auto found = variables.find(name);
          if (found == variables.end()) return std::nullopt;
          return found->second;
        });
  };
  EXPECT_EQ(path({{"XDG_CONFIG_HOME", "/x"}, {"HOME", "/h"}}),
            "/x/pulsetaker/contexts.json");
  EXPECT_EQ(path({{"HOME", "/h"}}), "/h/.config/pulsetaker/contexts.json");
  EXPECT_EQ(path({{"XDG_CONFIG_HOME", "x"}, {"HOME", "/h"}}),
            "/h/.config/pulsetaker/contexts.json");
  EXPECT_EQ(path({}), "");
}

TEST(ContextFileTest, IsOnlyForItsUser) {
  const std::filesystem::path home =
      std::filesystem::path(::testing::TempDir()) /
      absl::StrCat("contexts_", getpid());
  const std::string path = (home / "new/pulsetaker/contexts.json").string();
  EXPECT_EQ(*LoadContexts(path), Contexts());
  EXPECT_EQ(*LoadContexts(""), Contexts());
  ASSERT_EQ(SaveContexts(path, Two()), absl::OkStatus());
  ASSERT_EQ(SaveContexts(path, Two()), absl::OkStatus());
  EXPECT_EQ(*LoadContexts(path), Two());
  struct stat status{};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  ASSERT_EQ(stat((home / "new/pulsetaker").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  // Nothing is left beside it.
  const auto files =
      std::filesystem::directory_iterator(home / "new/pulsetaker");
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);

  std::ofstream(path) << "{";
  EXPECT_THAT(std::string(LoadContexts(path).status().message()),
              HasSubstr(path));
  EXPECT_EQ(ReasonOf(LoadContexts((home / "new").string()).status()),
            "CONTEXTS_UNREADABLE");
  EXPECT_EQ(ReasonOf(SaveContexts((home / "new/pulsetaker").string(), Two())),
            "CONTEXTS_UNWRITABLE");
  EXPECT_EQ(ReasonOf(SaveContexts("", Two())), "CONTEXTS_UNWRITABLE");
  std::filesystem::remove_all(home);
}

}  // namespace
}  // namespace pulsetaker::cli
