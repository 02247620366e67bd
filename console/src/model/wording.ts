// What the values of the contracts are called. As in the reports.

import {SystemLink_Richness as Richness} from '../../gen/pulsetaker/assessment/v1/local_system_pb';
import {
  Change_Status,
  Phase,
  PhaseResult_Verdict as Verdict,
} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {
  Corner,
  Layer,
  NotMeasuredReason as Reason,
} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {
  CliqueRisk_Verdict as CliqueVerdict,
  Dial_Kind as DialKind,
} from '../../gen/pulsetaker/network/v1/clique_risk_pb';

const PHASES: Record<Phase, string> = {
  [Phase.UNSPECIFIED]: 'no phase',
  [Phase.LATENT]: 'latent',
  [Phase.DESIGN]: 'design and discover',
  [Phase.MOBILISATION]: 'mobilisation',
  [Phase.MAINSTREAMING]: 'mainstreaming',
  [Phase.EMBEDDING]: 'embedding',
};

/** In their order. */
export const ALL_PHASES = [
  Phase.LATENT,
  Phase.DESIGN,
  Phase.MOBILISATION,
  Phase.MAINSTREAMING,
  Phase.EMBEDDING,
] as const;

export const phaseText = (phase: Phase) => PHASES[phase] ?? 'unknown phase';

const REASONS: Record<Reason, string> = {
  [Reason.UNSPECIFIED]: '',
  [Reason.NOT_ASKED]: 'the questionnaire does not ask for it',
  [Reason.TOO_FEW_ANSWERS]: 'too few answers',
  [Reason.WITHHELD]: 'withheld: too few answered, or a small group would show',
  [Reason.NO_PREVIOUS_WAVE]: 'no earlier wave to compare with',
  [Reason.NO_SOURCE]: 'no source for it yet',
  [Reason.UNDEFINED]: 'undefined for these answers',
};

export const reasonText = (reason: Reason) => REASONS[reason] ?? 'not measured';

const CORNERS: Record<Corner, string> = {
  [Corner.UNSPECIFIED]: '',
  [Corner.AUTHORITY]: 'authority',
  [Corner.CAPACITY]: 'organisational capacity',
  [Corner.VALUE]: 'value',
};

export const cornerText = (corner: Corner) => CORNERS[corner] ?? '';

export const arrowText = ({from, to}: {readonly from: Corner; readonly to: Corner}) =>
  `${cornerText(from)} to ${cornerText(to)}`;

const LAYERS: Record<Layer, string> = {
  [Layer.UNSPECIFIED]: 'no layer',
  [Layer.SYSTEMIC]: 'systemic',
  [Layer.SECTORAL]: 'sectoral',
  [Layer.FRONTLINE]: 'frontline',
  [Layer.PUBLIC]: 'public',
};

export const layerText = (layer: Layer) => LAYERS[layer] ?? '';

const RICHNESS: Record<Richness, string> = {
  [Richness.UNSPECIFIED]: 'not measured',
  [Richness.RICH]: 'rich',
  [Richness.MODERATE]: 'moderate',
  [Richness.THIN]: 'thin',
  [Richness.ATROPHIED]: 'atrophied',
};

export const richnessText = (richness: Richness) => RICHNESS[richness] ?? 'not measured';

export interface PhaseSummary {
  readonly verdict: Verdict;
  readonly phase: Phase;
  readonly secondPhase: Phase;
  readonly reason: Reason;
}

/** A few words, for a table. */
export function phaseLabel({verdict, phase, secondPhase}: PhaseSummary): string {
  switch (verdict) {
    case Verdict.PHASE:
      return phaseText(phase);
    case Verdict.BETWEEN: {
      const [lower, upper] = [phase, secondPhase].sort((a, b) => a - b);
      return `${phaseText(lower!)} to ${phaseText(upper!)}`;
    }
    case Verdict.INDETERMINATE:
      return 'none stands out';
    default:
      return 'not measured';
  }
}

/** A sentence. */
export function phaseSentence(summary: PhaseSummary): string {
  const {verdict, phase, secondPhase, reason} = summary;
  switch (verdict) {
    case Verdict.PHASE:
      return `The innovation is in the phase of ${phaseText(phase)}.`;
    case Verdict.BETWEEN:
      return `The innovation is between the phases of ${phaseText(phase)} and ${phaseText(secondPhase)}.`;
    case Verdict.INDETERMINATE:
      return 'No phase stands out.';
    default:
      return `The phase is not measured: ${reasonText(reason) || 'no reason is given'}.`;
  }
}

const CHANGES: Record<Change_Status, string> = {
  [Change_Status.UNSPECIFIED]: '',
  [Change_Status.REGRESSION]: 'The innovation went into reverse.',
  [Change_Status.NO_REGRESSION]: 'It did not go into reverse, and nothing warns of it.',
  [Change_Status.COMPOSITION_SHIFT]:
    'Levels fell because other people answered, not because those who answered before changed their minds.',
  [Change_Status.WATCH]: 'It did not go into reverse, but there are early signs.',
  [Change_Status.NOT_COMPARABLE]: 'The two waves cannot be compared.',
  [Change_Status.NO_PREVIOUS_WAVE]: 'There is no closed wave before this one.',
};

export const changeSentence = (change: Change_Status) => CHANGES[change] ?? '';

const CHANGE_LABELS: Record<Change_Status, string> = {
  [Change_Status.UNSPECIFIED]: 'not assessed',
  [Change_Status.REGRESSION]: 'went into reverse',
  [Change_Status.NO_REGRESSION]: 'steady',
  [Change_Status.COMPOSITION_SHIFT]: 'other people answered',
  [Change_Status.WATCH]: 'early signs',
  [Change_Status.NOT_COMPARABLE]: 'not comparable',
  [Change_Status.NO_PREVIOUS_WAVE]: 'first wave',
};

/** A few words, for a table. */
export const changeLabel = (change: Change_Status) => CHANGE_LABELS[change] ?? '';

const CLIQUE_NAMES: Record<CliqueVerdict, string> = {
  [CliqueVerdict.UNSPECIFIED]: 'No verdict',
  [CliqueVerdict.OPEN_SHARED_LEADERSHIP]: 'Open shared leadership',
  [CliqueVerdict.CLOSED_CORE]: 'Closed core',
  [CliqueVerdict.PARALLEL_CLIQUES]: 'Parallel cliques',
  [CliqueVerdict.DIFFUSE]: 'Diffuse',
  [CliqueVerdict.INDETERMINATE]: 'Undecided',
  [CliqueVerdict.INSUFFICIENT_DATA]: 'No verdict',
};

export const cliqueName = (verdict: CliqueVerdict) =>
  CLIQUE_NAMES[verdict] ?? 'No verdict';

const CLIQUE_MEANINGS: Record<CliqueVerdict, string> = {
  [CliqueVerdict.UNSPECIFIED]: '',
  [CliqueVerdict.OPEN_SHARED_LEADERSHIP]:
    'the same people lead across the networks, and they are open to others. That is a strength.',
  [CliqueVerdict.CLOSED_CORE]:
    'the same people lead across the networks, and they keep to themselves. That is the risk of a clique.',
  [CliqueVerdict.PARALLEL_CLIQUES]:
    'closed groups lead, but different ones in different networks.',
  [CliqueVerdict.DIFFUSE]: 'no one group leads across the networks, and none is closed.',
  [CliqueVerdict.INDETERMINATE]:
    'the figures lie too near the edge between low and high to tell.',
  [CliqueVerdict.INSUFFICIENT_DATA]: 'there are too few people or answers for one.',
};

export const cliqueMeaning = (verdict: CliqueVerdict) => CLIQUE_MEANINGS[verdict] ?? '';

const DIAL_NAMES: Record<DialKind, string> = {
  [DialKind.UNSPECIFIED]: '',
  [DialKind.STRENGTH]: 'Strength',
  [DialKind.EXCLUSIVITY]: 'Exclusivity',
  [DialKind.FRAGILITY]: 'Fragility',
  [DialKind.CONNECTED_DIFFERENCE]: 'Connected difference',
};

export const dialName = (kind: DialKind) => DIAL_NAMES[kind] ?? '';

const DIAL_MEANINGS: Record<DialKind, string> = {
  [DialKind.UNSPECIFIED]: '',
  [DialKind.STRENGTH]:
    'High: leadership is shared, and the same people lead in one network after the other.',
  [DialKind.EXCLUSIVITY]:
    'High: the core is closed and keeps to itself. Chance alone gives 0.50.',
  [DialKind.FRAGILITY]: 'High: much hangs on the core, and would break if it left.',
  [DialKind.CONNECTED_DIFFERENCE]:
    'High: people who are unlike each other are connected.',
};

export const dialMeaning = (kind: DialKind) => DIAL_MEANINGS[kind] ?? '';
