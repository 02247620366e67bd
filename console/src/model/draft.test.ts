import {describe, expect, it} from 'vitest';
import {
  type Change,
  changed,
  type Draft,
  EMPTY_DRAFT,
  isFull,
  isNobody,
  namedElsewhere,
  namedIn,
} from './draft';
import {keptDraftIn, keptUntilOf, textOf} from './draft_text';
import type {NetworkQuestion, Questions} from './questions';

const network = (id: string, cap = 3): NetworkQuestion => ({
  id,
  wording: `${id}?`,
  weightMin: 1,
  weightMax: 5,
  cap,
});
const person = (id: string) => ({id, name: `Name ${id}`, organisation: 'Council'});
const WORK = network('work');
const ADVICE = network('advice', 1);
const QUESTIONS = {
  language: 'en',
  networks: [WORK, ADVICE],
  items: [
    {id: 'a', wording: 'A', kind: 1, min: 1, max: 5},
    {id: 'b', wording: 'B', kind: 1, min: 0, max: 100},
  ],
} satisfies Questions;

const after = (...changes: readonly Change[]): Draft =>
  changes.reduce(changed, EMPTY_DRAFT);
const naming = (of: NetworkQuestion, id: string): Change => ({
  kind: 'name',
  network: of,
  person: person(id),
});
const idsIn = (draft: Draft, id: string) => namedIn(draft, id).map((one) => one.id);

describe('a draft', () => {
  it('has each person once, and no more than may be named', () => {
    const draft = after(
      naming(WORK, 'p1'),
      naming(WORK, 'p1'),
      naming(ADVICE, 'p1'),
      naming(ADVICE, 'p2'),
    );
    expect(idsIn(draft, 'work')).toEqual(['p1']);
    expect(idsIn(draft, 'advice')).toEqual(['p1']);
    expect([isFull(draft, WORK), isFull(draft, ADVICE)]).toEqual([false, true]);
  });

  it('tells nobody from nothing', () => {
    const nobody = after({kind: 'nobody', network: 'work', isNobody: true});
    expect(isNobody(nobody, 'work')).toBe(true);
    expect(isNobody(EMPTY_DRAFT, 'work')).toBe(false);
    const named = changed(nobody, naming(WORK, 'p1'));
    expect(isNobody(named, 'work')).toBe(false);
    // Whoever takes the last name back has not said that there is nobody.
    const removed = changed(named, {kind: 'remove', network: 'work', person: 'p1'});
    expect(removed.networks.has('work')).toBe(false);
  });

  it('has weights and ratings, which can be changed and taken back', () => {
    const draft = after(
      naming(WORK, 'p1'),
      {kind: 'weigh', network: 'work', person: 'p1', weight: 4},
      {kind: 'rate', item: 'a', rating: 2},
      {kind: 'rate', item: 'b', rating: 'dont-know'},
      {kind: 'rate', item: 'a', rating: undefined},
    );
    expect(namedIn(draft, 'work')).toMatchObject([{id: 'p1', weight: 4}]);
    expect([...draft.items]).toEqual([['b', 'dont-know']]);
  });

  it('knows who was named elsewhere, each once', () => {
    const draft = after(naming(WORK, 'p2'), naming(WORK, 'p1'), naming(ADVICE, 'p2'));
    expect(namedElsewhere(draft, 'other').map(({id}) => id)).toEqual(['p1', 'p2']);
    expect(namedElsewhere(draft, 'work').map(({id}) => id)).toEqual(['p2']);
  });
});

describe('a draft that a device keeps', () => {
  const REQUEST_ID = '11111111-2222-4333-8444-555555555555';
  const whole = after(
    {kind: 'language', language: 'cy'},
    {kind: 'agree', version: 2},
    {kind: 'step', step: 'network/advice'},
    naming(WORK, 'p1'),
    {kind: 'weigh', network: 'work', person: 'p1', weight: 5},
    {kind: 'nobody', network: 'advice', isNobody: true},
    {kind: 'rate', item: 'a', rating: 5},
    {kind: 'rate', item: 'b', rating: 'not-applicable'},
    {
      kind: 'attempt',
      attempt: {requestId: REQUEST_ID, content: '{}', isChanged: true},
    },
  );
  const text = textOf({draft: whole, savedAt: 5, keptUntil: 9});
  const changedText = (fields: object) =>
    JSON.stringify({...JSON.parse(text), ...fields});
  const read = (fields: object) => keptDraftIn(changedText(fields), QUESTIONS)!.draft;

  it('is found again as it was', () => {
    expect(keptDraftIn(text, QUESTIONS)).toEqual({
      draft: whole,
      savedAt: 5,
      keptUntil: 9,
    });
    expect(keptUntilOf(text)).toBe(9);
  });

  it('is none where the text is of something else', () => {
    for (const other of ['', '{', 'null', '[]', '7', '{}', changedText({version: 2})]) {
      expect(keptDraftIn(other, QUESTIONS), other).toBeUndefined();
      expect(keptUntilOf(other), other).toBe(0);
    }
  });

  it('keeps what fits other questions', () => {
    const other = {...QUESTIONS, networks: [ADVICE], items: QUESTIONS.items.slice(1)};
    const {draft} = keptDraftIn(text, other)!;
    expect([...draft.networks]).toEqual([['advice', []]]);
    expect([...draft.items]).toEqual([['b', 'not-applicable']]);
    expect(keptDraftIn(text, {...QUESTIONS, networks: [WORK]})!.draft.step).toBe('');
  });

  it('loses what nobody can have answered, and nothing else', () => {
    const good = {id: 'p1', name: 'Ada', organisation: '', weight: 3};
    const named = (of: unknown) => [...read({networks: of}).networks];
    expect(
      named([
        [
          'work',
          [
            good,
            good,
            {...good, id: '../x'},
            {id: 'p2'},
            null,
            7,
            {...good, id: 'p3', weight: 99},
          ],
        ],
        ['nowhere', [good]],
        ['__proto__', [good]],
        'work',
      ]),
    ).toEqual([['work', [good, {...good, id: 'p3', weight: 1}]]]);
    expect(named([['advice', [good, {...good, id: 'p2'}]]])).toEqual([
      ['advice', [good]],
    ]);
    // Names that are all lost are no answer, least of all "nobody".
    expect(named([['work', [{id: 'p1'}]]])).toEqual([]);
    expect(named({work: []})).toEqual([]);
    const items = [
      ['a', 6],
      ['b', 1.5],
    ];
    expect([...read({items}).items]).toEqual([]);
    expect([...read({items: [['b', 0]]}).items]).toEqual([['b', 0]]);
    expect(read({attempt: {requestId: 'x', content: ''}}).attempt).toBeUndefined();
    expect(read({step: 7, language: {}, agreedVersion: 'all'})).toMatchObject({
      step: '',
      language: '',
      agreedVersion: 0,
    });
  });
});
