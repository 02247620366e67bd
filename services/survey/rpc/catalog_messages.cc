#include "services/survey/rpc/catalog_messages.h"

#include <set>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/survey/rpc/convert.h"

namespace pulsetaker::survey {
namespace {

// Which fields an update sets.
class Mask {
 public:
  explicit Mask(const google::protobuf::FieldMask& mask) : mask_(mask) {}

  // Whether `path` is to be set; `filled` says if the message has something
  // for it, which counts where there is no mask. To be asked of every path.
  bool Sets(const std::string& path, bool filled) {
    known_.insert(path);
    if (mask_.paths().empty()) return filled;
    return absl::c_any_of(mask_.paths(), [&](const std::string& set) {
      return set == path || set == "*";
    });
  }

  // UPDATE_MASK_UNKNOWN: a path that was not asked for.
  absl::Status CheckPaths() const {
    for (const std::string& path : mask_.paths()) {
      if (path == "*" || known_.count(path) > 0) continue;
      return MakeError(
          absl::StatusCode::kInvalidArgument, "UPDATE_MASK_UNKNOWN",
          absl::StrCat("update_mask has \"", path, "\", which cannot be set"),
          {{"field", "update_mask"}, {"path", path}});
    }
    return absl::OkStatus();
  }

 private:
  const google::protobuf::FieldMask& mask_;
  std::set<std::string> known_;
};

}  // namespace

Locality FromProto(const LocalityKey& key, const v1::Locality& message) {
  Locality locality;
  locality.key = key;
  locality.display_name = message.display_name();
  locality.region = message.region();
  locality.population = message.population();
  locality.profile.insert(message.profile().begin(), message.profile().end());
  return locality;
}

Survey FromProto(const SurveyKey& key, const v1::Survey& message) {
  Survey survey;
  survey.key = key;
  survey.display_name = message.display_name();
  survey.innovation = message.innovation();
  survey.service_field = message.service_field();
  return survey;
}

absl::StatusOr<LocalityUpdate> FromProto(
    const LocalityKey& key, const v1::UpdateLocalityRequest& request) {
  const Locality next = FromProto(key, request.locality());
  Mask mask(request.update_mask());
  LocalityUpdate update;
  update.key = key;
  if (mask.Sets("display_name", !next.display_name.empty())) {
    update.display_name = next.display_name;
  }
  if (mask.Sets("region", !next.region.empty())) update.region = next.region;
  if (mask.Sets("population", next.population != 0)) {
    update.population = next.population;
  }
  if (mask.Sets("profile", !next.profile.empty())) {
    update.profile = next.profile;
  }
  update.expected_revision = ExpectedRevision(request.locality().etag());
  PT_RETURN_IF_ERROR(mask.CheckPaths());
  return update;
}

absl::StatusOr<SurveyUpdate> FromProto(const SurveyKey& key,
                                       const v1::UpdateSurveyRequest& request) {
  const Survey next = FromProto(key, request.survey());
  Mask mask(request.update_mask());
  SurveyUpdate update;
  update.key = key;
  if (mask.Sets("display_name", !next.display_name.empty())) {
    update.display_name = next.display_name;
  }
  if (mask.Sets("innovation", !next.innovation.empty())) {
    update.innovation = next.innovation;
  }
  if (mask.Sets("service_field", !next.service_field.empty())) {
    update.service_field = next.service_field;
  }
  update.expected_revision = ExpectedRevision(request.survey().etag());
  PT_RETURN_IF_ERROR(mask.CheckPaths());
  return update;
}

void ToProto(const Locality& locality, v1::Locality& message) {
  message.set_name(NameOf(locality.key));
  message.set_display_name(locality.display_name);
  message.set_region(locality.region);
  message.set_population(locality.population);
  message.mutable_profile()->insert(locality.profile.begin(),
                                    locality.profile.end());
  message.set_etag(EtagOf(locality.revision));
  *message.mutable_create_time() = ToTimestamp(locality.create_time);
  *message.mutable_update_time() = ToTimestamp(locality.update_time);
}

void ToProto(const Survey& survey, v1::Survey& message) {
  message.set_name(NameOf(survey.key));
  message.set_display_name(survey.display_name);
  message.set_innovation(survey.innovation);
  message.set_service_field(survey.service_field);
  message.set_etag(EtagOf(survey.revision));
  *message.mutable_create_time() = ToTimestamp(survey.create_time);
  *message.mutable_update_time() = ToTimestamp(survey.update_time);
}

}  // namespace pulsetaker::survey
