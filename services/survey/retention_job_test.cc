#include "services/survey/retention_job.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/audit/audit_log.h"
#include "common/audit/record.h"
#include "common/base/bounded_executor.h"
#include "common/base/uuid.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "services/survey/application.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/store/store_testing.h"
#include "services/survey/store/survey_database.h"

namespace pulsetaker::survey {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kLong = absl::Hours(24);

// On a store without anyone. Each run asks what time it is only for a policy,
// so there is one, which is in force in a hundred years.
class RetentionJobTest : public ::testing::Test {
 protected:
  RetentionJobTest() {
    EXPECT_TRUE(retentions_.UpdatePolicy("north", 1, {}).ok());
    asked_ = 0;
  }

  bool WaitForRuns(int count) {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (asked_ < count && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    return asked_ >= count;
  }

  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  const std::unique_ptr<SurveyDatabase> database_ =
      *OpenSurveyDatabase({.path = "/db", .env = env_.get()});
  std::atomic<int> asked_ = 0;
  const Clock clock_ = [this] {
    ++asked_;
    return absl::FromUnixSeconds(1'700'000'000);
  };
  People people_{database_->people(), database_->store(), clock_};
  Erasures erasures_{people_, database_->people(), database_->erasure_ledger()};
  Retentions retentions_{{.people = people_,
                          .erasures = erasures_,
                          .store = database_->store(),
                          .policies = database_->retention(),
                          .clock = clock_,
                          .new_id = NewUuid,
                          .record = [](const auto&, auto, const auto&) {
                            return absl::OkStatus();
                          }}};
  Metrics metrics_;
};

TEST_F(RetentionJobTest, RunsAtTheStartAndThenEachInterval) {
  RetentionJob job(retentions_, absl::Milliseconds(2), metrics_);
  EXPECT_EQ(asked_.load(), 0);
  job.Start();
  EXPECT_TRUE(WaitForRuns(5));
  job.Stop();
  const int asked = asked_;
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_EQ(asked_.load(), asked);
}

TEST_F(RetentionJobTest, StopsWithoutWaitingForTheInterval) {
  const absl::Time begin = absl::Now();
  {
    RetentionJob job(retentions_, kLong, metrics_);
    job.Start();
    EXPECT_TRUE(WaitForRuns(1));
    job.BeginStop();
  }
  EXPECT_LT(absl::Now() - begin, absl::Seconds(30));
  EXPECT_EQ(asked_.load(), 1);
}

TEST_F(RetentionJobTest, NeedsNoStart) {
  const RetentionJob job(retentions_, kLong, metrics_);
  EXPECT_EQ(asked_.load(), 0);
}

// The whole service, on the disk, at a time that the test chooses.
class RetentionOfServiceTest : public ::testing::Test {
 protected:
  RetentionOfServiceTest()
      : folder_(fs::temp_directory_path() /
                absl::StrCat("retention-", NewUuid())) {
    fs::create_directories(folder_);
  }
  ~RetentionOfServiceTest() override { fs::remove_all(folder_); }

  static absl::Time Day(int day) {
    return absl::FromUnixSeconds(1'700'000'000) + day * absl::Hours(24);
  }

  // As it is written before anyone thinks of retention: p1 to p3 in a wave that
  // was closed on day 0, p3 also in one that is a draft. The policy is made on
  // day 40: 30 days.
  void MakeStore() {
    const auto opened = OpenSurveyDatabase({.path = folder_.string()});
    ASSERT_TRUE(opened.ok()) << opened.status();
    SurveyStore& store = (*opened)->store();
    int request = 0;
    const auto next = [&] { return RequestOf(++request); };
    ASSERT_TRUE(
        store.CreateLocality(LocalityOf({"north", "leeds"}), next()).ok());
    ASSERT_TRUE(
        (*opened)
            ->instruments()
            .CreateInstrument(InstrumentOf({"north", "standard"}), next())
            .ok());
    ASSERT_TRUE(
        store.CreateSurvey(SurveyOf({"north", "leeds", "care"}), next()).ok());
    const WaveKey first = {"north", "leeds", "care", 1};
    const WaveKey second = {"north", "leeds", "care", 2};
    for (const WaveKey& wave : {first, second}) {
      ASSERT_TRUE(store.CreateWave(WaveOf(wave), next()).ok());
    }
    ASSERT_TRUE(store
                    .ImportRoster(first, next(),
                                  {{ParticipantOf("p1"), ParticipantOf("p2"),
                                    ParticipantOf("p3")}})
                    .ok());
    ASSERT_TRUE(
        store.ImportRoster(second, next(), {{ParticipantOf("p3")}}).ok());
    ASSERT_TRUE(
        store
            .UpdateWave(first, next(),
                        [](const Wave& wave) { return Opened(wave, Day(0)); })
            .ok());
    Fieldwork fieldwork(store, (*opened)->qualities(), [] { return Day(0); });
    ASSERT_TRUE(fieldwork
                    .CloseWave({.key = first,
                                .expected_revision = {},
                                .request_id = next().id})
                    .ok());
    ASSERT_TRUE((*opened)
                    ->retention()
                    .UpdatePolicy("north",
                                  [](const RetentionPolicy& policy)
                                      -> absl::StatusOr<RetentionPolicy> {
                                    return Changed(policy, 30, Day(40));
                                  })
                    .ok());
  }

  // Runs the service until it has erased as many as are wanted, or for some
  // time; returns how many it erased.
  std::uint64_t Erased(int day, std::uint64_t wanted) {
    BoundedExecutor executor(/*thread_count=*/1, /*queue_length_max=*/1);
    Metrics metrics;
    rpc::ServerParts parts = {.data_dir = folder_.string(),
                              .executor = executor,
                              .metrics = metrics,
                              .clock = [day] { return Day(day); }};
    const auto application = MakeSurveyApplication({}, parts);
    EXPECT_TRUE(application.ok()) << application.status();
    EXPECT_TRUE((*application)->Start().ok());
    const Counter& erased =
        metrics.GetCounter({"pulsetaker_survey_retention_erased_total", ""});
    const absl::Time deadline =
        absl::Now() + (wanted > 0 ? absl::Seconds(60) : absl::Seconds(1));
    while (erased.value() < std::max<std::uint64_t>(wanted, 1) &&
           absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    (*application)->BeginStop();
    (*application)->Stop();
    return erased.value();
  }

  std::vector<std::string> Audited() {
    const auto log =
        audit::AuditLog::Open({.path = (folder_ / "audit").string(),
                               .service = "survey",
                               .clock = [] { return Day(100); }});
    EXPECT_TRUE(log.ok()) << log.status();
    const auto leaves = (*log)->store().ReadTenantLeaves(
        "north", 0, (*log)->head().head.size, 100, std::size_t{1} << 20);
    EXPECT_TRUE(leaves.ok()) << leaves.status();
    std::vector<std::string> records;
    for (const audit::StoredLeaf& leaf : *leaves) {
      audit::LoggedRecord logged;
      EXPECT_TRUE(audit::DecodeRecord(leaf.bytes, logged).ok());
      const audit::AuditRecord& record = logged.record;
      records.push_back(absl::StrCat(record.subject, " ", record.method, " ",
                                     record.resource, " ", record.code, " ",
                                     record.item_count));
    }
    return records;
  }

  const fs::path folder_;
};

TEST_F(RetentionOfServiceTest, ErasesAndWritesItDown) {
  MakeStore();
  EXPECT_EQ(Erased(40, 0), 0u);
  EXPECT_TRUE(Audited().empty());
  EXPECT_EQ(Erased(41, 2), 2u);
  EXPECT_EQ(Audited(),
            std::vector<std::string>{"pulsetaker-survey retention/erase "
                                     "tenants/north/localities/leeds 0 2"});
  EXPECT_EQ(Erased(9'999, 0), 0u);
  const auto opened = OpenSurveyDatabase({.path = folder_.string()});
  ASSERT_TRUE(opened.ok()) << opened.status();
  const auto left = (*opened)->store().ListParticipants(
      {"north", "leeds", "care", 1}, "", 10);
  ASSERT_TRUE(left.ok()) << left.status();
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ(left->at(0).person, "p3");
}

TEST_F(RetentionOfServiceTest, RefusesIntervalsWithoutSense) {
  BoundedExecutor executor(/*thread_count=*/1, /*queue_length_max=*/1);
  Metrics metrics;
  rpc::ServerParts parts = {.data_dir = folder_.string(),
                            .executor = executor,
                            .metrics = metrics,
                            .clock = absl::Now};
  for (const absl::Duration interval :
       {absl::ZeroDuration(), absl::Milliseconds(999), absl::Hours(25)}) {
    SurveyOptions options;
    options.retention_check_interval = interval;
    EXPECT_FALSE(MakeSurveyApplication(options, parts).ok()) << interval;
  }
}

}  // namespace
}  // namespace pulsetaker::survey
