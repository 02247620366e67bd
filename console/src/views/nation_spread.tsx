// How all places are spread. Asked for by a click alone: what a tenant is told is
// recorded, and there is an end to how much of it there can be.

import {useState} from 'preact/hooks';
import {
  CompareLocalitiesRequest_Grouping as Grouping,
  type Distribution,
  type DistributionRow,
} from '../../gen/pulsetaker/assessment/v1/comparison_pb';
import {useRemote} from '../calls/use_remote';
import {
  categoryText,
  countCsv,
  countText,
  dimensionText,
  meanCsv,
  meanText,
} from '../model/comparison';
import {tenantName} from '../model/names';
import {DataTable, type TableColumn} from '../shell/data_table';
import {useClients} from '../shell/services';
import {Known} from '../shell/states';

function Spread({of}: {of: Distribution}) {
  const columns: TableColumn<DistributionRow>[] = [
    {head: 'Places', label: 'Places', cell: ({group}) => categoryText(group)},
    ...of.categories.map((category, index) => ({
      head: categoryText(category),
      label: categoryText(category),
      isNumber: true,
      cell: ({counts}: DistributionRow) => countText(counts[index]),
      value: ({counts}: DistributionRow) => countCsv(counts[index]),
    })),
    {
      head: 'In all',
      label: 'In all',
      isNumber: true,
      cell: ({total}) => countText(total),
      value: ({total}) => countCsv(total),
    },
  ];
  if (of.meanStep > 0) {
    columns.push({
      head: 'Mean',
      label: 'Mean',
      isNumber: true,
      cell: ({mean}) => meanText(mean, of),
      value: ({mean}) => meanCsv(mean, of),
    });
  }
  return (
    <DataTable
      caption={dimensionText(of.dimension)}
      columns={columns}
      rows={of.rows}
      keyOf={({group}) => group}
    />
  );
}

function Spreads({tenant, grouping}: {tenant: string; grouping: Grouping}) {
  const {assessment} = useClients();
  const comparison = useRemote(`${tenant} ${grouping}`, (signal) =>
    assessment.compareLocalities({parent: tenantName(tenant), grouping}, {signal}),
  );
  return (
    <Known of={comparison} what="how places are spread">
      {({distributions}) => (
        <>
          {distributions.map((one) => (
            <Spread key={one.dimension} of={one} />
          ))}
        </>
      )}
    </Known>
  );
}

const CHOICES = [
  {grouping: Grouping.UNSPECIFIED, label: 'All places together'},
  {grouping: Grouping.SIZE_BAND, label: 'By size'},
  {grouping: Grouping.PHASE, label: 'By phase'},
] as const;

export function NationSpread({tenant}: {tenant: string}) {
  const [asked, setAsked] = useState<Grouping>();
  return (
    <section aria-labelledby="spread">
      <h2 id="spread">How places are spread</h2>
      <p>
        Numbers of places, rounded, of at least 5 places and 10 people, so that none can
        be told from them. What you are told is recorded.
      </p>
      <p class="buttons">
        {CHOICES.map(({grouping, label}) => (
          <button
            key={label}
            type="button"
            aria-pressed={asked === grouping}
            onClick={() => setAsked(grouping)}
          >
            {label}
          </button>
        ))}
      </p>
      {asked !== undefined && <Spreads tenant={tenant} grouping={asked} />}
    </section>
  );
}
