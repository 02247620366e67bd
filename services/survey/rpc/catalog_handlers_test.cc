// Localities and surveys, through the stub.

#include <string>
#include <vector>

#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kAlreadyExists = absl::StatusCode::kAlreadyExists;
constexpr auto kAborted = absl::StatusCode::kAborted;

class CatalogHandlersTest : public ServiceFixture {
 protected:
  v1::CreateLocalityRequest LocalityRequest() {
    v1::CreateLocalityRequest request;
    request.set_parent(kTenantName);
    request.set_locality_id("york");
    request.mutable_locality()->set_display_name("York");
    request.set_request_id(NextUuid());
    return request;
  }

  v1::UpdateLocalityRequest LocalityUpdateRequest(
      const std::vector<std::string>& paths) {
    v1::UpdateLocalityRequest request;
    request.mutable_locality()->set_name(kLocalityName);
    request.mutable_locality()->set_display_name("Leeds City");
    request.mutable_locality()->set_population(0);
    for (const std::string& path : paths) {
      request.mutable_update_mask()->add_paths(path);
    }
    request.set_request_id(NextUuid());
    return request;
  }
};

TEST_F(CatalogHandlersTest, CreatesALocalityThatItThenGets) {
  const v1::Locality created = MakeLocality();
  EXPECT_EQ(created.name(), kLocalityName);
  EXPECT_EQ(created.display_name(), "Leeds");
  EXPECT_EQ(created.region(), "Yorkshire");
  EXPECT_EQ(created.population(), 800'000);
  EXPECT_EQ(created.profile().at("rurality"), "urban");
  EXPECT_FALSE(created.etag().empty());
  EXPECT_EQ(created.create_time().seconds(), 1'700'000'000);
  EXPECT_EQ(created.create_time().nanos(), 123'456'000);
  EXPECT_EQ(created.update_time().nanos(), 123'456'000);

  v1::GetLocalityRequest get;
  get.set_name(kLocalityName);
  EXPECT_EQ(Must(&Stub::GetLocality, get).DebugString(), created.DebugString());
}

TEST_F(CatalogHandlersTest, RefusesLocalitiesAsDocumented) {
  MakeLocality();
  using Request = v1::CreateLocalityRequest;
  Request request = LocalityRequest();
  ExpectRefusals<Request>(
      &Stub::CreateLocality, request,
      {{kAlreadyExists, v1::ERROR_REASON_LOCALITY_EXISTS, "",
        [](Request& r) { r.set_locality_id("leeds"); }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [](Request& r) { r.set_request_id(Uuid(1)); }},
       {kInvalid, v1::ERROR_REASON_ID_MALFORMED, "locality.profile",
        [](Request& r) { (*r.mutable_locality()->mutable_profile())["K"]; }},
       {kInvalid, v1::ERROR_REASON_NUMBER_OUT_OF_RANGE, "locality.population",
        [](Request& r) { r.mutable_locality()->set_population(-1); }},
       {kInvalid, v1::ERROR_REASON_TEXT_MALFORMED, "locality.region",
        [](Request& r) { r.mutable_locality()->set_region("\x01"); }},
       {kInvalid, v1::ERROR_REASON_TEXT_TOO_LONG, "locality.display_name",
        [](Request& r) {
          r.mutable_locality()->set_display_name(std::string(201, 'x'));
        }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "locality.display_name",
        [](Request& r) { r.clear_locality(); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.set_request_id("1"); }},
       {kInvalid, v1::ERROR_REASON_ID_MALFORMED, "locality_id",
        [](Request& r) { r.set_locality_id("Leeds"); }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "locality_id",
        [](Request& r) { r.clear_locality_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
        [](Request& r) { r.set_parent("tenants/North"); }}});
}

TEST_F(CatalogHandlersTest, AnswersARepeatWithTheFirstResult) {
  const v1::CreateLocalityRequest request = LocalityRequest();
  const v1::Locality first = Must(&Stub::CreateLocality, request);
  now_micros_ += 1'000'000;
  v1::UpdateLocalityRequest update;
  update.mutable_locality()->set_name(first.name());
  update.mutable_locality()->set_region("Yorkshire");
  update.set_request_id(NextUuid());
  const v1::Locality updated = Must(&Stub::UpdateLocality, update);
  now_micros_ += 1'000'000;
  EXPECT_EQ(Must(&Stub::CreateLocality, request).DebugString(),
            first.DebugString());
  EXPECT_EQ(Must(&Stub::UpdateLocality, update).DebugString(),
            updated.DebugString());
}

// Protobuf refuses it before any code of ours sees the request, so gRPC answers
// in its own words.
TEST_F(CatalogHandlersTest, NeverSeesTextThatIsNotUtf8) {
  v1::CreateLocalityRequest request = LocalityRequest();
  request.mutable_locality()->set_display_name("Y\xff");
  const absl::Status status = Call(&Stub::CreateLocality, request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented) << status;
  EXPECT_EQ(ReasonOf(status), "");
  v1::ListLocalitiesRequest list;
  list.set_parent(kTenantName);
  EXPECT_EQ(Must(&Stub::ListLocalities, list).localities_size(), 0);
}

TEST_F(CatalogHandlersTest, KeepsTenantsApart) {
  MakeLocality();
  v1::GetLocalityRequest get;
  get.set_name("tenants/south/localities/leeds");
  EXPECT_EQ(ReasonOf(Call(&Stub::GetLocality, get).status()),
            "LOCALITY_NOT_FOUND");
  v1::ListLocalitiesRequest list;
  list.set_parent("tenants/nort");
  EXPECT_EQ(Must(&Stub::ListLocalities, list).localities_size(), 0);
}

TEST_F(CatalogHandlersTest, SetsWhatTheMaskNames) {
  const v1::Locality before = MakeLocality();
  const struct {
    std::vector<std::string> paths;
    std::string display_name;
    std::string region;
    std::int64_t population;
    int profile_size;
  } cases[] = {
      {{}, "Leeds City", "Yorkshire", 800'000, 1},
      {{"region"}, "Leeds City", "", 800'000, 1},
      {{"population", "profile"}, "Leeds City", "", 0, 0},
  };
  std::string etag = before.etag();
  for (const auto& c : cases) {
    now_micros_ += 1;
    v1::UpdateLocalityRequest request = LocalityUpdateRequest(c.paths);
    request.mutable_locality()->set_etag(etag);
    const v1::Locality after = Must(&Stub::UpdateLocality, request);
    EXPECT_EQ(after.display_name(), c.display_name);
    EXPECT_EQ(after.region(), c.region);
    EXPECT_EQ(after.population(), c.population);
    EXPECT_EQ(after.profile_size(), c.profile_size);
    EXPECT_EQ(after.create_time().nanos(), before.create_time().nanos());
    EXPECT_EQ(after.update_time().nanos(), now_micros_ % 1'000'000 * 1'000);
    EXPECT_NE(after.etag(), etag);
    etag = after.etag();
  }
  v1::UpdateLocalityRequest all = LocalityUpdateRequest({"*"});
  all.mutable_locality()->set_region("North");
  const v1::Locality after = Must(&Stub::UpdateLocality, all);
  EXPECT_EQ(after.display_name(), "Leeds City");
  EXPECT_EQ(after.region(), "North");
}

TEST_F(CatalogHandlersTest, RefusesUpdatesOfLocalitiesAsDocumented) {
  const std::string old_etag = MakeLocality().etag();
  Must(&Stub::UpdateLocality, LocalityUpdateRequest({"display_name"}));
  using Request = v1::UpdateLocalityRequest;
  Request request = LocalityUpdateRequest({"display_name"});
  ExpectRefusals<Request>(
      &Stub::UpdateLocality, request,
      {{kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "locality.display_name",
        [](Request& r) { r.mutable_locality()->clear_display_name(); }},
       {kAborted, v1::ERROR_REASON_ETAG_MISMATCH, "locality.etag",
        [&](Request& r) { r.mutable_locality()->set_etag(old_etag); }},
       {kAborted, v1::ERROR_REASON_ETAG_MISMATCH, "locality.etag",
        [&](Request& r) { r.mutable_locality()->set_etag("none of ours"); }},
       {kNotFound, v1::ERROR_REASON_LOCALITY_NOT_FOUND, "",
        [](Request& r) {
          r.mutable_locality()->set_name("tenants/north/localities/york");
        }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [](Request& r) { r.set_request_id(Uuid(1)); }},
       {kInvalid, v1::ERROR_REASON_UPDATE_MASK_UNKNOWN, "update_mask",
        [](Request& r) { r.mutable_update_mask()->add_paths("name"); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "locality.name",
        [](Request& r) { r.mutable_locality()->set_name(kTenantName); }}});
}

TEST_F(CatalogHandlersTest, PagesMeetEveryLocalityOnce) {
  std::vector<std::string> all;
  for (int i = 0; i < 7; ++i) {
    all.push_back(MakeLocality(absl::StrCat("l", i)).name());
  }
  for (const int page_size : {1, 2, 6, 7, 8, 0, 5'000}) {
    SCOPED_TRACE(page_size);
    v1::ListLocalitiesRequest request;
    request.set_parent(kTenantName);
    request.set_page_size(page_size);
    std::vector<std::string> names;
    int pages = 0;
    do {
      const auto response = Must(&Stub::ListLocalities, request);
      ASSERT_GT(response.localities_size(), 0);
      for (const auto& l : response.localities()) names.push_back(l.name());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty() && ++pages < 10);
    EXPECT_EQ(names, all);
  }
}

TEST_F(CatalogHandlersTest, EndsAPageThatWouldBeTooLarge) {
  constexpr int kCount = 40;  // Of some 32 kB each: more than one page.
  for (int i = 0; i < kCount; ++i) {
    v1::CreateLocalityRequest request = LocalityRequest();
    request.set_locality_id(absl::StrCat("l", 100 + i));
    for (int k = 0; k < 64; ++k) {
      (*request.mutable_locality()->mutable_profile())[absl::StrCat("k", k)] =
          std::string(500, 'x');
    }
    Must(&Stub::CreateLocality, request);
  }
  v1::ListLocalitiesRequest request;
  request.set_parent(kTenantName);
  request.set_page_size(kCount);
  int count = 0;
  int pages = 0;
  do {
    const auto response = Must(&Stub::ListLocalities, request);
    EXPECT_LE(response.ByteSizeLong(), (std::size_t{1} << 20) + 4096);
    count += response.localities_size();
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(count, kCount);
  EXPECT_EQ(pages, 2);
}

TEST_F(CatalogHandlersTest, RefusesListsAsDocumented) {
  for (int i = 0; i < 3; ++i) MakeLocality(absl::StrCat("l", i));
  v1::ListLocalitiesRequest first;
  first.set_parent(kTenantName);
  first.set_page_size(1);
  const std::string token =
      Must(&Stub::ListLocalities, first).next_page_token();
  using Request = v1::ListLocalitiesRequest;
  ExpectRefusals<Request>(
      &Stub::ListLocalities, first,
      {{kInvalid, v1::ERROR_REASON_PAGE_TOKEN_MALFORMED, "page_token",
        [](Request& r) { r.set_page_token("l0"); }},
       // A token of another list.
       {kInvalid, v1::ERROR_REASON_PAGE_TOKEN_MALFORMED, "page_token",
        [&](Request& r) {
          r.set_page_token(token);
          r.set_parent("tenants/south");
        }},
       {kInvalid, v1::ERROR_REASON_PAGE_SIZE_NEGATIVE, "page_size",
        [](Request& r) { r.set_page_size(-1); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
        [](Request& r) { r.clear_parent(); }}});
}

TEST_F(CatalogHandlersTest, CreatesASurveyThatItThenUpdates) {
  MakeLocality();
  const v1::Survey created = MakeSurvey();
  EXPECT_EQ(created.name(), kSurveyName);
  EXPECT_EQ(created.innovation(), "Care at home");
  v1::UpdateSurveyRequest update;
  update.mutable_survey()->set_name(kSurveyName);
  update.mutable_survey()->set_display_name("Care");
  update.mutable_survey()->set_etag(created.etag());
  update.mutable_update_mask()->add_paths("innovation");
  update.mutable_update_mask()->add_paths("display_name");
  update.set_request_id(NextUuid());
  const v1::Survey updated = Must(&Stub::UpdateSurvey, update);
  EXPECT_EQ(updated.display_name(), "Care");
  EXPECT_EQ(updated.innovation(), "");
  EXPECT_EQ(updated.service_field(), "social care");
  v1::GetSurveyRequest get;
  get.set_name(kSurveyName);
  EXPECT_EQ(Must(&Stub::GetSurvey, get).DebugString(), updated.DebugString());
  MakeSurvey("bins");
  v1::ListSurveysRequest list;
  list.set_parent(kLocalityName);
  const auto page = Must(&Stub::ListSurveys, list);
  ASSERT_EQ(page.surveys_size(), 2);
  EXPECT_EQ(page.surveys(0).name(),
            "tenants/north/localities/leeds/surveys/bins");
}

TEST_F(CatalogHandlersTest, RefusesSurveysAsDocumented) {
  MakeLocality();
  MakeSurvey();
  using Request = v1::CreateSurveyRequest;
  Request request;
  request.set_parent(kLocalityName);
  request.set_survey_id("bins");
  request.mutable_survey()->set_display_name("Bins");
  request.set_request_id(NextUuid());
  ExpectRefusals<Request>(
      &Stub::CreateSurvey, request,
      {{kAlreadyExists, v1::ERROR_REASON_SURVEY_EXISTS, "",
        [](Request& r) { r.set_survey_id("care"); }},
       {kNotFound, v1::ERROR_REASON_LOCALITY_NOT_FOUND, "",
        [](Request& r) { r.set_parent("tenants/north/localities/york"); }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [](Request& r) { r.set_request_id(Uuid(1)); }},
       {kInvalid, v1::ERROR_REASON_TEXT_TOO_LONG, "survey.service_field",
        [](Request& r) {
          r.mutable_survey()->set_service_field(std::string(201, 'x'));
        }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "survey.display_name",
        [](Request& r) { r.mutable_survey()->clear_display_name(); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.set_request_id(Uuid(1) + "0"); }},
       {kInvalid, v1::ERROR_REASON_ID_MALFORMED, "survey_id",
        [](Request& r) { r.set_survey_id("-bins"); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
        [](Request& r) { r.set_parent(kTenantName); }}});

  using Update = v1::UpdateSurveyRequest;
  Update update;
  update.mutable_survey()->set_name(kSurveyName);
  update.mutable_survey()->set_display_name("Care");
  update.set_request_id(NextUuid());
  ExpectRefusals<Update>(
      &Stub::UpdateSurvey, update,
      {{kInvalid, v1::ERROR_REASON_TEXT_TOO_LONG, "survey.innovation",
        [](Update& r) {
          r.mutable_survey()->set_innovation(std::string(501, 'x'));
        }},
       {kAborted, v1::ERROR_REASON_ETAG_MISMATCH, "survey.etag",
        [](Update& r) { r.mutable_survey()->set_etag("r01"); }},
       {kNotFound, v1::ERROR_REASON_SURVEY_NOT_FOUND, "",
        [](Update& r) {
          r.mutable_survey()->set_name(std::string(kSurveyName) + "s");
        }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [](Update& r) { r.set_request_id(Uuid(1)); }},
       {kInvalid, v1::ERROR_REASON_UPDATE_MASK_UNKNOWN, "update_mask",
        [](Update& r) { r.mutable_update_mask()->add_paths("etag"); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Update& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "survey.name",
        [](Update& r) { r.clear_survey(); }}});
}

TEST_F(CatalogHandlersTest, FindsNothingWhereNothingIs) {
  v1::GetLocalityRequest locality;
  locality.set_name(kLocalityName);
  EXPECT_EQ(ReasonOf(Call(&Stub::GetLocality, locality).status()),
            "LOCALITY_NOT_FOUND");
  v1::GetInstrumentRequest instrument;
  instrument.set_name(kInstrumentName);
  EXPECT_EQ(ReasonOf(Call(&Stub::GetInstrument, instrument).status()),
            "INSTRUMENT_NOT_FOUND");
  v1::GetSurveyRequest survey;
  survey.set_name(kSurveyName);
  EXPECT_EQ(ReasonOf(Call(&Stub::GetSurvey, survey).status()),
            "SURVEY_NOT_FOUND");
  survey.set_name(kLocalityName);
  EXPECT_EQ(ReasonOf(Call(&Stub::GetSurvey, survey).status()),
            "NAME_MALFORMED");
}

}  // namespace
}  // namespace pulsetaker::survey
