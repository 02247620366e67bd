// Indices of a network as a whole beside null model N5: is it more mutual, more
// centred on a few, more in triangles than its size and number of ties bring
// with them?

#pragma once

#include "absl/status/status.h"
#include "common/base/random.h"
#include "services/network/domain/analysis.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// All are of the ties among who answered: of others, nobody knows whether they
// would tie back.
//
// Centralisation (L. Freeman, "Centrality in social networks: conceptual
// clarification", 1978): the sum over people of (largest in-degree - own), over
// what it is in a star, (r - 1)^2 for r people, or (r - 1) * (r - 2) of degrees
// in an undirected network; in [0, 1]. Transitivity: see clustering.h.
//
// Sets both in `findings`, and compares them with random graphs of the same
// people that have as many mutual and one-way pairs, or ties; and the two
// measures of reciprocity that are there with those of as many arcs. Draw d
// comes from stream d of `random`. Where there are under 3 respondents or no
// ties among them nothing is compared. CANCELLED.
absl::Status CompareGlobalIndices(const WaveNetwork& network, int draw_count,
                                  const Random& random,
                                  IsCancelled is_cancelled,
                                  NetworkFindings& findings);

}  // namespace pulsetaker::network
