// Puts clique risk together: facts, intervals, comparison with chance, dials
// and verdict.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/clique_findings.h"
#include "services/network/domain/clique_sampler.h"
#include "services/network/domain/jackknife.h"
#include "services/network/domain/parameters.h"
#include "services/network/domain/sector_standing.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// Random counterparts of the wave, by what they hold fixed.
struct CliqueDraws {
  std::vector<CliqueSample> relabelled;    // N2; recurrence alone.
  std::vector<CliqueSample> degrees_kept;  // N3
  SectorDraws sectors;                     // N1
  std::vector<SectorStanding> standings;   // N1; as StandingsOf gives.
  std::vector<CliqueSample> replicates;    // Without some respondents.
  Jackknife jackknife;                     // Of these: JackknifeOf.
  CliqueSample most_named;                 // The most named people's recurrence
  std::vector<CliqueSample> reputation;    // and that under N4.
  // With something else in missing rows, as RowTreatments has it.
  std::vector<CliqueSample> random_rows;
  std::vector<CliqueSample> reciprocated_rows;
};

// What counts on the exclusivity dial, each as a percentile in [0, 1]. K4 does
// not: with degrees kept it follows from K3 (docs/domain/network.md).
struct ExclusivityParts {
  std::optional<double> closure;      // K3
  std::optional<double> homogeneity;  // K5

  // Of the parts there are.
  std::optional<double> mean() const;
};

// R: how far `raw` is on the way from what independent networks give to one
// group everywhere, in [0, 1].
double RescaledRecurrence(double raw, double relabelled_mean);

// Whether an interval tells low from high.
enum class Band : std::uint8_t { kLow, kHigh, kUndetermined };
Band BandOf(const Measure& measure, double edge);

// Whether recurrence is what N4 gives, below or above it: two-sided, at 5 %.
inline constexpr double kReadingP = 0.025;
CliqueRisk::RecurrenceReading ReadingOf(const Measure& most_named_recurrence);

// Both bands measured.
CliqueRisk::Verdict VerdictOf(Band recurrence, Band exclusivity);

// CANCELLED.
absl::StatusOr<CliqueRisk> ComposeCliqueRisk(
    const Wave& wave, const CliqueObservation& observation,
    const CliqueDraws& draws, const AnalysisParameters& parameters,
    IsCancelled is_cancelled);

}  // namespace pulsetaker::network
