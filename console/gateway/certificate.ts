// The certificate of the gateway, if it speaks TLS itself.
//
// Its files are replaced while the gateway runs. They are read every second; new ones
// are for new connections, and those that cannot be used leave the former in use.

import {readFileSync} from 'node:fs';
import type https from 'node:https';
import {createSecureContext} from 'node:tls';
import {LIMITS} from './limits';
import {type EventLog, reasonOf} from './log';

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: 'TLSv1.3';
}

function read({certificate, key}: CertificateFiles): Certificate {
  return {
    cert: readFileSync(certificate, 'utf8'),
    key: readFileSync(key, 'utf8'),
    minVersion: 'TLSv1.3',
  };
}

/** To be compared: what they say, or why they cannot be read. */
function contentOf(files: CertificateFiles): string {
  try {
    return JSON.stringify(read(files));
  } catch (error) {
    return reasonOf(error);
  }
}

/** Throws if certificate and key do not belong together, or are none. */
export function readCertificate(files: CertificateFiles): Certificate {
  const found = read(files);
  createSecureContext(found);
  return found;
}

/** Gives the server new files until it is closed. */
export function followCertificate(
  server: https.Server,
  files: CertificateFiles,
  log: EventLog,
): void {
  let seen = contentOf(files);
  const timer = setInterval(() => {
    const now = contentOf(files);
    if (now === seen) return;
    seen = now;
    try {
      server.setSecureContext(readCertificate(files));
      log('tls_files_reloaded');
    } catch (error) {
      log('tls_files_rejected', {reason: reasonOf(error)});
    }
  }, LIMITS.certificateInterval);
  server.once('close', () => clearInterval(timer));
}
