import {Code, ConnectError} from '@connectrpc/connect';
import {expect, it} from 'vitest';
import {ErrorInfoSchema} from '../../gen/google/rpc/error_details_pb';
import {isForGood, refusalFor, respondentFailure} from './refusal';

const refused = (reason: string, code = Code.FailedPrecondition) =>
  new ConnectError('text', code, undefined, [{desc: ErrorInfoSchema, value: {reason}}]);

it('has a text for each reason not to take an answer', () => {
  const reasons = [
    'INVITATION_USED',
    'INVITATION_EXPIRED',
    'INVITATION_INVALID',
    'WAVE_NOT_OPEN',
    'WAVE_NOT_FOUND',
    'RESPONDENT_NOT_INVITED',
    'RESPONDENT_NOT_ON_ROSTER',
    'RESPONDENT_OPTED_OUT',
    'RESPONDENT_MERGED',
    'RESPONSE_WITHDRAWN',
    'PERSON_ERASED',
  ];
  for (const reason of reasons) {
    expect(refusalFor(reason), reason).toBeDefined();
    expect(respondentFailure(refused(reason)), reason).toMatchObject({canRetry: false});
  }
  expect(reasons.filter((reason) => !isForGood(reason))).toEqual([
    'WAVE_NOT_OPEN',
    'WAVE_NOT_FOUND',
  ]);
  expect(isForGood('OVERLOADED')).toBe(false);
});

it('asks no respondent for a token, nor about a gateway', () => {
  const unknown = respondentFailure(refused('CALLER_UNKNOWN', Code.Unauthenticated));
  expect(unknown).toMatchObject({kind: 'other', canRetry: false});
  const gone = respondentFailure(ConnectError.from(new TypeError('Failed to fetch')));
  expect(gone).toMatchObject({kind: 'unreachable', canRetry: true});
  expect(gone.detail).not.toContain('ateway');
});
