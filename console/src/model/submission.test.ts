import {webcrypto} from 'node:crypto';
import {toJson} from '@bufbuild/protobuf';
import {afterAll, beforeAll, expect, it, vi} from 'vitest';
import {ResponseSchema} from '../../gen/pulsetaker/survey/v1/response_pb';
import {type Draft, EMPTY_DRAFT} from './draft';
import {attemptFor, newRequestId, responseOf} from './submission';

// Node 18 has it by this name alone.
beforeAll(() => void vi.stubGlobal('crypto', webcrypto));
afterAll(() => void vi.unstubAllGlobals());

const named = (id: string, weight: number) => ({
  id,
  name: 'Ada Khan',
  organisation: 'Council',
  weight,
});
const DRAFT: Draft = {
  ...EMPTY_DRAFT,
  agreedVersion: 3,
  networks: new Map([
    ['work', [named('p2', 1), named('p1', 4)]],
    ['advice', []],
  ]),
  items: new Map<string, number | 'dont-know' | 'not-applicable'>([
    ['b', 0],
    ['a', 'dont-know'],
    ['c', 'not-applicable'],
  ]),
};

it('sends ids and ratings, and neither names nor what was skipped', () => {
  const json = toJson(ResponseSchema, responseOf(DRAFT, 3));
  expect(json).toEqual({
    consentVersion: 3,
    networkAnswers: [
      {networkId: 'advice', state: 'STATE_RESPONDED_NOBODY'},
      {
        networkId: 'work',
        state: 'STATE_RESPONDED',
        nominations: [
          {person: 'p1', weight: 4},
          {person: 'p2', weight: 1},
        ],
      },
    ],
    itemAnswers: [
      {itemId: 'a', nonAnswer: 'NON_ANSWER_DONT_KNOW'},
      {itemId: 'b', rating: 0},
      {itemId: 'c', nonAnswer: 'NON_ANSWER_NOT_APPLICABLE'},
    ],
  });
  expect(JSON.stringify(json)).not.toContain('Ada');
});

it('carries no consent where none is recorded', () => {
  expect(responseOf(DRAFT, 0).consentVersion).toBe(0);
});

it('repeats an attempt as it was, and gives other content another id', () => {
  let count = 0;
  const make = () => `id-${++count}`;
  const first = attemptFor(undefined, responseOf(DRAFT, 3), make);
  expect(first).toMatchObject({requestId: 'id-1', isChanged: false});
  const reordered = {...DRAFT, networks: new Map([...DRAFT.networks].reverse())};
  expect(attemptFor(first, responseOf(reordered, 3), make)).toBe(first);
  const other = responseOf({...DRAFT, items: new Map()}, 3);
  const second = attemptFor(first, other, make);
  expect(second).toMatchObject({requestId: 'id-2', isChanged: true});
  expect(attemptFor(second, other, make)).toBe(second);
});

it('makes ids as the service takes them', () => {
  const ids = Array.from({length: 50}, newRequestId);
  expect(new Set(ids).size).toBe(50);
  for (const id of ids) {
    expect(id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  }
});
