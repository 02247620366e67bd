// A whole process: flags, the line that says that it serves, signals, status.

#include "common/rpc/server_main.h"

#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/base/env_flags.h"
#include "common/base/log.h"
#include "gtest/gtest.h"

namespace pulsetaker::rpc {
namespace {

class TestApplication final : public Application {
 public:
  ~TestApplication() override { log::Info("closed"); }
  std::vector<grpc::Service*> services() override { return {}; }
  absl::Status Start() override {
    log::Info("started");
    return absl::OkStatus();
  }
  void BeginStop() override { log::Info("begin_stop"); }
  void Stop() override { log::Info("application_stopped"); }
};

// Runs a server in this process and sends it `signals` when it serves.
int RunServer(
    std::vector<std::string> arguments, int signal_count,
    const MakeApplication& make_application = [](ServerParts&) {
      return std::make_unique<TestApplication>();
    }) {
  std::vector<char*> argv;
  std::string program = "program";
  argv.push_back(program.data());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  std::thread signaller;
  const MakeApplication make = [&](ServerParts& parts) {
    signaller = std::thread([=] {
      for (int i = 0; i < signal_count; ++i) {
        absl::SleepFor(absl::Milliseconds(20));
        kill(getpid(), i % 2 == 0 ? SIGTERM : SIGINT);
      }
    });
    return make_application(parts);
  };
  const int status = ServerMain(static_cast<int>(argv.size()), argv.data(),
                                {.name = "pulsetaker-test",
                                 .summary = "a test",
                                 .listen = "127.0.0.1:0",
                                 .admin_listen = "127.0.0.1:0"},
                                make);
  if (signaller.joinable()) signaller.join();
  return status;
}

class ServerMainDeathTest : public ::testing::Test {
 protected:
  ServerMainDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(ServerMainDeathTest, ServesUntilItIsToldToStop) {
  EXPECT_EXIT(
      std::exit(RunServer({"--data_dir=/nowhere", "--drain=0s"}, 1)),
      ::testing::ExitedWithCode(0),
      "\"started\".*\n.*\"serving\",\"service\":\"pulsetaker-test\","
      "\"grpc_port\":[0-9]+,\"admin_port\":[0-9]+,.*\n"
      ".*\"stopping\".*\n.*\"begin_stop\".*\n.*\"application_stopped\".*\n"
      ".*\"closed\".*\n.*\"stopped\"");
}

TEST_F(ServerMainDeathTest, StopsOnceForManySignals) {
  EXPECT_EXIT(std::exit(RunServer({"--data_dir=/nowhere", "--drain=0s"}, 5)),
              ::testing::ExitedWithCode(0), "\"closed\".*\n.*\"stopped\"");
}

TEST_F(ServerMainDeathTest, SaysWhatIsWrongWithAFlag) {
  const struct {
    std::vector<std::string> arguments;
    const char* problem;
  } cases[] = {
      {{}, "--data_dir is required"},
      {{"--data_dir=x", "--worker_threads=0"}, "--worker_threads is not 1"},
      {{"--data_dir=x", "--worker_threads=1001"}, "--worker_threads is not 1"},
      {{"--data_dir=x", "--queue_length_max=0"}, "--queue_length_max is not 1"},
      {{"--data_dir=x", "--grace=-1s"}, "a time is negative"},
      {{"--data_dir=x", "--default_call_deadline=0s"}, "a time is negative"},
      {{"--data_dir=x", "--log_level=loud"}, "--log_level is none of"},
      {{"--data_dir=x", "--grace=soon"}, "--grace=soon: "},
      {{"--data_dir=x", "stray"}, "'stray' is not a flag"},
      {{"--data_dir=x", "--listen=0.0.0.0:0"}, "is beyond loopback"},
      {{"--data_dir=x", "--tls_key=k"}, "no file is named"},
      {{"--data_dir=x", "--tls_certificate=/nowhere", "--tls_key=/nowhere",
        "--tls_ca=/nowhere"},
       "wrong_usage"},
      {{"--data_dir=x", "--token_keys=/nowhere"}, "go together"},
      {{"--data_dir=x", "--token_issuer=i", "--token_audience=a"},
       "go together"},
      {{"--data_dir=x", "--token_keys=http://example.org/", "--token_issuer=i",
        "--token_audience=a"},
       "--token_keys: "},
      {{"--data_dir=x", "--trusted_services=a"}, "--trusted_services needs"},
      {{"--data_dir=x", "--tenant_calls_per_second=-1"},
       "--tenant_calls_per_second is not 0 to 1000000"},
      {{"--data_dir=x", "--tenant_calls_per_second=1000001"},
       "--tenant_calls_per_second is not 0 to 1000000"},
      {{"--data_dir=x", "--tenant_calls_per_second=many"},
       "--tenant_calls_per_second=many: "},
      {{"--data_dir=x", "--tenant_call_burst=-1s"},
       "--tenant_call_burst is not 0s to 1h"},
      {{"--data_dir=x", "--tenant_call_burst=3601s"},
       "--tenant_call_burst is not 0s to 1h"},
  };
  for (const auto& c : cases) {
    EXPECT_EXIT(std::exit(RunServer(c.arguments, 0)),
                ::testing::ExitedWithCode(2), c.problem);
  }
}

TEST_F(ServerMainDeathTest, TakesLimitsOfCallsUpToTheirBounds) {
  const std::vector<std::string> cases[] = {
      {"--tenant_calls_per_second=0"},
      {"--tenant_calls_per_second=1", "--tenant_call_burst=0s"},
      {"--tenant_calls_per_second=1000000", "--tenant_call_burst=1h"},
  };
  for (std::vector<std::string> arguments : cases) {
    arguments.insert(arguments.end(), {"--data_dir=/nowhere", "--drain=0s"});
    EXPECT_EXIT(std::exit(RunServer(arguments, 1)),
                ::testing::ExitedWithCode(0), "\"stopped\"");
  }
}

TEST_F(ServerMainDeathTest, TakesLimitsOfCallsFromTheEnvironment) {
  setenv("PULSETAKER_TENANT_CALLS_PER_SECOND", "1000001", 1);
  EXPECT_EXIT(std::exit(RunServer({"--data_dir=x"}, 0)),
              ::testing::ExitedWithCode(2),
              "--tenant_calls_per_second is not 0 to 1000000");
  unsetenv("PULSETAKER_TENANT_CALLS_PER_SECOND");
}

TEST_F(ServerMainDeathTest, SaysWhatIsWrongWithAFlagOfTheService) {
  EXPECT_EXIT(std::exit(RunServer({"--data_dir=x"}, 0,
                                  [](ServerParts&) {
                                    return FlagError("--rooms is not 1 to 9");
                                  })),
              ::testing::ExitedWithCode(2),
              "\"wrong_usage\",\"problem\":\"--rooms is not 1 to 9\"");
}

TEST_F(ServerMainDeathTest, SaysWhyItCannotServe) {
  EXPECT_EXIT(
      std::exit(RunServer({"--data_dir=x"}, 0,
                          [](ServerParts&) {
                            return absl::DataLossError("the log is damaged");
                          })),
      ::testing::ExitedWithCode(1),
      "\"cannot_serve\",\"step\":\"open\",.*the log is damaged");
  EXPECT_EXIT(std::exit(RunServer({"--data_dir=x", "--token_keys=/nowhere",
                                   "--token_issuer=i", "--token_audience=a"},
                                  0)),
              ::testing::ExitedWithCode(1),
              "\"cannot_serve\",\"step\":\"secure\"");
  EXPECT_EXIT(
      std::exit(RunServer({"--data_dir=x", "--listen=127.0.0.1:99999"}, 0)),
      ::testing::ExitedWithCode(1), "\"cannot_serve\",\"step\":\"listen\"");
}

TEST_F(ServerMainDeathTest, WarnsWhenItIsOpenToTheNetwork) {
  EXPECT_EXIT(std::exit(RunServer({"--data_dir=x", "--listen=0.0.0.0:0",
                                   "--drain=0s", "--allow_plain_text"},
                                  1)),
              ::testing::ExitedWithCode(0), "\"open_to_the_network\"");
}

}  // namespace
}  // namespace pulsetaker::rpc
