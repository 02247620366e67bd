import {create} from '@bufbuild/protobuf';
import {expect, it} from 'vitest';
import {
  NamingGate,
  NetworkParticipationSchema,
} from '../../gen/pulsetaker/survey/v1/wave_pb';
import {answeredCount, nextGateText} from './campaign';

const network = (namingGate: NamingGate, invited: number, named: number, nobody = 0) =>
  create(NetworkParticipationSchema, {
    namingGate,
    total: {
      invitedCount: BigInt(invited),
      respondedCount: BigInt(named),
      respondedNobodyCount: BigInt(nobody),
    },
  });

it('counts those who have nobody to name as having answered', () => {
  expect(answeredCount(network(NamingGate.NO_NAMES, 20, 7, 2).total)).toBe(9);
  expect(answeredCount(undefined)).toBe(0);
});

it('says how many answers are missing for what comes next', () => {
  expect(nextGateText(network(NamingGate.NO_NAMES, 20, 11, 1))).toBe(
    '1 more answer, and hubs may be named.',
  );
  expect(nextGateText(network(NamingGate.NO_NAMES, 21, 12))).toBe(
    '2 more answers, and hubs may be named.',
  );
  expect(nextGateText(network(NamingGate.HUBS_ONLY, 60, 40))).toBe(
    '8 more answers, and all roles may be named.',
  );
});

it('has no more to promise where all may be named, or nobody is asked', () => {
  expect(nextGateText(network(NamingGate.ALL_ROLES, 20, 18))).toBe('');
  expect(nextGateText(network(NamingGate.UNSPECIFIED, 0, 0))).toBe('');
});
