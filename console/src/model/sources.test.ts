// What views load, from clients that stand in for the services.

import {create} from '@bufbuild/protobuf';
import {Code, ConnectError} from '@connectrpc/connect';
import {describe, expect, it} from 'vitest';
import {AssessmentSchema} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import {LocalityOverviewSchema} from '../../gen/pulsetaker/assessment/v1/local_system_pb';
import {
  CliqueRisk_Verdict as CliqueVerdict,
  CliqueRiskSchema,
} from '../../gen/pulsetaker/network/v1/clique_risk_pb';
import {
  ListLocalitiesResponseSchema,
  LocalitySchema,
} from '../../gen/pulsetaker/survey/v1/locality_pb';
import {
  ListSurveysResponseSchema,
  SurveySchema,
} from '../../gen/pulsetaker/survey/v1/survey_pb';
import {ListWavesResponseSchema} from '../../gen/pulsetaker/survey/v1/wave_pb';
import type {Clients} from '../calls/clients';
import {loadNation, type Nation} from './nation_source';
import {loadPlace, pathTo} from './place';

const SURVEY = 'tenants/t/localities/leeds/surveys/care';
const assessmentName = (wave: number) => `${SURVEY}/waves/${wave}/assessments/a${wave}`;
const gone = new ConnectError('withdrawn', Code.NotFound);
const signal = new AbortController().signal;

/** Waves 1 to 3, each assessed after the one before; `missing` is not kept. */
function placeClients(missing?: number): Clients {
  return {
    survey: {
      getLocality: async ({name}: {name: string}) => create(LocalitySchema, {name}),
      getSurvey: async ({name}: {name: string}) => create(SurveySchema, {name}),
      listWaves: async () =>
        create(ListWavesResponseSchema, {
          waves: [1, 2, 3, 4].map((wave) => ({name: `${SURVEY}/waves/${wave}`})),
        }),
    },
    assessment: {
      getLocalityOverview: async () =>
        create(LocalityOverviewSchema, {
          innovations: [{survey: SURVEY, assessment: assessmentName(3)}],
        }),
      getAssessment: async ({name}: {name: string}) => {
        const wave = Number(name.at(-1));
        if (wave === missing) throw gone;
        return create(AssessmentSchema, {
          name,
          inputs: {previousAssessment: wave === 1 ? '' : assessmentName(wave - 1)},
        });
      },
    },
  } as unknown as Clients;
}

describe('a place', () => {
  const of = {tenant: 't', locality: 'leeds', survey: 'care'};
  const waves = (place: Awaited<ReturnType<typeof loadPlace>>) =>
    pathTo(place).map(({wave}) => wave);

  it('has the path up to the wave that is shown', async () => {
    const latest = await loadPlace(placeClients(), {...of, wave: undefined}, signal);
    expect(waves(latest)).toEqual([1, 2, 3]);
    expect(latest.latestWave?.name).toBe(`${SURVEY}/waves/4`);
    const second = await loadPlace(placeClients(), {...of, wave: 2}, signal);
    expect(second.shown?.name).toBe(assessmentName(2));
    expect(waves(second)).toEqual([1, 2]);
  });

  it('has a path that begins later where an earlier assessment is not kept', async () => {
    const place = await loadPlace(placeClients(1), {...of, wave: undefined}, signal);
    expect(waves(place)).toEqual([2, 3]);
  });

  it('fails where what is to be shown is not kept, or was never there', async () => {
    const latest = loadPlace(placeClients(3), {...of, wave: undefined}, signal);
    await expect(latest).rejects.toThrow('withdrawn');
    const never = loadPlace(placeClients(), {...of, wave: 9}, signal);
    await expect(never).rejects.toMatchObject({code: Code.NotFound});
  });

  it('without an assessment is there all the same', async () => {
    const place = await loadPlace(
      placeClients(),
      {...of, survey: 'other', wave: undefined},
      signal,
    );
    expect(place.shown).toBeUndefined();
    expect(waves(place)).toEqual([]);
  });
});

describe('a nation', () => {
  const places = (count: number) =>
    Array.from({length: count}, (_, index) => ({
      name: `tenants/t/localities/p${index}`,
      displayName: `Place ${index}`,
    }));

  function nationClients(getCliqueRisk: () => Promise<unknown>): Clients {
    return {
      survey: {
        listLocalities: async ({pageToken}: {pageToken: string}) =>
          create(ListLocalitiesResponseSchema, {
            localities: pageToken === '' ? places(3).slice(0, 2) : places(3).slice(2),
            nextPageToken: pageToken === '' ? 'more' : '',
          }),
        listSurveys: async () =>
          create(ListSurveysResponseSchema, {
            surveys: [{name: 'tenants/t/localities/p2/surveys/young'}],
          }),
      },
      assessment: {
        getLocalityOverview: async ({name}: {name: string}) =>
          create(LocalityOverviewSchema, {
            innovations: name.endsWith('p2')
              ? []
              : [
                  {
                    survey: `${name}/surveys/s`,
                    assessment: `${name}/surveys/s/waves/1/assessments/a`,
                  },
                ],
          }),
        getAssessment: async ({name}: {name: string}) =>
          create(AssessmentSchema, {
            name,
            inputs: {analysis: 'x'},
            triangle: {responseRate: 0.5},
          }),
      },
      network: {getCliqueRisk},
    } as unknown as Clients;
  }

  const load = (clients: Clients): Promise<Nation> =>
    loadNation(clients, 't', signal, () => {});

  it('has all places of all pages, and surveys that are not assessed yet', async () => {
    const nation = await load(
      nationClients(async () =>
        create(CliqueRiskSchema, {verdict: CliqueVerdict.CLOSED_CORE}),
      ),
    );
    expect(nation).toMatchObject({placesRead: 3, placesInAll: 3, isCut: false});
    const rows = [...nation.rows].sort((a, b) => (a.place < b.place ? -1 : 1));
    expect(rows.map(({survey}) => survey)).toEqual(['s', 's', 'young']);
    expect(rows[0]!.assessed).toMatchObject({
      responseRate: 0.5,
      leadership: CliqueVerdict.CLOSED_CORE,
    });
    expect(rows[2]!.assessed).toBeUndefined();
  });

  it('is shown without leadership where the network service is gone', async () => {
    const nation = await load(
      nationClients(() => Promise.reject(new ConnectError('no', Code.Unavailable))),
    );
    expect(nation.leadershipFailure).toMatchObject({kind: 'unreachable'});
    expect(nation.rows).toHaveLength(3);
    expect(nation.rows.every((row) => row.assessed?.leadership === undefined)).toBe(true);
  });

  it('does not take one analysis that was withdrawn for all', async () => {
    const nation = await load(nationClients(() => Promise.reject(gone)));
    expect(nation.leadershipFailure).toBeUndefined();
  });
});
