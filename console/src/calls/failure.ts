// What went wrong with a call, as people should read it and go on.

import {Code, ConnectError} from '@connectrpc/connect';
import {ErrorInfoSchema} from '../../gen/google/rpc/error_details_pb';

export type FailureKind =
  | 'unreachable'
  | 'late'
  | 'busy'
  | 'forbidden'
  | 'unknown-caller'
  | 'missing'
  | 'withheld'
  | 'other';

export interface Failure {
  readonly kind: FailureKind;
  readonly title: string;
  readonly detail: string;
  /** Whether the same call may succeed later. */
  readonly canRetry: boolean;
}

const KINDS: Partial<Record<Code, FailureKind>> = {
  [Code.Unavailable]: 'unreachable',
  [Code.DeadlineExceeded]: 'late',
  [Code.ResourceExhausted]: 'busy',
  [Code.PermissionDenied]: 'forbidden',
  [Code.Unauthenticated]: 'unknown-caller',
  [Code.NotFound]: 'missing',
};

const TITLES: Record<FailureKind, string> = {
  unreachable: 'The service does not answer',
  late: 'The service takes too long',
  busy: 'The service has too much to do',
  forbidden: 'You may not see this',
  'unknown-caller': 'The services do not know who you are',
  missing: 'There is nothing here',
  withheld: 'This is not told',
  other: 'Something went wrong',
};

const DETAILS: Partial<Record<FailureKind, string>> = {
  unreachable: 'It may be starting again. Nothing is lost: try again in a moment.',
  late: 'There was no answer in time. It may come if you try again.',
  busy: 'Try again in a moment.',
  'unknown-caller': 'Your token is missing, or is not valid any more.',
  withheld: 'There are so few people or places that single ones could be told from it.',
};

const RETRIED: readonly FailureKind[] = ['unreachable', 'late', 'busy', 'other'];

function reasonOf(error: ConnectError): string {
  return error.findDetails(ErrorInfoSchema)[0]?.reason ?? '';
}

function forbiddenDetail(error: ConnectError): string {
  const info = error.findDetails(ErrorInfoSchema)[0];
  if (info?.reason === 'TENANT_FORBIDDEN') return 'It is of another tenant than yours.';
  const permission = info?.metadata['permission'];
  return permission === undefined
    ? 'No role of yours permits it.'
    : `No role of yours has the permission ${permission}.`;
}

/** The browser's own failure to reach the gateway, which has no code of the services. */
function isGatewayGone(error: ConnectError): boolean {
  return error.code === Code.Unknown && error.cause instanceof TypeError;
}

export function failureOf(cause: unknown): Failure {
  const error = ConnectError.from(cause);
  if (isGatewayGone(error)) {
    return {
      kind: 'unreachable',
      title: 'The console cannot be reached',
      detail: 'Its gateway does not answer. See whether it runs, and try again.',
      canRetry: true,
    };
  }
  const isWithheld = reasonOf(error) === 'RELEASE_TOO_SMALL';
  const kind = isWithheld ? 'withheld' : (KINDS[error.code] ?? 'other');
  const detail =
    kind === 'forbidden'
      ? forbiddenDetail(error)
      : (DETAILS[kind] ?? (error.rawMessage || reasonOf(error)));
  // The gateway says which service it could not reach.
  const named = /^the (\w+) service cannot be reached$/.exec(error.rawMessage)?.[1];
  const title =
    named === undefined ? TITLES[kind] : `The ${named} service does not answer`;
  return {kind, title, detail, canRetry: RETRIED.includes(kind)};
}
