// How much each corner matters in each phase: docs/report.md, "How the triangle is
// drawn". A choice after the prose of "Transformers" (2008), section 5.3.

import {
  Phase,
  type PhaseResult,
  PhaseResult_Verdict as Verdict,
} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {phaseText} from './wording';

/** Authority, capacity, value. */
type Weights = readonly [number, number, number];

const EQUAL: Weights = [1 / 3, 1 / 3, 1 / 3];

const OF_PHASE: Record<Phase, Weights> = {
  [Phase.UNSPECIFIED]: EQUAL,
  [Phase.LATENT]: [0.4, 0.3, 0.3],
  [Phase.DESIGN]: [0.6, 0.25, 0.15],
  [Phase.MOBILISATION]: [0.35, 0.45, 0.2],
  [Phase.MAINSTREAMING]: [0.2, 0.5, 0.3],
  [Phase.EMBEDDING]: EQUAL,
};

export interface CornerWeights {
  readonly weights: Weights;
  /** What the weights are those of; empty if all corners are alike. */
  readonly of: string;
}

/** Between two phases their mean, by how probable they are. */
export function cornerWeights(phase: PhaseResult): CornerWeights {
  const first = OF_PHASE[phase.phase] ?? EQUAL;
  if (phase.verdict === Verdict.PHASE) {
    return {weights: first, of: `the phase of ${phaseText(phase.phase)}`};
  }
  if (phase.verdict !== Verdict.BETWEEN) return {weights: EQUAL, of: ''};
  const probability = (wanted: Phase) =>
    phase.probabilities.find((known) => known.phase === wanted)?.posterior ?? 0;
  const second = OF_PHASE[phase.secondPhase] ?? EQUAL;
  const both = probability(phase.phase) + probability(phase.secondPhase);
  const share = both > 0 ? probability(phase.phase) / both : 0.5;
  const mean = (corner: 0 | 1 | 2) =>
    share * first[corner] + (1 - share) * second[corner];
  return {
    weights: [mean(0), mean(1), mean(2)],
    of: `the phases of ${phaseText(phase.phase)} and ${phaseText(phase.secondPhase)} together`,
  };
}
