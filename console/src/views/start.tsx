// Who looks, and at which tenant.

import {useState} from 'preact/hooks';
import {keepToken, readToken, tenantOf} from '../calls/session';
import {hashOf} from '../model/route';
import {Heading} from '../shell/heading';

const TENANT = /^[a-z0-9][a-z0-9_-]{0,62}$/;

export function StartView() {
  const [token, setToken] = useState(readToken());
  const [tenant, setTenant] = useState(tenantOf(token) ?? 'local');
  const [problem, setProblem] = useState('');

  const begin = (event: Event) => {
    event.preventDefault();
    const wanted = tenantOf(token) ?? tenant;
    if (!TENANT.test(wanted)) {
      setProblem('A tenant is lower-case letters, digits, - and _.');
      return;
    }
    keepToken(token.trim());
    location.hash = hashOf({view: 'nation', tenant: wanted});
  };

  return (
    <>
      <Heading title="Welcome">
        <p>See where each place stands, who carries it, and what to do next.</p>
      </Heading>
      <form class="start" onSubmit={begin}>
        <label for="tenant">Tenant</label>
        <input
          id="tenant"
          value={tenant}
          autocomplete="organization"
          autocapitalize="none"
          spellcheck={false}
          aria-describedby="tenant-note problem"
          onInput={(event) => setTenant(event.currentTarget.value)}
        />
        <p id="tenant-note" class="note">
          After <code>./run</code> it is <code>local</code>. A token says it by itself.
        </p>
        <label for="token">Token</label>
        <input
          id="token"
          type="password"
          value={token}
          autocomplete="off"
          aria-describedby="token-note"
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <p id="token-note" class="note">
          Leave it empty where services ask nobody who they are. It is kept for this tab,
          until it is closed.
        </p>
        <p id="problem" class="problem" role="alert">
          {problem}
        </p>
        <button type="submit">Show all places</button>
      </form>
    </>
  );
}
