import {create} from '@bufbuild/protobuf';
import {describe, expect, it} from 'vitest';
import {
  Phase,
  PhaseResult_Verdict as Verdict,
  PhaseResultSchema,
} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {
  LevelSchema,
  MeasurementState,
  NotMeasuredReason,
} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {DialSchema, Dial_Kind} from '../../gen/pulsetaker/network/v1/clique_risk_pb';
import {dialModel, intervalText as dialInterval} from './dials';
import {counted, fixed, percent, plain} from './format';
import {intervalText, levelText} from './levels';
import {idIn, waveOf} from './names';
import {hashOf, parseRoute, type Route} from './route';
import {subjectOf} from './subject';
import {cornerWeights} from './weights';
import {phaseLabel, phaseSentence} from './wording';

describe('numbers', () => {
  it('are rounded without a minus before zero', () => {
    expect(fixed(-0.001, 2)).toBe('0.00');
    expect(fixed(12.345, 1)).toBe('12.3');
  });

  it('of shares are percents', () => expect(percent(0.804)).toBe('80 %'));

  it('are plain where nothing is lost', () => {
    expect([plain(40), plain(0.5), plain(12.4)]).toEqual(['40', '0.50', '12']);
  });

  it('are counted with their noun', () => {
    expect(counted(1, 'place', 'places')).toBe('1 place');
    expect(counted(1234567, 'place', 'places')).toBe('1,234,567 places');
  });
});

describe('a route', () => {
  const routes: readonly Route[] = [
    {view: 'start'},
    {view: 'answer', token: 'aB_-9'},
    {view: 'nation', tenant: 'north'},
    {view: 'place', tenant: 'north', locality: 'leeds', survey: 'care', wave: undefined},
    {view: 'place', tenant: 'north', locality: 'leeds', survey: 'care', wave: 12},
    {view: 'campaign', tenant: 'north', locality: 'leeds', survey: 'care', wave: 3},
    {
      view: 'comparison',
      tenant: 'north',
      locality: 'leeds',
      survey: 'care',
      earlier: 2,
      later: 11,
    },
    {view: 'sociogram', tenant: 'north', locality: 'leeds', survey: 'care', wave: 1},
  ];

  it('is read from what it is written to', () => {
    for (const route of routes) expect(parseRoute(hashOf(route))).toEqual(route);
  });

  it('of an answer whose link is not whole is told from one that leads nowhere', () => {
    for (const token of ['', 'a.', 'a/b', 'a%20b', 'a'.repeat(513)]) {
      expect(parseRoute(`#/answer/${token}`)).toEqual({view: 'answer', token: undefined});
    }
    expect(parseRoute(`#/answer/${'a'.repeat(512)}`)).toHaveProperty('token');
    expect(parseRoute('#/answers/a')).toEqual({view: 'unknown'});
  });

  it('is unknown where it has no name of a resource', () => {
    for (const hash of [
      '#/tenants/',
      '#/tenants/North',
      '#/tenants/north/localities/leeds',
      '#/tenants/north/localities/leeds/surveys/care/waves/0',
      '#/tenants/north/localities/../surveys/care',
      '#/tenants/north/localities/leeds/surveys/care/waves/1/x',
      '#/tenants/north/localities/leeds/surveys/care/compare/2..1',
      '#/tenants/north/localities/leeds/surveys/care/compare/2..2',
      '#/tenants/north/localities/leeds/surveys/care/compare/0..1',
      '#/tenants/north/localities/leeds/surveys/care/compare/1xx2',
      '#/tenants/north/localities/leeds/surveys/care/compare/1..2/x',
    ]) {
      expect(parseRoute(hash), hash).toEqual({view: 'unknown'});
    }
  });
});

describe('the subject of what is saved', () => {
  const of = {tenant: 'north', locality: 'leeds', survey: 'care'};

  it('is the place, the survey and the wave', () => {
    expect(subjectOf({...of, view: 'campaign', wave: 3})).toEqual({
      parts: ['leeds', 'care', '3'],
      text: 'leeds, care, wave 3',
    });
    expect(subjectOf({...of, view: 'comparison', earlier: 1, later: 2})).toEqual({
      parts: ['leeds', 'care', '1-2'],
      text: 'leeds, care, waves 1 and 2',
    });
  });

  it('is less where there is less', () => {
    expect(subjectOf({...of, view: 'place', wave: undefined}).text).toBe('leeds, care');
    expect(subjectOf({view: 'nation', tenant: 'north'}).parts).toEqual(['north']);
  });
});

it('names are taken apart by their collections', () => {
  const name = 'tenants/t/localities/l/surveys/s/waves/3/assessments/0a';
  expect(idIn(name, 'localities')).toBe('l');
  expect(idIn(name, 'analyses')).toBe('');
  expect(waveOf(name)).toBe(3);
});

describe('the weights of the corners', () => {
  const weightsOf = (init: Parameters<typeof create<typeof PhaseResultSchema>>[1]) =>
    cornerWeights(create(PhaseResultSchema, init));

  it('are those of the phase', () => {
    const {weights, of} = weightsOf({verdict: Verdict.PHASE, phase: Phase.DESIGN});
    expect(weights).toEqual([0.6, 0.25, 0.15]);
    expect(of).toBe('the phase of design and discover');
  });

  it('between two phases are their mean, by how probable they are', () => {
    const {weights} = weightsOf({
      verdict: Verdict.BETWEEN,
      phase: Phase.DESIGN,
      secondPhase: Phase.MOBILISATION,
      probabilities: [
        {phase: Phase.DESIGN, posterior: 0.6},
        {phase: Phase.MOBILISATION, posterior: 0.2},
      ],
    });
    expect(weights[0]).toBeCloseTo(0.75 * 0.6 + 0.25 * 0.35);
    expect(weights[0] + weights[1] + weights[2]).toBeCloseTo(1);
  });

  it('are alike where no phase stands out', () => {
    const {weights, of} = weightsOf({
      verdict: Verdict.INDETERMINATE,
      phase: Phase.DESIGN,
    });
    expect(weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(of).toBe('');
  });
});

describe('a level', () => {
  it('that is not measured is never 0', () => {
    const level = create(LevelSchema, {
      state: MeasurementState.NOT_MEASURED,
      reason: NotMeasuredReason.WITHHELD,
    });
    expect(levelText(level)).toBe('not measured');
    expect(intervalText(level)).toBe('-');
    expect(levelText(undefined)).toBe('not measured');
  });

  it('of 0 is 0', () => {
    const level = create(LevelSchema, {
      state: MeasurementState.MEASURED,
      postStratified: 0,
      intervalLow: 0,
      intervalHigh: 3.6,
    });
    expect(levelText(level)).toBe('0');
    expect(intervalText(level)).toBe('0 to 4');
  });
});

describe('a dial', () => {
  it('has its value, its interval, and what chance gives', () => {
    const dial = dialModel(
      create(DialSchema, {
        kind: Dial_Kind.EXCLUSIVITY,
        value: {outcome: {case: 'value', value: 0.9}, interval: {low: 0.8, high: 0.95}},
      }),
    );
    expect(dial).toMatchObject({value: 0.9, chance: 0.5, whyNot: ''});
    expect(dialInterval(dial)).toBe('95 %: 0.80 to 0.95');
  });

  it('that is not measured says why', () => {
    const dial = dialModel(
      create(DialSchema, {
        kind: Dial_Kind.STRENGTH,
        value: {
          outcome: {case: 'notMeasured', value: {detail: '12 people, 30 are needed'}},
        },
      }),
    );
    expect(dial).toMatchObject({value: undefined, whyNot: '12 people, 30 are needed'});
  });
});

describe('a phase in words', () => {
  const base = {
    secondPhase: Phase.DESIGN,
    phase: Phase.MOBILISATION,
    reason: NotMeasuredReason.UNSPECIFIED,
  };

  it('between two has the earlier first', () => {
    expect(phaseLabel({...base, verdict: Verdict.BETWEEN})).toBe(
      'design and discover to mobilisation',
    );
  });

  it('that is not measured says why', () => {
    expect(
      phaseSentence({
        ...base,
        verdict: Verdict.NOT_MEASURED,
        reason: NotMeasuredReason.TOO_FEW_ANSWERS,
      }),
    ).toBe('The phase is not measured: too few answers.');
  });
});
