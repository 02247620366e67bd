// Who looks at the page: a token, or nobody where the services ask nobody.
//
// The token is kept for the tab alone, so that a reload does not ask for it again and
// a closed tab has none.

const KEY = 'pulsetaker.token';

export function readToken(storage: Storage = sessionStorage): string {
  return storage.getItem(KEY) ?? '';
}

export function keepToken(token: string, storage: Storage = sessionStorage): void {
  if (token === '') storage.removeItem(KEY);
  else storage.setItem(KEY, token);
}

/**
 * The tenant that a token is of, to know what to show first. Not verified: that is for
 * the services, which take it from the token as well.
 */
export function tenantOf(token: string): string | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const base64 = payload.replaceAll('-', '+').replaceAll('_', '/');
    const claims: unknown = JSON.parse(atob(base64));
    if (typeof claims !== 'object' || claims === null || !('tenant' in claims)) {
      return undefined;
    }
    return typeof claims.tenant === 'string' ? claims.tenant : undefined;
  } catch {
    return undefined;
  }
}
