import {describe, expect, it} from 'vitest';
import {
  Change_Status as Change,
  Phase,
  PhaseResult_Verdict as Verdict,
} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {NotMeasuredReason} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {CliqueRisk_Verdict as CliqueVerdict} from '../../gen/pulsetaker/network/v1/clique_risk_pb';
import {
  type Column,
  filterRows,
  labelsOf,
  type NationRow,
  NO_FILTER,
  NO_REGION,
  phaseOf,
  regionsOf,
  sortRows,
} from './nation';

function row(
  place: string,
  phase: Phase | undefined,
  responseRate: number | undefined,
  change = Change.NO_REGRESSION,
): NationRow {
  return {
    tenant: 't',
    locality: place.toLowerCase(),
    place,
    region: place === 'Cove' ? '' : 'North',
    survey: 's',
    assessed: {
      wave: 1,
      phase: {
        verdict: phase === undefined ? Verdict.NOT_MEASURED : Verdict.PHASE,
        phase: phase ?? Phase.UNSPECIFIED,
        secondPhase: Phase.UNSPECIFIED,
        reason: NotMeasuredReason.UNSPECIFIED,
      },
      change,
      responseRate,
      leadership: CliqueVerdict.CLOSED_CORE,
    },
  };
}

const empty: NationRow = {
  tenant: 't',
  locality: 'dell',
  place: 'Dell',
  region: 'South',
  survey: '',
  assessed: undefined,
};
const ROWS = [
  row('Beck', Phase.LATENT, 0.9, Change.REGRESSION),
  row('Ash', Phase.EMBEDDING, 0.5),
  empty,
  row('Cove', undefined, 0.7, Change.WATCH),
];

const sorted = (by: Column, isDescending = false) =>
  sortRows(ROWS, {by, isDescending}).map(({place}) => place);

describe('rows', () => {
  it('are sorted by what a column means, and not by its text', () => {
    expect(sorted('place')).toEqual(['Ash', 'Beck', 'Cove', 'Dell']);
    expect(sorted('phase')).toEqual(['Beck', 'Ash', 'Cove', 'Dell']);
    expect(sorted('response')).toEqual(['Ash', 'Cove', 'Beck', 'Dell']);
    expect(sorted('trend')).toEqual(['Beck', 'Cove', 'Ash', 'Dell']);
  });

  it('without a value come last in either direction', () => {
    expect(sorted('phase', true)).toEqual(['Ash', 'Beck', 'Cove', 'Dell']);
    expect(sorted('region')).toEqual(['Ash', 'Beck', 'Dell', 'Cove']);
    expect(sorted('region', true)).toEqual(['Dell', 'Ash', 'Beck', 'Cove']);
  });

  it('are found by text and by labels, all of which must fit', () => {
    const places = (filter: Partial<typeof NO_FILTER>) =>
      filterRows(ROWS, {...NO_FILTER, ...filter}).map(({place}) => place);
    expect(places({})).toHaveLength(4);
    expect(places({text: ' BE '})).toEqual(['Beck']);
    expect(places({text: 'south'})).toEqual(['Dell']);
    expect(places({phase: 'latent'})).toEqual(['Beck']);
    expect(places({region: NO_REGION})).toEqual(['Cove']);
    expect(places({leadership: 'Closed core', trend: 'early signs'})).toEqual(['Cove']);
    expect(places({text: 'be', phase: 'embedding'})).toEqual([]);
  });

  it('offer the labels that there are', () => {
    expect(labelsOf(ROWS, phaseOf)).toEqual([
      'embedding',
      'latent',
      'not assessed',
      'not measured',
    ]);
  });

  it('are grouped by region, those without one at the end', () => {
    expect(regionsOf(ROWS).map(({name, rows}) => [name, rows.length])).toEqual([
      ['North', 2],
      ['South', 1],
      [NO_REGION, 1],
    ]);
  });
});
