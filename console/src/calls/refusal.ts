// What went wrong with a call of a respondent, who is no user of the console and has
// nobody's permissions.

import {ConnectError} from '@connectrpc/connect';
import {ErrorInfoSchema} from '../../gen/google/rpc/error_details_pb';
import {type Failure, failureOf, type FailureKind} from './failure';

export interface Refusal {
  readonly title: string;
  readonly detail: string;
}

const ASK = 'Ask who sent you the link.';

/** For good, or for as long as the wave is not open: no other try helps. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  INVITATION_USED: {
    title: 'This was answered already. Thank you.',
    detail:
      'An answer came in with this invitation. Who wants to correct it needs another invitation.',
  },
  INVITATION_EXPIRED: {
    title: 'The time to answer is over',
    detail: `This invitation has ended. ${ASK}`,
  },
  WAVE_NOT_OPEN: {
    title: 'The questions are not open',
    detail: `They cannot be answered yet, or not any more. ${ASK}`,
  },
  RESPONDENT_NOT_INVITED: {
    title: 'You are not asked any more',
    detail: `Who is asked has changed since you were sent this link. ${ASK}`,
  },
  INVITATION_INVALID: {
    title: 'This link is not valid',
    detail: `It may be cut short, or another may have taken its place. ${ASK}`,
  },
  WAVE_NOT_FOUND: {
    title: 'These questions are not there any more',
    detail: ASK,
  },
  RESPONDENT_OPTED_OUT: {
    title: 'You have opted out',
    detail: `So nothing is asked of you, and no answer is taken. ${ASK}`,
  },
  RESPONSE_WITHDRAWN: {
    title: 'Your answer was withdrawn',
    detail: `It is erased, and no other is taken in its place. ${ASK}`,
  },
  PERSON_ERASED: {
    title: 'What was kept of you is erased',
    detail: `So no answer of yours is taken any more. ${ASK}`,
  },
  RESPONDENT_MERGED: {
    title: 'You have another invitation',
    detail: `This one was made for you by mistake. ${ASK}`,
  },
};

const SAME_AS: Readonly<Record<string, string>> = {
  RESPONDENT_NOT_ON_ROSTER: 'RESPONDENT_NOT_INVITED',
};

/** The name of an ErrorReason; empty where the service gave none. */
export function reasonOf(cause: unknown): string {
  return ConnectError.from(cause).findDetails(ErrorInfoSchema)[0]?.reason ?? '';
}

/** Undefined where the call may be made again, or changed. */
export function refusalFor(reason: string): Refusal | undefined {
  return REFUSALS[SAME_AS[reason] ?? reason];
}

/** Whether what the device keeps is of no use any more. A wave may open again. */
export const isForGood = (reason: string) =>
  refusalFor(reason) !== undefined && !reason.startsWith('WAVE_NOT');

const OWN_TEXTS: Partial<Record<FailureKind, Refusal>> = {
  unreachable: {
    title: 'There is no answer',
    detail: 'See whether you are connected, and try again in a moment.',
  },
  forbidden: {title: 'The service does not take this', detail: ASK},
  'unknown-caller': {title: 'The service does not take this', detail: ASK},
};

export function respondentFailure(cause: unknown): Failure {
  const failure = failureOf(cause);
  const own = refusalFor(reasonOf(cause)) ?? OWN_TEXTS[failure.kind];
  if (own === undefined) return failure;
  const isUnreachable = failure.kind === 'unreachable';
  // Otherwise of no kind by which a user would be asked for a token.
  return {
    ...own,
    kind: isUnreachable ? 'unreachable' : 'other',
    canRetry: isUnreachable,
  };
}
