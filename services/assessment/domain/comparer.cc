#include "services/assessment/domain/comparer.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/digest.h"
#include "common/base/status.h"
#include "services/assessment/domain/parameters.h"

namespace pulsetaker::assessment {
namespace {

constexpr const char* kDefaultDimensions[] = {
    "phase", "corner.authority", "corner.capacity", "corner.value"};
// Of the bootstrap of a benchmark.
constexpr std::int32_t kReplicateCount = 2'000;
constexpr std::uint64_t kSeed = 1;

absl::StatusOr<Dimension> KnownDimension(absl::string_view name,
                                         absl::string_view field) {
  std::optional<Dimension> dimension = FindDimension(name);
  if (dimension.has_value()) return *std::move(dimension);
  return MakeError(
      absl::StatusCode::kInvalidArgument, "DIMENSION_UNKNOWN",
      absl::StrCat(field, " has \"", name, "\", which is no dimension"),
      {{"field", std::string(field)}});
}

absl::StatusOr<std::vector<Dimension>> DimensionsOf(
    const CompareRequest& request) {
  std::vector<std::string> names = request.dimensions;
  if (names.empty()) {
    names.assign(std::begin(kDefaultDimensions), std::end(kDefaultDimensions));
  }
  std::vector<Dimension> dimensions;
  for (const std::string& name : names) {
    PT_ASSIGN_OR_RETURN(Dimension dimension,
                        KnownDimension(name, "dimensions"));
    dimensions.push_back(std::move(dimension));
  }
  return dimensions;
}

bool IsDial(absl::string_view name) {
  const absl::Span<const Dial> dials = Dials();
  return std::any_of(dials.begin(), dials.end(),
                     [&](const Dial& dial) { return dial.name == name; });
}

// Corners, arrows, then the dials asked for.
absl::StatusOr<std::vector<Dimension>> DimensionsOf(
    const BenchmarkRequest& request) {
  std::vector<Dimension> dimensions;
  for (const absl::string_view name : FeatureNames()) {
    dimensions.push_back(*FindDimension(name));
  }
  for (const std::string& name : request.dials) {
    const std::string known = IsDial(name) ? name : "";
    PT_ASSIGN_OR_RETURN(Dimension dimension, KnownDimension(known, "dials"));
    dimensions.push_back(std::move(dimension));
  }
  return dimensions;
}

std::string GroupOf(const PlaceSummary& place, Grouping grouping) {
  switch (grouping) {
    case Grouping::kNone:
      break;
    case Grouping::kSizeBand:
      return std::string(SizeBandName(SizeBandOf(place.invited_count)));
    case Grouping::kPhase:
      return PhaseCategory(place);
  }
  return "all";
}

std::vector<ComparedPlace> ToCompared(const std::vector<PlaceSummary>& places,
                                      const std::vector<Dimension>& dimensions,
                                      Grouping grouping) {
  std::vector<ComparedPlace> compared;
  for (const PlaceSummary& place : places) {
    ComparedPlace& to = compared.emplace_back();
    to.contributor = {place.locality, place.assessment, place.respondent_count};
    to.group = GroupOf(place, grouping);
    for (const Dimension& dimension : dimensions) {
      to.values.push_back(ValueIn(dimension, place));
    }
  }
  return compared;
}

// A digest of everything that an answer depends on.
class RequestDigest {
 public:
  explicit RequestDigest(absl::string_view method) {
    digest_.UpdateText(method).UpdateText(kEngineVersion);
  }

  RequestDigest& Add(absl::string_view text) {
    digest_.UpdateText(text);
    return *this;
  }
  RequestDigest& Add(const std::vector<Dimension>& dimensions) {
    digest_.UpdateNumber(dimensions.size());
    for (const Dimension& dimension : dimensions) Add(dimension.name);
    return *this;
  }
  // Assessments never change, so their names stand for them.
  RequestDigest& Add(const std::vector<PlaceSummary>& places) {
    digest_.UpdateNumber(places.size());
    for (const PlaceSummary& place : places) Add(place.assessment);
    return *this;
  }
  RequestDigest& Add(std::uint64_t number) {
    digest_.UpdateNumber(number);
    return *this;
  }
  std::string Finish() { return digest_.FinishHex(); }

 private:
  Sha256 digest_;
};

// Localities by name.
using Localities = std::map<std::string, ListedLocality, std::less<>>;

// Those of all `tenants`.
absl::StatusOr<Localities> LocalitiesOf(const std::set<std::string>& tenants,
                                        PlaceSource& source) {
  Localities localities;
  for (const std::string& tenant : tenants) {
    PT_ASSIGN_OR_RETURN(const std::vector<ListedLocality> listed,
                        source.ListLocalities(tenant));
    for (const ListedLocality& locality : listed) {
      localities.emplace(locality.name, locality);
    }
  }
  return localities;
}

// One that is not there has no region and no profile.
const ListedLocality& Find(const Localities& localities,
                           absl::string_view name) {
  static const ListedLocality* const kNone = new ListedLocality;
  const auto found = localities.find(name);
  return found == localities.end() ? *kNone : found->second;
}

bool HasEntry(const ListedLocality& locality, const std::string& key,
              const std::string& value) {
  const auto found = locality.profile.find(key);
  return found != locality.profile.end() && found->second == value;
}

bool IsAsked(const ListedLocality& locality, const CompareRequest& request) {
  if (!request.regions.empty() &&
      std::find(request.regions.begin(), request.regions.end(),
                locality.region) == request.regions.end()) {
    return false;
  }
  return std::all_of(request.profile.begin(), request.profile.end(),
                     [&](const auto& entry) {
                       return HasEntry(locality, entry.first, entry.second);
                     });
}

// That the place itself has what others are to have, too.
absl::Status CheckHasWhatPeersShare(const ListedLocality& own,
                                    const PeerCriteria& criteria) {
  const auto unknown = [](absl::string_view field, absl::string_view what) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     "PEER_CRITERION_UNKNOWN",
                     absl::StrCat("the place has no ", what),
                     {{"field", std::string(field)}});
  };
  if (criteria.same_region && own.region.empty()) {
    return unknown("peer_criteria.same_region", "region");
  }
  for (const std::string& key : criteria.same_profile_keys) {
    if (own.profile.contains(key)) continue;
    return unknown("peer_criteria.same_profile",
                   absl::StrCat("\"", key, "\" in its profile"));
  }
  return absl::OkStatus();
}

bool IsAlike(const ListedLocality& other, const ListedLocality& own,
             const PeerCriteria& criteria) {
  if (criteria.same_region && other.region != own.region) return false;
  return std::all_of(criteria.same_profile_keys.begin(),
                     criteria.same_profile_keys.end(),
                     [&](const std::string& key) {
                       return HasEntry(other, key, own.profile.at(key));
                     });
}

// Keeps the places that are alike `own` in region and profile.
absl::Status KeepAlike(const std::string& own, const PeerCriteria& criteria,
                       PlaceSource& source, std::vector<PlaceSummary>& places) {
  if (!criteria.same_region && criteria.same_profile_keys.empty()) {
    return absl::OkStatus();
  }
  std::set<std::string> tenants = {TenantOf(own)};
  for (const PlaceSummary& place : places) {
    tenants.insert(TenantOf(place.locality));
  }
  PT_ASSIGN_OR_RETURN(const Localities localities,
                      LocalitiesOf(tenants, source));
  const ListedLocality& own_locality = Find(localities, own);
  PT_RETURN_IF_ERROR(CheckHasWhatPeersShare(own_locality, criteria));
  std::erase_if(places, [&](const PlaceSummary& place) {
    return !IsAlike(Find(localities, place.locality), own_locality, criteria);
  });
  return absl::OkStatus();
}

// Keeps the places of the regions and profile that are asked for.
absl::Status KeepAsked(const CompareRequest& request, PlaceSource& source,
                       std::vector<PlaceSummary>& places) {
  if (request.regions.empty() && request.profile.empty()) {
    return absl::OkStatus();
  }
  PT_ASSIGN_OR_RETURN(
      const Localities localities,
      LocalitiesOf({absl::StrCat("tenants/", request.tenant)}, source));
  std::erase_if(places, [&](const PlaceSummary& place) {
    return !IsAsked(Find(localities, place.locality), request);
  });
  return absl::OkStatus();
}

bool IsPeer(const PlaceSummary& other, const PlaceSummary& place,
            const PeerCriteria& criteria) {
  if (other.locality == place.locality) return false;
  if (!criteria.any_size &&
      SizeBandOf(other.invited_count) != SizeBandOf(place.invited_count)) {
    return false;
  }
  return !criteria.same_phase || PhaseCategory(other) == PhaseCategory(place);
}

Measured MeasuredIn(absl::string_view name, const PlaceSummary& place) {
  Measured measured{NumberIn(name, place), 0};
  for (std::size_t f = 0; f < FeatureNames().size(); ++f) {
    if (FeatureNames()[f] == name) {
      measured.standard_error = place.standard_errors[f];
    }
  }
  return measured;
}

std::vector<Standing> StandingsOf(const PlaceSummary& place,
                                  const std::vector<PlaceSummary>& peers,
                                  const std::vector<Dimension>& dimensions) {
  std::vector<Standing> standings;
  for (const Dimension& dimension : dimensions) {
    std::vector<Measured> of_peers;
    for (const PlaceSummary& peer : peers) {
      of_peers.push_back(MeasuredIn(dimension.name, peer));
    }
    standings.push_back(Stand(dimension.name, MeasuredIn(dimension.name, place),
                              std::move(of_peers), kReplicateCount, kSeed));
  }
  MarkDiffering(standings);
  return standings;
}

absl::Status LimitReached() {
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   "RELEASE_LIMIT_REACHED",
                   absl::StrCat("the tenant was told ", kReleasesMax,
                                " different things, the most there can be"));
}

}  // namespace

Comparer::Comparer(Ports ports) : ports_(ports) {}

absl::StatusOr<std::vector<Release>> Comparer::EarlierReleases(
    absl::string_view tenant) const {
  PT_ASSIGN_OR_RETURN(std::vector<Release> earlier,
                      ports_.ledger.ReadReleases(tenant));
  if (earlier.size() >= kReleasesMax) return LimitReached();
  return earlier;
}

absl::StatusOr<std::string> Comparer::Compare(const CompareRequest& request) {
  PT_ASSIGN_OR_RETURN(const std::vector<Dimension> dimensions,
                      DimensionsOf(request));
  PT_ASSIGN_OR_RETURN(std::vector<PlaceSummary> places,
                      LatestOfPlaces(ports_.scan, ports_.reader, request.tenant,
                                     request.choice));
  std::set<std::string> missing(request.localities.begin(),
                                request.localities.end());
  const std::set<std::string> asked = missing;
  for (const PlaceSummary& place : places) missing.erase(place.locality);
  std::erase_if(places, [&](const PlaceSummary& place) {
    if (!asked.empty() && !asked.contains(place.locality)) return true;
    return !request.size_bands.empty() &&
           std::find(request.size_bands.begin(), request.size_bands.end(),
                     SizeBandOf(place.invited_count)) ==
               request.size_bands.end();
  });
  PT_RETURN_IF_ERROR(KeepAsked(request, ports_.places, places));

  RequestDigest key("CompareLocalities");
  key.Add(dimensions)
      .Add(places)
      .Add(static_cast<std::uint64_t>(request.grouping));
  for (const std::string& locality : missing) key.Add(locality);
  LedgerEntry entry;
  entry.tenant = request.tenant;
  entry.digest = key.Finish();

  MutexLock lock(mutex_);
  PT_ASSIGN_OR_RETURN(std::optional<std::string> told_before,
                      ports_.ledger.FindReply(entry.tenant, entry.digest));
  if (told_before.has_value()) return *std::move(told_before);
  PT_ASSIGN_OR_RETURN(const std::vector<Release> earlier,
                      EarlierReleases(entry.tenant));
  LocalityComparison comparison;
  PT_ASSIGN_OR_RETURN(comparison.told, TellTables(ToCompared(places, dimensions,
                                                             request.grouping),
                                                  dimensions, earlier));
  comparison.missing.assign(missing.begin(), missing.end());
  entry.release = comparison.told.release;
  entry.reply = ports_.codec.Encode(comparison);
  PT_RETURN_IF_ERROR(ports_.ledger.Append(entry));
  return entry.reply;
}

absl::StatusOr<std::string> Comparer::FindBenchmark(
    const BenchmarkRequest& request) {
  PT_ASSIGN_OR_RETURN(const std::vector<Dimension> dimensions,
                      DimensionsOf(request));
  PT_ASSIGN_OR_RETURN(const StoredAssessment stored,
                      ports_.store.Get(request.assessment));
  Benchmark benchmark;
  PT_ASSIGN_OR_RETURN(benchmark.place,
                      ports_.reader.Read(stored.name, stored.message));
  PT_ASSIGN_OR_RETURN(
      std::vector<PlaceSummary> places,
      LatestOfPlaces(ports_.scan, ports_.reader, "", request.criteria.choice));
  PT_RETURN_IF_ERROR(KeepAlike(benchmark.place.locality, request.criteria,
                               ports_.places, places));
  const std::string tenant = TenantOf(benchmark.place.locality);
  std::vector<PlaceSummary> peers;
  std::vector<PlaceSummary> others;
  for (PlaceSummary& place : places) {
    if (!IsPeer(place, benchmark.place, request.criteria)) continue;
    const bool is_own = TenantOf(place.locality) == tenant;
    (is_own ? peers : others).push_back(std::move(place));
  }
  benchmark.peer_count = static_cast<std::int32_t>(peers.size());

  LedgerEntry entry;
  entry.tenant = std::string(absl::StripPrefix(tenant, "tenants/"));
  entry.digest = RequestDigest("GetBenchmark")
                     .Add(request.assessment)
                     .Add(dimensions)
                     .Add(peers)
                     .Add(others)
                     .Finish();

  MutexLock lock(mutex_);
  PT_ASSIGN_OR_RETURN(std::optional<std::string> told_before,
                      ports_.ledger.FindReply(entry.tenant, entry.digest));
  if (told_before.has_value()) return *std::move(told_before);
  benchmark.standings = StandingsOf(benchmark.place, peers, dimensions);
  const auto tell = [&]() -> absl::StatusOr<ToldComparison> {
    PT_ASSIGN_OR_RETURN(const std::vector<Release> earlier,
                        EarlierReleases(entry.tenant));
    return TellTables(ToCompared(others, dimensions, Grouping::kNone),
                      dimensions, earlier);
  };
  absl::StatusOr<ToldComparison> told = tell();
  if (absl::IsFailedPrecondition(told.status())) {
    benchmark.withheld_reason = ReasonOf(told.status());
    return ports_.codec.Encode(benchmark);
  }
  PT_RETURN_IF_ERROR(told.status());
  for (const ToldTable& table : told->tables) {
    benchmark.percentiles.push_back(
        PercentileIn(table, NumberIn(table.dimension.name, benchmark.place)));
  }
  benchmark.others = std::move(told->tables);
  entry.release = std::move(told->release);
  entry.reply = ports_.codec.Encode(benchmark);
  PT_RETURN_IF_ERROR(ports_.ledger.Append(entry));
  return entry.reply;
}

}  // namespace pulsetaker::assessment
