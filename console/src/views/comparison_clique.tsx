import type {CliqueRisk} from '../../gen/pulsetaker/network/v1/clique_risk_pb';
import {useRemote} from '../calls/use_remote';
import type {DialModel} from '../model/dials';
import {fixed} from '../model/format';
import {waveOf} from '../model/names';
import type {FileColumn} from '../model/table_file';
import {decidedClique, dialSaid, labelSaid} from '../model/wave_change';
import type {WavePair} from '../model/wave_pair';
import {dialPairs, type Pair} from '../model/wave_rows';
import {cliqueMeaning, cliqueName, dialName} from '../model/wording';
import {DataTable} from '../shell/data_table';
import {useClients} from '../shell/services';
import {Known} from '../shell/states';

type DialPair = Pair<DialModel>;

const dialText = (dial: DialModel | undefined) =>
  dial?.value === undefined
    ? `not measured: ${dial?.whyNot ?? 'there is no such dial'}`
    : fixed(dial.value, 2);

const rangeText = (dial: DialModel | undefined) =>
  dial?.value === undefined || dial.interval === undefined
    ? '-'
    : `${fixed(dial.interval.low, 2)} to ${fixed(dial.interval.high, 2)}`;

function rangeColumns(
  label: string,
  dialOf: (pair: DialPair) => DialModel | undefined,
): readonly FileColumn<DialPair>[] {
  const end = (which: 'low' | 'high') => (pair: DialPair) => {
    const dial = dialOf(pair);
    return dial?.value === undefined ? undefined : dial.interval?.[which];
  };
  return [
    {label: `${label}, low`, value: end('low')},
    {label: `${label}, high`, value: end('high')},
  ];
}

function Verdicts({
  waves,
  risks,
}: {
  waves: readonly number[];
  risks: readonly CliqueRisk[];
}) {
  const [before, after] = risks.map(({verdict}) => decidedClique(verdict));
  const said = labelSaid(before, after);
  return (
    <>
      {risks.map(({verdict, insufficiencies}, index) => (
        <p key={index}>
          <strong>Wave {waves[index]}:</strong> {cliqueName(verdict)}:{' '}
          {cliqueMeaning(verdict)} {insufficiencies.map(({detail}) => detail).join(' ')}
        </p>
      ))}
      <p class="verdict">
        {said === 'the same'
          ? 'The verdict is the same.'
          : said === 'differs'
            ? 'The verdict differs.'
            : 'The verdicts cannot be compared: there is not one of both waves.'}
      </p>
    </>
  );
}

function Dials({
  pair,
  waves,
  risks,
}: {
  pair: WavePair;
  waves: readonly number[];
  risks: readonly CliqueRisk[];
}) {
  const columns = (['before', 'after'] as const).flatMap((which, index) => {
    const name = `Wave ${waves[index]}`;
    const dialOf = (row: DialPair) => row[which];
    return [
      {
        head: name,
        label: name,
        cell: (row: DialPair) => dialText(dialOf(row)),
        value: (row: DialPair) => dialOf(row)?.value ?? dialText(dialOf(row)),
      },
      {
        head: '95 % interval',
        label: `${name}, 95 % interval`,
        isNumber: true,
        cell: (row: DialPair) => rangeText(dialOf(row)),
        inFile: rangeColumns(`${name}, 95 % interval`, dialOf),
      },
    ];
  });
  return (
    <DataTable
      caption="Four dials from 0 to 1"
      rows={dialPairs(risks[0]!, risks[1]!)}
      keyOf={({id}) => id}
      columns={[
        {
          head: 'Dial',
          label: 'Dial',
          cell: ({before, after}) => dialName((after ?? before)!.kind),
        },
        ...columns,
        {
          head: 'Difference',
          label: 'Difference',
          cell: ({before, after}) => dialSaid(before, after, pair.change),
        },
      ]}
    />
  );
}

export function ComparedClique({pair}: {pair: WavePair}) {
  const {network} = useClients();
  const both = [pair.earlier, pair.later];
  const analyses = both.map(({inputs}) => inputs?.analysis ?? '');
  const risks = useRemote(analyses.join(' '), (signal) =>
    Promise.all(analyses.map((name) => network.getCliqueRisk({name}, {signal}))),
  );
  const waves = both.map(({name}) => waveOf(name));
  return (
    <section aria-labelledby="clique">
      <h2 id="clique">One group, or many?</h2>
      <Known of={risks} what="the network analyses">
        {(value) => (
          <>
            <Verdicts waves={waves} risks={value} />
            <Dials pair={pair} waves={waves} risks={value} />
          </>
        )}
      </Known>
    </section>
  );
}
