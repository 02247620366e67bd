#include "services/assessment/rpc/comparison_requests.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/resource_name.h"
#include "services/assessment/rpc/assessment_id.h"

namespace pulsetaker::assessment {
namespace {

constexpr int kLocalitiesMax = 10'000;
constexpr int kDimensionsMax = 50;
constexpr int kRegionsMax = 100;
constexpr int kProfileEntriesMax = 16;

absl::Status OutOfRange(absl::string_view field, std::int64_t value,
                        absl::string_view allowed) {
  return rpc::InvalidField("PARAMETER_OUT_OF_RANGE", field,
                           absl::StrCat("is ", value, ", want ", allowed));
}

absl::Status CheckCount(absl::string_view field, int count, int max) {
  if (count <= max) return absl::OkStatus();
  return rpc::InvalidField(
      "PARAMETER_OUT_OF_RANGE", field,
      absl::StrCat("has ", count, " entries, want at most ", max));
}

absl::StatusOr<WaveChoice> ToChoice(const v1::WaveChoice& from,
                                    absl::string_view field) {
  const std::string survey = absl::StrCat(field, ".survey");
  if (!from.survey().empty() && !IsResourceId(from.survey())) {
    return rpc::InvalidField("NAME_MALFORMED", survey, "is no id of a survey");
  }
  if (from.wave() < 0) {
    return OutOfRange(absl::StrCat(field, ".wave"), from.wave(), "0 or more");
  }
  return WaveChoice{from.survey(), from.wave()};
}

absl::StatusOr<std::vector<SizeBand>> ToSizeBands(
    const v1::CompareLocalitiesRequest& request) {
  std::vector<SizeBand> bands;
  for (const int band : request.size_bands()) {
    if (band < v1::SIZE_BAND_UNDER_50 || band > v1::SIZE_BAND_500_OR_MORE) {
      return OutOfRange("size_bands", band, "a band");
    }
    bands.push_back(static_cast<SizeBand>(band - v1::SIZE_BAND_UNDER_50));
  }
  return bands;
}

absl::StatusOr<Grouping> ToGrouping(
    v1::CompareLocalitiesRequest::Grouping grouping) {
  switch (grouping) {
    case v1::CompareLocalitiesRequest::GROUPING_UNSPECIFIED:
      return Grouping::kNone;
    case v1::CompareLocalitiesRequest::GROUPING_SIZE_BAND:
      return Grouping::kSizeBand;
    case v1::CompareLocalitiesRequest::GROUPING_PHASE:
      return Grouping::kPhase;
    default:
      return OutOfRange("grouping", grouping, "a grouping");
  }
}

absl::Status CheckLocalities(const v1::CompareLocalitiesRequest& request,
                             const rpc::TenantName& tenant) {
  PT_RETURN_IF_ERROR(
      CheckCount("localities", request.localities_size(), kLocalitiesMax));
  for (const std::string& name : request.localities()) {
    PT_ASSIGN_OR_RETURN(const rpc::LocalityName locality,
                        rpc::ParseLocalityName(name, "localities"));
    if (locality.tenant != tenant.tenant) {
      return rpc::InvalidField(
          "LOCALITY_OF_OTHER_TENANT", "localities",
          absl::StrCat("has ", name, ", not of ", rpc::FormatName(tenant)));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::string>> ToProfile(
    const v1::CompareLocalitiesRequest& request) {
  PT_RETURN_IF_ERROR(
      CheckCount("profile", request.profile_size(), kProfileEntriesMax));
  return std::map<std::string, std::string>(request.profile().begin(),
                                            request.profile().end());
}

absl::StatusOr<PeerCriteria> ToCriteria(const v1::PeerCriteria& from) {
  PT_RETURN_IF_ERROR(CheckCount("peer_criteria.same_profile",
                                from.same_profile_size(), kProfileEntriesMax));
  PeerCriteria criteria;
  criteria.any_size = from.any_size();
  criteria.same_phase = from.same_phase();
  criteria.same_region = from.same_region();
  criteria.same_profile_keys.assign(from.same_profile().begin(),
                                    from.same_profile().end());
  PT_ASSIGN_OR_RETURN(criteria.choice, ToChoice(from.wave_choice(),
                                                "peer_criteria.wave_choice"));
  return criteria;
}

template <typename Message>
absl::Status Parse(const std::string& bytes, Message& to) {
  if (to.ParseFromString(bytes)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                   "an answer in the ledger is no message");
}

}  // namespace

absl::Status CompareLocalities(Comparer& comparer,
                               const v1::CompareLocalitiesRequest& request,
                               v1::LocalityComparison& response) {
  PT_ASSIGN_OR_RETURN(const rpc::TenantName tenant,
                      rpc::ParseTenantName(request.parent(), "parent"));
  PT_RETURN_IF_ERROR(CheckLocalities(request, tenant));
  CompareRequest compare;
  compare.tenant = tenant.tenant;
  compare.localities.assign(request.localities().begin(),
                            request.localities().end());
  PT_ASSIGN_OR_RETURN(compare.size_bands, ToSizeBands(request));
  PT_RETURN_IF_ERROR(
      CheckCount("regions", request.regions_size(), kRegionsMax));
  compare.regions.assign(request.regions().begin(), request.regions().end());
  PT_ASSIGN_OR_RETURN(compare.profile, ToProfile(request));
  PT_ASSIGN_OR_RETURN(compare.choice,
                      ToChoice(request.wave_choice(), "wave_choice"));
  PT_ASSIGN_OR_RETURN(compare.grouping, ToGrouping(request.grouping()));
  PT_RETURN_IF_ERROR(
      CheckCount("dimensions", request.dimensions_size(), kDimensionsMax));
  compare.dimensions.assign(request.dimensions().begin(),
                            request.dimensions().end());
  PT_ASSIGN_OR_RETURN(const std::string bytes, comparer.Compare(compare));
  return Parse(bytes, response);
}

absl::Status GetBenchmark(Comparer& comparer,
                          const v1::GetBenchmarkRequest& request,
                          v1::Benchmark& response) {
  PT_ASSIGN_OR_RETURN(
      const rpc::WaveChildName name,
      rpc::ParseWaveChildName(request.name(), rpc::kAssessments, "name"));
  BenchmarkRequest benchmark;
  benchmark.assessment = request.name();
  PT_ASSIGN_OR_RETURN(benchmark.criteria, ToCriteria(request.peer_criteria()));
  PT_RETURN_IF_ERROR(CheckCount("dials", request.dials_size(), kDimensionsMax));
  benchmark.dials.assign(request.dials().begin(), request.dials().end());
  PT_RETURN_IF_ERROR(CheckAssessmentId(name.id));
  PT_ASSIGN_OR_RETURN(const std::string bytes,
                      comparer.FindBenchmark(benchmark));
  return Parse(bytes, response);
}

}  // namespace pulsetaker::assessment
