import {expect, it} from 'vitest';
import {regionTiles, TILE, tileName} from './region_tiles';

it('puts places below their region, in rows, and the key below all', () => {
  const shape = regionTiles([
    {name: 'North', rows: [1, 2, 3, 4, 5, 6]},
    {name: 'South', rows: [7]},
  ]);
  expect(shape.heads.map(({name}) => name)).toEqual(['North', 'South']);
  const [first, , , , fifth, sixth, seventh] = shape.tiles;
  expect(fifth!.y).toBe(first!.y);
  expect(sixth).toMatchObject({x: first!.x, y: first!.y + TILE.height});
  expect(seventh!.y).toBeGreaterThan(shape.heads[1]!.y);
  expect(shape.key).toBeGreaterThan(seventh!.y);
  expect(fifth!.x + TILE.width).toBeLessThanOrEqual(shape.width);
  expect(shape.height).toBeGreaterThan(shape.key);
});

it('cuts long names', () => {
  expect(tileName('Ashby')).toBe('Ashby');
  expect(tileName('Saint Mary upon the Water')).toBe('Saint Mary upon t…');
});
