// The overview by region to take along. The page shows it as links, so it is drawn when
// it is saved.

import {render} from 'preact';
import {regionTiles, TILE, tileName} from '../drawings/region_tiles';
import {capital} from '../model/format';
import {type NationRow, regionsOf} from '../model/nation';
import {ALL_PHASES, phaseText} from '../model/wording';
import {filesOf, SavePicture} from '../shell/save_picture';
import {phaseClass, type PhaseNumber} from './phase_mark';

interface TileProps {
  readonly x: number;
  readonly y: number;
  readonly phase: PhaseNumber;
  readonly name: string;
}

function Tile({x, y, phase, name}: TileProps) {
  return (
    <>
      <rect
        class={`phase-${phase ?? 'none'}`}
        x={x}
        y={y}
        width={TILE.mark}
        height={TILE.mark}
        rx="4"
      />
      <text class="figure" x={x + TILE.mark / 2} y={y + 17}>
        {phase ?? '?'}
      </text>
      <text class="label" x={x + TILE.mark + 8} y={y + 17}>
        {name}
      </text>
    </>
  );
}

const KEY = [
  ...ALL_PHASES.map((phase, number) => ({phase: number, name: phaseText(phase)})),
  {phase: undefined, name: 'none or unknown'},
];

function RegionPicture({rows}: {rows: readonly NationRow[]}) {
  const {heads, tiles, key, width, height} = regionTiles(regionsOf(rows));
  return (
    <svg class="drawing" viewBox={`0 0 ${width} ${height}`} role="img">
      {heads.map(({y, name}) => (
        <text key={name} class="label name" x="12" y={y}>
          {capital(name)}
        </text>
      ))}
      {tiles.map(({x, y, tile}) => (
        <Tile
          key={`${tile.locality}/${tile.survey}`}
          x={x}
          y={y}
          phase={phaseClass(tile)}
          name={tileName(tile.place)}
        />
      ))}
      {KEY.map(({phase, name}, index) => (
        <Tile
          key={name}
          x={12 + 1.5 * TILE.width * (index % 3)}
          y={key + TILE.height * Math.floor(index / 3)}
          phase={phase}
          name={name}
        />
      ))}
    </svg>
  );
}

function drawn(rows: readonly NationRow[]): SVGSVGElement {
  const place = document.createElement('div');
  render(<RegionPicture rows={rows} />, place);
  return place.querySelector('svg')!;
}

export function SaveRegions({rows}: {rows: readonly NationRow[]}) {
  return (
    <SavePicture
      title="Places by region"
      caption="A place is marked with the number and the colour of its phase."
      files={filesOf(
        () => drawn(rows),
        () => regionTiles(regionsOf(rows)),
      )}
    />
  );
}
