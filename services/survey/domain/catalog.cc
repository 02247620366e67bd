#include "services/survey/domain/catalog.h"

#include <utility>

#include "common/base/status.h"
#include "services/survey/domain/content_digest.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {

Catalog::Catalog(SurveyStore& store, Clock clock)
    : store_(store), clock_(std::move(clock)) {}

absl::Time Catalog::Now() const {
  return absl::FromUnixMicros(absl::ToUnixMicros(clock_()));
}

absl::StatusOr<Locality> Catalog::CreateLocality(
    Locality locality, const std::string& request_id) {
  PT_RETURN_IF_ERROR(CheckLocality(locality));
  locality.revision = 1;
  locality.create_time = locality.update_time = Now();
  const Request request = {.id = request_id,
                           .digest = RequestDigest("CreateLocality")
                                         .Add(locality.key)
                                         .Add(locality.display_name)
                                         .Add(locality.region)
                                         .Add(locality.population)
                                         .Add(locality.profile)
                                         .Finish()};
  return store_.CreateLocality(locality, request);
}

absl::StatusOr<Survey> Catalog::CreateSurvey(Survey survey,
                                             const std::string& request_id) {
  PT_RETURN_IF_ERROR(CheckSurvey(survey));
  survey.revision = 1;
  survey.create_time = survey.update_time = Now();
  const Request request = {.id = request_id,
                           .digest = RequestDigest("CreateSurvey")
                                         .Add(survey.key)
                                         .Add(survey.display_name)
                                         .Add(survey.innovation)
                                         .Add(survey.service_field)
                                         .Finish()};
  return store_.CreateSurvey(survey, request);
}

absl::StatusOr<Locality> Catalog::UpdateLocality(
    const LocalityUpdate& update, const std::string& request_id) {
  const Request request = {.id = request_id,
                           .digest = RequestDigest("UpdateLocality")
                                         .Add(update.key)
                                         .Add(update.display_name)
                                         .Add(update.region)
                                         .Add(update.population)
                                         .Add(update.profile)
                                         .Add(update.expected_revision)
                                         .Finish()};
  const absl::Time now = Now();
  const auto change = [&](const Locality& current) -> absl::StatusOr<Locality> {
    PT_RETURN_IF_ERROR(CheckRevision("locality.etag", update.expected_revision,
                                     current.revision));
    Locality next = current;
    if (update.display_name) next.display_name = *update.display_name;
    if (update.region) next.region = *update.region;
    if (update.population) next.population = *update.population;
    if (update.profile) next.profile = *update.profile;
    PT_RETURN_IF_ERROR(CheckLocality(next));
    ++next.revision;
    next.update_time = now;
    return next;
  };
  return store_.UpdateLocality(update.key, request, change);
}

absl::StatusOr<Survey> Catalog::UpdateSurvey(const SurveyUpdate& update,
                                             const std::string& request_id) {
  const Request request = {.id = request_id,
                           .digest = RequestDigest("UpdateSurvey")
                                         .Add(update.key)
                                         .Add(update.display_name)
                                         .Add(update.innovation)
                                         .Add(update.service_field)
                                         .Add(update.expected_revision)
                                         .Finish()};
  const absl::Time now = Now();
  const auto change = [&](const Survey& current) -> absl::StatusOr<Survey> {
    PT_RETURN_IF_ERROR(CheckRevision("survey.etag", update.expected_revision,
                                     current.revision));
    Survey next = current;
    if (update.display_name) next.display_name = *update.display_name;
    if (update.innovation) next.innovation = *update.innovation;
    if (update.service_field) next.service_field = *update.service_field;
    PT_RETURN_IF_ERROR(CheckSurvey(next));
    ++next.revision;
    next.update_time = now;
    return next;
  };
  return store_.UpdateSurvey(update.key, request, change);
}

}  // namespace pulsetaker::survey
