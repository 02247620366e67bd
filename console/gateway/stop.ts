// How the gateway ends, so that nobody's call is lost.

import type http from 'node:http';
import {LIMITS} from './limits';

/**
 * Takes no more requests. Ends once those under way are answered, or cuts them off
 * after `grace` milliseconds.
 */
export function close(
  server: http.Server,
  grace: number,
  cutOff: () => void,
): Promise<void> {
  return new Promise((resolve) => {
    // A browser keeps its connection for the next request, which is not to come.
    const idle = setInterval(() => server.closeIdleConnections(), LIMITS.idleInterval);
    const end = setTimeout(() => {
      cutOff();
      server.closeAllConnections();
    }, grace);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(end);
      resolve();
    });
    server.closeIdleConnections();
  });
}
