// A gateway for respondents, with a survey service that would answer anything.

import {rmSync} from 'node:fs';
import http2 from 'node:http2';
import type {AddressInfo} from 'node:net';
import {createClient, Code, ConnectError} from '@connectrpc/connect';
import {connectNodeAdapter, createConnectTransport} from '@connectrpc/connect-node';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {PASSED_ON} from '../contract/methods';
import {PASSED_ON_FOR_RESPONDENTS} from '../contract/respondents';
import {InvitationService} from '../gen/pulsetaker/survey/v1/invitation_service_pb';
import {SurveyService} from '../gen/pulsetaker/survey/v1/survey_service_pb';
import {type Gateway, startGateway} from './server';
import {pageFolder, settingsFor} from './settings_for_tests';

let folder: string;
let survey: http2.Http2Server;
let gateway: Gateway;

beforeAll(async () => {
  folder = pageFolder();
  survey = http2.createServer(
    connectNodeAdapter({
      routes: (router) => {
        router.service(InvitationService, {
          getQuestionnaire: () => ({}),
          searchRoster: () => ({}),
        });
        router.service(SurveyService, {submitResponse: () => ({})});
      },
    }),
  );
  await new Promise<void>((resolve) => survey.listen(0, '127.0.0.1', resolve));
  const {port} = survey.address() as AddressInfo;
  gateway = await startGateway(
    {...settingsFor(folder, `http://127.0.0.1:${port}`), audience: 'respondents'},
    () => undefined,
    () => undefined,
  );
});

afterAll(async () => {
  await gateway.stop();
  survey.close();
  rmSync(folder, {recursive: true});
});

const transport = () =>
  createConnectTransport({
    baseUrl: `http://127.0.0.1:${gateway.port}`,
    httpVersion: '1.1',
  });

async function codeOf(typeName: string, method: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${gateway.port}/${typeName}/${method}`, {
    method: 'POST',
    headers: {'content-type': 'application/json', 'connect-protocol-version': '1'},
    body: '{}',
  });
  await answer.arrayBuffer();
  return answer.status;
}

it('passes on what they call', async () => {
  const invitations = createClient(InvitationService, transport());
  await invitations.getQuestionnaire({});
  await invitations.searchRoster({});
  const answering = createClient(SurveyService, transport());
  await answering.submitResponse({invitationToken: 'one'});
  await expect(answering.submitResponse({})).rejects.toThrow('by invitation alone');
});

it('passes on nothing else that the console calls', async () => {
  const own = new Set<string>(
    PASSED_ON_FOR_RESPONDENTS.flatMap(({service, methods}) =>
      methods.map((name) => `${service.typeName}.${name}`),
    ),
  );
  let refused = 0;
  for (const {service, methods} of PASSED_ON) {
    for (const name of methods) {
      if (own.has(`${service.typeName}.${name}`)) continue;
      const method = name[0]!.toUpperCase() + name.slice(1);
      expect(await codeOf(service.typeName, method), method).toBe(404);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(15);
  const roster = createClient(SurveyService, transport()).listParticipants({});
  await expect(roster).rejects.toSatisfy(
    (error) => ConnectError.from(error).code === Code.Unimplemented,
  );
});

it('has a page for them', async () => {
  const answer = await fetch(`http://127.0.0.1:${gateway.port}/`);
  expect(await answer.text()).toContain('<title>page</title>');
});
