import {describe, expect, it} from 'vitest';
import {Corner} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {
  arrowShape,
  cornerShape,
  pointsText,
  triangleShape,
  VIEW_BOX,
  WEAK_BELOW,
  type Point,
} from './triangle';

const {AUTHORITY, CAPACITY, VALUE} = Corner;
const EQUAL = new Map([AUTHORITY, CAPACITY, VALUE].map((corner) => [corner, 1 / 3]));

function area(points: readonly Point[]): number {
  let twice = 0;
  points.forEach((point, index) => {
    const next = points[(index + 1) % points.length]!;
    twice += point.x * next.y - next.x * point.y;
  });
  return Math.abs(twice) / 2;
}

describe('a corner', () => {
  it('has an area in proportion to its weight', () => {
    const areaOf = (weight: number) =>
      area(cornerShape({corner: VALUE, weight, level: undefined}).outline);
    expect(areaOf(0.6) / areaOf(0.15)).toBeCloseTo(4);
  });

  it('is filled up to its level, and not at all where that is not measured', () => {
    const shape = cornerShape({corner: CAPACITY, weight: 0.5, level: 50});
    expect(shape.filled![2]!.y).toBeCloseTo(
      (shape.outline[0]!.y + shape.outline[2]!.y) / 2,
    );
    const without = cornerShape({corner: CAPACITY, weight: 0.5, level: undefined});
    expect(without.filled).toBeUndefined();
  });

  it('of level 0 has a line on its ground, which is not the same as no level', () => {
    const {filled} = cornerShape({corner: CAPACITY, weight: 0.5, level: 0});
    expect(area(filled!)).toBeCloseTo(0);
  });
});

describe('an arrow', () => {
  const arrow = (strength: number | undefined) =>
    arrowShape({from: AUTHORITY, to: VALUE, strength}, EQUAL);

  it('is not drawn where it is not measured', () => {
    expect(arrow(undefined)).toBeUndefined();
  });

  it('is as thick as the link is strong', () => {
    expect(arrow(0)!.width).toBeCloseTo(1.5);
    expect(arrow(100)!.width).toBeCloseTo(8);
  });

  it('is weak below the level of the risk', () => {
    expect(arrow(WEAK_BELOW)!.isWeak).toBe(false);
    expect(arrow(WEAK_BELOW - 0.1)!.isWeak).toBe(true);
  });

  it('keeps apart from the one that goes back', () => {
    const there = arrow(50)!;
    const back = arrowShape({from: VALUE, to: AUTHORITY, strength: 50}, EQUAL)!;
    const between = Math.hypot(
      (there.start.x + there.head[0]!.x - back.start.x - back.head[0]!.x) / 2,
      (there.start.y + there.head[0]!.y - back.start.y - back.head[0]!.y) / 2,
    );
    expect(between).toBeCloseTo(24);
  });
});

it('all of it fits in its box, whatever the weights', () => {
  const corners = [AUTHORITY, CAPACITY, VALUE];
  for (const heavy of corners) {
    const shape = triangleShape(
      corners.map((corner) => ({
        corner,
        weight: corner === heavy ? 0.6 : 0.2,
        level: 70,
      })),
      corners.flatMap((from) =>
        corners.filter((to) => to !== from).map((to) => ({from, to, strength: 80})),
      ),
    );
    expect(shape.arrows).toHaveLength(6);
    const points = [
      ...shape.corners.flatMap(({outline, text}) => [...outline, text]),
      ...shape.arrows.flatMap(({head, label}) => [...head, label]),
    ];
    for (const {x, y} of points) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(VIEW_BOX.width);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(VIEW_BOX.height);
    }
  }
});

it('writes points to a tenth', () => {
  expect(
    pointsText([
      {x: 1.04, y: 2.06},
      {x: 3, y: 4},
    ]),
  ).toBe('1,2.1 3,4');
});
