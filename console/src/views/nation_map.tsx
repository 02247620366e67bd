// An overview by region: a tile a place, coloured by its phase.

import {type NationRow, phaseOf, type Region, regionsOf, trendOf} from '../model/nation';
import {capital} from '../model/format';
import {hashOf} from '../model/route';
import {PhaseKey, PhaseMark, phaseClass} from './phase_mark';
import {SaveRegions} from './region_picture';

function Tile({row}: {row: NationRow}) {
  const {tenant, locality, survey, place} = row;
  const inside = (
    <>
      <PhaseMark of={phaseClass(row)} />
      <bdi>{place}</bdi>
      <span class="hidden">
        , {phaseOf(row)}, {trendOf(row)}
      </span>
    </>
  );
  if (survey === '') return <span class="tile">{inside}</span>;
  return (
    <a
      class="tile"
      href={hashOf({view: 'place', tenant, locality, survey, wave: undefined})}
    >
      {inside}
    </a>
  );
}

function RegionTiles({region}: {region: Region}) {
  return (
    <section class="region">
      <h3>
        <bdi>{capital(region.name)}</bdi> <span class="soft">{region.rows.length}</span>
      </h3>
      <ul class="tiles">
        {region.rows.map((row) => (
          <li key={`${row.locality}/${row.survey}`}>
            <Tile row={row} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function RegionMap({rows}: {rows: readonly NationRow[]}) {
  return (
    <section aria-labelledby="by-region">
      <h2 id="by-region">By region</h2>
      <PhaseKey />
      <div class="regions">
        {regionsOf(rows).map((region) => (
          <RegionTiles key={region.name} region={region} />
        ))}
      </div>
      <SaveRegions rows={rows} />
    </section>
  );
}
