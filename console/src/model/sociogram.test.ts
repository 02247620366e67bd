import {create, type MessageInitShape} from '@bufbuild/protobuf';
import {expect, it} from 'vitest';
import {
  GetSociogramResponseSchema,
  SociogramNodeSchema,
} from '../../gen/pulsetaker/network/v1/graphs_pb';
import {Layer, Role} from '../../gen/pulsetaker/network/v1/roles_pb';
import {coloursFor, gather, holders, PEOPLE_MAX, tieCounts} from './sociogram';

type Part = MessageInitShape<typeof GetSociogramResponseSchema>;

async function* stream(...parts: Part[]) {
  for (const part of parts) yield create(GetSociogramResponseSchema, part);
}

const person = (id: string, sector = '', layer = Layer.PUBLIC, roles: Role[] = []) =>
  create(SociogramNodeSchema, {person: id, sector, layer, networks: [{roles}]});

it('puts a stream together', async () => {
  const found = await gather(
    stream(
      {
        payload: {
          case: 'header',
          value: {networks: [{networkId: 'work'}], withheldNetworkIds: ['social']},
        },
      },
      {payload: {case: 'nodes', value: {nodes: [person('a'), person('b')]}}},
      {payload: {case: 'nodes', value: {firstNumber: 2, nodes: [person('c')]}}},
      {
        payload: {
          case: 'ties',
          value: {networkId: 'work', ties: [{source: 0, target: 2}]},
        },
      },
      {
        payload: {
          case: 'ties',
          value: {networkId: 'work', ties: [{source: 1, target: 2}]},
        },
      },
    ),
  );
  expect(found.people.map((one) => one.person)).toEqual(['a', 'b', 'c']);
  expect(found.ties.get('work')).toEqual([0, 2, 1, 2]);
  expect(found.withheld).toEqual(['social']);
  expect([...tieCounts(3, found.ties.get('work')!)]).toEqual([1, 1, 2]);
});

it('refuses more than a page can draw', async () => {
  const nodes = Array.from({length: PEOPLE_MAX + 1}, (_, i) => person(`p${i}`));
  const parts = stream({payload: {case: 'nodes', value: {nodes}}});
  await expect(gather(parts)).rejects.toThrow('which a page does not draw');
});

it('gives the largest sectors colours of their own', () => {
  const people = 'aaabbcdefghi'.split('').map((sector, i) => person(`p${i}`, sector));
  const {key, of} = coloursFor([...people, person('none')], 'sector');
  expect(key.map(({label}) => label)).toEqual([
    'a',
    'b',
    'c',
    'd',
    'e',
    'f',
    'g',
    'others',
  ]);
  expect(new Set(key.map(({colour}) => colour)).size).toBe(8);
  expect(of(person('x', 'i'))).toBe(of(person('y')));
});

it('lists layers in their order', () => {
  const people = [person('a', '', Layer.PUBLIC), person('b', '', Layer.SYSTEMIC)];
  expect(coloursFor(people, 'layer').key.map(({label}) => label)).toEqual([
    'systemic',
    'public',
  ]);
});

it('lists who holds roles, those with the most first', () => {
  const people = [
    person('a', '', Layer.PUBLIC, [Role.HUB]),
    person('b'),
    person('c', '', Layer.PUBLIC, [Role.HUB, Role.PULSETAKER]),
  ];
  expect(holders(people, 0).map((one) => one.person)).toEqual(['c', 'a']);
  expect(holders(people, 1)).toEqual([]);
});
