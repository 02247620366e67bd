// The gateway: the files of the page, and its calls on their way to the services.

import http from 'node:http';
import type {AddressInfo} from 'node:net';
import {connectNodeAdapter, createGrpcTransport} from '@connectrpc/connect-node';
import {type Passed, PASSED_ON, SERVERS, type ServerName} from '../contract/methods';
import {Calls, passOn, type Target} from './forward';
import {SECURITY_HEADERS} from './headers';
import {LIMITS} from './limits';
import type {CallLog} from './log';
import {isKnownHost, isOwnOrigin} from './origin';
import {readPage, servePage} from './page';
import type {Settings} from './settings';

export interface Gateway {
  readonly port: number;
  /** Takes no more requests, and ends once those under way are answered. */
  stop(): Promise<void>;
}

function targetsFor(
  settings: Settings,
  log: CallLog,
): Record<ServerName, Omit<Target, 'isByInvitation'>> {
  const calls = new Calls(LIMITS.calls);
  const target = (server: ServerName) => ({
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
    ReturnType<typeof target>
  >;
}

function refuse(response: http.ServerResponse, status: number, text: string): void {
  response.writeHead(status, {'content-type': 'text/plain; charset=utf-8'});
  response.end(`${text}\n`);
}

export async function startGateway(settings: Settings, log: CallLog): Promise<Gateway> {
  const page = readPage(settings.pageFolder);
  const targets = targetsFor(settings, log);
  const stopping = new AbortController();
  const calls = connectNodeAdapter({
    routes: (router) => {
      const all: readonly Passed[] = PASSED_ON;
      for (const {server, service, methods, isByInvitation} of all) {
        const target = {...targets[server], isByInvitation: isByInvitation === true};
        for (const name of methods) passOn(router, service.method[name]!, target);
      }
    },
    grpc: false,
    requireConnectProtocolHeader: true,
    readMaxBytes: LIMITS.requestBytes,
    writeMaxBytes: LIMITS.answerBytes,
    maxTimeoutMs: LIMITS.maxTimeout,
    shutdownSignal: stopping.signal,
    fallback: (request, response) => {
      servePage(page, request as http.IncomingMessage, response as http.ServerResponse);
    },
  });

  const server = http.createServer(
    {
      maxHeaderSize: LIMITS.headerBytes,
      headersTimeout: LIMITS.requestTimeout,
      requestTimeout: LIMITS.requestTimeout,
    },
    (request, response) => {
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        response.setHeader(name, value);
      }
      if (request.url === '/healthz') return void refuse(response, 200, 'serving');
      if (!isKnownHost(request.headers.host, settings.hosts)) {
        return void refuse(response, 421, 'The gateway does not go by this name.');
      }
      if (request.method === 'POST') {
        if (!isOwnOrigin(request.headers)) {
          return void refuse(response, 403, 'Calls come from the console alone.');
        }
        response.setHeader('cache-control', 'no-store');
      }
      calls(request, response);
    },
  );
  server.maxConnections = LIMITS.connections;

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.listen.port, settings.listen.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => {
          stopping.abort();
          server.closeAllConnections();
        }, LIMITS.drain).unref();
      }),
  };
}
