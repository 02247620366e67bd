// Finds people by what is typed of a name.

import {ConnectError} from '@connectrpc/connect';
import {RetryInfoSchema} from '../../gen/google/rpc/error_details_pb';
import type {Person} from '../model/draft';
import {isLongEnough, isTooLong, queryOf} from '../model/name_query';
import type {Failure} from './failure';
import {reasonOf, respondentFailure} from './refusal';

export interface Found {
  readonly people: readonly Person[];
  readonly isCutShort: boolean;
}

export type NameSearch =
  | {readonly state: 'idle' | 'too-short' | 'too-long' | 'asking'}
  /** Asked too often: the next is asked by itself. */
  | {readonly state: 'waiting'; readonly seconds: number}
  | ({readonly state: 'found'} & Found)
  | {readonly state: 'failed'; readonly failure: Failure};

/** Whoever types on is not asked about in between. */
export const PAUSE_MS = 200;
const WAIT_MIN_MS = 1_000;
const WAIT_MAX_MS = 30_000;

/** How long the service wants to be left alone; undefined if that is not the matter. */
function delayOf(cause: unknown): number | undefined {
  if (reasonOf(cause) !== 'INVITATION_SEARCHES_EXCEEDED') return undefined;
  const delay = ConnectError.from(cause).findDetails(RetryInfoSchema)[0]?.retryDelay;
  const wanted = Number(delay?.seconds ?? 0n) * 1_000 + (delay?.nanos ?? 0) / 1e6;
  return Math.min(WAIT_MAX_MS, Math.max(WAIT_MIN_MS, wanted));
}

/**
 * Asks for `typed` after a short pause, and tells each state as it comes to be. What is
 * under way ends with `cancelled`, after which nothing is told.
 */
export function searchNames(
  typed: string,
  ask: (query: string, signal: AbortSignal) => Promise<Found>,
  tell: (state: NameSearch) => void,
  cancelled: AbortSignal,
): void {
  const query = queryOf(typed);
  if (query === '') return tell({state: 'idle'});
  if (!isLongEnough(query)) return tell({state: 'too-short'});
  if (isTooLong(query)) return tell({state: 'too-long'});
  let timer: ReturnType<typeof setTimeout>;
  const askNow = async () => {
    try {
      const found = await ask(query, cancelled);
      if (!cancelled.aborted) tell({state: 'found', ...found});
    } catch (cause) {
      if (cancelled.aborted) return;
      const delay = delayOf(cause);
      if (delay === undefined) {
        return tell({state: 'failed', failure: respondentFailure(cause)});
      }
      tell({state: 'waiting', seconds: Math.ceil(delay / 1_000)});
      timer = setTimeout(askNow, delay);
    }
  };
  tell({state: 'asking'});
  timer = setTimeout(askNow, PAUSE_MS);
  cancelled.addEventListener('abort', () => clearTimeout(timer), {once: true});
}
