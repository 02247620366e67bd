import {lazy, Suspense} from 'preact/compat';
import {useCallback, useMemo, useState} from 'preact/hooks';
import type {SociogramNode} from '../../gen/pulsetaker/network/v1/graphs_pb';
import {type Clients, LONG_TIMEOUT_MS} from '../calls/clients';
import {useRemote} from '../calls/use_remote';
import {capital, counted} from '../model/format';
import {idIn, surveyName} from '../model/names';
import {hashOf, type WaveOf} from '../model/route';
import {
  coloursFor,
  type Colouring,
  gateText,
  gather,
  holders,
  layerName,
  rolesIn,
  type Sociogram,
} from '../model/sociogram';
import {DataTable} from '../shell/data_table';
import {Heading} from '../shell/heading';
import {useClients} from '../shell/services';
import {Empty, Known, Waiting} from '../shell/states';
import {Departures} from './departures';

const Canvas = lazy(() => import('./sociogram_canvas'));

interface Loaded {
  readonly analysis: string;
  /** Undefined where the wave is not assessed. */
  readonly sociogram: Sociogram | undefined;
}

async function load(
  clients: Clients,
  wave: string,
  signal: AbortSignal,
): Promise<Loaded> {
  const [{snapshotDigest}, {assessments}] = await Promise.all([
    clients.survey.getWave({name: wave}, {signal}),
    // Names the analysis too, and has no ids of people, as a list of analyses would: who
    // may not read roles is not sent any.
    clients.assessment.listAssessments({parent: wave}, {signal}),
  ]);
  // Those of an earlier closing of the wave cannot be drawn any more.
  const current = assessments.find(
    ({inputs}) => inputs?.snapshotDigest === snapshotDigest,
  );
  const analysis = current?.inputs?.analysis ?? '';
  if (analysis === '') return {analysis, sociogram: undefined};
  const parts = clients.network.getSociogram(
    {name: analysis},
    {signal, timeoutMs: LONG_TIMEOUT_MS},
  );
  return {analysis, sociogram: await gather(parts)};
}

/** Names for those who may read them; to the others, nothing is asked for twice. */
async function loadNames(clients: Clients, wave: string, signal: AbortSignal) {
  const names = new Map<string, string>();
  let pageToken = '';
  do {
    const page = await clients.survey.listParticipants(
      {parent: wave, pageSize: 1_000, pageToken},
      {signal},
    );
    for (const {name, displayName} of page.participants) {
      names.set(idIn(name, 'participants'), displayName);
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return names;
}

interface HoldersProps {
  readonly people: readonly SociogramNode[];
  readonly network: number;
  readonly nameOf: (person: string) => string;
  readonly picked: readonly string[];
  readonly onPick: (person: string) => void;
}

function Holders({people, network, nameOf, picked, onPick}: HoldersProps) {
  const rows = holders(people, network);
  if (rows.length === 0) return <p>Nobody is marked in this network.</p>;
  return (
    <DataTable
      caption="Who is marked"
      rows={rows}
      keyOf={({person}) => person}
      columns={[
        {
          head: 'Person',
          label: 'Person',
          cell: ({person}) => (
            <label>
              <input
                type="checkbox"
                checked={picked.includes(person)}
                onChange={() => onPick(person)}
              />{' '}
              <bdi>{nameOf(person) || person}</bdi>
            </label>
          ),
          value: ({person}) => nameOf(person) || person,
        },
        {
          head: 'Roles',
          label: 'Roles',
          cell: (person) => capital(rolesIn(person, network).join(', ')),
        },
        {
          head: 'Sector',
          label: 'Sector',
          cell: ({sector}) => <bdi>{sector || '-'}</bdi>,
          value: ({sector}) => sector,
        },
        {head: 'Layer', label: 'Layer', cell: ({layer}) => layerName(layer)},
      ]}
    />
  );
}

interface DrawingProps {
  readonly analysis: string;
  readonly sociogram: Sociogram;
  readonly names: ReadonlyMap<string, string>;
}

function Drawing({analysis, sociogram, names}: DrawingProps) {
  const {networks, people, ties, withheld} = sociogram;
  const [number, setNumber] = useState(0);
  const [colouring, setColouring] = useState<Colouring>('layer');
  const [picked, setPicked] = useState<readonly string[]>([]);
  const colours = useMemo(() => coloursFor(people, colouring), [people, colouring]);
  const nameOf = useCallback((person: string) => names.get(person) ?? '', [names]);
  const network = networks[number];
  const pick = (person: string) =>
    setPicked((known) =>
      known.includes(person) ? known.filter((one) => one !== person) : [...known, person],
    );
  if (network === undefined)
    return <Empty>Too few answered for any network to be drawn.</Empty>;
  const tieCount = (ties.get(network.networkId)?.length ?? 0) / 2;
  return (
    <>
      <div class="filter">
        <label>
          Network
          <select
            value={number}
            onChange={(event) => setNumber(Number(event.currentTarget.value))}
          >
            {networks.map(({networkId}, index) => (
              <option key={networkId} value={index}>
                {networkId}
              </option>
            ))}
          </select>
        </label>
        <label>
          Colours
          <select
            value={colouring}
            onChange={(event) => setColouring(event.currentTarget.value as Colouring)}
          >
            <option value="layer">By layer</option>
            <option value="sector">By sector</option>
          </select>
        </label>
      </div>
      <p role="status">
        {counted(people.length, 'person', 'people')}, {counted(tieCount, 'tie', 'ties')}.{' '}
        {gateText(network.gate)}
        {withheld.length > 0 && ` Withheld, as too few answered: ${withheld.join(', ')}.`}
      </p>
      <ul class="keys" aria-label="Colours">
        {colours.key.map(({label, colour}) => (
          <li key={label}>
            <svg class="dot" viewBox="0 0 16 16" aria-hidden="true">
              <circle cx="8" cy="8" r="7" fill={colour} />
            </svg>{' '}
            <bdi>{label}</bdi>
          </li>
        ))}
      </ul>
      <Suspense fallback={<Waiting isSlow={false} what="the drawing" />}>
        <Canvas
          sociogram={sociogram}
          network={number}
          colours={colours}
          nameOf={nameOf}
          picked={picked}
          onPick={pick}
        />
      </Suspense>
      <p class="note">
        A person is as large as they have ties. H, G and P mark hubs, gatekeepers and
        pulsetakers. A click picks somebody; the table below does the same.
      </p>
      <Departures analysis={analysis} picked={picked} nameOf={nameOf} onPick={pick} />
      <Holders
        people={people}
        network={number}
        nameOf={nameOf}
        picked={picked}
        onPick={pick}
      />
    </>
  );
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

export function SociogramView({of}: {of: WaveOf}) {
  const clients = useClients();
  const wave = `${surveyName(of)}/waves/${of.wave}`;
  const loaded = useRemote(wave, (signal) => load(clients, wave, signal));
  // By ids alone it is whole; names come to it where they may be read.
  const names = useRemote(wave, (signal) => loadNames(clients, wave, signal));
  const known = names.remote.state === 'ready' ? names.remote.value : NO_NAMES;
  return (
    <>
      <Heading title={`Who is tied to whom, wave ${of.wave}`}>
        <p class="soft">
          <a href={hashOf({...of, view: 'place', wave: undefined})}>{of.locality}</a> ·{' '}
          {of.survey}
        </p>
      </Heading>
      <Known of={loaded} what="the networks">
        {({analysis, sociogram}) =>
          sociogram === undefined ? (
            <Empty>
              <p class="verdict">This wave is not assessed yet.</p>
              <p>
                Close it; then <code>pulsetaker assess</code> finds who is tied to whom.
              </p>
            </Empty>
          ) : (
            <Drawing analysis={analysis} sociogram={sociogram} names={known} />
          )
        }
      </Known>
    </>
  );
}
