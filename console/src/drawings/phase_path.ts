// The path through the phases: a column a wave, a row a phase, a dot as large as the
// phase is probable, a line through the most probable ones.

import type {Phase} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {ALL_PHASES} from '../model/wording';

export interface PathStep {
  readonly wave: number;
  /** Undefined if no phase is measured in the wave. */
  readonly phase: Phase | undefined;
  readonly posterior: ReadonlyMap<Phase, number>;
}

export interface PathShape {
  readonly steps: readonly {
    readonly wave: number;
    readonly x: number;
    readonly dots: readonly {
      readonly y: number;
      readonly radius: number;
      readonly isFirst: boolean;
    }[];
  }[];
  readonly line: readonly {readonly x: number; readonly y: number}[];
}

/** More waves than this are not told apart on a phone. */
export const STEPS_MAX = 12;
export const PATH_BOX = {width: 480, height: 260, left: 190, right: 450};

const TOP = 24;
const ROW = 42;
const RADIUS_MAX = 15;
const PROBABLE_MIN = 0.005; // Less is not drawn.

export function rowOf(phase: Phase): number {
  return TOP + ROW * (ALL_PHASES.length - 1 - ALL_PHASES.indexOf(phase as never));
}

export const WAVE_ROW = TOP + ROW * (ALL_PHASES.length - 1) + 38;

function columnOf(step: number, count: number): number {
  const {left, right} = PATH_BOX;
  return count === 1 ? (left + right) / 2 : left + ((right - left) * step) / (count - 1);
}

export function pathShape(path: readonly PathStep[]): PathShape {
  const shown = path.slice(-STEPS_MAX);
  const steps = shown.map(({wave, phase, posterior}, index) => ({
    wave,
    x: columnOf(index, shown.length),
    dots: ALL_PHASES.filter(
      (known) => phase !== undefined && (posterior.get(known) ?? 0) >= PROBABLE_MIN,
    ).map((known) => ({
      y: rowOf(known),
      radius: RADIUS_MAX * Math.sqrt(posterior.get(known)!),
      isFirst: known === phase,
    })),
  }));
  return {
    steps,
    line: shown.flatMap(({phase}, index) =>
      phase === undefined ? [] : [{x: steps[index]!.x, y: rowOf(phase)}],
    ),
  };
}
