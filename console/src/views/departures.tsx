// What would become of the networks if those who are picked left.

import {useState} from 'preact/hooks';
import type {NetworkDeparture} from '../../gen/pulsetaker/network/v1/what_if_pb';
import {LONG_TIMEOUT_MS} from '../calls/clients';
import {useRemote} from '../calls/use_remote';
import {percent} from '../model/format';
import {DataTable} from '../shell/data_table';
import {useClients} from '../shell/services';
import {Known} from '../shell/states';

const PICKED_MAX = 20;

function Effects({networks}: {networks: readonly NetworkDeparture[]}) {
  return (
    <DataTable
      caption="If they left"
      rows={networks}
      keyOf={({networkId}) => networkId}
      columns={[
        {
          head: 'Network',
          label: 'Network',
          cell: ({networkId}) => <bdi>{networkId}</bdi>,
          value: ({networkId}) => networkId,
        },
        {
          head: 'Pairs without a path',
          label: 'Without a path',
          cell: ({effect}) => {
            const {before, after, notMeasured} = effect ?? {};
            const was = before?.fragmentation?.byComponent;
            if (was === undefined) return '-';
            const will = after?.fragmentation?.byComponent;
            return will === undefined
              ? `${percent(was)}; what comes of it is not told: ${notMeasured?.detail ?? 'not measured'}`
              : `${percent(was)}, then ${percent(will)}`;
          },
          inFile: [
            {
              label: 'Pairs without a path, now',
              value: ({effect}) => effect?.before?.fragmentation?.byComponent,
            },
            {
              label: 'Pairs without a path, then',
              value: ({effect}) =>
                effect?.after?.fragmentation?.byComponent ?? effect?.notMeasured?.detail,
            },
          ],
        },
        {
          head: 'Core',
          label: 'Of the core',
          cell: ({effect}) =>
            effect?.coreCount === undefined
              ? '-'
              : `${effect.coreLeavingCount ?? 0} of ${effect.coreCount} leave`,
        },
      ]}
    />
  );
}

function Outcome({analysis, persons}: {analysis: string; persons: readonly string[]}) {
  const {network} = useClients();
  const outcome = useRemote(`${analysis} ${persons.join(' ')}`, (signal) =>
    network.simulateDepartures(
      {name: analysis, leavers: {case: 'people', value: {persons: [...persons]}}},
      {signal, timeoutMs: LONG_TIMEOUT_MS},
    ),
  );
  return (
    <Known of={outcome} what="what would become of the networks">
      {({networks}) => <Effects networks={networks} />}
    </Known>
  );
}

interface DeparturesProps {
  readonly analysis: string;
  readonly picked: readonly string[];
  readonly nameOf: (person: string) => string;
  readonly onPick: (person: string) => void;
}

export function Departures({analysis, picked, nameOf, onPick}: DeparturesProps) {
  const [asked, setAsked] = useState<readonly string[]>([]);
  if (picked.length === 0) return null;
  return (
    <section aria-labelledby="picked">
      <h2 id="picked">Picked</h2>
      <p class="buttons">
        {picked.map((person) => (
          <button key={person} type="button" onClick={() => onPick(person)}>
            <bdi>{nameOf(person) || person}</bdi>
            <span class="hidden"> is not to be picked any more</span>
            <span aria-hidden="true"> ✗</span>
          </button>
        ))}
      </p>
      <p>
        <button
          type="button"
          disabled={picked.length > PICKED_MAX}
          onClick={() => setAsked(picked)}
        >
          What if they left?
        </button>
        {picked.length > PICKED_MAX && ` At most ${PICKED_MAX} at a time.`}
      </p>
      {asked === picked && <Outcome analysis={analysis} persons={picked} />}
    </section>
  );
}
