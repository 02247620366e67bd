// What an invitation opens, and what becomes of an answer, from clients that stand in
// for the services.

import {create} from '@bufbuild/protobuf';
import {Code, ConnectError} from '@connectrpc/connect';
import {describe, expect, it} from 'vitest';
import {ErrorInfoSchema} from '../../gen/google/rpc/error_details_pb';
import {
  Questionnaire_TokenState as TokenState,
  QuestionnaireSchema,
} from '../../gen/pulsetaker/survey/v1/invitation_pb';
import {ResponseSchema} from '../../gen/pulsetaker/survey/v1/response_pb';
import type {Clients} from '../calls/clients';
import type {KeptAnswer} from '../calls/kept_answers';
import {sendAnswer} from '../calls/use_sending';
import {closedFor, loadQuestionnaire} from './questionnaire';

const signal = new AbortController().signal;

const refused = (reason: string, code = Code.InvalidArgument) =>
  new ConnectError('what was wrong', code, undefined, [
    {desc: ErrorInfoSchema, value: {reason}},
  ]);

function keeping(text: string | undefined): KeptAnswer {
  let kept = text;
  return {
    key: 'k',
    read: () => kept,
    write: (next) => {
      kept = next;
      return true;
    },
    remove: () => {
      kept = undefined;
    },
  };
}

const respondent = (methods: object) =>
  ({respondent: methods}) as unknown as Pick<Clients, 'respondent'>;

const asking = (fields: object) =>
  respondent({
    getQuestionnaire: async () =>
      create(QuestionnaireSchema, {
        tokenState: TokenState.USABLE,
        consentLanguage: 'cy',
        consentText: 'Cytunaf.',
        expireTime: {seconds: 7n},
        instrument: {language: 'en', translations: [{language: 'cy'}, {language: 'de'}]},
        ...fields,
      }),
  });

const load = (
  clients: Pick<Clients, 'respondent'>,
  wanted: string[],
  kept = keeping('x'),
) => loadQuestionnaire(clients, 't', async () => kept, wanted, signal);

describe('an invitation', () => {
  it('opens the questions, in the language of the browser if it is there', async () => {
    expect(await load(asking({}), ['fr', 'de-AT'])).toMatchObject({
      state: 'open',
      language: 'de',
      consent: {language: 'cy', text: 'Cytunaf.'},
      keptUntil: 7_000,
    });
    expect(await load(asking({}), ['fr'])).toMatchObject({language: 'cy'});
    const unasked = asking({consentLanguage: '', consentText: ''});
    expect(await load(unasked, ['fr'])).toMatchObject({language: 'en'});
  });

  it('that is used, or over, says so and leaves nothing on the device', async () => {
    for (const [tokenState, reason] of [
      [TokenState.USED, 'INVITATION_USED'],
      [TokenState.EXPIRED, 'INVITATION_EXPIRED'],
      [TokenState.NOT_INVITED, 'RESPONDENT_NOT_INVITED'],
    ] as const) {
      const kept = keeping('x');
      const closed = await load(asking({tokenState}), [], kept);
      expect(closed).toMatchObject({state: 'closed', reason});
      expect(closed).toHaveProperty('note', expect.stringContaining('deleted'));
      expect(kept.read()).toBeUndefined();
    }
    const none = await load(
      asking({tokenState: TokenState.USED}),
      [],
      keeping(undefined),
    );
    expect(none).toMatchObject({note: ''});
  });

  it('of a wave that is not open keeps what was answered', async () => {
    const kept = keeping('x');
    const closed = await load(asking({tokenState: TokenState.WAVE_NOT_OPEN}), [], kept);
    expect(closed).toMatchObject({reason: 'WAVE_NOT_OPEN'});
    expect(kept.read()).toBe('x');
  });

  it('in a state that is newer than the page is closed, and not open', async () => {
    const closed = await load(asking({tokenState: 99}), []);
    expect(closed).toMatchObject({state: 'closed', reason: 'UNKNOWN'});
  });

  it('that is none says so, and a service that is gone is worth another try', async () => {
    const failing = (cause: unknown) =>
      load(respondent({getQuestionnaire: () => Promise.reject(cause)}), []);
    expect(await failing(refused('INVITATION_INVALID'))).toMatchObject({
      state: 'closed',
      reason: 'INVITATION_INVALID',
    });
    const gone = new ConnectError('gone', Code.Unavailable);
    await expect(failing(gone)).rejects.toBe(gone);
  });
});

describe('an answer that is sent', () => {
  const send = (submitResponse: (request: unknown) => Promise<unknown>) =>
    sendAnswer(
      respondent({submitResponse}),
      't',
      create(ResponseSchema, {consentVersion: 1}),
      'id-1',
      signal,
    );

  it('has the invitation and the id, and no name', async () => {
    let request: unknown;
    const outcome = await send(async (given) => {
      request = given;
      return create(ResponseSchema, {submitTime: {seconds: 60n}});
    });
    expect(outcome).toEqual({state: 'sent', at: new Date(60_000)});
    expect(request).toMatchObject({
      requestId: 'id-1',
      invitationToken: 't',
      response: {name: '', consentVersion: 1},
    });
  });

  it('is refused for good, rejected as it is, or may have arrived', async () => {
    const failing = (cause: unknown) => send(() => Promise.reject(cause));
    expect(await failing(refused('INVITATION_USED', Code.FailedPrecondition))).toEqual({
      state: 'refused',
      reason: 'INVITATION_USED',
    });
    for (const [reason, code] of [
      ['REQUEST_ID_REUSED', Code.AlreadyExists],
      ['SELF_NOMINATION', Code.InvalidArgument],
      ['CONSENT_REQUIRED', Code.InvalidArgument],
    ] as const) {
      expect(await failing(refused(reason, code))).toMatchObject({
        state: 'rejected',
        reason,
        detail: 'what was wrong',
      });
    }
    for (const code of [Code.Unavailable, Code.DeadlineExceeded, Code.Internal]) {
      await expect(failing(new ConnectError('x', code))).rejects.toThrow();
    }
  });

  it('says what is not in the answer that came in before', () => {
    const attempt = {requestId: 'id', content: '{}', isChanged: true};
    expect(closedFor('INVITATION_USED', keeping('x'), attempt).note).toContain(
      'what you changed since is not in it',
    );
    const first = {...attempt, isChanged: false};
    expect(closedFor('INVITATION_USED', keeping('x'), first).note).toContain(
      'yours is not in it',
    );
  });
});
