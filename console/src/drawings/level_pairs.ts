// Levels of two waves with their intervals: a line a level, the earlier wave as a ring
// above, the later one as a dot below.

import type {Range} from '../model/wave_change';

export interface LevelInput {
  /** In [0, 100]; undefined if not measured. */
  readonly value: number | undefined;
  readonly range: Range | undefined;
}

export interface LevelMark {
  readonly x: number;
  readonly y: number;
  readonly isLater: boolean;
  /** Of the interval; undefined without one. */
  readonly whisker: string | undefined;
}

export interface LevelRow {
  /** The line that its name stands on. */
  readonly text: number;
  readonly bottom: number;
  readonly marks: readonly LevelMark[];
  /** Where what is not measured says so. */
  readonly missing: readonly {readonly y: number; readonly isLater: boolean}[];
}

export const PAIRS_WIDTH = 480;
export const PAIRS_LEFT = 14;
/** Room for what the marks mean. */
const TOP = 34;
const ROW = 58;
const SPAN = PAIRS_WIDTH - 2 * PAIRS_LEFT;

export const pairsHeight = (rows: number) => TOP + ROW * rows + 24;
export const levelX = (level: number) =>
  PAIRS_LEFT + (SPAN * Math.min(100, Math.max(0, level))) / 100;

export function levelRow(index: number, before: LevelInput, after: LevelInput): LevelRow {
  const top = TOP + ROW * index;
  const places = [
    {input: before, isLater: false, y: top + 30},
    {input: after, isLater: true, y: top + 44},
  ];
  return {
    text: top + 18,
    bottom: top + ROW,
    marks: places.flatMap(({input: {value, range}, isLater, y}) =>
      value === undefined
        ? []
        : [{x: levelX(value), y, isLater, whisker: range && whisker(range, y)}],
    ),
    missing: places
      .filter(({input}) => input.value === undefined)
      .map(({y, isLater}) => ({y: y + 5, isLater})),
  };
}

function whisker({low, high}: Range, y: number): string {
  const [from, to] = [low, high].map((level) => Math.round(10 * levelX(level)) / 10);
  return `M${from} ${y - 4}v8M${from} ${y}H${to}M${to} ${y - 4}v8`;
}
