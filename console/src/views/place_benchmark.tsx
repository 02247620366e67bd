// Where a place stands among similar ones. Asked for by a click alone, as what is told
// of others is recorded.

import {useState} from 'preact/hooks';
import type {Benchmark, Standing} from '../../gen/pulsetaker/assessment/v1/comparison_pb';
import {useRemote} from '../calls/use_remote';
import {dimensionText, readingText} from '../model/comparison';
import {counted, fixed} from '../model/format';
import {DataTable} from '../shell/data_table';
import {useClients} from '../shell/services';
import {Known} from '../shell/states';

function percentileText({percentile, percentileLow, percentileHigh}: Standing): string {
  if (percentile?.value === undefined) return '-';
  const value = fixed(percentile.value, 0);
  if (percentileLow?.value === undefined || percentileHigh?.value === undefined)
    return value;
  return `${value} (${fixed(percentileLow.value, 0)} to ${fixed(percentileHigh.value, 0)})`;
}

/** Nothing is compared with fewer than 5 places where it is measured. */
function differsText({peerMean, differs}: Standing): string {
  if (peerMean?.value === undefined) return 'not compared';
  return differs ? 'yes' : 'not beyond chance';
}

function Standings({benchmark}: {benchmark: Benchmark}) {
  const {peerCount, standings, otherTenants} = benchmark;
  return (
    <>
      <p>
        {counted(peerCount, 'similar place', 'similar places')} of your own
        {peerCount < 5 && ': below 5, nothing is compared'}.
        {otherTenants?.withheldReason !== '' && ' Of others, too little can be told.'}
      </p>
      <DataTable
        caption="Beside similar places"
        rows={standings}
        keyOf={({dimension}) => dimension}
        columns={[
          {
            head: 'What',
            label: 'What',
            cell: ({dimension}) => dimensionText(dimension),
          },
          {
            head: 'Here',
            label: 'Here',
            isNumber: true,
            cell: ({value, dimension}) => readingText(value, dimension),
            value: ({value}) => value?.value,
          },
          {
            head: 'Their mean',
            label: 'Their mean',
            isNumber: true,
            cell: ({peerMean, dimension}) => readingText(peerMean, dimension),
            value: ({peerMean}) => peerMean?.value,
          },
          {
            head: 'Percentile and 95 % interval',
            label: 'Percentile',
            isNumber: true,
            cell: percentileText,
            inFile: [
              {label: 'Percentile', value: ({percentile}) => percentile?.value},
              {label: '95 % interval, low', value: ({percentileLow: end}) => end?.value},
              {
                label: '95 % interval, high',
                value: ({percentileHigh: end}) => end?.value,
              },
            ],
          },
          {
            head: 'Differs',
            label: 'Differs',
            cell: differsText,
          },
        ]}
      />
    </>
  );
}

function Compared({assessment, anySize}: {assessment: string; anySize: boolean}) {
  const {assessment: service} = useClients();
  const benchmark = useRemote(`${assessment} ${anySize}`, (signal) =>
    service.getBenchmark({name: assessment, peerCriteria: {anySize}}, {signal}),
  );
  return (
    <Known of={benchmark} what="similar places">
      {(value) => <Standings benchmark={value} />}
    </Known>
  );
}

const CHOICES = [
  {anySize: false, label: 'With places of its size'},
  {anySize: true, label: 'With places of any size'},
] as const;

export function BenchmarkSection({assessment}: {assessment: string}) {
  const [asked, setAsked] = useState<boolean>();
  return (
    <section aria-labelledby="benchmark">
      <h2 id="benchmark">Compare</h2>
      <p class="buttons">
        {CHOICES.map(({anySize, label}) => (
          <button
            key={label}
            type="button"
            aria-pressed={asked === anySize}
            onClick={() => setAsked(anySize)}
          >
            {label}
          </button>
        ))}
      </p>
      {asked !== undefined && <Compared assessment={assessment} anySize={asked} />}
    </section>
  );
}
