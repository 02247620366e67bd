// Against a survey service in this process.

#include "common/erasure/survey_erasures.h"

#include <memory>
#include <string>

#include "common/rpc/unary.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "pulsetaker/survey/v1/people_service.grpc.pb.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::erasure {
namespace {

namespace wire = survey::v1;

class FakePeople final : public wire::PeopleService::Service {
 public:
  grpc::Status ListErasures(grpc::ServerContext*,
                            const wire::ListErasuresRequest* request,
                            wire::ListErasuresResponse* response) override {
    asked = *request;
    *response = answer;
    return status;
  }

  wire::ListErasuresRequest asked;
  wire::ListErasuresResponse answer;
  grpc::Status status;
};

class FakeSurvey final : public wire::SurveyService::Service {
 public:
  grpc::Status GetWave(grpc::ServerContext*, const wire::GetWaveRequest*,
                       wire::Wave* response) override {
    *response = answer;
    return status;
  }

  wire::Wave answer;
  grpc::Status status;
};

class SurveyErasuresTest : public ::testing::Test {
 protected:
  SurveyErasuresTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&people_);
    builder.RegisterService(&survey_);
    server_ = builder.BuildAndStart();
    const auto channel = server_->InProcessChannel(grpc::ChannelArguments());
    source_ = MakeSurveyErasureSource(channel, absl::Seconds(30));
    digests_ = MakeSurveyWaveDigests(channel, absl::Seconds(30));
  }

  FakePeople people_;
  FakeSurvey survey_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<ErasureSource> source_;
  std::unique_ptr<WaveDigests> digests_;
};

TEST_F(SurveyErasuresTest, ReadsAfterAPosition) {
  people_.answer.set_feed("run 2");
  people_.answer.set_next_offset(9);
  people_.answer.add_erasures()->set_locality("tenants/n/localities/a");
  people_.answer.add_erasures()->set_locality("tenants/n/localities/b");
  const auto page = source_->Read({"run 1", 7});
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(people_.asked.feed(), "run 1");
  EXPECT_EQ(people_.asked.offset(), 7);
  EXPECT_EQ(page->localities,
            (std::vector<std::string>{"tenants/n/localities/a",
                                      "tenants/n/localities/b"}));
  EXPECT_EQ(page->next, (FeedPosition{"run 2", 9}));
  people_.status = grpc::Status(grpc::StatusCode::UNAVAILABLE, "not now");
  EXPECT_TRUE(absl::IsUnavailable(source_->Read({}).status()));
}

TEST_F(SurveyErasuresTest, KnowsWhatAWaveShows) {
  survey_.answer.set_state(wire::Wave::STATE_CLOSED);
  survey_.answer.set_snapshot_digest("d1");
  EXPECT_EQ(*digests_->CurrentDigest("w"), "d1");
  survey_.answer.set_state(wire::Wave::STATE_OPEN);
  EXPECT_EQ(*digests_->CurrentDigest("w"), "") << "it shows none";
  survey_.status = grpc::Status(grpc::StatusCode::NOT_FOUND, "no such wave");
  EXPECT_EQ(*digests_->CurrentDigest("w"), "");
  survey_.status = grpc::Status(grpc::StatusCode::UNAVAILABLE, "not now");
  EXPECT_TRUE(absl::IsUnavailable(digests_->CurrentDigest("w").status()))
      << "not known is not gone";
}

}  // namespace
}  // namespace pulsetaker::erasure
