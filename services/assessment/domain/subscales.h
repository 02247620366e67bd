// Parts of the corners that are read on their own, because a corner is made of
// parts that need not move together: pressure is not backing, and what the
// organisation can do is not what it can get.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {

struct Subscale {
  std::string id;
  std::vector<std::size_t> items;  // Indices in WaveData::items, ascending.
};

// Those that a canonical wave has items for, by id:
//   authority_pressure   au1, au4r, au5
//   authority_backing    au2, au3, au7
//   capacity_internal    capacity items that are not an external resource
//   capacity_external    capacity items that are
//   cluster_<cluster>    corner items of a cluster, whatever their corner
std::vector<Subscale> FindSubscales(const WaveData& wave);

}  // namespace pulsetaker::assessment
