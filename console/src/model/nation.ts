// All innovations in all places of a tenant, one a row.

import {Change_Status as Change} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {PhaseResult_Verdict as Verdict} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {CliqueRisk_Verdict as CliqueVerdict} from '../../gen/pulsetaker/network/v1/clique_risk_pb';
import {changeLabel, cliqueName, phaseLabel, type PhaseSummary} from './wording';

export interface Assessed {
  readonly wave: number;
  readonly phase: PhaseSummary;
  readonly change: Change;
  /** In [0, 1]; undefined until it is known. */
  readonly responseRate: number | undefined;
  /** Undefined until it is known, or if it cannot be. */
  readonly leadership: CliqueVerdict | undefined;
}

export interface NationRow {
  readonly tenant: string;
  readonly locality: string;
  readonly place: string;
  readonly region: string;
  /** Empty of a place without one. */
  readonly survey: string;
  readonly assessed: Assessed | undefined;
}

export const COLUMNS = [
  'place',
  'region',
  'phase',
  'leadership',
  'response',
  'trend',
] as const;
export type Column = (typeof COLUMNS)[number];

export interface Order {
  readonly by: Column;
  readonly isDescending: boolean;
}

export interface Filter {
  readonly text: string;
  /** Labels; empty for all. */
  readonly region: string;
  readonly phase: string;
  readonly leadership: string;
  readonly trend: string;
}

export const NO_FILTER: Filter = {
  text: '',
  region: '',
  phase: '',
  leadership: '',
  trend: '',
};

export const NO_REGION = 'no region';

export const regionText = (row: NationRow) => row.region || NO_REGION;
export const phaseOf = ({assessed}: NationRow) =>
  assessed === undefined ? 'not assessed' : phaseLabel(assessed.phase);
export const leadershipOf = ({assessed}: NationRow) =>
  assessed?.leadership === undefined ? '' : cliqueName(assessed.leadership);
export const trendOf = ({assessed}: NationRow) =>
  assessed === undefined ? '' : changeLabel(assessed.change);

/** Worst news first. */
const TREND_RANKS: Record<Change, number | undefined> = {
  [Change.REGRESSION]: 0,
  [Change.WATCH]: 1,
  [Change.COMPOSITION_SHIFT]: 2,
  [Change.NO_REGRESSION]: 3,
  [Change.NOT_COMPARABLE]: 4,
  [Change.NO_PREVIOUS_WAVE]: 5,
  [Change.UNSPECIFIED]: undefined,
};

function phaseRank({verdict, phase, secondPhase}: PhaseSummary): number | undefined {
  if (verdict === Verdict.PHASE) return phase;
  return verdict === Verdict.BETWEEN ? (phase + secondPhase) / 2 : undefined;
}

/** What a row is sorted by; undefined comes last in either direction. */
function rankOf(row: NationRow, by: Column): string | number | undefined {
  switch (by) {
    case 'place':
      return row.place;
    case 'region':
      return row.region || undefined;
    case 'phase':
      return row.assessed && phaseRank(row.assessed.phase);
    case 'leadership':
      return leadershipOf(row) || undefined;
    case 'response':
      return row.assessed?.responseRate;
    case 'trend':
      return row.assessed && TREND_RANKS[row.assessed.change];
  }
}

const collator = new Intl.Collator('en', {numeric: true, sensitivity: 'base'});

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : collator.compare(String(a), String(b));
}

/** Rows that are alike stay in the order of places, whatever the direction. */
export function sortRows(rows: readonly NationRow[], order: Order): NationRow[] {
  return [...rows].sort((a, b) => {
    const [first, second] = [rankOf(a, order.by), rankOf(b, order.by)];
    if (first !== undefined && second !== undefined) {
      const difference = compare(first, second);
      if (difference !== 0) return order.isDescending ? -difference : difference;
    } else if (first !== second) {
      return first === undefined ? 1 : -1;
    }
    return compare(a.place, b.place) || compare(a.survey, b.survey);
  });
}

export function filterRows(rows: readonly NationRow[], filter: Filter): NationRow[] {
  const text = filter.text.trim().toLocaleLowerCase('en');
  const is = (wanted: string, label: string) => wanted === '' || wanted === label;
  return rows.filter(
    (row) =>
      is(filter.region, regionText(row)) &&
      is(filter.phase, phaseOf(row)) &&
      is(filter.leadership, leadershipOf(row)) &&
      is(filter.trend, trendOf(row)) &&
      `${row.place} ${row.region} ${row.survey}`.toLocaleLowerCase('en').includes(text),
  );
}

/** The labels that there are, to choose from. */
export function labelsOf(
  rows: readonly NationRow[],
  label: (row: NationRow) => string,
): readonly string[] {
  return [...new Set(rows.map(label))].filter((one) => one !== '').sort(collator.compare);
}

export interface Region {
  readonly name: string;
  readonly rows: readonly NationRow[];
}

/** Regions by name, places without one at the end. */
export function regionsOf(rows: readonly NationRow[]): readonly Region[] {
  const byName = new Map<string, NationRow[]>();
  for (const row of sortRows(rows, {by: 'region', isDescending: false})) {
    const known = byName.get(row.region);
    if (known === undefined) byName.set(row.region, [row]);
    else known.push(row);
  }
  return [...byName].map(([name, inRegion]) => ({
    name: name || NO_REGION,
    rows: inRegion,
  }));
}
