#include "services/assessment/clients/survey_place_source.h"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "common/rpc/resource_name.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "services/assessment/clients/survey_error.h"

namespace pulsetaker::assessment {
namespace {

namespace wire = survey::v1;
using Stub = wire::SurveyService::Stub;

constexpr std::int32_t kPageSize = 1'000;

bool Never() { return false; }

absl::Status InvalidList(absl::string_view of, absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID",
                   absl::StrCat("a list of ", of, " ", problem),
                   {{"field", std::string(of)}});
}

// That the names of a list are children of `parent` and ascend, so that a list
// has an end.
class NameOrder {
 public:
  NameOrder(absl::string_view of, absl::string_view parent)
      : of_(of), prefix_(absl::StrCat(parent, "/", of, "/")) {}

  absl::Status Check(const std::string& name) {
    if (!absl::StartsWith(name, prefix_)) {
      return InvalidList(of_, "has one of another place");
    }
    if (name <= before_) return InvalidList(of_, "does not ascend");
    before_ = name;
    return absl::OkStatus();
  }

 private:
  const std::string of_;
  const std::string prefix_;
  std::string before_;
};

class SurveyPlaceSource final : public PlaceSource {
 public:
  SurveyPlaceSource(std::shared_ptr<grpc::Channel> survey,
                    const SurveyPlaceOptions& options)
      : options_(options),
        stub_(wire::SurveyService::NewStub(std::move(survey))) {}

  absl::StatusOr<std::vector<ListedLocality>> ListLocalities(
      absl::string_view tenant) override {
    std::vector<ListedLocality> localities;
    NameOrder order("localities", tenant);
    const absl::Status status =
        ForEachPage<wire::ListLocalitiesRequest, wire::ListLocalitiesResponse>(
            tenant, &Stub::ListLocalities, [&](const auto& page) {
              for (const wire::Locality& locality : page.localities()) {
                PT_RETURN_IF_ERROR(order.Check(locality.name()));
                localities.push_back({.name = locality.name(),
                                      .region = locality.region(),
                                      .profile = {locality.profile().begin(),
                                                  locality.profile().end()}});
              }
              return CheckPage("localities", page.localities_size(), page);
            });
    if (!status.ok()) return status;
    return localities;
  }

  absl::StatusOr<std::vector<std::string>> ListSurveys(
      absl::string_view locality) override {
    std::vector<std::string> surveys;
    NameOrder order("surveys", locality);
    const absl::Status status =
        ForEachPage<wire::ListSurveysRequest, wire::ListSurveysResponse>(
            locality, &Stub::ListSurveys, [&](const auto& page) {
              for (const wire::Survey& survey : page.surveys()) {
                PT_RETURN_IF_ERROR(order.Check(survey.name()));
                surveys.push_back(survey.name());
              }
              return CheckPage("surveys", page.surveys_size(), page);
            });
    if (!status.ok()) return status;
    return surveys;
  }

  absl::StatusOr<std::optional<std::string>> LatestClosedWave(
      absl::string_view survey) override {
    std::optional<std::string> latest;
    std::int32_t before = 0;  // Numbers ascend, so that a list has an end.
    const absl::Status status =
        ForEachPage<wire::ListWavesRequest, wire::ListWavesResponse>(
            survey, &Stub::ListWaves, [&](const auto& page) -> absl::Status {
              for (const wire::Wave& wave : page.waves()) {
                PT_ASSIGN_OR_RETURN(const std::int32_t number,
                                    NumberOf(wave, survey));
                if (number <= before) {
                  return InvalidList("waves", "does not ascend");
                }
                before = number;
                if (wave.state() == wire::Wave::STATE_CLOSED) {
                  latest = wave.name();
                }
              }
              return CheckPage("waves", page.waves_size(), page);
            });
    if (!status.ok()) return status;
    return latest;
  }

 private:
  static absl::StatusOr<std::int32_t> NumberOf(const wire::Wave& wave,
                                               absl::string_view survey) {
    const auto name = rpc::ParseWaveName(wave.name(), "waves.name");
    if (!name.ok() ||
        !absl::StartsWith(wave.name(), absl::StrCat(survey, "/waves/"))) {
      return InvalidList("waves", "has one of another survey");
    }
    return name->wave;
  }

  template <typename Page>
  static absl::Status CheckPage(absl::string_view of, int size,
                                const Page& page) {
    if (size > 0 || page.next_page_token().empty()) return absl::OkStatus();
    return InvalidList(of, "has an empty page that is not its last");
  }

  // Gives every page of a list to `take`, until an error of either.
  template <typename Request, typename Page, typename Method>
  absl::Status ForEachPage(
      absl::string_view parent, Method method,
      const std::function<absl::Status(const Page&)>& take) {
    Request request;
    request.set_parent(std::string(parent));
    request.set_page_size(kPageSize);
    do {
      Page page;
      const absl::Status status =
          rpc::RetryUnavailable(options_.retry, Never, [&]() -> absl::Status {
            PT_ASSIGN_OR_RETURN(page,
                                rpc::Call(*stub_, method, request,
                                          absl::Now() + options_.call_timeout));
            return absl::OkStatus();
          });
      if (!status.ok()) return FromSurveyError(status);
      PT_RETURN_IF_ERROR(take(page));
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return absl::OkStatus();
  }

  const SurveyPlaceOptions options_;
  const std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<PlaceSource> MakeSurveyPlaceSource(
    std::shared_ptr<grpc::Channel> survey, const SurveyPlaceOptions& options) {
  return std::make_unique<SurveyPlaceSource>(std::move(survey), options);
}

}  // namespace pulsetaker::assessment
