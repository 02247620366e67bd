#pragma once

#include "pulsetaker/network/v1/what_if.pb.h"
#include "services/network/domain/added_ties.h"
#include "services/network/domain/departures.h"

namespace pulsetaker::network {

void ToProto(const Departures& from, v1::SimulateDeparturesResponse& to);
void ToProto(const TieSimulation& from, v1::SimulateTiesResponse& to);

}  // namespace pulsetaker::network
