// Where the page is. The whole of it is behind the `#`, which no browser sends to any
// server, so the names of places are in no log of the gateway.

import {surveyName, type SurveyName} from './names';

export type WaveOf = SurveyName & {readonly wave: number};

/** The earlier wave first. */
export type WavePairOf = SurveyName & {
  readonly view: 'comparison';
  readonly earlier: number;
  readonly later: number;
};

export type Route =
  | {readonly view: 'start'}
  | {readonly view: 'nation'; readonly tenant: string}
  /** Without a wave, the latest that is assessed. */
  | (SurveyName & {readonly view: 'place'; readonly wave: number | undefined})
  | (WaveOf & {readonly view: 'campaign' | 'sociogram'})
  | WavePairOf
  /** For a respondent; without a token, the link is not whole. */
  | {readonly view: 'answer'; readonly token: string | undefined}
  | {readonly view: 'unknown'};

const ID = '([a-z0-9][a-z0-9_-]{0,62})';
const ANSWER = '#/answer/';
const INVITATION = /^[A-Za-z0-9_-]{1,512}$/;
const NATION = new RegExp(`^#/tenants/${ID}$`);
const SURVEY = `#/tenants/${ID}/localities/${ID}/surveys/${ID}`;
const WAVE = '([1-9][0-9]{0,9})';
const PLACE = new RegExp(`^${SURVEY}(?:/waves/${WAVE}(/answers|/network)?)?$`);
const COMPARISON = new RegExp(`^${SURVEY}/compare/${WAVE}\\.\\.${WAVE}$`);

export function parseRoute(hash: string): Route {
  if (hash === '' || hash === '#' || hash === '#/') return {view: 'start'};
  if (hash.startsWith(ANSWER)) {
    const token = hash.slice(ANSWER.length);
    return {view: 'answer', token: INVITATION.test(token) ? token : undefined};
  }
  const nation = NATION.exec(hash);
  if (nation !== null) return {view: 'nation', tenant: nation[1]!};
  const place = PLACE.exec(hash);
  if (place !== null) {
    const [, tenant, locality, survey, wave, view] = place;
    const of = {tenant: tenant!, locality: locality!, survey: survey!};
    if (view === '/answers') return {view: 'campaign', ...of, wave: Number(wave)};
    if (view === '/network') return {view: 'sociogram', ...of, wave: Number(wave)};
    return {view: 'place', ...of, wave: wave === undefined ? undefined : Number(wave)};
  }
  return parseComparison(hash) ?? {view: 'unknown'};
}

function parseComparison(hash: string): WavePairOf | undefined {
  const found = COMPARISON.exec(hash);
  if (found === null) return undefined;
  const [, tenant, locality, survey, first, second] = found;
  const [earlier, later] = [Number(first), Number(second)];
  if (earlier >= later) return undefined;
  return {
    view: 'comparison',
    tenant: tenant!,
    locality: locality!,
    survey: survey!,
    earlier,
    later,
  };
}

export function hashOf(route: Route): string {
  switch (route.view) {
    case 'nation':
      return `#/tenants/${route.tenant}`;
    case 'place':
      return `#/${surveyName(route)}${route.wave === undefined ? '' : `/waves/${route.wave}`}`;
    case 'campaign':
      return `#/${surveyName(route)}/waves/${route.wave}/answers`;
    case 'sociogram':
      return `#/${surveyName(route)}/waves/${route.wave}/network`;
    case 'comparison':
      return `#/${surveyName(route)}/compare/${route.earlier}..${route.later}`;
    case 'answer':
      return `${ANSWER}${route.token ?? ''}`;
    case 'start':
    case 'unknown':
      return '#/';
  }
}

export function tenantIn(route: Route): string | undefined {
  return 'tenant' in route ? route.tenant : undefined;
}
