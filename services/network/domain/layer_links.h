#pragma once

#include "common/base/random.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/layer_findings.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// The ties that are looked at.
struct LayerNetwork {
  const Digraph& graph;
  const NodeFlags& answered;
  bool directed = true;
};

// How the layers are linked, by the formulas of docs/domain/network.md.
// `random` is for `draw_count` draws of N1, at least 1. O(draws * arcs).
LayerLinks MeasureLayerLinks(const Wave& wave, const LayerNetwork& network,
                             int draw_count, Random random);

// Makes everything in `links` not measured, for this reason.
void Withhold(const NotMeasured& problem, LayerLinks& links);

// The label of a cell whose four measures are measured.
LayerCell::Richness RichnessOf(const LayerCell& cell);

}  // namespace pulsetaker::network
