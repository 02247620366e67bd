// A draft as text that a device keeps, and back. What is read may be old, or written by
// anybody: nothing of it is believed that is not of the form and of the questions.

import type {Attempt, Draft, Named, Nomination, Rating} from './draft';
import type {NetworkQuestion, Questions} from './questions';
import {isIn} from './steps';

const VERSION = 1;
const ID = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const REQUEST_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface KeptDraft {
  readonly draft: Draft;
  /** In milliseconds since 1970. */
  readonly savedAt: number;
  /** When the invitation ends. */
  readonly keptUntil: number;
}

export function textOf({draft, savedAt, keptUntil}: KeptDraft): string {
  return JSON.stringify({
    version: VERSION,
    savedAt,
    keptUntil,
    ...draft,
    networks: [...draft.networks],
    items: [...draft.items],
  });
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null;
const textIn = (value: unknown) => (typeof value === 'string' ? value : '');
const numberIn = (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) ? value : 0;
const listIn = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : [];

/** The pairs of a list of pairs whose first is a text. */
function pairsIn(value: unknown): readonly (readonly [string, unknown])[] {
  return listIn(value).flatMap((pair) => {
    const [key, content]: readonly unknown[] = listIn(pair);
    return typeof key === 'string' ? [[key, content] as const] : [];
  });
}

function nominationIn(
  value: unknown,
  {weightMin, weightMax}: NetworkQuestion,
): Nomination | undefined {
  if (!isFields(value)) return undefined;
  const [id, name] = [textIn(value['id']), textIn(value['name'])];
  if (!ID.test(id) || name === '') return undefined;
  const weight = numberIn(value['weight']);
  const isWeight = Number.isInteger(weight) && weight >= weightMin && weight <= weightMax;
  return {
    id,
    name,
    organisation: textIn(value['organisation']),
    weight: isWeight ? weight : weightMin,
  };
}

/** Undefined, which is skipped, where there were names and none of them can be kept. */
function namesIn(value: unknown, network: NetworkQuestion): Named | undefined {
  if (!Array.isArray(value)) return undefined;
  const people = new Map<string, Nomination>();
  for (const one of value) {
    const nomination = nominationIn(one, network);
    if (nomination !== undefined) people.set(nomination.id, nomination);
  }
  const named = [...people.values()].slice(0, network.cap);
  return named.length === 0 && value.length > 0 ? undefined : named;
}

function ratingIn(value: unknown, min: number, max: number): Rating | undefined {
  if (value === 'dont-know' || value === 'not-applicable') return value;
  const isRating = Number.isInteger(value) && numberIn(value) >= min;
  return isRating && numberIn(value) <= max ? numberIn(value) : undefined;
}

function attemptIn(value: unknown): Attempt | undefined {
  if (!isFields(value)) return undefined;
  const requestId = textIn(value['requestId']);
  if (!REQUEST_ID.test(requestId)) return undefined;
  return {
    requestId,
    content: textIn(value['content']),
    isChanged: value['isChanged'] === true,
  };
}

/** The answers of a list of pairs to questions that are still asked. */
function answersIn<Q extends {readonly id: string}, A>(
  value: unknown,
  questions: readonly Q[],
  read: (content: unknown, question: Q) => A | undefined,
): ReadonlyMap<string, A> {
  const kept = new Map(pairsIn(value));
  return new Map(
    questions.flatMap((question) => {
      const answer = read(kept.get(question.id), question);
      return answer === undefined ? [] : [[question.id, answer] as const];
    }),
  );
}

function fieldsIn(text: string): Fields | undefined {
  try {
    const fields: unknown = JSON.parse(text);
    return isFields(fields) && fields['version'] === VERSION ? fields : undefined;
  } catch {
    return undefined;
  }
}

/** Until when a text may be kept; 0 for one that is no draft. */
export const keptUntilOf = (text: string) => numberIn(fieldsIn(text)?.['keptUntil']);

/** What of a text fits the questions; undefined if it is no draft. */
export function keptDraftIn(text: string, questions: Questions): KeptDraft | undefined {
  const fields = fieldsIn(text);
  if (fields === undefined) return undefined;
  const step = textIn(fields['step']);
  return {
    savedAt: numberIn(fields['savedAt']),
    keptUntil: numberIn(fields['keptUntil']),
    draft: {
      language: textIn(fields['language']),
      step: isIn(questions, step) ? step : '',
      agreedVersion: numberIn(fields['agreedVersion']),
      networks: answersIn(fields['networks'], questions.networks, namesIn),
      items: answersIn(fields['items'], questions.items, (content, {min, max}) =>
        ratingIn(content, min, max),
      ),
      attempt: attemptIn(fields['attempt']),
    },
  };
}
