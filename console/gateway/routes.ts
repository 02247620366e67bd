// Which calls are passed on, and to which service.

import type {ConnectRouter} from '@connectrpc/connect';
import {createGrpcTransport} from '@connectrpc/connect-node';
import {PASSED_ON, type PassedOn, SERVERS, type ServerName} from '../contract/methods';
import {PASSED_ON_FOR_RESPONDENTS} from '../contract/respondents';
import {Calls, passOn, type Target} from './forward';
import {LIMITS} from './limits';
import type {CallLog} from './log';
import type {Audience, Settings} from './settings';

const PASSED_ON_FOR: Readonly<Record<Audience, readonly PassedOn[]>> = {
  everybody: PASSED_ON,
  respondents: PASSED_ON_FOR_RESPONDENTS,
};

type ServerTarget = Omit<Target, 'isByInvitation'>;

function targetsFor(settings: Settings, log: CallLog): Record<ServerName, ServerTarget> {
  const calls = new Calls(LIMITS.calls);
  const target = (server: ServerName): ServerTarget => ({
    server,
    calls,
    log,
    defaultTimeout: LIMITS.defaultTimeout,
    transport: createGrpcTransport({
      baseUrl: settings.servers[server],
      readMaxBytes: LIMITS.answerBytes,
      // A service that was restarted is found again by the next call.
      pingIntervalMs: 20_000,
      idleConnectionTimeoutMs: 300_000,
      ...(settings.ca === undefined
        ? {}
        : {nodeOptions: {ca: settings.ca, minVersion: 'TLSv1.3'}}),
    }),
  });
  return Object.fromEntries(SERVERS.map((name) => [name, target(name)])) as Record<
    ServerName,
    ServerTarget
  >;
}

/** Has the router pass on what the settings' audience calls. */
export function passCallsOn(
  router: ConnectRouter,
  settings: Settings,
  log: CallLog,
): void {
  const targets = targetsFor(settings, log);
  for (const passed of PASSED_ON_FOR[settings.audience]) {
    const {server, service, methods, isByInvitation = false} = passed;
    const target = {...targets[server], isByInvitation};
    for (const name of methods) passOn(router, service.method[name]!, target);
  }
}
