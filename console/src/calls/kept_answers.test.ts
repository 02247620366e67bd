import {webcrypto} from 'node:crypto';
import {afterAll, beforeAll, expect, it, vi} from 'vitest';
import {EMPTY_DRAFT} from '../model/draft';
import {textOf} from '../model/draft_text';
import {keptAnswerFor} from './kept_answers';

// Node 18 has it by this name alone.
beforeAll(() => void vi.stubGlobal('crypto', webcrypto));
afterAll(() => void vi.unstubAllGlobals());

/** What a browser keeps, in memory. */
function memory(kept = new Map<string, string>()): Storage {
  return {
    get length() {
      return kept.size;
    },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, text),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}

const text = (keptUntil: number) => textOf({draft: EMPTY_DRAFT, savedAt: 1, keptUntil});
const TOMORROW = Date.now() + 86_400_000;

it('keeps an answer by a key that has nothing of the invitation', async () => {
  const storage = memory();
  const kept = (await keptAnswerFor('secret-token', () => storage))!;
  expect(kept.key).toMatch(/^pulsetaker\.answer\.[0-9a-f]{64}$/);
  expect(kept.read()).toBeUndefined();
  expect(kept.write(text(TOMORROW))).toBe(true);
  const again = (await keptAnswerFor('secret-token', () => storage))!;
  expect(again.read()).toBe(text(TOMORROW));
  expect((await keptAnswerFor('other-token', () => storage))!.read()).toBeUndefined();
  again.remove();
  expect(storage.length).toBe(0);
});

it('removes what is of an invitation that has ended, and nothing of others', async () => {
  const storage = memory(
    new Map([
      ['pulsetaker.answer.1', text(1)],
      ['pulsetaker.answer.2', 'no draft'],
      ['pulsetaker.answer.3', text(TOMORROW)],
      ['pulsetaker.answer.4', text(2)],
      ['other', text(1)],
    ]),
  );
  await keptAnswerFor('token', () => storage);
  const keys = [0, 1, 2].map((index) => storage.key(index));
  expect(keys).toEqual(['pulsetaker.answer.3', 'other', null]);
});

it('says where nothing is kept', async () => {
  const blocked = () => {
    throw new DOMException('no', 'SecurityError');
  };
  expect(await keptAnswerFor('token', blocked)).toBeUndefined();
  const storage = memory();
  const kept = (await keptAnswerFor('token', () => storage))!;
  kept.write(text(TOMORROW));
  storage.setItem = blocked;
  expect(kept.write('more than there is room for')).toBe(false);
  expect(kept.read()).toBeUndefined();
});
