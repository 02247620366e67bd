// Risks or recommendations that came, went and stayed.

import type {Assessment} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import type {Finding} from '../../gen/pulsetaker/assessment/v1/finding_pb';
import {statusText} from '../model/findings';
import {capital} from '../model/format';
import {waveOf} from '../model/names';
import type {WavePair} from '../model/wave_pair';
import {findingPairs} from '../model/wave_rows';
import {phaseText} from '../model/wording';
import {DataTable} from '../shell/data_table';

interface ComparedFindingsProps {
  readonly title: string;
  readonly pair: WavePair;
  readonly findingsOf: (assessment: Assessment) => readonly Finding[];
}

const findingText = (finding: Finding | undefined) =>
  finding === undefined ? 'not in the catalogue then' : statusText(finding.status);

const phasesText = (finding: Finding | undefined) =>
  finding === undefined || finding.phases.length === 0
    ? 'any'
    : finding.phases.map(phaseText).join(', ');

export function ComparedFindings({title, pair, findingsOf}: ComparedFindingsProps) {
  const {earlier, later} = pair;
  const rows = findingPairs(findingsOf(earlier), findingsOf(later));
  const id = title.toLowerCase();
  const [before, after] = [earlier, later].map(({name}) => `Wave ${waveOf(name)}`);
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {rows.length === 0 ? (
        <p>None has evidence in either wave.</p>
      ) : (
        <>
          <DataTable
            caption={`${title} in both waves`}
            rows={rows}
            keyOf={(row) => row.id}
            columns={[
              {head: 'What', label: 'What', cell: (row) => row.title},
              {head: before!, label: before!, cell: (row) => findingText(row.before)},
              {head: after!, label: after!, cell: (row) => findingText(row.after)},
              {
                head: 'In phases',
                label: 'In phases',
                cell: (row) => phasesText(row.after ?? row.before),
              },
              {
                head: 'Came or went',
                label: 'Came or went',
                cell: (row) => capital(row.movement),
              },
            ]}
          />
          <p class="note">
            Those without evidence in either wave are left out. One that is of certain
            phases also goes when the phase does.
          </p>
        </>
      )}
    </section>
  );
}
