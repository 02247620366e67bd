import type {Assessment} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import type {PhaseResult} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {
  PATH_BOX,
  pathShape,
  type PathStep,
  rowOf,
  WAVE_ROW,
} from '../drawings/phase_path';
import {coordinate, pointsText} from '../drawings/triangle';
import {capital, percent} from '../model/format';
import {pathTo, type Place} from '../model/place';
import {ALL_PHASES, phaseText} from '../model/wording';
import {DataTable} from '../shell/data_table';
import {Picture} from '../shell/picture';
import {ShareBar} from './bar';
import {Explained} from './explained';

const REASONS_MAX = 5;

function pathSentence(path: readonly PathStep[]): string {
  const steps = path.map(
    ({wave, phase}) =>
      `wave ${wave} ${phase === undefined ? 'not measured' : phaseText(phase)}`,
  );
  return `The most probable phase in each wave: ${steps.join(', ')}.`;
}

export function PhasePath({path}: {path: readonly PathStep[]}) {
  const {steps, line} = pathShape(path);
  return (
    <Picture
      title="The path through the phases"
      label={pathSentence(path)}
      caption="A dot is as large as the phase is probable in that wave; the line joins the most probable ones."
      box={PATH_BOX}
    >
      {ALL_PHASES.map((phase) => (
        <g key={phase}>
          <line class="rule" x1="165" x2="475" y1={rowOf(phase)} y2={rowOf(phase)} />
          <text class="row" x="155" y={rowOf(phase) + 5}>
            {phaseText(phase)}
          </text>
        </g>
      ))}
      <polyline class="path" points={pointsText(line)} />
      {steps.map(({wave, x, dots}) => (
        <g key={wave}>
          {dots.map(({y, radius, isFirst}) => (
            <circle
              key={y}
              class={isFirst ? 'step first' : 'step'}
              cx={coordinate(x)}
              cy={y}
              r={coordinate(radius)}
            />
          ))}
          {dots.length === 0 && (
            <text x={coordinate(x)} y={rowOf(ALL_PHASES[2]) + 5}>
              -
            </text>
          )}
          <text class="figure" x={coordinate(x)} y={WAVE_ROW}>
            {wave}
          </text>
        </g>
      ))}
      <text class="row" x="155" y={WAVE_ROW}>
        wave
      </text>
    </Picture>
  );
}

function Probabilities({phase}: {phase: PhaseResult}) {
  if (phase.probabilities.length === 0) return null;
  return (
    <DataTable
      caption="How probable each phase is"
      rows={phase.probabilities}
      keyOf={({phase: one}) => String(one)}
      columns={[
        {head: 'Phase', label: 'Phase', cell: (one) => capital(phaseText(one.phase))},
        {
          head: 'Probable',
          label: 'Probable',
          isNumber: true,
          cell: ({posterior}) => percent(posterior),
          value: ({posterior}) => posterior,
        },
        {
          head: 'Probability',
          label: 'Probability',
          cell: ({posterior}) => <ShareBar share={posterior} />,
          inFile: [],
        },
        {
          head: 'Before the answers',
          label: 'Before the answers',
          isNumber: true,
          cell: ({prior}) => percent(prior),
          value: ({prior}) => prior,
        },
      ]}
    />
  );
}

export function PhaseSection({
  place,
  assessment,
}: {
  place: Place;
  assessment: Assessment;
}) {
  const {phase} = assessment;
  if (phase === undefined) return null;
  return (
    <section aria-labelledby="phase">
      <h2 id="phase">The phase</h2>
      <PhasePath path={pathTo(place)} />
      <Probabilities phase={phase} />
      {phase.evidence.length > 0 && (
        <>
          <h3>Why, the weightiest reason first</h3>
          <ul>
            {phase.evidence.slice(0, REASONS_MAX).map(({feature, sentence}) => (
              <li key={feature}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
      <Explained
        assessment={assessment.name}
        finding="phase"
        label="All evidence for the phase"
      />
    </section>
  );
}
