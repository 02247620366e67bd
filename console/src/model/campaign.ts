// How an open wave is going: who answered, and what that allows to be said.

import {
  type NetworkParticipation,
  NamingGate,
  type ParticipationCounts,
  Wave_State as State,
} from '../../gen/pulsetaker/survey/v1/wave_pb';
import {counted} from './format';

const GATES: Record<NamingGate, string> = {
  [NamingGate.UNSPECIFIED]: 'Nobody is invited.',
  [NamingGate.ALL_ROLES]: 'Hubs, gatekeepers and pulsetakers may be named.',
  [NamingGate.HUBS_ONLY]: 'Hubs may be named; of the others, only how many there are.',
  [NamingGate.NO_NAMES]: 'Nobody may be named: only groups are described.',
};

export const gateText = (gate: NamingGate) => GATES[gate] ?? GATES[NamingGate.NO_NAMES];

/** Where each gate begins, as `NamingGate` says. */
export const HUBS_FROM = 0.65;
export const ALL_ROLES_FROM = 0.8;

export const answeredCount = (counts: ParticipationCounts | undefined) =>
  Number((counts?.respondedCount ?? 0n) + (counts?.respondedNobodyCount ?? 0n));

export const invitedCount = (counts: ParticipationCounts | undefined) =>
  Number(counts?.invitedCount ?? 0n);

/** "7 more answers, and hubs may be named"; empty if there is nothing more to reach. */
export function nextGateText(network: NetworkParticipation): string {
  const next =
    network.namingGate === NamingGate.NO_NAMES
      ? {from: HUBS_FROM, text: 'hubs may be named'}
      : network.namingGate === NamingGate.HUBS_ONLY
        ? {from: ALL_ROLES_FROM, text: 'all roles may be named'}
        : undefined;
  if (next === undefined) return '';
  const invited = invitedCount(network.total);
  // Products such as 0.65 * 20 are a hair above the whole number that they mean.
  const wanted = Math.ceil(invited * next.from - 1e-9);
  const missing = wanted - answeredCount(network.total);
  return `${counted(missing, 'more answer', 'more answers')}, and ${next.text}.`;
}

const STATES: Record<State, string> = {
  [State.UNSPECIFIED]: '',
  [State.DRAFT]: 'The wave is not open yet.',
  [State.OPEN]: 'The wave is open: answers come in.',
  [State.CLOSING]: 'The wave is being closed.',
  [State.CLOSED]: 'The wave is closed: no more answers come in.',
};

export const stateText = (state: State) => STATES[state] ?? '';

export interface GroupRow {
  readonly group: string;
  readonly answered: number;
  readonly invited: number;
  /** Undefined if nobody is invited, which is not a rate of 0. */
  readonly rate: number | undefined;
}

/** Groups of few would tell who did not answer: these are of sectors and layers alone. */
export function groupRow(
  group: string,
  counts: ParticipationCounts | undefined,
  rate: number | undefined,
): GroupRow {
  return {group, answered: answeredCount(counts), invited: invitedCount(counts), rate};
}
