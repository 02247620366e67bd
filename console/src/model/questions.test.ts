import {create} from '@bufbuild/protobuf';
import {describe, expect, it} from 'vitest';
import {QuestionnaireSchema} from '../../gen/pulsetaker/survey/v1/invitation_pb';
import {fittingLanguage, languageName, NOMINATIONS_MAX, questionsIn} from './questions';
import {ITEMS_A_PAGE, stepAt, stepsOf} from './steps';

const asked = (texts: {serviceField?: string; innovation?: string} = {}) =>
  create(QuestionnaireSchema, {
    surveyDisplayName: 'Care at home',
    serviceField: 'home care',
    localityDisplayName: 'Leeds',
    instrument: {
      language: 'en',
      networks: [
        {networkId: 'work', wording: 'With whom in {place} for {service}, {service}?'},
        {networkId: 'advice', wording: 'Advice?', weightMin: 2, nominationCap: 3},
      ],
      items: Array.from({length: ITEMS_A_PAGE + 1}, (_, index) => ({
        itemId: `i${index}`,
        wording: `Statement ${index}`,
        scaleMin: 1,
        scaleMax: 5,
      })),
      translations: [
        {language: 'cy', networks: [{networkId: 'work', wording: 'Gyda phwy, {place}?'}]},
      ],
    },
    ...texts,
  });

describe('questions', () => {
  it('have the names of what they are about in their wording', () => {
    expect(questionsIn(asked(), 'en').networks[0]!.wording).toBe(
      'With whom in Leeds for home care, home care?',
    );
    const unnamed = asked({serviceField: '', innovation: '$& care'});
    expect(questionsIn(unnamed, 'en').networks[0]!.wording).toContain('for $& care,');
    const bare = asked({serviceField: '', innovation: ''});
    expect(questionsIn(bare, 'en').networks[0]!.wording).toContain('for Care at home,');
  });

  it('are in the language asked for, as far as it has texts', () => {
    const questions = questionsIn(asked(), 'cy');
    expect(questions.language).toBe('cy');
    expect(questions.networks.map(({wording}) => wording)).toEqual([
      'Gyda phwy, Leeds?',
      'Advice?',
    ]);
    expect(questionsIn(asked(), 'xx').language).toBe('en');
  });

  it('say what may be answered', () => {
    expect(questionsIn(asked(), 'en').networks).toMatchObject([
      {weightMin: 1, weightMax: 1, cap: NOMINATIONS_MAX},
      {weightMin: 2, weightMax: 2, cap: 3},
    ]);
  });

  it('are refused where there are none', () => {
    expect(() => questionsIn(create(QuestionnaireSchema), 'en')).toThrow('asks nothing');
  });
});

describe('a language', () => {
  it('is the first wanted one that is offered, or has the same first part', () => {
    expect(fittingLanguage(['en', 'cy'], ['cy-GB', 'en'])).toBe('cy');
    expect(fittingLanguage(['en-US', 'en-GB'], ['EN-gb'])).toBe('en-GB');
    expect(fittingLanguage(['en', 'cy'], ['fr', 'cy'])).toBe('cy');
    expect(fittingLanguage(['en'], ['fr', 'end'])).toBeUndefined();
  });

  it('is called what it calls itself, or by its tag', () => {
    expect(languageName('cy')).toBe('Cymraeg');
    expect(languageName('no-tag-at-all-x')).toBe('no-tag-at-all-x');
  });
});

describe('the steps', () => {
  const steps = stepsOf(questionsIn(asked(), 'en'));

  it('are one a network, a few statements each, and two around them', () => {
    expect(steps.map(({id}) => id)).toEqual([
      '',
      'network/work',
      'network/advice',
      'items/1',
      'items/2',
      'review',
    ]);
    expect(steps[4]).toMatchObject({
      page: 2,
      pages: 2,
      items: [{id: `i${ITEMS_A_PAGE}`}],
    });
  });

  it('begin at the first for who has not agreed, or comes from no step', () => {
    expect(stepAt(steps, 'items/1', true)).toBe(3);
    expect(stepAt(steps, 'items/1', false)).toBe(0);
    expect(stepAt(steps, 'items/9', true)).toBe(0);
  });
});
