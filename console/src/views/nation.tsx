import {useMemo, useState} from 'preact/hooks';
import {useRemote} from '../calls/use_remote';
import {counted} from '../model/format';
import {filterRows, NO_FILTER, sortRows, type Order} from '../model/nation';
import {loadNation, type Nation} from '../model/nation_source';
import {Heading} from '../shell/heading';
import {useClients} from '../shell/services';
import {Empty, Known} from '../shell/states';
import {NationFilter} from './nation_filter';
import {RegionMap} from './nation_map';
import {NationSpread} from './nation_spread';
import {NationTable} from './nation_table';

function Progress({nation}: {nation: Nation}) {
  const {placesRead, placesInAll, isCut, leadershipFailure} = nation;
  const isReading = placesRead < placesInAll;
  return (
    <>
      <p class={isReading ? 'soft waiting' : 'soft'} role="status">
        {isReading
          ? `${placesRead} of ${counted(placesInAll, 'place', 'places')} are read.`
          : counted(placesInAll, 'place', 'places')}
        {isCut && ' There are more, which are not shown.'}
      </p>
      {leadershipFailure !== undefined && (
        <p class="warn">
          Leadership is not shown. {leadershipFailure.title}: {leadershipFailure.detail}
        </p>
      )}
    </>
  );
}

function NationBody({tenant, nation}: {tenant: string; nation: Nation}) {
  const [filter, setFilter] = useState(NO_FILTER);
  const [order, setOrder] = useState<Order>({by: 'place', isDescending: false});
  const rows = useMemo(
    () => sortRows(filterRows(nation.rows, filter), order),
    [nation, filter, order],
  );
  if (nation.placesInAll === 0) {
    return (
      <Empty>
        <p class="verdict">This tenant has no places yet.</p>
        <p>
          <code>pulsetaker import</code> brings a survey in,{' '}
          <code>pulsetaker assess</code> assesses it.
        </p>
      </Empty>
    );
  }
  return (
    <>
      <Progress nation={nation} />
      <NationFilter
        all={nation.rows}
        filter={filter}
        order={order}
        onFilter={setFilter}
        onOrder={setOrder}
      />
      {rows.length === 0 ? (
        <Empty>
          <p>No place is like that.</p>
          <button type="button" onClick={() => setFilter(NO_FILTER)}>
            Show all places
          </button>
        </Empty>
      ) : (
        <>
          <RegionMap rows={rows} />
          <NationTable rows={rows} order={order} onOrder={setOrder} />
        </>
      )}
      <NationSpread tenant={tenant} />
    </>
  );
}

export function NationView({tenant}: {tenant: string}) {
  const clients = useClients();
  const nation = useRemote<Nation>(tenant, (signal, part) =>
    loadNation(clients, tenant, signal, part),
  );
  return (
    <>
      <Heading title="All places" />
      <Known of={nation} what="all places">
        {(value) => <NationBody tenant={tenant} nation={value} />}
      </Known>
    </>
  );
}
