import {useEffect, useState} from 'preact/hooks';
import {
  type NetworkParticipation,
  type Participation,
  Wave_State as State,
} from '../../gen/pulsetaker/survey/v1/wave_pb';
import {useRemote} from '../calls/use_remote';
import {
  answeredCount,
  gateText,
  groupRow,
  type GroupRow,
  invitedCount,
  nextGateText,
  stateText,
} from '../model/campaign';
import {capital, counted, percent} from '../model/format';
import {surveyName} from '../model/names';
import {hashOf, type WaveOf} from '../model/route';
import {layerText} from '../model/wording';
import {DataTable} from '../shell/data_table';
import {Heading} from '../shell/heading';
import {useClients} from '../shell/services';
import {Empty, Known} from '../shell/states';
import {ShareBar} from './bar';

const ASK_AGAIN_MS = 10_000;
/** Reminders are due to who was last written to longer ago than this. */
const DUE_AFTER_SECONDS = 3n * 24n * 3600n;
const DUE_MAX = 1_000;

const rateText = (rate: number | undefined) => (rate === undefined ? '-' : percent(rate));

function Networks({networks}: {networks: readonly NetworkParticipation[]}) {
  return (
    <DataTable
      caption="Answers by network"
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
          head: 'Answered',
          label: 'Answered',
          isNumber: true,
          cell: ({total}) => `${answeredCount(total)} of ${invitedCount(total)}`,
          inFile: [
            {label: 'Answered', value: ({total}) => answeredCount(total)},
            {label: 'Invited', value: ({total}) => invitedCount(total)},
          ],
        },
        {
          head: 'Share',
          label: 'Share',
          isNumber: true,
          cell: ({responseRate}) => rateText(responseRate),
          value: ({responseRate}) => responseRate,
        },
        {
          head: 'Share of those asked',
          label: 'As a bar',
          cell: ({responseRate}) =>
            responseRate === undefined ? '-' : <ShareBar share={responseRate} />,
          inFile: [],
        },
        {
          head: 'What that allows',
          label: 'Allows',
          cell: (network) => (
            <>
              {gateText(network.namingGate)}{' '}
              <span class="soft">{nextGateText(network)}</span>
            </>
          ),
          value: (network) =>
            `${gateText(network.namingGate)} ${nextGateText(network)}`.trim(),
        },
      ]}
    />
  );
}

function Groups({caption, rows}: {caption: string; rows: readonly GroupRow[]}) {
  if (rows.length === 0) return null;
  return (
    <DataTable
      caption={caption}
      rows={rows}
      keyOf={({group}) => group}
      columns={[
        {
          head: 'Group',
          label: 'Group',
          cell: ({group}) => <bdi>{capital(group)}</bdi>,
          value: ({group}) => capital(group),
        },
        {
          head: 'Answered',
          label: 'Answered',
          isNumber: true,
          cell: ({answered, invited}) => `${answered} of ${invited}`,
          inFile: [
            {label: 'Answered', value: ({answered}) => answered},
            {label: 'Invited', value: ({invited}) => invited},
          ],
        },
        {
          head: 'Share',
          label: 'Share',
          isNumber: true,
          cell: ({rate}) => rateText(rate),
          value: ({rate}) => rate,
        },
      ]}
    />
  );
}

function ByGroup({networks}: {networks: readonly NetworkParticipation[]}) {
  const [chosen, setChosen] = useState(networks[0]?.networkId ?? '');
  const network = networks.find(({networkId}) => networkId === chosen);
  return (
    <section aria-labelledby="groups">
      <h2 id="groups">By group</h2>
      <p>
        <label>
          Network{' '}
          <select
            value={chosen}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {networks.map(({networkId}) => (
              <option key={networkId}>{networkId}</option>
            ))}
          </select>
        </label>
      </p>
      {network !== undefined && (
        <>
          <Groups
            caption="Sectors"
            rows={network.sectors.map(({sector, counts, responseRate}) =>
              groupRow(sector || 'no sector', counts, responseRate),
            )}
          />
          <Groups
            caption="Layers"
            rows={network.layers.map(({layer, counts, responseRate}) =>
              groupRow(layerText(layer as number), counts, responseRate),
            )}
          />
        </>
      )}
    </section>
  );
}

function Due({wave}: {wave: string}) {
  const {invitations} = useClients();
  const due = useRemote(wave, (signal) =>
    invitations.listDueReminders(
      {
        parent: wave,
        minTimeSinceContact: {seconds: DUE_AFTER_SECONDS},
        maxReminderCount: 10,
        pageSize: DUE_MAX,
      },
      {signal},
    ),
  );
  useAskingAgain(true, due.refresh);
  return (
    <section aria-labelledby="due">
      <h2 id="due">Who is due</h2>
      <Known of={due} what="reminders">
        {({invitations: found, nextPageToken}) => (
          <p>
            {counted(found.length, 'person has', 'people have')}
            {nextPageToken !== '' && ' or more'} an invitation, no answer, and no message
            for three days.
          </p>
        )}
      </Known>
    </section>
  );
}

function CampaignBody({participation}: {participation: Participation}) {
  const {networks, waveState, name} = participation;
  if (networks.length === 0)
    return <Empty>The questionnaire asks about no network.</Empty>;
  return (
    <>
      <p class="verdict" role="status">
        {stateText(waveState)}
      </p>
      <Networks networks={networks} />
      <ByGroup networks={networks} />
      {waveState === State.OPEN && <Due wave={name} />}
    </>
  );
}

/** Asks again from time to time, for as long as answers come in and somebody looks. */
function useAskingAgain(isOpen: boolean, ask: () => void): void {
  useEffect(() => {
    if (!isOpen) return;
    const timer = setInterval(() => {
      if (!document.hidden) ask();
    }, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isOpen]);
}

export function CampaignView({of}: {of: WaveOf}) {
  const {survey} = useClients();
  const name = `${surveyName(of)}/waves/${of.wave}`;
  const participation = useRemote(name, (signal) =>
    survey.getParticipation({name}, {signal}),
  );
  const {remote, refresh} = participation;
  useAskingAgain(
    remote.state === 'ready' && remote.value.waveState === State.OPEN,
    refresh,
  );
  return (
    <>
      <Heading title={`Answers of wave ${of.wave}`}>
        <p class="soft">
          <a href={hashOf({...of, view: 'place', wave: undefined})}>{of.locality}</a> ·{' '}
          {of.survey}
        </p>
      </Heading>
      <Known of={participation} what="who answered">
        {(value) => <CampaignBody participation={value} />}
      </Known>
    </>
  );
}
