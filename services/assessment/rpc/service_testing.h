// What tests of the service need.

#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/kv/rocks.h"
#include "common/kv/rocks_operation_store.h"
#include "common/rpc/operation_runner.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "pulsetaker/assessment/v1/assessment_service.grpc.pb.h"
#include "rocksdb/env.h"
#include "services/assessment/domain/comparer.h"
#include "services/assessment/domain/national_store.h"
#include "services/assessment/domain/place_source.h"
#include "services/assessment/domain/report/reporter.h"
#include "services/assessment/rpc/assessment_reader.h"
#include "services/assessment/rpc/assessment_service.h"
#include "services/assessment/rpc/comparison_codec.h"
#include "services/assessment/rpc/place_reader.h"
#include "services/assessment/store/rocks_assessment_store.h"
#include "services/assessment/store/rocks_national_store.h"
#include "services/assessment/store/rocks_release_ledger.h"

namespace pulsetaker::assessment::testing {

inline std::vector<std::string> ServiceFamilies() {
  std::vector<std::string> families = AssessmentStoreFamilies();
  for (std::string& family : NationalStoreFamilies()) {
    families.push_back(std::move(family));
  }
  families.push_back(kv::kOperationsFamily);
  return families;
}

// Knows no place: for tests that export no report.
class NoReportSource final : public report::ReportSource {
 public:
  absl::StatusOr<report::Titles> ReadTitles(absl::string_view,
                                            absl::Time) override {
    return absl::UnimplementedError("no titles");
  }

  absl::StatusOr<report::NetworkPicture> ReadNetworks(absl::string_view,
                                                      absl::Time) override {
    return absl::UnimplementedError("no networks");
  }
};

// Localities of which nothing is known but their region "west" and that they
// are urban; there are none of other tenants than "north".
class WestOfNorth final : public PlaceSource {
 public:
  absl::StatusOr<std::vector<ListedLocality>> ListLocalities(
      absl::string_view tenant) override {
    std::vector<ListedLocality> localities;
    if (tenant != "tenants/north") return localities;
    for (int i = 0; i < 100; ++i) {
      localities.push_back(
          {.name = absl::StrFormat("%s/localities/l%03d", tenant, i),
           .region = "west",
           .profile = {{"rurality", "urban"}}});
    }
    return localities;
  }

  absl::StatusOr<std::vector<std::string>> ListSurveys(
      absl::string_view) override {
    return absl::UnimplementedError("no surveys");
  }
  absl::StatusOr<std::optional<std::string>> LatestClosedWave(
      absl::string_view) override {
    return absl::UnimplementedError("no waves");
  }
};

// National assessments, comparisons and reports on a store. All must outlive
// this.
class StoredParts {
 public:
  StoredParts(kv::Rocks& rocks, AssessmentStore& store)
      : StoredParts(rocks, store, nullptr) {}
  StoredParts(kv::Rocks& rocks, AssessmentStore& store,
              report::ReportSource* source)
      : store_(store),
        nationals_(MakeRocksNationalStore(rocks)),
        scan_(MakeRocksAssessmentScan(rocks)),
        ledger_(MakeRocksReleaseLedger(rocks)),
        reader_(MakePlaceReader()),
        codec_(MakeComparisonCodec()),
        comparer_({store, *scan_, *reader_, places_, *ledger_, *codec_}),
        assessment_reader_(MakeAssessmentReader()),
        reporter_({.store = store,
                   .reader = *assessment_reader_,
                   .source = source == nullptr ? no_source_ : *source}) {}

  NationalStore& nationals() { return *nationals_; }
  ReleaseLedger& ledger() { return *ledger_; }
  Comparer& comparer() { return comparer_; }

  AssessmentServiceParts With(rpc::OperationRunner& runner,
                              BoundedExecutor& executor, Clock clock) {
    return {store_, *nationals_, comparer_,       reporter_,
            runner, executor,    std::move(clock)};
  }

 private:
  AssessmentStore& store_;
  const std::unique_ptr<NationalStore> nationals_;
  const std::unique_ptr<AssessmentScan> scan_;
  const std::unique_ptr<ReleaseLedger> ledger_;
  const std::unique_ptr<PlaceReader> reader_;
  const std::unique_ptr<ComparisonCodec> codec_;
  WestOfNorth places_;
  Comparer comparer_;
  const std::unique_ptr<report::AssessmentReader> assessment_reader_;
  NoReportSource no_source_;
  const report::Reporter reporter_;
};

// The whole service on a store in memory, and a client of it. Operations are
// taken in, and none is carried out.
class ServedTest : public ::testing::Test {
 protected:
  // `source`, if there is one, is of reports, and outlives this.
  explicit ServedTest(report::ReportSource* source = nullptr) {
    auto rocks = kv::OpenRocks(
        {.path = "/data", .families = ServiceFamilies(), .env = env_.get()});
    EXPECT_TRUE(rocks.ok()) << rocks.status();
    rocks_ = *std::move(rocks);
    store_ = MakeRocksAssessmentStore(*rocks_);
    operations_ = kv::MakeRocksOperationStore(*rocks_);
    parts_ = std::make_unique<StoredParts>(*rocks_, *store_, source);
    runner_ = std::make_unique<rpc::OperationRunner>(
        *operations_, rpc::OperationRunnerOptions{.error_domain = kErrorDomain,
                                                  .clock = absl::Now});
    service_ =
        MakeAssessmentService(parts_->With(*runner_, executor_, absl::Now));
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::AssessmentService::NewStub(
        server_->InProcessChannel(grpc::ChannelArguments()));
  }

  ~ServedTest() override {
    server_->Shutdown();
    runner_->Stop();
  }

  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  BoundedExecutor executor_{2, 64};
  std::unique_ptr<kv::Rocks> rocks_;
  std::unique_ptr<AssessmentStore> store_;
  std::unique_ptr<OperationStore> operations_;
  std::unique_ptr<StoredParts> parts_;
  std::unique_ptr<rpc::OperationRunner> runner_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::AssessmentService::Stub> stub_;
};

}  // namespace pulsetaker::assessment::testing
