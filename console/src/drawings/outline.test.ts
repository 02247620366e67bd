import {expect, it} from 'vitest';
import {outlineOf} from './outline';

const outline = (tag: string, attributes: Record<string, string>) =>
  outlineOf(tag, (name) => attributes[name] ?? '');

it('is the same shape as a path', () => {
  expect(outline('path', {d: 'M1 2H3'})).toBe('M1 2H3');
  expect(outline('line', {x1: '1', y1: '2', x2: '3', y2: '4'})).toBe('M1 2L3 4');
  expect(outline('polygon', {points: '0,0 1,0 1,1'})).toBe('M0,0 1,0 1,1Z');
  expect(outline('polyline', {points: '0,0 1,0'})).toBe('M0,0 1,0');
  expect(outline('circle', {cx: '5', cy: '5', r: '2'})).toBe(
    'M3 5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0Z',
  );
  expect(outline('rect', {width: '8', height: '4'})).toBe('M0 0h8v4h-8Z');
  expect(outline('rect', {x: '1', y: '1', width: '8', height: '6', rx: '2'})).toBe(
    'M3 1h4a2 2 0 0 1 2 2v2a2 2 0 0 1 -2 2h-4a2 2 0 0 1 -2 -2v-2a2 2 0 0 1 2 -2Z',
  );
});

it('is none of what is no shape', () =>
  expect(outline('text', {x: '1'})).toBeUndefined());
