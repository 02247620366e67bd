// Over a real runner and store.

#include "common/erasure/runner_operations.h"

#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/kv/rocks_operation_store.h"
#include "google/protobuf/wrappers.pb.h"
#include "gtest/gtest.h"
#include "pulsetaker/network/v1/analysis.pb.h"
#include "pulsetaker/network/v1/network_service.pb.h"
#include "rocksdb/env.h"

namespace pulsetaker::erasure {
namespace {

using google::longrunning::Operation;
using google::protobuf::Any;

constexpr char kLocality[] = "tenants/north/localities/leeds";

Any Pack(const google::protobuf::Message& message) {
  Any any;
  any.PackFrom(message);
  return any;
}

Any Result(const std::string& name) {
  network::v1::Analysis result;
  result.set_name(name);
  return Pack(result);
}

Any Metadata(const std::string& wave) {
  if (wave.empty()) return Pack(google::protobuf::StringValue());
  network::v1::AnalyzeWaveMetadata metadata;
  metadata.set_wave(wave);
  return Pack(metadata);
}

class RunnerOperationsTest : public ::testing::Test {
 protected:
  RunnerOperationsTest() {
    auto rocks = kv::OpenRocks({.path = "/db",
                                .families = {kv::kOperationsFamily},
                                .env = env_.get()});
    EXPECT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    store_ = kv::MakeRocksOperationStore(*rocks_);
    runner_ = std::make_unique<rpc::OperationRunner>(
        *store_,
        rpc::OperationRunnerOptions{.error_domain = "test.pulsetaker",
                                    .clock = [] { return absl::Now(); }});
    // The response is the request; one that is empty takes forever.
    runner_->Register(
        "Work",
        [](const Any& request,
           rpc::OperationContext& context) -> absl::StatusOr<Any> {
          while (request.value().empty()) {
            const absl::Status status = context.CheckCancelled();
            if (!status.ok()) return status;
            absl::SleepFor(absl::Milliseconds(1));
          }
          return request;
        });
    EXPECT_TRUE(runner_->Start().ok());
    operations_ = MakeRunnerOperations(*runner_);
  }

  std::string Submit(const std::string& wave, const Any& response,
                     const std::string& tenant = "tenants/north") {
    const auto operation =
        runner_->Submit({.kind = "Work",
                         .scope = tenant,
                         .request_id = absl::StrFormat(
                             "%08x-0000-4000-8000-000000000000", ++requests_),
                         .request = response,
                         .metadata = Metadata(wave)});
    EXPECT_TRUE(operation.ok()) << operation.status();
    return operation->name();
  }

  std::string Done(const std::string& wave, const std::string& result,
                   const std::string& tenant = "tenants/north") {
    const std::string name = Submit(wave, Result(result), tenant);
    const std::string id = name.substr(sizeof("operations/") - 1);
    const absl::Time end = absl::Now() + absl::Seconds(20);
    while (!runner_->Get(id)->done() && absl::Now() < end) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    EXPECT_TRUE(runner_->Get(id)->done());
    return name;
  }

  bool Forget() {
    const auto unfinished =
        operations_->Forget(kLocality, [this](absl::string_view result) {
          return kept_.contains(std::string(result));
        });
    EXPECT_TRUE(unfinished.ok()) << unfinished.status();
    return unfinished.value_or(false);
  }

  std::set<std::string> Names() {
    std::set<std::string> names;
    const auto all = runner_->List("", "", 10'000);
    EXPECT_TRUE(all.ok()) << all.status();
    for (const Operation& operation : *all) names.insert(operation.name());
    return names;
  }

  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<OperationStore> store_;
  std::unique_ptr<rpc::OperationRunner> runner_;
  std::unique_ptr<ResultOperations> operations_;
  std::set<std::string> kept_;
  unsigned requests_ = 0;
};

TEST_F(RunnerOperationsTest, ForgetsOnlyWhatBroughtForthWhatIsGone) {
  const std::string wave = absl::StrCat(kLocality, "/surveys/s/waves/1");
  kept_ = {"kept"};
  const std::set<std::string> stay = {
      Done(wave, "kept"),
      Done("tenants/north/localities/leeds-west/surveys/s/waves/1", "gone"),
      Done(wave, "gone", "tenants/south"),
      Done("", "of the tenant"),
  };
  Done(wave, "gone");
  Done(absl::StrCat(kLocality, "/surveys/other/waves/2"), "gone, too");
  EXPECT_FALSE(Forget());
  EXPECT_EQ(Names(), stay);
  EXPECT_FALSE(Forget()) << "a repeat";
  EXPECT_EQ(Names(), stay);
}

TEST_F(RunnerOperationsTest, GoesThroughAllPages) {
  const std::string wave = absl::StrCat(kLocality, "/surveys/s/waves/1");
  for (int i = 0; i < 250; ++i) Done(wave, "gone");
  EXPECT_FALSE(Forget());
  EXPECT_TRUE(Names().empty());
}

TEST_F(RunnerOperationsTest, SaysWhatIsUnderWay) {
  const Any forever;
  Submit("tenants/north/localities/york/surveys/s/waves/1", forever);
  EXPECT_FALSE(Forget()) << "of another locality";
  Submit("", forever, "tenants/south");
  EXPECT_FALSE(Forget()) << "of another tenant";
  const std::string all = Submit("", forever);
  EXPECT_TRUE(Forget()) << "of all localities";
  ASSERT_TRUE(runner_->Cancel(all.substr(sizeof("operations/") - 1)).ok());
  Submit(absl::StrCat(kLocality, "/surveys/s/waves/1"), forever);
  EXPECT_TRUE(Forget()) << "of this one";
}

}  // namespace
}  // namespace pulsetaker::erasure
