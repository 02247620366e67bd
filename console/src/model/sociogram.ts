// People and their ties, as the network service lays them out: what it withholds is
// not in it, so everything that is in it may be drawn.

import {
  type GetSociogramResponse,
  type SociogramNetwork,
  type SociogramNode,
} from '../../gen/pulsetaker/network/v1/graphs_pb';
import {Gate, Layer, Role} from '../../gen/pulsetaker/network/v1/roles_pb';

/** Numbers of two people, one after the other. */
export type TieList = readonly number[];

export interface Sociogram {
  readonly networks: readonly SociogramNetwork[];
  readonly withheld: readonly string[];
  readonly people: readonly SociogramNode[];
  readonly ties: ReadonlyMap<string, TieList>;
}

export const PEOPLE_MAX = 5_000;
export const TIES_MAX = 200_000;

/** Puts the parts of a stream together. Throws if there is more than can be drawn. */
export async function gather(
  parts: AsyncIterable<GetSociogramResponse>,
): Promise<Sociogram> {
  let networks: readonly SociogramNetwork[] = [];
  let withheld: readonly string[] = [];
  const people: SociogramNode[] = [];
  const ties = new Map<string, number[]>();
  let tieCount = 0;
  for await (const {payload} of parts) {
    if (payload.case === 'header') {
      ({networks, withheldNetworkIds: withheld} = payload.value);
    } else if (payload.case === 'nodes') {
      people.push(...payload.value.nodes);
    } else if (payload.case === 'ties') {
      const list = ties.get(payload.value.networkId) ?? [];
      ties.set(payload.value.networkId, list);
      for (const {source, target} of payload.value.ties) list.push(source, target);
      tieCount += payload.value.ties.length;
    }
    if (people.length > PEOPLE_MAX || tieCount > TIES_MAX) {
      throw new Error(
        `There are more than ${PEOPLE_MAX} people or ${TIES_MAX} ties, which a page does not draw.`,
      );
    }
  }
  return {networks, withheld, people, ties};
}

export type Colouring = 'layer' | 'sector';

/** Those of the report: told apart by lightness too. */
const LAYER_COLOURS: Record<Layer, string> = {
  [Layer.UNSPECIFIED]: '#8593a0',
  [Layer.SYSTEMIC]: '#1d4f91',
  [Layer.SECTORAL]: '#e0a100',
  [Layer.FRONTLINE]: '#1b7f5c',
  [Layer.PUBLIC]: '#a63d7a',
};

/** Okabe and Ito's, which are made for those who confuse colours. */
const SECTOR_COLOURS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#c9b400',
] as const;
const OTHER_SECTORS = '#8593a0';

export interface ColourKey {
  readonly label: string;
  readonly colour: string;
}

export interface Colours {
  readonly of: (person: SociogramNode) => string;
  readonly key: readonly ColourKey[];
}

const LAYER_NAMES: Record<Layer, string> = {
  [Layer.UNSPECIFIED]: 'no layer',
  [Layer.SYSTEMIC]: 'systemic',
  [Layer.SECTORAL]: 'sectoral',
  [Layer.FRONTLINE]: 'frontline',
  [Layer.PUBLIC]: 'public',
};

export const layerName = (layer: Layer) => LAYER_NAMES[layer] ?? 'no layer';

function byLayer(people: readonly SociogramNode[]): Colours {
  const layers = [...new Set(people.map(({layer}) => layer))].sort((a, b) => a - b);
  return {
    of: ({layer}) => LAYER_COLOURS[layer] ?? OTHER_SECTORS,
    key: layers.map((layer) => ({
      label: layerName(layer),
      colour: LAYER_COLOURS[layer] ?? OTHER_SECTORS,
    })),
  };
}

/** The largest sectors have colours of their own, the others one together. */
function bySector(people: readonly SociogramNode[]): Colours {
  const counts = new Map<string, number>();
  for (const {sector} of people) counts.set(sector, (counts.get(sector) ?? 0) + 1);
  const sectors = [...counts]
    .filter(([sector]) => sector !== '')
    .sort(([a, few], [b, many]) => many - few || (a < b ? -1 : 1))
    .map(([sector]) => sector);
  const own = new Map(
    sectors
      .slice(0, SECTOR_COLOURS.length)
      .map((sector, i) => [sector, SECTOR_COLOURS[i]!]),
  );
  const key: ColourKey[] = [...own].map(([label, colour]) => ({label, colour}));
  if (counts.size > own.size) key.push({label: 'others', colour: OTHER_SECTORS});
  return {of: ({sector}) => own.get(sector) ?? OTHER_SECTORS, key};
}

export function coloursFor(people: readonly SociogramNode[], by: Colouring): Colours {
  return by === 'layer' ? byLayer(people) : bySector(people);
}

const ROLE_NAMES: Record<Role, string> = {
  [Role.UNSPECIFIED]: '',
  [Role.HUB]: 'hub',
  [Role.GATEKEEPER]: 'gatekeeper',
  [Role.PULSETAKER]: 'pulsetaker',
};

/** The roles of a person in the network of this number. */
export function rolesIn(person: SociogramNode, network: number): readonly string[] {
  return (person.networks[network]?.roles ?? []).map((role) => ROLE_NAMES[role] ?? '');
}

export function gateText(gate: Gate): string {
  switch (gate) {
    case Gate.ALL_ROLES:
      return 'Hubs, gatekeepers and pulsetakers are marked.';
    case Gate.HUBS_ONLY:
      return 'Too few answered to mark others than hubs.';
    default:
      return 'Too few answered to mark anybody.';
  }
}

/** People who hold a role in a network, those with the most roles first. */
export function holders(
  people: readonly SociogramNode[],
  network: number,
): readonly SociogramNode[] {
  return people
    .filter((person) => rolesIn(person, network).length > 0)
    .sort(
      (a, b) =>
        rolesIn(b, network).length - rolesIn(a, network).length ||
        (a.person < b.person ? -1 : 1),
    );
}

/** The number of each person's ties in a network, either way. */
export function tieCounts(people: number, ties: TieList): Uint32Array {
  const counts = new Uint32Array(people);
  for (const person of ties) counts[person]! += 1;
  return counts;
}
