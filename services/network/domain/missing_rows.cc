#include "services/network/domain/missing_rows.h"

#include <algorithm>
#include <tuple>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

bool ComesBefore(const Arc& a, const Arc& b) {
  return std::tie(a.from, a.to) < std::tie(b.from, b.to);
}

absl::Status Invalid(absl::string_view reason, const Arc& arc,
                     absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   absl::StrCat("arc ", arc.from, " -> ", arc.to, problem));
}

absl::Status CheckArc(absl::Span<const char> answered, const Arc& arc) {
  if (arc.from >= answered.size() || arc.to >= answered.size()) {
    return Invalid("NODE_OUT_OF_RANGE", arc,
                   absl::StrCat(" among ", answered.size(), " nodes"));
  }
  if (arc.from == arc.to) return Invalid("SELF_LOOP", arc, " is a self-loop");
  if (answered[arc.from] == 0) {
    return Invalid("ROW_NOT_ANSWERED", arc, " starts at a missing row");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MissingRows> MissingRows::Create(
    absl::Span<const char> answered, absl::Span<const Arc> reported) {
  for (const Arc& arc : reported) {
    PT_RETURN_IF_ERROR(CheckArc(answered, arc));
  }
  std::vector<Arc> arcs(reported.begin(), reported.end());
  std::sort(arcs.begin(), arcs.end(), ComesBefore);
  for (std::size_t i = 1; i < arcs.size(); ++i) {
    if (!ComesBefore(arcs[i - 1], arcs[i])) {
      return Invalid("REPEATED_ARC", arcs[i], " is reported more than once");
    }
  }
  return MissingRows(std::vector<char>(answered.begin(), answered.end()),
                     std::move(arcs));
}

MissingRows::MissingRows(std::vector<char> answered, std::vector<Arc> reported)
    : answered_(std::move(answered)), reported_(std::move(reported)) {
  std::vector<NodeId> named(answered_.size(), 0);
  for (const Arc& arc : reported_) {
    ++named[arc.from];
    urn_.push_back(arc.to);
  }
  for (NodeId node = 0; node < node_count(); ++node) {
    urn_.push_back(node);
    if (answered_[node] == 0) {
      missing_.push_back(node);
    } else {
      out_degrees_.push_back(named[node]);
    }
  }
}

std::vector<Arc> MissingRows::ReciprocatedRows() const {
  std::vector<Arc> arcs = reported_;
  for (const Arc& arc : reported_) {
    if (answered_[arc.to] == 0) arcs.push_back({arc.to, arc.from, arc.weight});
  }
  std::sort(arcs.begin(), arcs.end(), ComesBefore);
  return arcs;
}

std::vector<Arc> MissingRows::RandomRows(Random& random) const {
  std::vector<Arc> arcs = reported_;
  if (out_degrees_.empty()) return arcs;
  // A refused draw is repeated, which leaves the chances of the others in
  // proportion: that is drawing one after the other without replacement.
  std::vector<char> refused(answered_.size(), 0);
  for (const NodeId node : missing_) {
    const NodeId count = out_degrees_[static_cast<std::size_t>(
        random.Uniform(out_degrees_.size()))];
    const std::size_t begin = arcs.size();
    refused[node] = 1;
    while (arcs.size() - begin < count) {
      const NodeId named =
          urn_[static_cast<std::size_t>(random.Uniform(urn_.size()))];
      if (refused[named] != 0) continue;
      refused[named] = 1;
      arcs.push_back({node, named});
    }
    refused[node] = 0;
    for (std::size_t i = begin; i < arcs.size(); ++i) refused[arcs[i].to] = 0;
  }
  std::sort(arcs.begin(), arcs.end(), ComesBefore);
  return arcs;
}

std::vector<NodeId> MissingRows::NamedByRespondents(bool directed) const {
  std::vector<NodeId> counts(answered_.size(), 0);
  for (const Arc& arc : reported_) {
    ++counts[arc.to];
    if (directed || answered_[arc.to] == 0) continue;
    // The tie runs back too; counted above if that way is reported as well.
    if (!IsReported(arc.to, arc.from)) ++counts[arc.from];
  }
  return counts;
}

bool MissingRows::IsReported(NodeId from, NodeId to) const {
  return std::binary_search(reported_.begin(), reported_.end(), Arc{from, to},
                            ComesBefore);
}

}  // namespace pulsetaker::network
