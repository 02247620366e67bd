// The colour and the number of a phase: the number says it to who cannot tell the
// colours apart.

import {PhaseResult_Verdict as Verdict} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import type {NationRow} from '../model/nation';
import {ALL_PHASES, phaseText} from '../model/wording';

/** 0 to 4 as in the method; undefined where no phase stands out or is measured. */
export type PhaseNumber = number | undefined;

export function phaseClass({assessed}: NationRow): PhaseNumber {
  if (assessed === undefined) return undefined;
  const {verdict, phase} = assessed.phase;
  const isKnown = verdict === Verdict.PHASE || verdict === Verdict.BETWEEN;
  return isKnown ? ALL_PHASES.indexOf(phase as never) : undefined;
}

export function PhaseMark({of}: {of: PhaseNumber}) {
  return (
    <span class={`mark phase-${of ?? 'none'}`} aria-hidden="true">
      {of ?? '?'}
    </span>
  );
}

export function PhaseKey() {
  return (
    <ul class="keys" aria-label="Phases">
      {ALL_PHASES.map((phase, index) => (
        <li key={phase}>
          <PhaseMark of={index} /> {phaseText(phase)}
        </li>
      ))}
      <li>
        <PhaseMark of={undefined} /> none, or not measured
      </li>
    </ul>
  );
}
