#include "tests/crash/place.h"

#include "gtest/gtest.h"

namespace pulsetaker::testing {

std::unique_ptr<SurveyProcess> Place::Start(
    const std::vector<std::string>& flags,
    const std::vector<std::string>& environment) const {
  return std::make_unique<SurveyProcess>(binary_, folder_.path() + "/killed",
                                         flags, environment);
}

void Place::Prepare() {
  const std::unique_ptr<SurveyProcess> server = Start();
  ASSERT_TRUE(server->WaitUntilServing()) << server->ReadLog();
  traffic_.Prepare(*server->NewStub());
}

void Place::Finish() {
  const std::unique_ptr<SurveyProcess> server = Start({"--drain=0s"});
  ASSERT_TRUE(server->WaitUntilServing()) << server->ReadLog();
  const survey::v1::Wave wave = traffic_.Finish(*server->NewStub());
  EXPECT_EQ(server->Stop(), 0);

  SurveyProcess another(binary_, folder_.path() + "/uninterrupted");
  ASSERT_TRUE(another.WaitUntilServing()) << another.ReadLog();
  const survey::v1::Wave want = traffic_.CloseUninterrupted(*another.NewStub());
  EXPECT_FALSE(wave.snapshot_digest().empty());
  EXPECT_EQ(wave.snapshot_digest(), want.snapshot_digest());
  EXPECT_EQ(wave.response_count(), want.response_count());
}

}  // namespace pulsetaker::testing
