// What the view of a place shows: one innovation, at one wave.

import {Code, ConnectError} from '@connectrpc/connect';
import type {Assessment} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import type {Locality} from '../../gen/pulsetaker/survey/v1/locality_pb';
import type {Survey} from '../../gen/pulsetaker/survey/v1/survey_pb';
import type {Wave} from '../../gen/pulsetaker/survey/v1/wave_pb';
import type {Clients} from '../calls/clients';
import {type PathStep, STEPS_MAX} from '../drawings/phase_path';
import {PhaseResult_Verdict as Verdict} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {localityName, surveyName, type SurveyName, waveOf} from './names';

export interface Place {
  readonly locality: Locality;
  readonly survey: Survey;
  /** Undefined if there is none. */
  readonly latestWave: Wave | undefined;
  /** Of this and the waves before, the latest last; empty if none is assessed. */
  readonly assessments: readonly Assessment[];
  /** The one to show; undefined exactly if there is none. */
  readonly shown: Assessment | undefined;
}

const WAVES_MAX = 1_000;

type Asked = Pick<Clients, 'survey' | 'assessment'>;

/** The assessment and those of the waves before it, as far as they are kept. */
async function chainOf(
  {assessment}: Asked,
  latest: string,
  signal: AbortSignal,
): Promise<readonly Assessment[]> {
  const chain: Assessment[] = [];
  for (let name = latest; name !== '' && chain.length < STEPS_MAX;) {
    try {
      const one = await assessment.getAssessment({name}, {signal});
      chain.unshift(one);
      name = one.inputs?.previousAssessment ?? '';
    } catch (error) {
      // An earlier one may have been withdrawn; the path then begins later.
      const isGone = ConnectError.from(error).code === Code.NotFound;
      if (!isGone || chain.length === 0) throw error;
      break;
    }
  }
  return chain;
}

export async function loadPlace(
  asked: Asked,
  of: SurveyName & {readonly wave: number | undefined},
  signal: AbortSignal,
): Promise<Place> {
  const name = surveyName(of);
  const place = localityName(of.tenant, of.locality);
  const [locality, survey, waves, overview] = await Promise.all([
    asked.survey.getLocality({name: place}, {signal}),
    asked.survey.getSurvey({name}, {signal}),
    asked.survey.listWaves({parent: name, pageSize: WAVES_MAX}, {signal}),
    asked.assessment.getLocalityOverview({name: place}, {signal}),
  ]);
  const latest = overview.innovations.find((one) => one.survey === name)?.assessment;
  const assessments = latest === undefined ? [] : await chainOf(asked, latest, signal);
  const shown =
    of.wave === undefined
      ? assessments.at(-1)
      : assessments.find((one) => waveOf(one.name) === of.wave);
  if (of.wave !== undefined && shown === undefined) {
    throw new ConnectError(`wave ${of.wave} has no assessment`, Code.NotFound);
  }
  return {locality, survey, latestWave: waves.waves.at(-1), assessments, shown};
}

export function pathStep(assessment: Assessment): PathStep {
  const {phase} = assessment;
  const isMeasured =
    phase !== undefined &&
    phase.verdict !== Verdict.NOT_MEASURED &&
    phase.verdict !== Verdict.UNSPECIFIED;
  return {
    wave: waveOf(assessment.name),
    phase: isMeasured ? phase.phase : undefined,
    posterior: new Map(phase?.probabilities.map((p) => [p.phase, p.posterior])),
  };
}

/** The path up to and with the wave that is shown. */
export function pathTo(place: Place): readonly PathStep[] {
  const end = place.assessments.findIndex((one) => one.name === place.shown?.name);
  return place.assessments.slice(0, end + 1).map(pathStep);
}
