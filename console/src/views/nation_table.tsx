import type {CsvValue} from '../model/csv';
import {COLUMNS, type Column, type NationRow, type Order} from '../model/nation';
import {leadershipOf, phaseOf, trendOf} from '../model/nation';
import {capital, percent} from '../model/format';
import {hashOf} from '../model/route';
import type {FileColumn} from '../model/table_file';
import {DataTable, type TableColumn} from '../shell/data_table';
import {COLUMN_NAMES} from './nation_filter';
import {PhaseMark, phaseClass} from './phase_mark';

function PlaceCell({row}: {row: NationRow}) {
  const {tenant, locality, survey} = row;
  if (survey === '') return <bdi>{row.place}</bdi>;
  return (
    <>
      <a href={hashOf({view: 'place', tenant, locality, survey, wave: undefined})}>
        <bdi>{row.place}</bdi>
      </a>
      <span class="soft beside">
        {survey}
        {row.assessed !== undefined && `, wave ${row.assessed.wave}`}
      </span>
    </>
  );
}

const CELLS: Record<Column, (row: NationRow) => preact.ComponentChildren> = {
  place: (row) => <PlaceCell row={row} />,
  region: (row) => <bdi>{row.region || '-'}</bdi>,
  phase: (row) => (
    <>
      <PhaseMark of={phaseClass(row)} /> {capital(phaseOf(row))}
    </>
  ),
  leadership: (row) => leadershipOf(row) || '-',
  response: ({assessed}) =>
    assessed?.responseRate === undefined ? '-' : percent(assessed.responseRate),
  trend: (row) => capital(trendOf(row)) || '-',
};

const VALUES: Record<Column, (row: NationRow) => CsvValue> = {
  place: (row) => row.place,
  region: (row) => row.region,
  phase: (row) => capital(phaseOf(row)),
  leadership: (row) => leadershipOf(row),
  response: ({assessed}) => assessed?.responseRate,
  trend: (row) => capital(trendOf(row)),
};

/** A file has in columns of their own what stands below a place. */
const PLACE_COLUMNS: readonly FileColumn<NationRow>[] = [
  {label: COLUMN_NAMES.place, value: VALUES.place},
  {label: 'Survey', value: ({survey}) => survey},
  {label: 'Wave', value: ({assessed}) => assessed?.wave},
];

interface NationTableProps {
  readonly rows: readonly NationRow[];
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
}

export function NationTable({rows, order, onOrder}: NationTableProps) {
  const columns = COLUMNS.map((by): TableColumn<NationRow> => {
    const isSorted = order.by === by;
    const direction = order.isDescending ? 'descending' : 'ascending';
    return {
      label: COLUMN_NAMES[by],
      cell: CELLS[by],
      inFile:
        by === 'place' ? PLACE_COLUMNS : [{label: COLUMN_NAMES[by], value: VALUES[by]}],
      isNumber: by === 'response',
      sort: isSorted ? direction : 'none',
      head: (
        <button
          type="button"
          class="sort"
          onClick={() => onOrder({by, isDescending: isSorted && !order.isDescending})}
        >
          {COLUMN_NAMES[by]}
          <span aria-hidden="true">
            {isSorted ? (order.isDescending ? ' ▼' : ' ▲') : ''}
          </span>
        </button>
      ),
    };
  });
  return (
    <DataTable
      caption="Places and their innovations"
      isCaptionHidden
      columns={columns}
      rows={rows}
      keyOf={({locality, survey}) => `${locality}/${survey}`}
    />
  );
}
