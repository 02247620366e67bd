// What the command line, the environment and contexts say of where to call and
// as whom, and which of them counts.

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/context/context_file.h"
#include "cli/context/contexts.h"
#include "cli/rpc/connection.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/certificates.h"

namespace pulsetaker::cli {
namespace {

using pulsetaker::testing::CertificateAuthority;
using pulsetaker::testing::Identity;
using ::testing::HasSubstr;

constexpr const char* kVariables[] = {"PULSETAKER_SURVEY_ADDRESS",
                                      "PULSETAKER_NETWORK_ADDRESS",
                                      "PULSETAKER_ASSESSMENT_ADDRESS",
                                      "PULSETAKER_TENANT",
                                      "PULSETAKER_CA",
                                      "PULSETAKER_TOKEN",
                                      "PULSETAKER_TOKEN_FILE",
                                      "PULSETAKER_CLIENT_CERTIFICATE",
                                      "PULSETAKER_CLIENT_KEY",
                                      "PULSETAKER_CONTEXT",
                                      "PULSETAKER_DEADLINE"};

class ConnectionOptionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* const variable : kVariables) unsetenv(variable);
    home_ = std::filesystem::path(::testing::TempDir()) /
            absl::StrCat("connection_options_", getpid());
    std::filesystem::create_directory(home_);
    setenv("XDG_CONFIG_HOME", home_.c_str(), 1);
  }
  void TearDown() override {
    for (const char* const variable : kVariables) unsetenv(variable);
    std::filesystem::remove_all(home_);
  }

  // What is said by these words after the name of a subcommand, or why it is
  // refused.
  absl::StatusOr<ConnectionOptions> Parse(std::vector<std::string> words) {
    CLI::App app;
    CLI::App* const sub = app.add_subcommand("sub");
    ConnectionOptions options;
    AddConnectionOptions(*sub, {Service::kSurvey, Service::kNetwork}, options);
    words.insert(words.begin(), "sub");
    std::reverse(words.begin(), words.end());
    try {
      app.parse(words);
    } catch (const CLI::ParseError& error) {
      return absl::InvalidArgumentError(error.what());
    }
    return options;
  }

  std::string Put(const std::string& name, const std::string& content) {
    const std::string path = (home_ / name).string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  void Keep(const Contexts& contexts) {
    ASSERT_EQ(SaveContexts(ContextFilePath(), contexts), absl::OkStatus());
  }

  const CertificateAuthority authority_{"authority"};
  std::filesystem::path home_;
};

TEST_F(ConnectionOptionsTest, WithoutAnythingItIsThisMachineInPlainText) {
  const auto options = Parse({});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->survey_address, "127.0.0.1:7401");
  EXPECT_EQ(options->tenant, "local");
  EXPECT_EQ(options->credentials, nullptr);
}

TEST_F(ConnectionOptionsTest,
       AFlagGoesBeforeTheEnvironmentAndThatBeforeAContext) {
  Keep({.by_name = {{"north",
                     {.survey_address = "context:1",
                      .network_address = "context:2",
                      .tenant = "context"}},
                    {"south", {.survey_address = "south:1"}}},
        .current = "north"});
  EXPECT_EQ(Parse({})->survey_address, "context:1");
  EXPECT_EQ(Parse({})->tenant, "context");
  setenv("PULSETAKER_SURVEY_ADDRESS", "environment:1", 1);
  EXPECT_EQ(Parse({})->survey_address, "environment:1");
  EXPECT_EQ(Parse({})->network_address, "context:2");
  EXPECT_EQ(Parse({"--survey-address", "flag:1"})->survey_address, "flag:1");
  // What is the same as what is built in is said all the same.
  EXPECT_EQ(Parse({"--survey-address=127.0.0.1:7401"})->survey_address,
            "127.0.0.1:7401");
  unsetenv("PULSETAKER_SURVEY_ADDRESS");
  EXPECT_EQ(Parse({"--context=south"})->survey_address, "south:1");
  EXPECT_EQ(Parse({"--context=south"})->tenant, "local");
  EXPECT_EQ(Parse({"--context=none"})->survey_address, "127.0.0.1:7401");
  setenv("PULSETAKER_CONTEXT", "south", 1);
  EXPECT_EQ(Parse({})->survey_address, "south:1");
  EXPECT_EQ(Parse({"--context=north"})->survey_address, "context:1");
}

TEST_F(ConnectionOptionsTest, WithAnAuthorityItIsTls) {
  const std::string ca = Put("ca.crt", authority_.certificate());
  EXPECT_NE(Parse({"--ca", ca})->credentials, nullptr);
  setenv("PULSETAKER_CA", ca.c_str(), 1);
  EXPECT_NE(Parse({})->credentials, nullptr);
  unsetenv("PULSETAKER_CA");
  Keep({.by_name = {{"north", {.ca_file = ca}}}, .current = "north"});
  EXPECT_NE(Parse({})->credentials, nullptr);
  EXPECT_EQ(Parse({"--context=none"})->credentials, nullptr);
}

TEST_F(ConnectionOptionsTest, ATokenIsForTlsOnly) {
  const std::string ca = Put("ca.crt", authority_.certificate());
  const std::string token = Put("token", "abc.def\n");
  EXPECT_TRUE(Parse({"--ca", ca, "--token-file", token}).ok());
  EXPECT_THAT(Parse({"--token-file", token}).status().message(),
              HasSubstr("never sent in plain text"));
  setenv("PULSETAKER_TOKEN", "abc", 1);
  EXPECT_TRUE(Parse({"--ca", ca}).ok());
  EXPECT_THAT(Parse({}).status().message(),
              HasSubstr("never sent in plain text"));
  // There is no flag that has a token itself: all could read it.
  EXPECT_FALSE(Parse({"--ca", ca, "--token", "abc"}).ok());
}

TEST_F(ConnectionOptionsTest,
       TheFileThatIsSaidGoesBeforeTheTokenOfTheEnvironment) {
  const std::string ca = Put("ca.crt", authority_.certificate());
  const std::string good = Put("good", "abc");
  const std::string bad = Put("bad", "a b");
  setenv("PULSETAKER_TOKEN", "good", 1);
  EXPECT_FALSE(Parse({"--ca", ca, "--token-file", bad}).ok());
  Keep({.by_name = {{"north", {.ca_file = ca, .token_file = bad}}},
        .current = "north"});
  EXPECT_TRUE(Parse({}).ok());
  setenv("PULSETAKER_TOKEN", "not good", 1);
  EXPECT_FALSE(Parse({}).ok());
  EXPECT_TRUE(Parse({"--token-file", good}).ok());
}

TEST_F(ConnectionOptionsTest, WhatCannotBeUsedIsSaid) {
  const std::string ca = Put("ca.crt", authority_.certificate());
  const Identity identity = authority_.Issue({});
  const std::string certificate = Put("crt", identity.certificate);
  struct Row {
    std::vector<std::string> words;
    std::string problem;
  };
  const Row rows[] = {
      {{"--ca", "/absent"}, "--ca: cannot read /absent"},
      {{"--ca", Put("text", "text")}, "cannot be read as PEM"},
      {{"--ca", ca, "--token-file", "/absent"}, "/absent"},
      {{"--ca", ca, "--client-certificate", certificate},
       "--client-key: no file"},
      {{"--client-certificate", certificate}, "for TLS only"},
      {{"--context=absent"}, "there is no context \"absent\""},
      {{"--tenant=A"}, "is no id"},
  };
  for (const Row& row : rows) {
    const absl::Status status = Parse(row.words).status();
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.problem));
  }
  EXPECT_TRUE(Parse({"--ca", ca, "--client-certificate", certificate,
                     "--client-key", Put("key", identity.key)})
                  .ok());
  Keep({.by_name = {{"north", {.tenant = "No Id"}}}, .current = "north"});
  EXPECT_THAT(std::string(Parse({}).status().message()), HasSubstr("is no id"));
  std::ofstream(ContextFilePath()) << "{";
  EXPECT_THAT(std::string(Parse({}).status().message()),
              HasSubstr("contexts.json"));
  EXPECT_TRUE(Parse({"--context=none"}).ok());
}

}  // namespace
}  // namespace pulsetaker::cli
