import {readFileSync} from 'node:fs';
import {SERVERS, type ServerName} from '../contract/methods';
import type {CertificateFiles} from './certificate';

/** Whose calls are passed on: all of the console's, or those of who was invited. */
export const AUDIENCES = ['everybody', 'respondents'] as const;
export type Audience = (typeof AUDIENCES)[number];

export interface Settings {
  readonly listen: {readonly host: string; readonly port: number};
  /** Names that a browser may know the gateway by, besides those of loopback. */
  readonly hosts: readonly string[];
  readonly audience: Audience;
  /** With it, browsers come over TLS. */
  readonly tls: CertificateFiles | undefined;
  /** Milliseconds in which a gateway that is to stop still takes requests. */
  readonly drain: number;
  /** Milliseconds for calls under way after that. */
  readonly grace: number;
  readonly pageFolder: string;
  /** Base URLs; https exactly if there is a CA. */
  readonly servers: Readonly<Record<ServerName, string>>;
  readonly ca: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_ADDRESSES: Record<ServerName, string> = {
  survey: '127.0.0.1:7401',
  network: '127.0.0.1:7402',
  assessment: '127.0.0.1:7403',
};

function splitAddress(variable: string, address: string): {host: string; port: number} {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:/\s]+)):(\d{1,5})$/i.exec(address);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port > 65535) {
    throw new Error(`${variable} is not HOST:PORT: ${address}`);
  }
  return {host, port};
}

function seconds(variable: string, text: string): number {
  const match = /^(\d{1,3})s$/.exec(text);
  if (match === null) {
    throw new Error(`${variable} is not a number of seconds, such as 5s: ${text}`);
  }
  return Number(match[1]) * 1000;
}

function audienceOf(text: string): Audience {
  const audience = AUDIENCES.find((each) => each === text);
  if (audience === undefined) {
    throw new Error(
      `PULSETAKER_CONSOLE_AUDIENCE is not one of ${AUDIENCES.join(', ')}: ${text}`,
    );
  }
  return audience;
}

function certificateFiles(environment: Environment): CertificateFiles | undefined {
  const certificate = environment['PULSETAKER_TLS_CERTIFICATE'] || undefined;
  const key = environment['PULSETAKER_TLS_KEY'] || undefined;
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) {
    throw new Error('PULSETAKER_TLS_CERTIFICATE and PULSETAKER_TLS_KEY go together');
  }
  return {certificate, key};
}

/** Reads the settings; throws an Error that names the variable that is wrong. */
export function readSettings(environment: Environment, pageFolder: string): Settings {
  const caFile = environment['PULSETAKER_CA'] || undefined;
  const scheme = caFile === undefined ? 'http' : 'https';
  const servers = Object.fromEntries(
    SERVERS.map((server) => {
      const variable = `PULSETAKER_${server.toUpperCase()}_ADDRESS`;
      const address = environment[variable] || DEFAULT_ADDRESSES[server];
      splitAddress(variable, address);
      return [server, `${scheme}://${address}`];
    }),
  ) as Record<ServerName, string>;
  return {
    listen: splitAddress(
      'PULSETAKER_CONSOLE_LISTEN',
      environment['PULSETAKER_CONSOLE_LISTEN'] || '127.0.0.1:7404',
    ),
    hosts: (environment['PULSETAKER_CONSOLE_HOSTS'] ?? '')
      .split(',')
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ''),
    audience: audienceOf(environment['PULSETAKER_CONSOLE_AUDIENCE'] || 'everybody'),
    tls: certificateFiles(environment),
    drain: seconds(
      'PULSETAKER_CONSOLE_DRAIN',
      environment['PULSETAKER_CONSOLE_DRAIN'] || '0s',
    ),
    grace: seconds(
      'PULSETAKER_CONSOLE_GRACE',
      environment['PULSETAKER_CONSOLE_GRACE'] || '5s',
    ),
    pageFolder: environment['PULSETAKER_CONSOLE_FILES'] || pageFolder,
    servers,
    ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8'),
  };
}
