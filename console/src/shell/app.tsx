import {useMemo, useRef} from 'preact/hooks';
import {makeClients} from '../calls/clients';
import {hashOf, type Route, tenantIn} from '../model/route';
import {subjectOf} from '../model/subject';
import {AnswerView} from '../views/answer';
import {CampaignView} from '../views/campaign';
import {ComparisonView} from '../views/comparison';
import {NationView} from '../views/nation';
import {PlaceView} from '../views/place';
import {SociogramView} from '../views/sociogram';
import {StartView} from '../views/start';
import {Guarded} from './guarded';
import {Heading} from './heading';
import {ClientsContext} from './services';
import {SubjectContext} from './subject';
import {useRoute} from './use_route';

function View({route}: {route: Route}) {
  switch (route.view) {
    case 'start':
      return <StartView />;
    case 'nation':
      return <NationView tenant={route.tenant} />;
    case 'place':
      return <PlaceView of={route} />;
    case 'campaign':
      return <CampaignView of={route} />;
    case 'sociogram':
      return <SociogramView of={route} />;
    case 'comparison':
      return <ComparisonView of={route} />;
    case 'answer':
      return <AnswerView token={route.token} />;
    case 'unknown':
      return (
        <Heading title="No such page">
          <p>
            This address leads nowhere. <a href="#/">Begin at the start</a>.
          </p>
        </Heading>
      );
  }
}

export function App() {
  const clients = useMemo(() => makeClients(location.origin), []);
  const main = useRef<HTMLElement>(null);
  const route = useRoute();
  const tenant = tenantIn(route);
  const home = tenant === undefined ? '#/' : hashOf({view: 'nation', tenant});
  // A link to `#main` would be taken for a place to go to.
  const skip = (event: Event) => {
    event.preventDefault();
    main.current?.focus();
  };
  return (
    <ClientsContext.Provider value={clients}>
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <header class="top">
        {/* Who answers is no user, and is led to nowhere else. */}
        {route.view === 'answer' ? (
          <span class="brand">pulsetaker</span>
        ) : (
          <a class="brand" href={home}>
            pulsetaker
          </a>
        )}
        {tenant !== undefined && (
          <nav aria-label="Views">
            <a href={home} {...(route.view === 'nation' ? {'aria-current': 'page'} : {})}>
              All places
            </a>
          </nav>
        )}
        {tenant !== undefined && (
          <a class="tenant" href="#/">
            Tenant {tenant}
            <span class="hidden">: choose another, or another token</span>
          </a>
        )}
      </header>
      <main ref={main} id="main" tabIndex={-1}>
        {/* Another place is another view, with nothing left of the one before. */}
        <Guarded key={location.hash}>
          <SubjectContext.Provider value={subjectOf(route)}>
            <View route={route} />
          </SubjectContext.Provider>
        </Guarded>
      </main>
    </ClientsContext.Provider>
  );
}
