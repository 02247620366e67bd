// The gateway between a real client and servers that stand in for the services.

import {rmSync} from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import type {AddressInfo} from 'node:net';
import {Code, ConnectError, createClient} from '@connectrpc/connect';
import {connectNodeAdapter, createConnectTransport} from '@connectrpc/connect-node';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ErrorInfoSchema} from '../gen/google/rpc/error_details_pb';
import {InvitationService} from '../gen/pulsetaker/survey/v1/invitation_service_pb';
import {SurveyService} from '../gen/pulsetaker/survey/v1/survey_service_pb';
import type {CallLine} from './log';
import {type Gateway, startGateway} from './server';
import {pageFolder, settingsFor} from './settings_for_tests';

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

let folder: string;
let survey: http2.Http2Server;
let gateway: Gateway;
const seen: Headers[] = [];
const lines: CallLine[] = [];
const submitted: string[] = [];

/** A request with whatever headers: `fetch` has its own mind about `Host`. */
function ask(
  url: string,
  headers: http.OutgoingHttpHeaders = {},
  method = 'GET',
  sent?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {host: '127.0.0.1', port: gateway.port, path: url, method, headers},
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            body: Buffer.concat(parts),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(sent);
  });
}

const call = (
  method: string,
  message: object,
  headers: http.OutgoingHttpHeaders = {},
  service = 'SurveyService',
) =>
  ask(
    `/pulsetaker.survey.v1.${service}/${method}`,
    {'content-type': 'application/json', 'connect-protocol-version': '1', ...headers},
    'POST',
    JSON.stringify(message),
  );

const client = () =>
  createClient(
    SurveyService,
    createConnectTransport({
      baseUrl: `http://127.0.0.1:${gateway.port}`,
      httpVersion: '1.1',
    }),
  );

beforeAll(async () => {
  folder = pageFolder();
  survey = http2.createServer(
    connectNodeAdapter({
      routes: (router) =>
        router
          .service(SurveyService, {
            listLocalities: (request, context) => {
              seen.push(context.requestHeader);
              return {localities: [{name: `${request.parent}/localities/leeds`}]};
            },
            getLocality: () => {
              throw new ConnectError(
                'there is no such locality',
                Code.NotFound,
                {'x-inside': 'of the service'},
                [{desc: ErrorInfoSchema, value: {reason: 'LOCALITY_NOT_FOUND'}}],
              );
            },
            getSurvey: (_, context) =>
              new Promise((_resolve, reject) => {
                context.signal.addEventListener('abort', () =>
                  reject(context.signal.reason),
                );
              }),
            closeWave: () => ({}),
            submitResponse: (request) => {
              submitted.push(request.invitationToken);
              return {revision: 1n};
            },
          })
          .service(InvitationService, {
            searchRoster: (request) => ({matches: [{person: request.query}]}),
            getQuestionnaire: () => ({surveyDisplayName: 'Care at home'}),
            listInvitations: () => ({}),
          }),
    }),
  );
  await new Promise<void>((resolve) => survey.listen(0, '127.0.0.1', resolve));
  gateway = await startGateway(
    settingsFor(folder, `http://127.0.0.1:${(survey.address() as AddressInfo).port}`),
    (line) => lines.push(line),
    () => undefined,
  );
});

afterAll(async () => {
  await gateway.stop();
  survey.close();
  rmSync(folder, {recursive: true});
});

describe('a call', () => {
  it('is passed on with the token, and with nothing else that the browser sends', async () => {
    seen.length = 0;
    const answer = await call(
      'ListLocalities',
      {parent: 'tenants/north'},
      {authorization: 'Bearer abc', cookie: 'a=b', 'x-forwarded-for': '1.2.3.4'},
    );
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toEqual({
      localities: [{name: 'tenants/north/localities/leeds'}],
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    const [headers] = seen;
    expect(headers!.get('authorization')).toBe('Bearer abc');
    expect(headers!.get('cookie')).toBeNull();
    expect(headers!.get('x-forwarded-for')).toBeNull();
  });

  it('without a token has none on its way', async () => {
    seen.length = 0;
    await client().listLocalities({parent: 'tenants/north'});
    expect(seen[0]!.get('authorization')).toBeNull();
  });

  it('fails as the service says, with its reason and without its headers', async () => {
    const error = ConnectError.from(
      await client()
        .getLocality({name: 'tenants/north/localities/x'})
        .catch((cause: unknown) => cause),
    );
    expect(error.code).toBe(Code.NotFound);
    expect(error.rawMessage).toBe('there is no such locality');
    expect(error.findDetails(ErrorInfoSchema)[0]!.reason).toBe('LOCALITY_NOT_FOUND');
    expect(error.metadata.get('x-inside')).toBeNull();
  });

  it('to a service that is gone says which, and not where it was', async () => {
    const answer = await ask(
      '/pulsetaker.network.v1.NetworkService/GetCliqueRisk',
      {'content-type': 'application/json', 'connect-protocol-version': '1'},
      'POST',
      '{}',
    );
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      code: 'unavailable',
      message: 'the network service cannot be reached',
    });
    expect(answer.body.toString()).not.toContain('127.0.0.1');
  });

  it('ends when its time is over', async () => {
    const answer = await call('GetSurvey', {}, {'connect-timeout-ms': '100'});
    expect(JSON.parse(answer.body.toString())).toMatchObject({code: 'deadline_exceeded'});
  });

  it('cannot take more time than there is, nor send more than is read', async () => {
    const long = await call('GetSurvey', {}, {'connect-timeout-ms': '3600000'});
    expect(JSON.parse(long.body.toString()).code).toBe('invalid_argument');
    const large = await call('GetSurvey', {name: 'x'.repeat(300_000)});
    expect(JSON.parse(large.body.toString()).code).toBe('resource_exhausted');
  });

  it('that the console does not make is not passed on', async () => {
    expect((await call('CloseWave', {})).status).toBe(404);
  });

  it('of a respondent is passed on with an invitation alone', async () => {
    submitted.length = 0;
    const response = {name: 'tenants/t/localities/l/surveys/s/waves/1/responses/p1'};
    const nameless = await call('SubmitResponse', {response});
    expect(JSON.parse(nameless.body.toString())).toMatchObject({
      code: 'invalid_argument',
    });
    expect(submitted).toEqual([]);
    const invited = await call('SubmitResponse', {invitationToken: 'secret'});
    expect(JSON.parse(invited.body.toString())).toEqual({revision: '1'});
    expect(submitted).toEqual(['secret']);
  });

  it('for the questions or for names is passed on', async () => {
    const of = 'InvitationService';
    expect((await call('GetQuestionnaire', {}, {}, of)).status).toBe(200);
    const found = await call('SearchRoster', {query: 'ad'}, {}, of);
    expect(JSON.parse(found.body.toString())).toEqual({matches: [{person: 'ad'}]});
    expect((await call('ListInvitations', {}, {}, of)).status).toBe(404);
  });

  it('is one line in the log, without what it is about', async () => {
    lines.length = 0;
    await call(
      'ListLocalities',
      {parent: 'tenants/secret'},
      {authorization: 'Bearer abc'},
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({code: 'ok'});
    expect(lines[0]!.method.name).toBe('ListLocalities');
  });
});

describe('a page of another origin', () => {
  it('cannot call', async () => {
    for (const headers of [
      {origin: 'http://evil.example'},
      {origin: 'null'},
      {'sec-fetch-site': 'cross-site'},
    ]) {
      expect((await call('ListLocalities', {}, headers)).status).toBe(403);
    }
  });

  it('cannot call by a name that it has made to resolve to loopback', async () => {
    const rebound = await call('ListLocalities', {}, {host: 'evil.example'});
    expect(rebound.status).toBe(421);
    expect((await ask('/', {host: 'evil.example'})).status).toBe(421);
  });

  it('is told from the console by its origin', async () => {
    const host = `127.0.0.1:${gateway.port}`;
    const own = {host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin'};
    expect((await call('ListLocalities', {}, own)).status).toBe(200);
    expect((await ask('/', {host: 'console.example:443'})).status).toBe(200);
  });
});

describe('the page', () => {
  it('is sent with a policy that takes nothing inline and nothing from elsewhere', async () => {
    const {status, headers, body} = await ask('/');
    expect(status).toBe(200);
    expect(body.toString()).toContain('<title>page</title>');
    const policy = headers['content-security-policy']!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|http|data:/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-cache');
  });

  it('has assets that are kept, and compressed for those who can read that', async () => {
    const plain = await ask('/assets/a-1.js');
    const small = await ask('/assets/a-1.js', {'accept-encoding': 'gzip, br'});
    expect(plain.headers['cache-control']).toContain('immutable');
    expect(small.headers['content-encoding']).toBe('br');
    expect(small.body.length).toBeLessThan(plain.body.length / 4);
  });

  it('is all that there is to read', async () => {
    for (const url of ['/nothing', '/../package.json', '/assets/..%2findex.html', '//']) {
      expect((await ask(url)).status, url).toBe(404);
    }
    expect((await ask('/', {}, 'DELETE')).status).toBe(405);
    expect((await ask('/healthz', {host: 'anything'})).status).toBe(200);
  });
});
