import type {
  NetworkParticipation,
  Participation,
} from '../../gen/pulsetaker/survey/v1/wave_pb';
import {useRemote} from '../calls/use_remote';
import {answeredCount, gateText, invitedCount} from '../model/campaign';
import {percent} from '../model/format';
import {surveyName} from '../model/names';
import type {WavePairOf} from '../model/route';
import {networkPairs, type Pair} from '../model/wave_rows';
import {DataTable} from '../shell/data_table';
import {useClients} from '../shell/services';
import {Known} from '../shell/states';

type NetworkPair = Pair<NetworkParticipation>;

function answersText(network: NetworkParticipation | undefined): string {
  if (network === undefined) return 'not asked';
  const {total, responseRate} = network;
  const counts = `${answeredCount(total)} of ${invitedCount(total)}`;
  return responseRate === undefined ? counts : `${counts} (${percent(responseRate)})`;
}

const allowedText = (network: NetworkParticipation | undefined) =>
  network === undefined ? '-' : gateText(network.namingGate);

function waveColumns(
  wave: number,
  networkOf: (row: NetworkPair) => NetworkParticipation | undefined,
) {
  const name = `Wave ${wave}`;
  const part = (
    label: string,
    valueOf: (network: NetworkParticipation) => number | undefined,
  ) => ({
    label: `${name}, ${label}`,
    value: (row: NetworkPair) => {
      const network = networkOf(row);
      return network === undefined ? 'not asked' : valueOf(network);
    },
  });
  return [
    {
      head: name,
      label: name,
      isNumber: true,
      cell: (row: NetworkPair) => answersText(networkOf(row)),
      inFile: [
        part('answered', ({total}) => answeredCount(total)),
        part('invited', ({total}) => invitedCount(total)),
        part('share', ({responseRate}) => responseRate),
      ],
    },
    {
      head: 'What that allows',
      label: `${name} allows`,
      cell: (row: NetworkPair) => allowedText(networkOf(row)),
    },
  ];
}

function Answers({of, both}: {of: WavePairOf; both: readonly Participation[]}) {
  return (
    <DataTable
      caption="Answers by network in both waves"
      rows={networkPairs(both[0]!.networks, both[1]!.networks)}
      keyOf={({id}) => id}
      columns={[
        {
          head: 'Network',
          label: 'Network',
          cell: ({id}) => <bdi>{id}</bdi>,
          value: ({id}) => id,
        },
        ...waveColumns(of.earlier, ({before}) => before),
        ...waveColumns(of.later, ({after}) => after),
      ]}
    />
  );
}

/** Counted by the survey service, so it is there for waves that are not assessed. */
export function ComparedAnswers({of}: {of: WavePairOf}) {
  const {survey} = useClients();
  const names = [of.earlier, of.later].map((wave) => `${surveyName(of)}/waves/${wave}`);
  const both = useRemote(names.join(' '), (signal) =>
    Promise.all(names.map((name) => survey.getParticipation({name}, {signal}))),
  );
  return (
    <section aria-labelledby="answers">
      <h2 id="answers">Who answered</h2>
      <Known of={both} what="who answered">
        {(value) => <Answers of={of} both={value} />}
      </Known>
    </section>
  );
}
