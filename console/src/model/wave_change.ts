// What may be said of a difference between two waves. A level that falls is what the
// service finds to fall; of anything else a difference is claimed only where intervals
// lie apart, and nothing of what one of the waves does not have.

import {
  type Change,
  Change_Status as Status,
  type FeatureChange,
  type PhaseResult,
  PhaseResult_Verdict as Verdict,
} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {
  type ArrowResult,
  Corner,
  type CornerResult,
  type Level,
} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {CliqueRisk_Verdict as CliqueVerdict} from '../../gen/pulsetaker/network/v1/clique_risk_pb';
import type {DialModel} from './dials';
import {levelValue} from './levels';
import {cliqueName, phaseLabel} from './wording';

export const CANNOT = 'cannot be compared';
export const NOT_CLAIMED = 'not claimed: not neighbours';

export interface Range {
  readonly low: number;
  readonly high: number;
}

type ChangeSince = Pick<Change, 'status' | 'sameInstrument' | 'comparableMix'>;

export function levelRange(level: Level | undefined): Range | undefined {
  if (levelValue(level) === undefined) return undefined;
  const {intervalLow: low, intervalHigh: high} = level!;
  return low === undefined || high === undefined ? undefined : {low, high};
}

function rangesSaid(before: Range | undefined, after: Range | undefined): string {
  if (before === undefined || after === undefined) return 'not claimed: no interval';
  if (after.low > before.high) return 'higher: the intervals lie apart';
  if (after.high < before.low) return 'lower: the intervals lie apart';
  return 'not claimed: the intervals overlap';
}

export interface LevelPair {
  /** As in `FeatureChange`. */
  readonly feature: string;
  readonly before: Level | undefined;
  readonly after: Level | undefined;
}

/** The service tests falls, and may find one among those who answered both waves. */
export function levelSaid(
  {before, after}: LevelPair,
  change: ChangeSince | undefined,
  found: Pick<FeatureChange, 'fallsReliably'> | undefined,
): string {
  if (levelValue(before) === undefined || levelValue(after) === undefined) return CANNOT;
  if (change === undefined) return NOT_CLAIMED;
  if (change.status === Status.NOT_COMPARABLE) return CANNOT;
  if (found?.fallsReliably) return 'falls reliably';
  if (change.comparableMix?.holds === false) return 'not claimed: other people answered';
  const said = rangesSaid(levelRange(before), levelRange(after));
  return said.startsWith('lower') ? 'lower, but not reliably' : said;
}

export function dialSaid(
  before: DialModel | undefined,
  after: DialModel | undefined,
  change: ChangeSince | undefined,
): string {
  if (before?.value === undefined || after?.value === undefined) return CANNOT;
  if (change === undefined) return NOT_CLAIMED;
  if (!change.sameInstrument) return CANNOT;
  return rangesSaid(before.interval, after.interval);
}

/** Of labels; undefined of one that is not decided. */
export function labelSaid(before: string | undefined, after: string | undefined): string {
  if (before === undefined || after === undefined) return CANNOT;
  return before === after ? 'the same' : 'differs';
}

/** Undefined where no phase stands out or is measured. */
export function decidedPhase(phase: PhaseResult | undefined): string | undefined {
  const isDecided =
    phase?.verdict === Verdict.PHASE || phase?.verdict === Verdict.BETWEEN;
  return isDecided ? phaseLabel(phase) : undefined;
}

const UNDECIDED: readonly CliqueVerdict[] = [
  CliqueVerdict.UNSPECIFIED,
  CliqueVerdict.INDETERMINATE,
  CliqueVerdict.INSUFFICIENT_DATA,
];

export const decidedClique = (verdict: CliqueVerdict): string | undefined =>
  UNDECIDED.includes(verdict) ? undefined : cliqueName(verdict);

const CORNER_IDS: Record<Corner, string> = {
  [Corner.UNSPECIFIED]: '',
  [Corner.AUTHORITY]: 'authority',
  [Corner.CAPACITY]: 'capacity',
  [Corner.VALUE]: 'value',
};

export const cornerFeature = ({corner}: Pick<CornerResult, 'corner'>) =>
  `corner.${CORNER_IDS[corner] ?? ''}`;

export const arrowFeature = ({from, to}: Pick<ArrowResult, 'from' | 'to'>) =>
  `arrow.${CORNER_IDS[from]?.charAt(0) ?? ''}_${CORNER_IDS[to]?.charAt(0) ?? ''}`;
