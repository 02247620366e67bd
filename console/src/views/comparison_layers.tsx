import {
  type SystemLink,
  SystemLink_Richness as Richness,
} from '../../gen/pulsetaker/assessment/v1/local_system_pb';
import {capital} from '../model/format';
import {waveOf} from '../model/names';
import {labelSaid} from '../model/wave_change';
import type {WavePair} from '../model/wave_pair';
import {linkPairs, type Pair} from '../model/wave_rows';
import {reasonText, richnessText} from '../model/wording';
import {DataTable} from '../shell/data_table';
import {LayerMap} from './place_layers';

type LinkPair = Pair<SystemLink>;

/** Undefined where it is not measured. */
const measured = (link: SystemLink | undefined) =>
  link === undefined || link.richness === Richness.UNSPECIFIED
    ? undefined
    : richnessText(link.richness);

const linkLabel = (link: SystemLink | undefined) =>
  measured(link) ??
  `not measured: ${(link && reasonText(link.reason)) || 'no reason is given'}`;

export function ComparedLayers({pair: {earlier, later}}: {pair: WavePair}) {
  const rows = linkPairs(earlier, later);
  if (rows.length === 0) return null;
  const column = (wave: number, linkOf: (row: LinkPair) => SystemLink | undefined) => ({
    head: `Wave ${wave}`,
    label: `Wave ${wave}`,
    cell: (row: LinkPair) => linkLabel(linkOf(row)),
  });
  return (
    <section aria-labelledby="layers">
      <h2 id="layers">Links between layers</h2>
      <div class="pair">
        {[earlier, later].map(({name, localSystem}) => (
          <div key={name}>
            <h3>Wave {waveOf(name)}</h3>
            {localSystem === undefined ? (
              <p>Links are not told of this wave.</p>
            ) : (
              <LayerMap
                title={`Links of the layers in wave ${waveOf(name)}`}
                system={localSystem}
              />
            )}
          </div>
        ))}
      </div>
      <DataTable
        caption="Links within and between layers in both waves"
        rows={rows}
        keyOf={({id}) => id}
        columns={[
          {head: 'Links', label: 'Links', cell: ({id}) => capital(id)},
          column(waveOf(earlier.name), ({before}) => before),
          column(waveOf(later.name), ({after}) => after),
          {
            head: 'Difference',
            label: 'Difference',
            cell: ({before, after}) => labelSaid(measured(before), measured(after)),
          },
        ]}
      />
    </section>
  );
}
