#include "common/base/status.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"

namespace pulsetaker {
namespace {

TEST(StatusTest, CarriesReasonAndMetadata) {
  const absl::Status status =
      MakeError(absl::StatusCode::kInvalidArgument, "TOO_LATE", "too late",
                {{"b", "2"}, {"a", "1"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "too late");
  EXPECT_EQ(ReasonOf(status), "TOO_LATE");
  EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"a", "1"}, {"b", "2"}}));
}

TEST(StatusTest, CarriesWhenToComeBack) {
  const absl::Status status =
      WithRetryDelay(MakeError(absl::StatusCode::kResourceExhausted, "FULL",
                               "full", {{"a", "1"}}),
                     absl::Nanoseconds(1'500));
  EXPECT_EQ(ReasonOf(status), "FULL");
  EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"a", "1"}}));
  EXPECT_EQ(RetryDelayOf(status), absl::Microseconds(2));
}

TEST(StatusTest, FindsNothingInForeignStatuses) {
  for (const absl::Status& status :
       {absl::OkStatus(), absl::InternalError("x")}) {
    EXPECT_EQ(ReasonOf(status), "");
    EXPECT_TRUE(MetadataOf(status).empty());
    EXPECT_FALSE(RetryDelayOf(status).has_value());
  }
}

absl::StatusOr<std::unique_ptr<int>> Half(int number) {
  if (number % 2 != 0) return absl::InvalidArgumentError("odd");
  return std::make_unique<int>(number / 2);
}

absl::StatusOr<int> Quarter(int number) {
  PT_ASSIGN_OR_RETURN(const std::unique_ptr<int> half, Half(number));
  PT_RETURN_IF_ERROR(Half(*half).status());
  return *half / 2;
}

TEST(StatusTest, MacrosReturnTheFirstError) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(1).status().message(), "odd");
  EXPECT_EQ(Quarter(6).status().message(), "odd");
}

TEST(StatusDeathTest, FailStopEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(FailStop("a failed sync"), "\"fatal\".*a failed sync");
}

}  // namespace
}  // namespace pulsetaker
