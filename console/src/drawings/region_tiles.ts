// Places by region as one picture: a head a region, a tile a place, in rows.

import type {Box} from './box';

export interface RegionInput<Tile> {
  readonly name: string;
  readonly rows: readonly Tile[];
}

export interface RegionTiles<Tile> extends Box {
  readonly heads: readonly {readonly y: number; readonly name: string}[];
  readonly tiles: readonly {
    readonly x: number;
    readonly y: number;
    readonly tile: Tile;
  }[];
  /** Where the key begins. */
  readonly key: number;
}

export const TILE = {width: 176, height: 34, mark: 24};
const COLUMNS = 5;
const MARGIN = 12;
const HEAD = 34;
const NAME_MAX = 18;

export function regionTiles<Tile>(
  regions: readonly RegionInput<Tile>[],
): RegionTiles<Tile> {
  const heads: {y: number; name: string}[] = [];
  const tiles: {x: number; y: number; tile: Tile}[] = [];
  let top = MARGIN;
  for (const {name, rows} of regions) {
    heads.push({y: top + 20, name});
    top += HEAD;
    rows.forEach((tile, index) => {
      const [column, row] = [index % COLUMNS, Math.floor(index / COLUMNS)];
      tiles.push({x: MARGIN + column * TILE.width, y: top + row * TILE.height, tile});
    });
    top += TILE.height * Math.ceil(rows.length / COLUMNS);
  }
  const key = top + MARGIN;
  return {
    heads,
    tiles,
    key,
    width: 2 * MARGIN + COLUMNS * TILE.width,
    height: key + 2 * TILE.height + MARGIN,
  };
}

/** A tile is no wider for a long name. */
export const tileName = (name: string) =>
  [...name].length <= NAME_MAX ? name : `${[...name].slice(0, NAME_MAX - 1).join('')}…`;
