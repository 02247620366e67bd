// Reads all places of a tenant, and tells of them as they come in.

import type {InnovationSummary} from '../../gen/pulsetaker/assessment/v1/local_system_pb';
import {NotMeasuredReason} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import type {Locality} from '../../gen/pulsetaker/survey/v1/locality_pb';
import type {Clients} from '../calls/clients';
import {type Failure, failureOf} from '../calls/failure';
import {pooled} from '../calls/pooled';
import type {Assessed, NationRow} from './nation';
import {idIn, tenantName, waveOf} from './names';

export interface Nation {
  readonly rows: readonly NationRow[];
  readonly placesRead: number;
  readonly placesInAll: number;
  /** There are more places than are shown. */
  readonly isCut: boolean;
  /** Why leadership is not known, if the network service did not say. */
  readonly leadershipFailure: Failure | undefined;
}

const PLACES_MAX = 2_000;
const PAGE_SIZE = 500;
const AT_ONCE = 6;
const TELL_EVERY_MS = 200;

async function listLocalities(
  {survey}: Clients,
  tenant: string,
  signal: AbortSignal,
): Promise<{localities: readonly Locality[]; isCut: boolean}> {
  const localities: Locality[] = [];
  let pageToken = '';
  do {
    const page = await survey.listLocalities(
      {parent: tenantName(tenant), pageSize: PAGE_SIZE, pageToken},
      {signal},
    );
    localities.push(...page.localities);
    pageToken = page.nextPageToken;
  } while (pageToken !== '' && localities.length < PLACES_MAX);
  return {localities: localities.slice(0, PLACES_MAX), isCut: pageToken !== ''};
}

class Reading {
  leadershipFailure: Failure | undefined;

  constructor(
    private readonly clients: Clients,
    private readonly tenant: string,
    private readonly signal: AbortSignal,
  ) {}

  /** One row an innovation that is assessed; if there is none, one a survey, or one. */
  async rowsOf(locality: Locality): Promise<NationRow[]> {
    const {signal} = this;
    const base = {
      tenant: this.tenant,
      locality: idIn(locality.name, 'localities'),
      place: locality.displayName,
      region: locality.region,
    };
    const overview = await this.clients.assessment.getLocalityOverview(
      {name: locality.name},
      {signal},
    );
    if (overview.innovations.length === 0) {
      const {surveys} = await this.clients.survey.listSurveys(
        {parent: locality.name},
        {signal},
      );
      const ids = surveys.map(({name}) => idIn(name, 'surveys'));
      return (ids.length === 0 ? [''] : ids).map((survey) => ({
        ...base,
        survey,
        assessed: undefined,
      }));
    }
    return Promise.all(
      overview.innovations.map(async (innovation) => ({
        ...base,
        survey: idIn(innovation.survey, 'surveys'),
        assessed: await this.assessedOf(innovation),
      })),
    );
  }

  private async assessedOf(innovation: InnovationSummary): Promise<Assessed> {
    const assessment = await this.clients.assessment.getAssessment(
      {name: innovation.assessment},
      {signal: this.signal},
    );
    return {
      wave: waveOf(innovation.assessment),
      phase: {
        verdict: innovation.verdict,
        phase: innovation.phase,
        secondPhase: innovation.secondPhase,
        reason: innovation.phaseReason,
      },
      change: innovation.change,
      // Where nothing is to be rated, that nobody has rated it says nothing.
      responseRate:
        innovation.phaseReason === NotMeasuredReason.NOT_ASKED
          ? undefined
          : assessment.triangle?.responseRate,
      leadership: await this.leadershipOf(assessment.inputs?.analysis ?? ''),
    };
  }

  /** Places are worth showing without it, and one failure stands for all. */
  private async leadershipOf(analysis: string): Promise<Assessed['leadership']> {
    if (analysis === '' || this.leadershipFailure !== undefined) return undefined;
    try {
      const risk = await this.clients.network.getCliqueRisk(
        {name: analysis},
        {signal: this.signal},
      );
      return risk.verdict;
    } catch (error) {
      const failure = failureOf(error);
      // An analysis that was withdrawn is of one place alone.
      if (failure.kind !== 'missing') this.leadershipFailure = failure;
      return undefined;
    }
  }
}

export async function loadNation(
  clients: Clients,
  tenant: string,
  signal: AbortSignal,
  part: (nation: Nation) => void,
): Promise<Nation> {
  const {localities, isCut} = await listLocalities(clients, tenant, signal);
  const reading = new Reading(clients, tenant, signal);
  const rows: NationRow[] = [];
  let placesRead = 0;
  let told = performance.now();
  const nation = (): Nation => ({
    rows: [...rows],
    placesRead,
    placesInAll: localities.length,
    isCut,
    leadershipFailure: reading.leadershipFailure,
  });
  await pooled(localities, AT_ONCE, async (locality) => {
    rows.push(...(await reading.rowsOf(locality)));
    placesRead++;
    if (performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    part(nation());
  });
  return nation();
}
