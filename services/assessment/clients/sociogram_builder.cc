#include "services/assessment/clients/sociogram_builder.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::assessment {
namespace {

namespace wire = network::v1;

absl::Status Invalid(absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID",
                   absl::StrCat("the network service's drawing ", problem),
                   {{"field", "sociogram"}});
}

std::int32_t OnCanvas(double share) {
  return static_cast<std::int32_t>(
      std::lround(std::clamp(share, 0.0, 1.0) * report::kCanvasSize));
}

}  // namespace

SociogramBuilder::SociogramBuilder(const wire::Analysis& analysis)
    : analysis_(analysis) {}

absl::Status SociogramBuilder::Take(const wire::GetSociogramResponse& message) {
  if (message.has_header()) return TakeHeader(message.header());
  if (!has_header_) return Invalid("begins without a header");
  if (message.has_nodes()) return TakeNodes(message.nodes());
  return TakeTies(message.ties());
}

absl::Status SociogramBuilder::TakeHeader(const wire::SociogramHeader& header) {
  if (has_header_) return Invalid("has two headers");
  if (header.node_count() > report::kDotsMax) return Invalid("is too large");
  has_header_ = true;
  node_count_ = header.node_count();
  for (const wire::SociogramNetwork& network : header.networks()) {
    picture_.network_ids.push_back(network.network_id());
  }
  for (const wire::NetworkFindings& network : analysis_.networks()) {
    if (!absl::c_linear_search(picture_.network_ids, network.network_id())) {
      continue;
    }
    for (const wire::RoleFinding& role : network.roles()) {
      const int index = static_cast<int>(role.role()) - wire::ROLE_HUB;
      if (role.certainty() != wire::CERTAINTY_FIRM || index < 0 ||
          index >= report::kRoleCount) {
        continue;
      }
      roles_[role.person()][static_cast<std::size_t>(index)] = true;
    }
  }
  return absl::OkStatus();
}

absl::Status SociogramBuilder::TakeNodes(const wire::SociogramNodes& nodes) {
  if (nodes.first_number() != static_cast<std::int32_t>(picture_.dots.size())) {
    return Invalid("has a gap");
  }
  for (const wire::SociogramNode& node : nodes.nodes()) {
    report::Dot dot;
    dot.x = OnCanvas(node.x());
    dot.y = OnCanvas(1 - node.y());  // It counts from the bottom up.
    if (wire::Layer_IsValid(node.layer())) {
      dot.layer = static_cast<Layer>(node.layer());
    }
    dot.answered = absl::c_any_of(
        node.networks(),
        [](const wire::SociogramNodeNetwork& n) { return n.answered(); });
    if (const auto roles = roles_.find(node.person()); roles != roles_.end()) {
      dot.roles = roles->second;
    }
    picture_.dots.push_back(dot);
  }
  return absl::OkStatus();
}

absl::Status SociogramBuilder::TakeTies(const wire::SociogramTies& ties) {
  for (const wire::SociogramTie& tie : ties.ties()) {
    const auto [low, high] = std::minmax({tie.source(), tie.target()});
    if (low < 0 || low == high || high >= node_count_) {
      return Invalid("has a tie of nobody");
    }
    std::vector<std::string>& networks = pairs_[{low, high}];
    // The ties of a network come together, either way of a pair once.
    if (networks.empty() || networks.back() != ties.network_id()) {
      networks.push_back(ties.network_id());
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<report::SociogramPicture> SociogramBuilder::Finish() {
  if (!has_header_ ||
      static_cast<std::int32_t>(picture_.dots.size()) != node_count_) {
    return Invalid("ends too early");
  }
  if (pairs_.size() > static_cast<std::size_t>(report::kLinesMax)) {
    report::SociogramPicture none;
    none.why_not =
        absl::StrCat("a drawing of more than ", report::kLinesMax,
                     " pairs with a tie is left out: nobody could read it");
    return none;
  }
  for (const auto& [pair, networks] : pairs_) {
    picture_.lines.push_back(
        {pair.first, pair.second, static_cast<std::int32_t>(networks.size())});
  }
  return std::move(picture_);
}

}  // namespace pulsetaker::assessment
