#include "common/erasure/withdrawals.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker::erasure {
namespace {

bool Never() { return false; }

class FakeResults final : public ResultStore {
 public:
  absl::StatusOr<std::vector<KeptResult>> ListResults(
      absl::string_view locality) const override {
    const auto found = by_locality.find(std::string(locality));
    if (found == by_locality.end()) return std::vector<KeptResult>();
    return found->second;
  }

  absl::Status Withdraw(const KeptResult& result) override {
    if (!withdraw_status.ok()) return withdraw_status;
    withdrawn.push_back(result.name);
    return absl::OkStatus();
  }

  absl::Status Purge() override {
    ++purge_count;
    return purge_status;
  }

  std::map<std::string, std::vector<KeptResult>> by_locality;
  std::vector<std::string> withdrawn;
  absl::Status withdraw_status;
  absl::Status purge_status;
  int purge_count = 0;
};

class FakeDigests final : public WaveDigests {
 public:
  absl::StatusOr<std::string> CurrentDigest(absl::string_view wave) override {
    ++asked;
    return by_wave[std::string(wave)];
  }

  std::map<std::string, absl::StatusOr<std::string>> by_wave;
  int asked = 0;
};

class FakeOperations final : public ResultOperations {
 public:
  absl::StatusOr<bool> Forget(
      absl::string_view locality,
      const std::function<bool(absl::string_view)>& is_kept) override {
    for (const std::string& result : responses) {
      if (!is_kept(result)) forgotten.push_back(result);
    }
    return unfinished.contains(locality);
  }

  std::vector<std::string> responses;
  std::vector<std::string> forgotten;
  std::set<std::string, std::less<>> unfinished;
};

class WithdrawalsTest : public ::testing::Test {
 protected:
  FakeResults results_;
  FakeDigests digests_;
  FakeOperations operations_;
  Withdrawals withdrawals_{results_, digests_, operations_};
};

TEST_F(WithdrawalsTest, WithdrawsWhatIsNotOfWhatTheWaveShows) {
  struct Case {
    const char* what;
    std::string shows;
    std::string made_of;
    bool is_withdrawn;
  };
  const Case cases[] = {
      {"the same", "d1", "d1", false},
      {"another one", "d2", "d1", true},
      {"an open wave, or one that is gone", "", "d1", true},
      {"neither says of what", "", "", true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    results_.by_locality["a"] = {{"r", "w", c.made_of, ""}};
    results_.withdrawn.clear();
    digests_.by_wave["w"] = c.shows;
    const auto unfinished = withdrawals_.Withdraw({"a"}, Never);
    ASSERT_TRUE(unfinished.ok()) << unfinished.status();
    EXPECT_TRUE(unfinished->empty());
    EXPECT_EQ(results_.withdrawn.size(), c.is_withdrawn ? 1u : 0u);
  }
}

TEST_F(WithdrawalsTest, TakesAlongWhatWasComparedWithIt) {
  results_.by_locality["a"] = {{"r1", "w1", "old", ""},
                               {"r2", "w2", "d2", "r1"},
                               {"r3", "w3", "d3", "r2"},
                               {"r3 alone", "w3", "d3", ""},
                               {"of one that is gone", "w3", "d3", "r0"}};
  digests_.by_wave = {{"w1", "d1"}, {"w2", "d2"}, {"w3", "d3"}};
  ASSERT_TRUE(withdrawals_.Withdraw({"a"}, Never).ok());
  EXPECT_EQ(results_.withdrawn, (std::vector<std::string>{
                                    "r1", "r2", "r3", "of one that is gone"}));
  EXPECT_EQ(withdrawals_.withdrawn_count(), 4);
  EXPECT_EQ(digests_.asked, 3) << "once for each wave";
}

TEST_F(WithdrawalsTest, LeavesOtherLocalitiesAlone) {
  results_.by_locality["a"] = {{"r1", "w1", "old", ""}};
  results_.by_locality["b"] = {{"r2", "w2", "old", ""}};
  digests_.by_wave = {{"w1", "d1"}, {"w2", "d2"}};
  ASSERT_TRUE(withdrawals_.Withdraw({"b", "nowhere"}, Never).ok());
  EXPECT_EQ(results_.withdrawn, std::vector<std::string>{"r2"});
}

TEST_F(WithdrawalsTest, ForgetsTheOperationsOfWhatIsGone) {
  results_.by_locality["a"] = {{"r1", "w1", "old", ""}, {"r2", "w2", "d2", ""}};
  digests_.by_wave = {{"w1", "d1"}, {"w2", "d2"}};
  operations_.responses = {"r1", "r2", "long gone"};
  ASSERT_TRUE(withdrawals_.Withdraw({"a"}, Never).ok());
  EXPECT_EQ(operations_.forgotten,
            (std::vector<std::string>{"r1", "long gone"}));
}

TEST_F(WithdrawalsTest, NamesWhereSomethingMayYetBeKept) {
  operations_.unfinished = {"b"};
  const auto unfinished = withdrawals_.Withdraw({"a", "b"}, Never);
  ASSERT_TRUE(unfinished.ok()) << unfinished.status();
  EXPECT_EQ(*unfinished, std::set<std::string>{"b"});
}

TEST_F(WithdrawalsTest, PurgesAlsoWhatWasWithdrawnBefore) {
  ASSERT_TRUE(withdrawals_.Withdraw({"a"}, Never).ok());
  EXPECT_EQ(results_.purge_count, 1);
}

TEST_F(WithdrawalsTest, FailsAsItsPartsFail) {
  results_.by_locality["a"] = {{"r", "w", "old", ""}};
  digests_.by_wave["w"] = absl::UnavailableError("nobody answers");
  EXPECT_TRUE(
      absl::IsUnavailable(withdrawals_.Withdraw({"a"}, Never).status()));
  EXPECT_TRUE(results_.withdrawn.empty()) << "not known is not gone";
  digests_.by_wave["w"] = "d";
  results_.withdraw_status = absl::ResourceExhaustedError("full");
  EXPECT_EQ(withdrawals_.Withdraw({"a"}, Never).status(),
            results_.withdraw_status);
  EXPECT_EQ(withdrawals_.withdrawn_count(), 0);
  results_.withdraw_status = absl::OkStatus();
  results_.purge_status = absl::UnavailableError("disk");
  EXPECT_EQ(withdrawals_.Withdraw({"a"}, Never).status(),
            results_.purge_status);
  EXPECT_TRUE(absl::IsCancelled(
      withdrawals_.Withdraw({"a"}, [] { return true; }).status()));
}

}  // namespace
}  // namespace pulsetaker::erasure
