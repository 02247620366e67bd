// Puts the parts of a drawing together as they come. Ids of people end here.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pulsetaker/network/v1/analysis.pb.h"
#include "pulsetaker/network/v1/graphs.pb.h"
#include "services/assessment/domain/report/network_picture.h"

namespace pulsetaker::assessment {

class SociogramBuilder {
 public:
  // Of `analysis`, which says whose roles are firm. It must outlive this.
  explicit SociogramBuilder(const network::v1::Analysis& analysis);

  // DATA_LOSS, SNAPSHOT_INVALID: the part does not follow from those before.
  absl::Status Take(const network::v1::GetSociogramResponse& message);

  // The whole. DATA_LOSS, SNAPSHOT_INVALID: a part is missing.
  absl::StatusOr<report::SociogramPicture> Finish();

 private:
  absl::Status TakeHeader(const network::v1::SociogramHeader& header);
  absl::Status TakeNodes(const network::v1::SociogramNodes& nodes);
  absl::Status TakeTies(const network::v1::SociogramTies& ties);

  const network::v1::Analysis& analysis_;
  bool has_header_ = false;
  std::int32_t node_count_ = 0;
  // Firm roles of people in the networks that are drawn.
  std::map<std::string, std::array<bool, report::kRoleCount>> roles_;
  // Networks in which two are tied, by the numbers of their dots.
  std::map<std::pair<std::int32_t, std::int32_t>, std::vector<std::string>>
      pairs_;
  report::SociogramPicture picture_;
};

}  // namespace pulsetaker::assessment
