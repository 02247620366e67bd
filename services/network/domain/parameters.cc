#include "services/network/domain/parameters.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/digest.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

constexpr std::size_t kAnalysisIdLength = 32;

absl::Status OutOfRange(absl::string_view field, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "PARAMETER_OUT_OF_RANGE",
                   absl::StrCat(field, " ", problem),
                   {{"field", std::string(field)}});
}

absl::Status CheckCount(absl::string_view field, int count, int min, int max) {
  if (count == 0 || (count >= min && count <= max)) return absl::OkStatus();
  return OutOfRange(field,
                    absl::StrCat("is ", count, ", want ", min, " to ", max));
}

absl::Status CheckScalars(const AnalysisParameters& parameters) {
  if (parameters.seed < 0) {
    return OutOfRange("seed",
                      absl::StrCat("is ", parameters.seed, ", want 1 or more"));
  }
  PT_RETURN_IF_ERROR(CheckCount("null_draw_count", parameters.null_draw_count,
                                kNullDrawsMin, kNullDrawsMax));
  PT_RETURN_IF_ERROR(CheckCount("replicate_count", parameters.replicate_count,
                                kReplicatesMin, kReplicatesMax));
  // Written so that NaN is refused too.
  if (!(parameters.role_share >= 0 && parameters.role_share <= kRoleShareMax)) {
    return OutOfRange("role_share",
                      absl::StrCat("is ", parameters.role_share,
                                   ", want above 0, at most ", kRoleShareMax));
  }
  const RoleRule rule = parameters.pulsetaker_rule;
  if (rule != RoleRule::kNone && rule != RoleRule::kConnectorNamed &&
      rule != RoleRule::kCloseness && rule != RoleRule::kResidualInformation &&
      rule != RoleRule::kQuadrant) {
    return OutOfRange("pulsetaker_rule", "is no rule for pulsetakers");
  }
  return absl::OkStatus();
}

absl::Status CheckDistances(const std::vector<SectorDistance>& distances) {
  if (distances.size() > kSectorDistancesMax) {
    return OutOfRange("sector_distances", absl::StrCat("has ", distances.size(),
                                                       " pairs, want at most ",
                                                       kSectorDistancesMax));
  }
  for (std::size_t i = 0; i < distances.size(); ++i) {
    const SectorDistance& pair = distances[i];
    const std::string field = absl::StrCat("sector_distances[", i, "]");
    if (pair.sector.empty() || pair.other_sector.empty()) {
      return OutOfRange(field, "lacks a sector");
    }
    if (pair.sector == pair.other_sector) {
      return OutOfRange(field, "names one sector twice");
    }
    if (!(pair.distance >= 0 && pair.distance <= 1)) {
      return OutOfRange(absl::StrCat(field, ".distance"),
                        absl::StrCat("is ", pair.distance, ", want 0 to 1"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AnalysisParameters> Canonical(AnalysisParameters parameters) {
  PT_RETURN_IF_ERROR(CheckScalars(parameters));
  PT_RETURN_IF_ERROR(CheckDistances(parameters.sector_distances));
  if (parameters.seed == 0) parameters.seed = kSeedDefault;
  if (parameters.null_draw_count == 0) {
    parameters.null_draw_count = kNullDrawsDefault;
  }
  if (parameters.replicate_count == 0) {
    parameters.replicate_count = kReplicatesDefault;
  }
  if (parameters.role_share == 0) parameters.role_share = kRoleShareDefault;
  if (parameters.pulsetaker_rule == RoleRule::kNone) {
    parameters.pulsetaker_rule = RoleRule::kConnectorNamed;
  }

  auto& distances = parameters.sector_distances;
  for (SectorDistance& pair : distances) {
    if (pair.other_sector < pair.sector) {
      std::swap(pair.sector, pair.other_sector);
    }
  }
  std::sort(distances.begin(), distances.end(),
            [](const SectorDistance& a, const SectorDistance& b) {
              return std::tie(a.sector, a.other_sector) <
                     std::tie(b.sector, b.other_sector);
            });
  for (std::size_t i = 1; i < distances.size(); ++i) {
    if (distances[i - 1].sector == distances[i].sector &&
        distances[i - 1].other_sector == distances[i].other_sector) {
      return OutOfRange("sector_distances",
                        absl::StrCat("names ", distances[i].sector, " and ",
                                     distances[i].other_sector, " twice"));
    }
  }
  return parameters;
}

std::string AnalysisId(absl::string_view snapshot_digest,
                       const AnalysisParameters& parameters) {
  Sha256 digest;
  digest.UpdateText(kEngineVersion)
      .UpdateText(snapshot_digest)
      .UpdateNumber(static_cast<std::uint64_t>(parameters.seed))
      .UpdateNumber(static_cast<std::uint64_t>(parameters.null_draw_count))
      .UpdateNumber(static_cast<std::uint64_t>(parameters.replicate_count))
      .UpdateNumber(std::bit_cast<std::uint64_t>(parameters.role_share))
      .UpdateNumber(static_cast<std::uint64_t>(parameters.pulsetaker_rule))
      .UpdateNumber(parameters.sector_distances.size());
  for (const SectorDistance& pair : parameters.sector_distances) {
    digest.UpdateText(pair.sector)
        .UpdateText(pair.other_sector)
        .UpdateNumber(std::bit_cast<std::uint64_t>(pair.distance));
  }
  return digest.FinishHex().substr(0, kAnalysisIdLength);
}

}  // namespace pulsetaker::network
