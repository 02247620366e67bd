// Two waves of one innovation beside each other: what both assessments say, and what the
// later one says of the change. The service compares neighbours alone; of other waves no
// change is told.

import type {Assessment} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import type {Change} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {waveOf} from './names';
import type {Place} from './place';

export interface WavePair {
  readonly earlier: Assessment;
  readonly later: Assessment;
  /** What the later one says of the change; undefined if it is of another wave. */
  readonly change: Change | undefined;
}

export function assessedWave(place: Place, wave: number): Assessment | undefined {
  return place.assessments.find(({name}) => waveOf(name) === wave);
}

export function wavePair(earlier: Assessment, later: Assessment): WavePair {
  const isNeighbour = later.inputs?.previousAssessment === earlier.name;
  return {earlier, later, change: isNeighbour ? later.change : undefined};
}

/** The wave and the one before it; the first has one after it instead. */
export function choiceOf(
  waves: readonly number[],
  shown: number | undefined,
): {readonly earlier: number; readonly later: number} | undefined {
  const index = shown === undefined ? waves.length - 1 : waves.indexOf(shown);
  const [earlier, later] = waves.slice(Math.max(0, index - 1));
  return earlier === undefined || later === undefined ? undefined : {earlier, later};
}

/** Why differences may be of something else than the place; empty if there is none. */
export function caveats({earlier, later, change}: WavePair): readonly string[] {
  const [before, after] = [earlier.inputs, later.inputs];
  const previous = after?.previousAssessment ?? '';
  const [a, b] = [waveOf(earlier.name), waveOf(later.name)];
  const found: string[] = [];
  if (change === undefined) {
    found.push(
      previous === ''
        ? `The service compares neighbouring waves only, and wave ${b} with none. Both waves are shown, and no change is claimed.`
        : `The service compares neighbouring waves only: wave ${b} with wave ${waveOf(previous)}. Waves ${a} and ${b} are shown, and no change is claimed.`,
    );
  }
  if (before?.instrumentDigest !== after?.instrumentDigest) {
    found.push('The two waves did not ask the same questions.');
  }
  if (
    before?.engineVersion !== after?.engineVersion ||
    before?.parametersVersion !== after?.parametersVersion
  ) {
    found.push(
      'The two waves were assessed by different versions of the method: differences may come from that.',
    );
  }
  return found;
}
