// Against a survey service in this process, which tells the truth or not.

#include "services/assessment/clients/survey_place_source.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/unary.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::assessment {
namespace {

namespace wire = survey::v1;

constexpr char kTenant[] = "tenants/north";
constexpr char kLocality[] = "tenants/north/localities/a";
constexpr char kSurvey[] = "tenants/north/localities/a/surveys/s";

wire::Locality Locality(const std::string& id, const std::string& region) {
  wire::Locality locality;
  locality.set_name(absl::StrCat(kTenant, "/localities/", id));
  locality.set_region(region);
  return locality;
}

wire::Survey Survey(const std::string& id) {
  wire::Survey survey;
  survey.set_name(absl::StrCat(kLocality, "/surveys/", id));
  return survey;
}

wire::Wave Wave(int number, wire::Wave::State state) {
  wire::Wave wave;
  wave.set_name(absl::StrCat(kSurvey, "/waves/", number));
  wave.set_state(state);
  return wave;
}

template <typename Resource>
using Pages = std::vector<std::vector<Resource>>;

class FakeSurvey final : public wire::SurveyService::Service {
 public:
  absl::Status error;             // Of the first `failures` calls.
  std::atomic<int> failures = 0;  // Negative: of all.
  std::atomic<int> calls = 0;
  Pages<wire::Locality> localities;
  Pages<wire::Survey> surveys;
  Pages<wire::Wave> waves;

  grpc::Status ListLocalities(grpc::ServerContext*,
                              const wire::ListLocalitiesRequest* request,
                              wire::ListLocalitiesResponse* response) override {
    return Answer(kTenant, *request, localities,
                  *response->mutable_localities(), *response);
  }
  grpc::Status ListSurveys(grpc::ServerContext*,
                           const wire::ListSurveysRequest* request,
                           wire::ListSurveysResponse* response) override {
    return Answer(kLocality, *request, surveys, *response->mutable_surveys(),
                  *response);
  }
  grpc::Status ListWaves(grpc::ServerContext*,
                         const wire::ListWavesRequest* request,
                         wire::ListWavesResponse* response) override {
    return Answer(kSurvey, *request, waves, *response->mutable_waves(),
                  *response);
  }

 private:
  template <typename Request, typename Resource, typename Field,
            typename Response>
  grpc::Status Answer(const std::string& parent, const Request& request,
                      const Pages<Resource>& pages, Field& field,
                      Response& response) {
    const int call = ++calls;
    if (failures < 0 || call <= failures) {
      return rpc::ToGrpcStatus(error, "survey.pulsetaker");
    }
    EXPECT_EQ(request.parent(), parent);
    const std::size_t page = request.page_token().size();
    for (const Resource& resource : pages.at(page)) *field.Add() = resource;
    if (page + 1 < pages.size()) {
      response.set_next_page_token(std::string(page + 1, 'x'));
    }
    return grpc::Status::OK;
  }
};

class SurveyPlaceSourceTest : public ::testing::Test {
 protected:
  SurveyPlaceSourceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&survey_);
    server_ = builder.BuildAndStart();
    SurveyPlaceOptions options;
    options.retry = {.attempts_max = 3,
                     .first_wait = absl::Milliseconds(1),
                     .longest_wait = absl::Milliseconds(1)};
    places_ = MakeSurveyPlaceSource(
        server_->InProcessChannel(grpc::ChannelArguments()), options);
  }

  FakeSurvey survey_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<PlaceSource> places_;
};

TEST_F(SurveyPlaceSourceTest, GathersPages) {
  survey_.localities = {{Locality("a", "west"), Locality("b", "")},
                        {Locality("c", "east")}};
  const auto localities = places_->ListLocalities(kTenant);
  ASSERT_TRUE(localities.ok()) << localities.status();
  EXPECT_EQ(*localities,
            (std::vector<ListedLocality>{
                {absl::StrCat(kTenant, "/localities/a"), "west"},
                {absl::StrCat(kTenant, "/localities/b"), ""},
                {absl::StrCat(kTenant, "/localities/c"), "east"}}));

  survey_.surveys = {{Survey("s")}, {Survey("t")}};
  const auto surveys = places_->ListSurveys(kLocality);
  ASSERT_TRUE(surveys.ok()) << surveys.status();
  EXPECT_EQ(*surveys, (std::vector<std::string>{
                          kSurvey, absl::StrCat(kLocality, "/surveys/t")}));
}

TEST_F(SurveyPlaceSourceTest, FindsNothingWhereNothingIs) {
  survey_.localities = {{}};
  survey_.surveys = {{}};
  survey_.waves = {{}};
  EXPECT_TRUE(places_->ListLocalities(kTenant)->empty());
  EXPECT_TRUE(places_->ListSurveys(kLocality)->empty());
  EXPECT_FALSE(places_->LatestClosedWave(kSurvey)->has_value());
}

TEST_F(SurveyPlaceSourceTest, FindsTheLatestClosedWave) {
  survey_.waves = {
      {Wave(1, wire::Wave::STATE_CLOSED), Wave(2, wire::Wave::STATE_CLOSED)},
      {Wave(9, wire::Wave::STATE_DRAFT), Wave(10, wire::Wave::STATE_CLOSED),
       Wave(11, wire::Wave::STATE_OPEN)}};
  EXPECT_EQ(**places_->LatestClosedWave(kSurvey),
            absl::StrCat(kSurvey, "/waves/10"));
  survey_.waves = {{Wave(1, wire::Wave::STATE_OPEN)}};
  EXPECT_FALSE(places_->LatestClosedWave(kSurvey)->has_value());
}

TEST_F(SurveyPlaceSourceTest, ReportsListsThatBreakTheirContract) {
  const auto expect_invalid = [](const absl::Status& status,
                                 const std::string& field) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_EQ(ReasonOf(status), "SNAPSHOT_INVALID");
    EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"field", field}}));
  };
  wire::Locality foreign = Locality("a", "");
  foreign.set_name("tenants/south/localities/a");
  for (const Pages<wire::Locality>& pages : std::vector<Pages<wire::Locality>>{
           {{Locality("b", ""), Locality("a", "")}},
           {{Locality("a", "")}, {Locality("a", "")}},
           {{foreign}},
           {{}, {Locality("a", "")}}}) {
    survey_.localities = pages;
    expect_invalid(places_->ListLocalities(kTenant).status(), "localities");
  }
  survey_.surveys = {{Survey("b"), Survey("a")}};
  expect_invalid(places_->ListSurveys(kLocality).status(), "surveys");
  wire::Wave elsewhere = Wave(1, wire::Wave::STATE_CLOSED);
  elsewhere.set_name(absl::StrCat(kSurvey, "2/waves/1"));
  for (const Pages<wire::Wave>& pages : std::vector<Pages<wire::Wave>>{
           {{Wave(2, wire::Wave::STATE_OPEN), Wave(2, wire::Wave::STATE_OPEN)}},
           {{elsewhere}},
           {{}, {}}}) {
    survey_.waves = pages;
    expect_invalid(places_->LatestClosedWave(kSurvey).status(), "waves");
  }
}

TEST_F(SurveyPlaceSourceTest, ComesBackWhenTheServiceDoes) {
  survey_.localities = {{Locality("a", "")}};
  survey_.error = absl::UnavailableError("away");
  survey_.failures = 2;
  EXPECT_EQ(places_->ListLocalities(kTenant)->size(), 1u);
  survey_.failures = -1;
  EXPECT_EQ(places_->ListLocalities(kTenant).status().code(),
            absl::StatusCode::kUnavailable);
  survey_.error = absl::PermissionDeniedError("no");
  EXPECT_EQ(places_->ListLocalities(kTenant).status().code(),
            absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace pulsetaker::assessment
