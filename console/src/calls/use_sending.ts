import {timestampDate} from '@bufbuild/protobuf/wkt';
import {Code, ConnectError} from '@connectrpc/connect';
import {useEffect, useRef, useState} from 'preact/hooks';
import type {Response} from '../../gen/pulsetaker/survey/v1/response_pb';
import type {Attempt} from '../model/draft';
import type {Clients} from './clients';
import type {Failure} from './failure';
import {reasonOf, refusalFor, respondentFailure} from './refusal';
import {follow} from './remote';

export type Outcome =
  | {readonly state: 'sent'; readonly at: Date | undefined}
  /** Not to be sent again, whatever is changed. */
  | {readonly state: 'refused'; readonly reason: string}
  /** Not taken as it is, and certainly not kept by the service. */
  | {readonly state: 'rejected'; readonly reason: string; readonly detail: string};

export type Sending =
  | {readonly state: 'idle'}
  | {readonly state: 'sending'; readonly isSlow: boolean}
  /** Whether it arrived is not known. */
  | {readonly state: 'failed'; readonly failure: Failure}
  | Outcome;

const REJECTING = [Code.InvalidArgument, Code.AlreadyExists, Code.FailedPrecondition];

export async function sendAnswer(
  {respondent}: Pick<Clients, 'respondent'>,
  invitationToken: string,
  response: Response,
  requestId: string,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const {submitTime} = await respondent.submitResponse(
      {response, requestId, invitationToken},
      {signal},
    );
    const at = submitTime === undefined ? undefined : timestampDate(submitTime);
    return {state: 'sent', at};
  } catch (cause) {
    const reason = reasonOf(cause);
    if (refusalFor(reason) !== undefined) return {state: 'refused', reason};
    const {code, rawMessage} = ConnectError.from(cause);
    if (!REJECTING.includes(code)) throw cause;
    return {state: 'rejected', reason, detail: rawMessage};
  }
}

/** Sends one answer at a time, and ends in one of the other states, always. */
export function useSending(clients: Pick<Clients, 'respondent'>, token: string) {
  const [sending, setSending] = useState<Sending>({state: 'idle'});
  const cancelled = useRef(new AbortController());
  useEffect(() => () => cancelled.current.abort(), []);

  const send = (response: Response, {requestId}: Attempt, done: (of: Outcome) => void) =>
    follow<Outcome>(
      (signal) => sendAnswer(clients, token, response, requestId, signal),
      (remote) => {
        if (remote.state === 'loading') {
          return setSending({state: 'sending', isSlow: remote.isSlow});
        }
        if (remote.state === 'failed') return setSending(remote);
        done(remote.value);
        setSending(remote.value);
      },
      cancelled.current.signal,
      respondentFailure,
    );
  return {sending, send, forget: () => setSending({state: 'idle'})};
}
