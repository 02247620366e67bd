// Where sectors stand: in the core, reaching it, regarded by it; and what
// chance alone gives when sectors are dealt anew (N1).

#pragma once

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "common/base/random.h"
#include "services/network/domain/clique_findings.h"
#include "services/network/domain/clique_sampler.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// Below so likely by chance, a sector has less than others.
inline constexpr double kStandingP = 0.05;

// Why nothing can be said by sector, if so: too few people have one, or there
// are fewer than two.
std::optional<NotMeasured> SectorProblem(const Wave& wave);

// K5 and K8a with sectors dealt anew among people of the same response state.
struct SectorDraws {
  std::vector<double> blau;         // Of the pooled core; empty without one.
  std::vector<double> cross_share;  // Empty without ties.
  // The mean over all deals, not only over those drawn. None without ties.
  std::optional<double> expected_cross_share;
};

SectorDraws DrawSectors(const Wave& wave, const CliqueObservation& observation,
                        int draw_count, Random random);

// Every sector of the roster, ascending. The labels of people outside of the
// pooled core are dealt anew among those of the same response state: a sector
// that is not in the core is compared with others who are not.
std::vector<SectorStanding> StandingsOf(const Wave& wave,
                                        const CliqueObservation& observation,
                                        int draw_count, Random random);

}  // namespace pulsetaker::network
