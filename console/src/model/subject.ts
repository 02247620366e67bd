// What a view is about, for the files that are saved of it.

import type {Route} from './route';

export interface Subject {
  /** Of the names of files: place, survey and wave. */
  readonly parts: readonly string[];
  /** For people who find the file later. */
  readonly text: string;
}

const NOTHING: Subject = {parts: [], text: ''};

const waveParts = (
  {locality, survey}: {readonly locality: string; readonly survey: string},
  wave: string,
  text: string,
): Subject => ({
  parts: [locality, survey, wave],
  text: [locality, survey, text].filter((part) => part !== '').join(', '),
});

export function subjectOf(route: Route): Subject {
  switch (route.view) {
    case 'nation':
      return {parts: [route.tenant], text: `all places of ${route.tenant}`};
    case 'place': {
      const {wave} = route;
      return wave === undefined
        ? waveParts(route, '', '')
        : waveParts(route, String(wave), `wave ${wave}`);
    }
    case 'campaign':
    case 'sociogram':
      return waveParts(route, String(route.wave), `wave ${route.wave}`);
    case 'comparison': {
      const {earlier, later} = route;
      return waveParts(route, `${earlier}-${later}`, `waves ${earlier} and ${later}`);
    }
    case 'start':
    case 'answer':
    case 'unknown':
      return NOTHING;
  }
}
