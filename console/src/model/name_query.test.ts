import {expect, it} from 'vitest';
import {isLongEnough, isTooLong, queryOf} from './name_query';

it('asks for two letters or digits, whatever the script', () => {
  for (const query of ['ad', 'Ад', 'é1', "o'n", 'a b', 'محمد']) {
    expect(isLongEnough(query), query).toBe(true);
  }
  for (const query of ['', 'a', "'-", 'é', 'e\u0301', ' a ']) {
    expect(isLongEnough(query), query).toBe(false);
  }
});

it('asks for one letter of Chinese, Japanese or Korean', () => {
  for (const query of ['李', 'さ', 'サ', '김']) expect(isLongEnough(query)).toBe(true);
});

it('takes no more bytes than the service does', () => {
  expect(isTooLong('é'.repeat(100))).toBe(false);
  expect(isTooLong('é'.repeat(101))).toBe(true);
});

it('loses what no name has', () => {
  expect(queryOf(' ada\t\u0007khan ')).toBe('ada khan');
});
