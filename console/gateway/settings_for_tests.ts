// Settings of a gateway on a port of its own, in front of no service.

import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {Settings} from './settings';

const NOBODY = 'http://127.0.0.1:1';

/** A folder that has a page; who made it removes it. */
export function pageFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateway-'));
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(path.join(folder, 'assets', 'a-1.js'), `//${'x'.repeat(2000)}`);
  return folder;
}

export function settingsFor(folder: string, survey: string = NOBODY): Settings {
  return {
    listen: {host: '127.0.0.1', port: 0},
    hosts: ['console.example'],
    audience: 'everybody',
    tls: undefined,
    drain: 0,
    grace: 5_000,
    pageFolder: folder,
    ca: undefined,
    servers: {survey, network: NOBODY, assessment: NOBODY},
  };
}
