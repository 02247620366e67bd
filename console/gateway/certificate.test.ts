// A gateway that speaks TLS, and is given another certificate while it runs.

import {execFileSync} from 'node:child_process';
import {copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import https from 'node:https';
import {tmpdir} from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import {afterAll, beforeAll, expect, it, vi} from 'vitest';
import {type Gateway, startGateway} from './server';
import {pageFolder, settingsFor} from './settings_for_tests';

let page: string;
let folder: string;
let gateway: Gateway;
const events: string[] = [];
const inFolder = (name: string) => path.join(folder, name);

function make(name: string): void {
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  execFileSync(
    'openssl',
    [
      ...words,
      ...['-nodes', '-days', '2', '-subj', `/CN=${name}`],
      ...['-addext', 'subjectAltName=DNS:console'],
      ...['-keyout', inFolder(`${name}.key`), '-out', inFolder(`${name}.crt`)],
    ],
    {stdio: 'pipe'},
  );
}

function use(name: string): void {
  copyFileSync(inFolder(`${name}.key`), inFolder('tls.key'));
  copyFileSync(inFolder(`${name}.crt`), inFolder('tls.crt'));
}

/** The name in the certificate that a new connection is shown. */
const shown = (maxVersion: tls.SecureVersion = 'TLSv1.3') =>
  new Promise<string>((resolve, reject) => {
    const socket = tls.connect(
      {port: gateway.port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion},
      () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.end();
      },
    );
    socket.on('error', reject);
  });

const start = () =>
  startGateway(
    {
      ...settingsFor(page),
      tls: {certificate: inFolder('tls.crt'), key: inFolder('tls.key')},
    },
    () => undefined,
    (event) => events.push(event),
  );

beforeAll(async () => {
  page = pageFolder();
  folder = mkdtempSync(path.join(tmpdir(), 'certificate-'));
  make('first');
  make('second');
  use('first');
  gateway = await start();
});

afterAll(async () => {
  await gateway.stop();
  rmSync(page, {recursive: true});
  rmSync(folder, {recursive: true});
});

it('serves the page to who trusts its certificate, by TLS 1.3 alone', async () => {
  const status = await new Promise((resolve, reject) => {
    https
      .get(
        {
          port: gateway.port,
          host: '127.0.0.1',
          servername: 'console',
          ca: readFileSync(inFolder('first.crt')),
          headers: {host: 'console.example'},
        },
        (response) => resolve(response.resume().statusCode),
      )
      .on('error', reject);
  });
  expect(status).toBe(200);
  await expect(shown('TLSv1.2')).rejects.toThrow();
});

it('shows a new certificate, and none that cannot be used', async () => {
  writeFileSync(inFolder('tls.key'), 'no key');
  await vi.waitFor(() => expect(events).toEqual(['tls_files_rejected']), 5_000);
  expect(await shown()).toBe('first');
  use('second');
  await vi.waitFor(() => expect(events).toContain('tls_files_reloaded'), 5_000);
  expect(await shown()).toBe('second');
});

it('does not start with files that do not belong together', async () => {
  copyFileSync(inFolder('first.key'), inFolder('tls.key'));
  await expect(start()).rejects.toThrow();
  use('second');
});
