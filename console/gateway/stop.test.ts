// A gateway that is to stop, with calls under way.

import {rmSync} from 'node:fs';
import http2 from 'node:http2';
import type {AddressInfo} from 'node:net';
import {setTimeout as after} from 'node:timers/promises';
import {connectNodeAdapter} from '@connectrpc/connect-node';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {SurveyService} from '../gen/pulsetaker/survey/v1/survey_service_pb';
import {startGateway} from './server';
import type {Settings} from './settings';
import {pageFolder, settingsFor} from './settings_for_tests';

const SLOW = 400;
let folder: string;
let survey: http2.Http2Server;

beforeAll(async () => {
  folder = pageFolder();
  survey = http2.createServer(
    connectNodeAdapter({
      routes: (router) =>
        router.service(SurveyService, {
          listLocalities: async () => {
            await after(SLOW);
            return {};
          },
        }),
    }),
  );
  await new Promise<void>((resolve) => survey.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  survey.close();
  rmSync(folder, {recursive: true});
});

async function start(changes: Partial<Settings>) {
  const {port} = survey.address() as AddressInfo;
  const gateway = await startGateway(
    {...settingsFor(folder, `http://127.0.0.1:${port}`), ...changes},
    () => undefined,
    () => undefined,
  );
  const base = `http://127.0.0.1:${gateway.port}`;
  return {
    gateway,
    read: (url: string) => fetch(base + url),
    call: () =>
      fetch(`${base}/pulsetaker.survey.v1.SurveyService/ListLocalities`, {
        method: 'POST',
        headers: {'content-type': 'application/json', 'connect-protocol-version': '1'},
        body: '{}',
      }),
  };
}

it('says so, and still answers while it drains', async () => {
  const {gateway, read, call} = await start({drain: 1_000});
  expect((await read('/healthz')).status).toBe(200);
  const stopped = gateway.stop();
  const health = await read('/healthz');
  expect(health.status).toBe(503);
  expect(health.headers.get('connection')).toBe('close');
  expect((await read('/')).status).toBe(200);
  expect((await call()).status).toBe(200);
  await stopped;
  await expect(read('/')).rejects.toThrow();
});

it('ends once the calls under way are answered, however long it could wait', async () => {
  const {gateway, call} = await start({grace: 60_000});
  const answer = call();
  await after(SLOW / 4);
  const begin = performance.now();
  await gateway.stop();
  expect((await answer).status).toBe(200);
  expect(performance.now() - begin).toBeLessThan(10 * SLOW);
});

it('cuts off what is not answered in time', async () => {
  const {gateway, call} = await start({grace: SLOW / 8});
  const answer = call().then(
    ({status}) => status,
    () => 'cut off',
  );
  await after(SLOW / 4);
  await gateway.stop();
  expect(await answer).not.toBe(200);
});
