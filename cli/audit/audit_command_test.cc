// `pulsetaker audit` from its arguments to its exit code, against a log in
// memory that is served on this machine.

#include "cli/audit/audit_command.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/audit/audit_log.h"
#include "common/audit/audit_service.h"
#include "common/audit/audit_testing.h"
#include "common/base/log.h"
#include "common/base/uuid.h"
#include "common/rpc/server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"

namespace pulsetaker::cli {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;

class AuditCommandTest : public testing::Test {
 protected:
  AuditCommandTest()
      : folder_(fs::temp_directory_path() / absl::StrCat("audit-", NewUuid())) {
    log::SetSink([](absl::string_view) {});
    fs::create_directories(folder_);
    auto opened =
        audit::AuditLog::Open({.path = "/data/audit",
                               .service = "network",
                               .key_path = Path("key.pem"),
                               .clock = [] { return audit::kTestTime; },
                               .env = env_.get()});
    EXPECT_TRUE(opened.ok()) << opened.status();
    log_ = *std::move(opened);
    service_ = audit::MakeAuditService(*log_, executor_);
    auto server = rpc::Server::Start(
        {.listen = "127.0.0.1:0", .drain = absl::ZeroDuration()},
        {service_.get()}, metrics_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    Append(50);
  }
  ~AuditCommandTest() override {
    server_.reset();
    log_.reset();
    log::SetSink(nullptr);
    fs::remove_all(folder_);
  }

  void Append(int count) {
    for (int i = 0; i < count; ++i) {
      const std::uint64_t number = log_->head().head.size;
      ASSERT_TRUE(log_->Record(audit::NumberedRecord(number)).ok());
    }
  }

  std::string Path(const std::string& name) const {
    return (folder_ / name).string();
  }

  std::string Read(const std::string& name) const {
    std::ifstream in(Path(name), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  void Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
  }

  // Runs the command and keeps what it prints.
  int Run(std::vector<std::string> arguments) {
    const std::string action = arguments[0];
    arguments.insert(arguments.begin(), {"pulsetaker", "audit"});
    if (action != "verify") {
      arguments.push_back("--service=network");
      arguments.push_back(
          absl::StrCat("--network-address=127.0.0.1:", server_->grpc_port()));
    }
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) {
      argv.push_back(argument.c_str());
    }
    CLI::App app;
    Command command;
    AddAuditCommand(app, command);
    app.parse(static_cast<int>(argv.size()), argv.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const ExitCode code = command.run();
    std::fflush(stdout);
    out_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    return static_cast<int>(code);
  }

  std::string KeyFlag() const {
    return absl::StrCat("--public-key=",
                        audit::FormatVerifierKey(log_->verifier_key()));
  }

  std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  const fs::path folder_;
  Metrics metrics_;
  BoundedExecutor executor_{/*thread_count=*/2, /*queue_length_max=*/64};
  std::unique_ptr<audit::AuditLog> log_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<rpc::Server> server_;
  std::string out_;
  std::string error_;
};

TEST_F(AuditCommandTest, PrintsTheHeadAndTheKey) {
  EXPECT_EQ(Run({"head"}), 0) << error_;
  EXPECT_EQ(out_, audit::FormatHead(log_->SignHeadNow()));
  EXPECT_EQ(Run({"head", "--key"}), 0) << error_;
  EXPECT_EQ(out_,
            absl::StrCat(audit::FormatVerifierKey(log_->verifier_key()), "\n"));
}

TEST_F(AuditCommandTest, ExportsWhatVerifies) {
  ASSERT_EQ(Run({"head", "--out", Path("head")}), 0) << error_;
  ASSERT_EQ(Run({"head", "--key", "--out", Path("key")}), 0) << error_;
  Append(7);
  ASSERT_EQ(Run({"export", "--out", Path("log")}), 0) << error_;
  EXPECT_THAT(error_, HasSubstr("57 records of network.pulsetaker/"));

  EXPECT_EQ(Run({"verify", Path("log"), "--public-key", Path("key"),
                 "--earlier", Path("head")}),
            0)
      << error_ << out_;
  EXPECT_THAT(out_, HasSubstr("57 records, all as signed"));
  EXPECT_THAT(out_, testing::Not(HasSubstr("The key is")));
  EXPECT_EQ(Run({"verify", Path("log"), KeyFlag()}), 0) << error_;
  EXPECT_EQ(Run({"verify", Path("log")}), 0) << error_;
  EXPECT_THAT(out_, HasSubstr("whoever made the file chose it"));
}

TEST_F(AuditCommandTest, SaysWhatIsWrong) {
  ASSERT_EQ(Run({"export", "--out", Path("log")}), 0) << error_;
  ASSERT_EQ(Run({"head", "--out", Path("head")}), 0) << error_;
  const std::string bytes = Read("log");
  std::string changed = bytes;
  changed[bytes.size() - 300] ^= 1;
  Write("changed", changed);
  EXPECT_EQ(Run({"verify", Path("changed"), KeyFlag()}), 2);
  EXPECT_THAT(out_, HasSubstr("NOT as signed"));
  EXPECT_THAT(out_, HasSubstr("record "));

  Write("cut", bytes.substr(0, bytes.size() - 10));
  EXPECT_EQ(Run({"verify", Path("cut"), KeyFlag()}), 2);
  EXPECT_THAT(out_, HasSubstr("after 49 records"));

  Write("none", "not an export");
  EXPECT_EQ(Run({"verify", Path("none"), KeyFlag()}), 2);
  EXPECT_THAT(error_, HasSubstr("does not begin as an export"));
  EXPECT_EQ(Run({"verify", Path("missing"), KeyFlag()}), 2);
}

TEST_F(AuditCommandTest, KnowsTheKeyAndTheHeadThatWereKept) {
  ASSERT_EQ(Run({"export", "--out", Path("log")}), 0) << error_;
  const audit::SigningKey other = audit::SigningKey::Generate();
  const audit::VerifierKey other_key =
      audit::MakeVerifierKey("network", other.public_key());
  EXPECT_EQ(
      Run({"verify", Path("log"),
           absl::StrCat("--public-key=", audit::FormatVerifierKey(other_key))}),
      2);
  EXPECT_EQ(Run({"verify", Path("log"), "--public-key=nonsense"}), 1);

  // More records than the export has.
  Append(5);
  ASSERT_EQ(Run({"head", "--out", Path("head")}), 0) << error_;
  EXPECT_EQ(Run({"verify", Path("log"), KeyFlag(), "--earlier", Path("head")}),
            2);
  EXPECT_THAT(out_, HasSubstr("records 50 to 54 dropped"));

  Write("forged", audit::FormatHead(audit::SignHead(log_->head().head, other,
                                                    log_->verifier_key())));
  EXPECT_EQ(
      Run({"verify", Path("log"), KeyFlag(), "--earlier", Path("forged")}), 1);
  EXPECT_THAT(error_, HasSubstr("not signed with this key"));
  EXPECT_EQ(Run({"verify", Path("log"), KeyFlag(), "--earlier", Path("away")}),
            1);
}

TEST_F(AuditCommandTest, SaysThatNobodyAnswers) {
  server_->Shutdown();
  EXPECT_EQ(Run({"head", "--deadline=1s"}), 4);
  EXPECT_EQ(Run({"export", "--wait=1s", "--out", Path("log")}), 4);
  EXPECT_FALSE(fs::exists(Path("log")));
}

}  // namespace
}  // namespace pulsetaker::cli
