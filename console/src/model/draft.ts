// What somebody has answered so far, and each change that they can make to it.

import {type NetworkQuestion, NOMINATIONS_MAX} from './questions';

/** Somebody who can be named, as a search finds them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
}

export interface Nomination extends Person {
  readonly weight: number;
}

/** Empty where nobody is to be named, which is an answer; a network without is skipped. */
export type Named = readonly Nomination[];

export type Rating = number | 'dont-know' | 'not-applicable';

/** What was sent, with the id by which the service knows it again. */
export interface Attempt {
  readonly requestId: string;
  readonly content: string;
  /** Whether something else was sent before, of which no answer came. */
  readonly isChanged: boolean;
}

export interface Draft {
  /** Empty until one is chosen. */
  readonly language: string;
  /** The id of the step that is shown; empty for the first. */
  readonly step: string;
  /** The version of the consent text that was agreed to; 0 for none. */
  readonly agreedVersion: number;
  readonly networks: ReadonlyMap<string, Named>;
  readonly items: ReadonlyMap<string, Rating>;
  readonly attempt: Attempt | undefined;
}

export const EMPTY_DRAFT: Draft = {
  language: '',
  step: '',
  agreedVersion: 0,
  networks: new Map(),
  items: new Map(),
  attempt: undefined,
};

export type Change =
  | {readonly kind: 'language'; readonly language: string}
  | {readonly kind: 'step'; readonly step: string}
  | {readonly kind: 'agree'; readonly version: number}
  | {readonly kind: 'name'; readonly network: NetworkQuestion; readonly person: Person}
  | {readonly kind: 'remove'; readonly network: string; readonly person: string}
  | {
      readonly kind: 'weigh';
      readonly network: string;
      readonly person: string;
      readonly weight: number;
    }
  | {readonly kind: 'nobody'; readonly network: string; readonly isNobody: boolean}
  | {readonly kind: 'rate'; readonly item: string; readonly rating: Rating | undefined}
  | {readonly kind: 'attempt'; readonly attempt: Attempt};

function replaced<V>(map: ReadonlyMap<string, V>, key: string, value: V | undefined) {
  const copy = new Map(map);
  if (value === undefined) copy.delete(key);
  else copy.set(key, value);
  return copy;
}

const withNetwork = (draft: Draft, network: string, named: Named | undefined): Draft => ({
  ...draft,
  networks: replaced(draft.networks, network, named),
});

export const namedIn = (draft: Draft, network: string): Named =>
  draft.networks.get(network) ?? [];

export const isNobody = (draft: Draft, network: string) =>
  draft.networks.get(network)?.length === 0;

export function isFull(draft: Draft, {id, cap}: NetworkQuestion): boolean {
  const all = [...draft.networks.values()].reduce((sum, named) => sum + named.length, 0);
  return namedIn(draft, id).length >= cap || all >= NOMINATIONS_MAX;
}

function withName(draft: Draft, network: NetworkQuestion, person: Person): Draft {
  const named = namedIn(draft, network.id);
  if (isFull(draft, network) || named.some(({id}) => id === person.id)) return draft;
  return withNetwork(draft, network.id, [
    ...named,
    {...person, weight: network.weightMin},
  ]);
}

export function changed(draft: Draft, change: Change): Draft {
  switch (change.kind) {
    case 'language':
      return {...draft, language: change.language};
    case 'step':
      return {...draft, step: change.step};
    case 'agree':
      // Agreeing leads to no other step by itself, whichever was kept.
      return {...draft, agreedVersion: change.version, step: ''};
    case 'attempt':
      return {...draft, attempt: change.attempt};
    case 'rate':
      return {...draft, items: replaced(draft.items, change.item, change.rating)};
    case 'name':
      return withName(draft, change.network, change.person);
    case 'remove': {
      const left = namedIn(draft, change.network).filter(({id}) => id !== change.person);
      // Whoever removes the last has not said that there is nobody.
      return withNetwork(draft, change.network, left.length === 0 ? undefined : left);
    }
    case 'weigh':
      return withNetwork(
        draft,
        change.network,
        namedIn(draft, change.network).map((one) =>
          one.id === change.person ? {...one, weight: change.weight} : one,
        ),
      );
    case 'nobody':
      return withNetwork(draft, change.network, change.isNobody ? [] : undefined);
  }
}

/** Who was named in other networks, each once, to be named again by one touch. */
export function namedElsewhere(draft: Draft, network: string): readonly Person[] {
  const people = new Map<string, Person>();
  for (const [id, named] of draft.networks) {
    if (id !== network) for (const one of named) people.set(one.id, one);
  }
  return [...people.values()].sort((a, b) => a.name.localeCompare(b.name));
}
