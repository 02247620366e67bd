// The strategic triangle, as docs/report.md says and the report draws it: corners as
// large as they matter, filled up to their levels; arrows as thick as the link is
// strong, dotted where it is weak, and not there where it is not measured.

import {Corner} from '../../gen/pulsetaker/assessment/v1/triangle_pb';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface CornerInput {
  readonly corner: Corner;
  /** How much it matters; the three sum to 1. */
  readonly weight: number;
  /** In [0, 100]; undefined if not measured. */
  readonly level: number | undefined;
}

export interface ArrowInput {
  readonly from: Corner;
  readonly to: Corner;
  readonly strength: number | undefined;
}

export interface CornerShape {
  readonly corner: Corner;
  readonly outline: readonly Point[];
  readonly filled: readonly Point[] | undefined;
  /** Where the words of its name stand, one below the other; then its level. */
  readonly text: Point;
}

export interface ArrowShape {
  readonly from: Corner;
  readonly to: Corner;
  readonly strength: number;
  readonly isWeak: boolean;
  readonly width: number;
  readonly start: Point;
  readonly neck: Point;
  readonly head: readonly Point[];
  readonly label: Point;
}

export const VIEW_BOX = {width: 480, height: 470};
/** Arrows below this are weak: the level that "capacity does not materialise" asks for. */
export const WEAK_BELOW = 40;
export const LINE_HEIGHT = 20;

const SIDE_OF_WHOLE = 170; // Of a corner of weight 1.
const HEIGHT_BY_SIDE = Math.sqrt(3) / 2;
const GAP = 8; // Between a corner and an arrow.
const APART = 12; // An arrow from the middle between two.
const ASIDE = 19; // A number from its arrow.

/** Centroids. */
const CENTRES: Record<Corner, Point> = {
  [Corner.UNSPECIFIED]: {x: 240, y: 240},
  [Corner.AUTHORITY]: {x: 240, y: 128},
  [Corner.CAPACITY]: {x: 385, y: 365},
  [Corner.VALUE]: {x: 95, y: 365},
};

const plus = (a: Point, b: Point): Point => ({x: a.x + b.x, y: a.y + b.y});
const times = (k: number, a: Point): Point => ({x: k * a.x, y: k * a.y});
const minus = (a: Point, b: Point): Point => plus(a, times(-1, b));

export const sideOf = (weight: number) => SIDE_OF_WHOLE * Math.sqrt(weight);

export function cornerShape({corner, weight, level}: CornerInput): CornerShape {
  const side = sideOf(weight);
  const height = side * HEIGHT_BY_SIDE;
  const centre = CENTRES[corner];
  const base = centre.y + height / 3;
  const left = {x: centre.x - side / 2, y: base};
  const right = {x: centre.x + side / 2, y: base};
  const apex = {x: centre.x, y: base - height};
  const upTo = (from: Point) => plus(from, times((level ?? 0) / 100, minus(apex, from)));
  const isTop = corner === Corner.AUTHORITY;
  return {
    corner,
    outline: [left, right, apex],
    filled: level === undefined ? undefined : [left, right, upTo(right), upTo(left)],
    text: {x: centre.x, y: isTop ? apex.y - 30 : base + 22},
  };
}

/** Undefined of an arrow that is not measured. */
export function arrowShape(
  {from, to, strength}: ArrowInput,
  weights: ReadonlyMap<Corner, number>,
): ArrowShape | undefined {
  if (strength === undefined) return undefined;
  const whole = minus(CENTRES[to], CENTRES[from]);
  const along = times(1 / Math.hypot(whole.x, whole.y), whole);
  const aside = {x: along.y, y: -along.x};
  // A corner's own circle, so that no arrow touches it.
  const radius = (corner: Corner) =>
    sideOf(weights.get(corner) ?? 0) / Math.sqrt(3) + GAP;
  const width = 1.5 + (6.5 * strength) / 100;
  const headLength = 8 + width;
  const shift = times(APART, aside);
  const start = plus(plus(CENTRES[from], times(radius(from), along)), shift);
  const end = plus(minus(CENTRES[to], times(radius(to), along)), shift);
  const neck = minus(end, times(headLength, along));
  const half = times(headLength / 2, aside);
  const label = plus(times(0.5, plus(start, end)), times(ASIDE, aside));
  return {
    from,
    to,
    strength,
    isWeak: strength < WEAK_BELOW,
    width,
    start,
    neck,
    head: [end, plus(neck, half), minus(neck, half)],
    label: {x: label.x, y: label.y + 5},
  };
}

export interface TriangleShape {
  readonly corners: readonly CornerShape[];
  readonly arrows: readonly ArrowShape[];
}

export function triangleShape(
  corners: readonly CornerInput[],
  arrows: readonly ArrowInput[],
): TriangleShape {
  const weights = new Map(corners.map(({corner, weight}) => [corner, weight]));
  return {
    corners: corners.map(cornerShape),
    arrows: arrows
      .map((arrow) => arrowShape(arrow, weights))
      .filter((shape) => shape !== undefined),
  };
}

/** To a tenth: what a screen can show. */
export const coordinate = (value: number) => String(Math.round(value * 10) / 10);

export const pointsText = (points: readonly Point[]) =>
  points.map(({x, y}) => `${coordinate(x)},${coordinate(y)}`).join(' ');
