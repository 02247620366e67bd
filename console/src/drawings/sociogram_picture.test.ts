import {expect, it} from 'vitest';
import {paintSociogram, withKey} from './sociogram_picture';

/** Writes down what is painted. */
function recorder() {
  const calls: string[] = [];
  const context = new Proxy({} as Record<string, unknown>, {
    get:
      (_, name) =>
      (...values: unknown[]) =>
        calls.push(`${String(name)} ${values.join(' ')}`),
    set: () => true,
  });
  return {calls, context: context as never};
}

const node = (x: number, letters: string) => ({
  x,
  y: 50,
  radius: 4,
  colour: '#1d4f91',
  letters,
});

it('paints ties below people, letters above, and the key below all', () => {
  const {calls, context} = recorder();
  const picture = {
    nodes: [node(10, 'H'), node(90, '')],
    ties: [0, 1],
    key: [{label: 'systemic', colour: '#1d4f91'}],
  };
  paintSociogram(context, picture, {width: 100, height: 100});
  expect(calls[0]).toBe('fillRect 0 0 100 132');
  const at = (call: string) => calls.findIndex((one) => one.startsWith(call));
  expect(at('lineTo 90 50')).toBeLessThan(at('arc 10 50'));
  expect(at('arc 90 50')).toBeLessThan(at('fillText H'));
  expect(calls.filter((call) => call.startsWith('fillText'))).toEqual([
    'fillText H 17 55',
    'fillText systemic 26 119 130',
  ]);
});

it('has room for a key of any length', () => {
  const box = {width: 390, height: 500};
  expect(withKey(box, 2).height).toBe(532);
  expect(withKey(box, 8).height).toBe(604);
});
