#pragma once

#include "pulsetaker/network/v1/analysis.pb.h"
#include "services/assessment/domain/report/network_picture.h"

namespace pulsetaker::assessment {

// What a report shows of an analysis; all but the sociogram.
report::NetworkPicture PictureFromProto(const network::v1::Analysis& from);

}  // namespace pulsetaker::assessment
