import {create} from '@bufbuild/protobuf';
import {expect, it} from 'vitest';
import {
  Disclosure,
  DisclosedCountSchema,
  DisclosedMeanSchema,
} from '../../gen/pulsetaker/assessment/v1/comparison_pb';
import {categoryText, countText, dimensionText, meanText} from './comparison';

it('says dimensions and categories in words', () => {
  expect(dimensionText('corner.capacity')).toBe('Organisational capacity');
  expect(dimensionText('arrow.a_v')).toBe('Authority to value');
  expect(dimensionText('network.clique.turnover')).toBe('Clique turnover');
  expect(dimensionText('phase')).toBe('Phase');
  expect(categoryText('20..40')).toBe('20 to 40');
  expect(categoryText('not_measured')).toBe('Not measured');
});

it('never makes a number of what is not told', () => {
  const hidden = {disclosure: Disclosure.WITHHELD};
  expect(countText(create(DisclosedCountSchema, hidden))).toBe('withheld');
  expect(
    countText(create(DisclosedCountSchema, {disclosure: Disclosure.TOO_SMALL})),
  ).toBe('too few');
  expect(meanText(create(DisclosedMeanSchema, hidden), {meanStep: 1})).toBe('withheld');
});

it('tells what is', () => {
  const shown = Disclosure.SHOWN;
  expect(
    countText(create(DisclosedCountSchema, {disclosure: shown, placeCount: 15n})),
  ).toBe('15');
  const mean = create(DisclosedMeanSchema, {disclosure: shown, value: 62});
  expect(meanText(mean, {meanStep: 1})).toBe('62');
});
