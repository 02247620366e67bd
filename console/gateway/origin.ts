// Whether a request is one that a page of ours makes.
//
// A service on loopback asks nobody who calls, so any page in a browser on that
// machine could try to call it through the gateway: from its own origin, or by a name
// of its own that it has made to resolve to loopback. The first shows in `Origin` and
// `Sec-Fetch-Site`, the second in `Host`.

import type {IncomingHttpHeaders} from 'node:http';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

function hostOf(authority: string): string {
  return authority.replace(/:\d+$/, '').toLowerCase();
}

export function isKnownHost(
  authority: string | undefined,
  hosts: readonly string[],
): boolean {
  if (authority === undefined) return false;
  const host = hostOf(authority);
  return LOOPBACK.includes(host) || hosts.includes(host);
}

/** For calls: a page of another origin may link to the console, but not call. */
export function isOwnOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const origin = headers.origin;
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === headers.host?.toLowerCase();
  } catch {
    return false;
  }
}
