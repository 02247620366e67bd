import {readFileSync} from 'node:fs';
import {SERVERS, type ServerName} from '../contract/methods';

export interface Settings {
  readonly listen: {readonly host: string; readonly port: number};
  /** Names that a browser may know the gateway by, besides those of loopback. */
  readonly hosts: readonly string[];
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
    pageFolder: environment['PULSETAKER_CONSOLE_FILES'] || pageFolder,
    servers,
    ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8'),
  };
}
