#include "services/network/domain/sociogram.h"

#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/person_index.h"

namespace pulsetaker::network {
namespace {

using MaybePoints = std::vector<std::optional<Point>>;

absl::Status OutOfRange(const std::string& field, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "PARAMETER_OUT_OF_RANGE",
                   absl::StrCat(field, " ", problem), {{"field", field}});
}

bool IsInUnitSquare(const Point& point) {
  // So that what is no number is not.
  return point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1;
}

// Empty without any.
absl::StatusOr<MaybePoints> AnchorsOf(
    const Wave& wave, absl::Span<const PreviousPlace> previous) {
  MaybePoints anchors;
  if (previous.empty()) return anchors;
  if (previous.size() > kLayoutNodesMax) {
    return OutOfRange("previous_places",
                      absl::StrCat("has ", previous.size(),
                                   " entries, want at most ", kLayoutNodesMax));
  }
  anchors.resize(wave.node_count());
  absl::flat_hash_set<absl::string_view> seen;
  for (std::size_t i = 0; i < previous.size(); ++i) {
    const auto& [person, place] = previous[i];
    const std::string field = absl::StrCat("previous_places[", i, "]");
    if (!IsInUnitSquare(place)) {
      return OutOfRange(field, "is not in the unit square");
    }
    if (!seen.insert(person).second) {
      return OutOfRange(field, absl::StrCat("is the second one of ", person));
    }
    const auto node = FindPerson(wave, person);
    if (node.ok()) anchors[*node] = place;
  }
  return anchors;
}

absl::StatusOr<Graph> TiesOf(const Wave& wave,
                             absl::Span<const std::size_t> networks) {
  std::vector<Arc> arcs;
  for (const std::size_t number : networks) {
    const std::vector<Arc> own = wave.networks[number].graph.Arcs();
    arcs.insert(arcs.end(), own.begin(), own.end());
  }
  return Graph::FromEdges(wave.node_count(), arcs, Repeats::kCollapse);
}

}  // namespace

absl::StatusOr<std::vector<Point>> PlacePeople(
    const Wave& wave, absl::Span<const std::size_t> networks,
    absl::Span<const PreviousPlace> previous, IsCancelled is_cancelled) {
  PT_ASSIGN_OR_RETURN(const MaybePoints anchors, AnchorsOf(wave, previous));
  PT_ASSIGN_OR_RETURN(const Graph ties, TiesOf(wave, networks));
  std::vector<absl::string_view> ids;
  for (const Participant& person : wave.people) ids.push_back(person.id);
  return LayOut(ties, ids, {.anchors = anchors}, is_cancelled);
}

}  // namespace pulsetaker::network
