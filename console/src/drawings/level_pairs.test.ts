import {expect, it} from 'vitest';
import {levelRow, levelX, pairsHeight, PAIRS_LEFT, PAIRS_WIDTH} from './level_pairs';

it('draws levels from edge to edge, the later wave below', () => {
  const row = levelRow(
    0,
    {value: 0, range: undefined},
    {value: 100, range: {low: 90, high: 100}},
  );
  expect(row.marks.map(({x}) => x)).toEqual([PAIRS_LEFT, PAIRS_WIDTH - PAIRS_LEFT]);
  expect(row.marks[1]!.y).toBeGreaterThan(row.marks[0]!.y);
  expect(row.marks[0]!.whisker).toBeUndefined();
  expect(row.marks[1]!.whisker).toContain(`H${levelX(100)}`);
  expect(row.bottom).toBeLessThan(pairsHeight(1));
});

it('draws nothing for what is not measured, and says so', () => {
  const missing = {value: undefined, range: undefined};
  const row = levelRow(2, missing, {value: 50, range: undefined});
  expect(row.marks).toHaveLength(1);
  expect(row.missing.map(({isLater}) => isLater)).toEqual([false]);
});
