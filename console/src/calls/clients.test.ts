import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {makeClients} from './clients';

const sent: Headers[] = [];

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal('sessionStorage', {getItem: () => 'token-of-a-user'});
  vi.stubGlobal('fetch', async (_: string, {headers}: RequestInit) => {
    sent.push(new Headers(headers));
    return new Response(new Uint8Array(), {
      headers: {'content-type': 'application/proto'},
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

it('sends the token of a user with calls of the console, and of no respondent', async () => {
  const {survey, respondent} = makeClients('http://console.test');
  await survey.getWave({name: 'x'});
  await respondent.getQuestionnaire({invitationToken: 't'});
  await respondent.searchRoster({invitationToken: 't', query: 'ad'});
  await respondent.submitResponse({invitationToken: 't'});
  expect(sent.map((headers) => headers.get('authorization'))).toEqual([
    'Bearer token-of-a-user',
    null,
    null,
    null,
  ]);
});
