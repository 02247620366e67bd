import type {Phase, PhaseResult} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {capital, percent} from '../model/format';
import {waveOf} from '../model/names';
import {pathStep} from '../model/place';
import {decidedPhase, labelSaid} from '../model/wave_change';
import type {WavePair} from '../model/wave_pair';
import {ALL_PHASES, phaseText} from '../model/wording';
import {DataTable} from '../shell/data_table';
import {PhasePath} from './place_phase';

const posteriorOf = (result: PhaseResult | undefined, phase: Phase) =>
  result?.probabilities.find((one) => one.phase === phase)?.posterior;

const posteriorText = (posterior: number | undefined) =>
  posterior === undefined ? 'not measured' : percent(posterior);

export function ComparedPhase({pair: {earlier, later}}: {pair: WavePair}) {
  const columns = [earlier, later].map(({name, phase: result}) => ({
    head: `Wave ${waveOf(name)}`,
    label: `Wave ${waveOf(name)}`,
    isNumber: true,
    cell: (phase: Phase) => posteriorText(posteriorOf(result, phase)),
    value: (phase: Phase) => posteriorOf(result, phase) ?? 'not measured',
  }));
  const said = labelSaid(decidedPhase(earlier.phase), decidedPhase(later.phase));
  return (
    <section aria-labelledby="phase">
      <h2 id="phase">The phase</h2>
      <p>
        {said === 'the same'
          ? 'Both waves are in the same phase.'
          : said === 'differs'
            ? 'The phase differs.'
            : 'The phase cannot be compared: it is not decided in both waves.'}
      </p>
      <PhasePath path={[pathStep(earlier), pathStep(later)]} />
      <DataTable
        caption="How probable each phase is"
        rows={ALL_PHASES}
        keyOf={String}
        columns={[
          {
            head: 'Phase',
            label: 'Phase',
            cell: (phase: Phase) => capital(phaseText(phase)),
          },
          ...columns,
        ]}
      />
    </section>
  );
}
