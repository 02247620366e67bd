import {create} from '@bufbuild/protobuf';
import {describe, expect, it} from 'vitest';
import {AssessmentSchema} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import {
  Finding_Status as Finding,
  FindingSchema,
} from '../../gen/pulsetaker/assessment/v1/finding_pb';
import {
  Change_Status as Status,
  ChangeSchema,
  Phase,
  PhaseResult_Verdict as Verdict,
  PhaseResultSchema,
} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {
  Corner,
  LevelSchema,
  MeasurementState,
} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {
  CliqueRisk_Verdict as CliqueVerdict,
  Dial_Kind as DialKind,
} from '../../gen/pulsetaker/network/v1/clique_risk_pb';
import type {DialModel} from './dials';
import {
  arrowFeature,
  CANNOT,
  cornerFeature,
  decidedClique,
  decidedPhase,
  dialSaid,
  labelSaid,
  levelSaid,
  NOT_CLAIMED,
} from './wave_change';
import {caveats, choiceOf, wavePair} from './wave_pair';
import {findingPairs, levelPairs, matched} from './wave_rows';

const SURVEY = 'tenants/t/localities/leeds/surveys/care';
const nameOf = (wave: number) => `${SURVEY}/waves/${wave}/assessments/a${wave}`;

/** Of a wave that is compared with `previous`. */
const assessment = (wave: number, previous: number | undefined, instrument = 'one') =>
  create(AssessmentSchema, {
    name: nameOf(wave),
    inputs: {
      previousAssessment: previous === undefined ? '' : nameOf(previous),
      instrumentDigest: instrument,
    },
    change: {status: previous === undefined ? Status.NO_PREVIOUS_WAVE : Status.WATCH},
  });

describe('a pair of waves', () => {
  it('has the change that the later one tells, if it is of the earlier one', () => {
    const [one, two, three] = [
      assessment(1, undefined),
      assessment(2, 1),
      assessment(3, 2),
    ];
    expect(wavePair(one, two).change?.status).toBe(Status.WATCH);
    expect(caveats(wavePair(one, two))).toEqual([]);
    expect(wavePair(one, three).change).toBeUndefined();
    expect(caveats(wavePair(one, three))).toEqual([
      'The service compares neighbouring waves only: wave 3 with wave 2. Waves 1 and 3 are shown, and no change is claimed.',
    ]);
  });

  it('says that the later one is compared with none, where it is so', () => {
    const pair = wavePair(assessment(1, undefined), assessment(3, undefined));
    expect(pair.change).toBeUndefined();
    expect(caveats(pair)[0]).toContain('wave 3 with none');
  });

  it('says where other questions or another method made the difference', () => {
    const later = assessment(2, 1, 'other');
    later.inputs!.engineVersion = 'assessment-9';
    expect(caveats(wavePair(assessment(1, undefined), later))).toEqual([
      'The two waves did not ask the same questions.',
      'The two waves were assessed by different versions of the method: differences may come from that.',
    ]);
  });
});

describe('the waves to choose', () => {
  const table: readonly [readonly number[], number | undefined, unknown][] = [
    [[], undefined, undefined],
    [[4], 4, undefined],
    [[1, 2, 4], undefined, {earlier: 2, later: 4}],
    [[1, 2, 4], 4, {earlier: 2, later: 4}],
    [[1, 2, 4], 2, {earlier: 1, later: 2}],
    [[1, 2, 4], 1, {earlier: 1, later: 2}],
  ];
  for (const [waves, shown, expected] of table) {
    it(`of ${waves.join(', ')} beside ${shown} are it and its neighbour`, () =>
      expect(choiceOf(waves, shown)).toEqual(expected));
  }
});

const level = (value: number, low?: number, high?: number) =>
  create(LevelSchema, {
    state: MeasurementState.MEASURED,
    postStratified: value,
    ...(low === undefined ? {} : {intervalLow: low}),
    ...(high === undefined ? {} : {intervalHigh: high}),
  });
const withheld = create(LevelSchema, {state: MeasurementState.NOT_MEASURED});

describe('a difference of levels', () => {
  const since = (status: Status, holds: boolean) =>
    create(ChangeSchema, {status, sameInstrument: true, comparableMix: {holds}});
  const change = since(Status.NO_REGRESSION, true);
  const otherPeople = since(Status.COMPOSITION_SHIFT, false);
  const notComparable = since(Status.NOT_COMPARABLE, true);
  const high = level(70, 65, 75);
  const low = level(40, 35, 45);
  const near = level(60, 50, 66);
  const table = [
    [
      'cannot be compared with one that is withheld',
      high,
      withheld,
      change,
      true,
      CANNOT,
    ],
    ['cannot be compared from one that is withheld', withheld, low, change, true, CANNOT],
    ['cannot be compared with none', high, undefined, change, true, CANNOT],
    ['is not claimed between other waves', high, low, undefined, false, NOT_CLAIMED],
    ['is not claimed where waves are not', high, low, notComparable, true, CANNOT],
    ['is a fall where the service finds one', high, low, change, true, 'falls reliably'],
    ['is a fall of the same people', high, near, change, true, 'falls reliably'],
    [
      'is no fall where it finds none',
      high,
      low,
      change,
      false,
      'lower, but not reliably',
    ],
    ['is not claimed', high, near, change, false, 'not claimed: the intervals overlap'],
    ['is a rise', low, high, change, false, 'higher: the intervals lie apart'],
    ['is of others', low, high, otherPeople, false, 'not claimed: other people answered'],
    ['has no interval', level(40), high, change, false, 'not claimed: no interval'],
  ] as const;
  for (const [name, before, after, told, fallsReliably, expected] of table) {
    it(name, () =>
      expect(
        levelSaid({feature: 'corner.value', before, after}, told, {fallsReliably}),
      ).toBe(expected),
    );
  }
});

describe('a difference of dials', () => {
  const same = create(ChangeSchema, {sameInstrument: true});
  const other = create(ChangeSchema, {sameInstrument: false});
  const dial = (value?: number, reach = 0.05): DialModel => ({
    kind: DialKind.STRENGTH,
    value,
    whyNot: value === undefined ? 'too few answered' : '',
    interval: value === undefined ? undefined : {low: value - reach, high: value + reach},
    chance: undefined,
  });
  const table = [
    ['of one that is withheld', dial(), dial(0.5), same, CANNOT],
    ['of one that is not there', dial(0.5), undefined, same, CANNOT],
    ['between other waves', dial(0.2), dial(0.8), undefined, NOT_CLAIMED],
    ['of other questions', dial(0.2), dial(0.8), other, CANNOT],
    ['up', dial(0.2), dial(0.8), same, 'higher: the intervals lie apart'],
    ['down', dial(0.8), dial(0.2), same, 'lower: the intervals lie apart'],
    ['within chance', dial(0.5), dial(0.55), same, 'not claimed: the intervals overlap'],
  ] as const;
  for (const [name, before, after, change, expected] of table) {
    it(`${name} is what may be said of it`, () =>
      expect(dialSaid(before, after, change)).toBe(expected));
  }
});

it('compares labels only where both are decided', () => {
  const phase = (verdict: Verdict) =>
    create(PhaseResultSchema, {verdict, phase: Phase.DESIGN});
  expect(decidedPhase(phase(Verdict.PHASE))).toBe('design and discover');
  expect(decidedPhase(phase(Verdict.INDETERMINATE))).toBeUndefined();
  expect(decidedPhase(phase(Verdict.NOT_MEASURED))).toBeUndefined();
  expect(decidedPhase(undefined)).toBeUndefined();
  expect(decidedClique(CliqueVerdict.CLOSED_CORE)).toBe('Closed core');
  expect(decidedClique(CliqueVerdict.INSUFFICIENT_DATA)).toBeUndefined();
  expect(decidedClique(CliqueVerdict.INDETERMINATE)).toBeUndefined();
  expect(labelSaid('thin', 'thin')).toBe('the same');
  expect(labelSaid('thin', 'rich')).toBe('differs');
  expect(labelSaid(undefined, undefined)).toBe(CANNOT);
});

describe('lines', () => {
  it('are matched by their ids, in the order of the later wave', () => {
    const pairs = matched(['b', 'a'], ['c', 'a'], (one) => one);
    expect(pairs).toEqual([
      {id: 'c', before: undefined, after: 'c'},
      {id: 'a', before: 'a', after: 'a'},
      {id: 'b', before: 'b', after: undefined},
    ]);
  });

  it('of levels are called as the service calls them', () => {
    expect(cornerFeature({corner: Corner.CAPACITY})).toBe('corner.capacity');
    expect(arrowFeature({from: Corner.AUTHORITY, to: Corner.CAPACITY})).toBe('arrow.a_c');
    const one = create(AssessmentSchema, {
      triangle: {
        corners: [{corner: Corner.VALUE, level: level(50)}],
        arrows: [{from: Corner.VALUE, to: Corner.AUTHORITY, strength: withheld}],
      },
    });
    const pairs = levelPairs(create(AssessmentSchema), one);
    expect(pairs.map(({feature}) => feature)).toEqual(['corner.value', 'arrow.v_a']);
    expect(pairs[0]).toMatchObject({before: undefined, after: {postStratified: 50}});
  });

  it('of findings say which came, went and stayed', () => {
    const findings = (statuses: Readonly<Record<string, Finding>>) =>
      Object.entries(statuses).map(([findingId, status]) =>
        create(FindingSchema, {findingId, status, title: findingId.toUpperCase()}),
      );
    const {FIRED, NOT_FIRED, WITHHELD, NOT_MEASURED} = Finding;
    const pairs = findingPairs(
      findings({a: FIRED, b: FIRED, c: NOT_FIRED, d: WITHHELD, e: NOT_FIRED, f: FIRED}),
      findings({a: FIRED, b: NOT_FIRED, c: FIRED, d: FIRED, e: NOT_MEASURED, g: FIRED}),
    );
    expect(pairs.map(({id, movement}) => `${id} ${movement}`)).toEqual([
      'c came',
      'b went',
      'a stayed',
      'd cannot be compared',
      'g cannot be compared',
      'f cannot be compared',
    ]);
    expect(pairs.at(-1)).toMatchObject({title: 'F', after: undefined});
  });
});
