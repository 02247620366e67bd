// The gateway: the files of the page, and its calls on their way to the services.

import http from 'node:http';
import https from 'node:https';
import type {AddressInfo} from 'node:net';
import {setTimeout as after} from 'node:timers/promises';
import {connectNodeAdapter} from '@connectrpc/connect-node';
import {followCertificate, readCertificate} from './certificate';
import {SECURITY_HEADERS} from './headers';
import {LIMITS} from './limits';
import type {CallLog, EventLog} from './log';
import {isKnownHost, isOwnOrigin} from './origin';
import {readPage, servePage} from './page';
import {passCallsOn} from './routes';
import type {Settings} from './settings';
import {close} from './stop';

export interface Gateway {
  readonly port: number;
  /** Says that it stops, takes requests while it drains, and then no more. */
  stop(): Promise<void>;
}

function refuse(response: http.ServerResponse, status: number, text: string): void {
  response.writeHead(status, {'content-type': 'text/plain; charset=utf-8'});
  response.end(`${text}\n`);
}

/** Of HTTP, or of HTTPS if there is a certificate. */
function createServer(
  settings: Settings,
  answer: http.RequestListener,
  log: EventLog,
): http.Server {
  const limits = {
    maxHeaderSize: LIMITS.headerBytes,
    headersTimeout: LIMITS.requestTimeout,
    requestTimeout: LIMITS.requestTimeout,
    keepAliveTimeout: LIMITS.keepAlive,
  };
  if (settings.tls === undefined) return http.createServer(limits, answer);
  const server = https.createServer(
    {...limits, ...readCertificate(settings.tls)},
    answer,
  );
  followCertificate(server, settings.tls, log);
  return server;
}

export async function startGateway(
  settings: Settings,
  logCall: CallLog,
  log: EventLog,
): Promise<Gateway> {
  const page = readPage(settings.pageFolder);
  const cutOff = new AbortController();
  let isStopping = false;
  const calls = connectNodeAdapter({
    routes: (router) => passCallsOn(router, settings, logCall),
    grpc: false,
    requireConnectProtocolHeader: true,
    readMaxBytes: LIMITS.requestBytes,
    writeMaxBytes: LIMITS.answerBytes,
    maxTimeoutMs: LIMITS.maxTimeout,
    shutdownSignal: cutOff.signal,
    fallback: (request, response) => {
      servePage(page, request as http.IncomingMessage, response as http.ServerResponse);
    },
  });

  const answer: http.RequestListener = (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      response.setHeader(name, value);
    }
    // Whoever has a connection is to make the next one elsewhere.
    if (isStopping) response.setHeader('connection', 'close');
    if (request.url === '/healthz') {
      return isStopping
        ? refuse(response, 503, 'stopping')
        : refuse(response, 200, 'serving');
    }
    if (!isKnownHost(request.headers.host, settings.hosts)) {
      return refuse(response, 421, 'The gateway does not go by this name.');
    }
    if (request.method === 'POST') {
      if (!isOwnOrigin(request.headers)) {
        return refuse(response, 403, 'Calls come from the console alone.');
      }
      response.setHeader('cache-control', 'no-store');
    }
    calls(request, response);
  };

  const server = createServer(settings, answer, log);
  server.maxConnections = LIMITS.connections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.listen.port, settings.listen.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      isStopping = true;
      await after(settings.drain);
      await close(server, settings.grace, () => cutOff.abort());
    },
  };
}
