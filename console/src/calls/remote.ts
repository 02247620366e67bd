// What is known of something that is being asked for.

import {type Failure, failureOf} from './failure';

export type Remote<T> =
  | {readonly state: 'loading'; readonly isSlow: boolean}
  | {readonly state: 'ready'; readonly value: T}
  | {readonly state: 'failed'; readonly failure: Failure};

export const LOADING: Remote<never> = {state: 'loading', isSlow: false};

/** After this long, a page says that it is still waiting. */
export const SLOW_AFTER_MS = 2_000;
/** Nothing is awaited for longer, however many calls it takes. */
export const GIVE_UP_AFTER_MS = 20_000;

/**
 * Asks once, and tells each state as it comes to be. `load` may tell of parts that are
 * ready before the whole. Ends in `ready` or `failed`, whatever `load` does, once
 * nothing was heard of it for `GIVE_UP_AFTER_MS`; tells nothing after `cancelled` is
 * aborted.
 */
export function follow<T>(
  load: (signal: AbortSignal, part: (value: T) => void) => Promise<T>,
  tell: (state: Remote<T>) => void,
  cancelled: AbortSignal,
  describe: (cause: unknown) => Failure = failureOf,
): void {
  const work = new AbortController();
  let isOver = false;
  const end = (state: Remote<T>) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(slow);
    clearTimeout(limit);
    // What is whole needs no ending, and an abort would only spoil its last bytes.
    if (state.state !== 'ready') work.abort();
    if (!cancelled.aborted) tell(state);
  };
  const part = (value: T) => {
    if (isOver || cancelled.aborted) return;
    clearTimeout(slow);
    clearTimeout(limit);
    limit = setTimeout(giveUp, GIVE_UP_AFTER_MS);
    tell({state: 'ready', value});
  };
  const giveUp = () => end({state: 'failed', failure: LATE});
  const slow = setTimeout(() => tell({state: 'loading', isSlow: true}), SLOW_AFTER_MS);
  let limit = setTimeout(giveUp, GIVE_UP_AFTER_MS);
  cancelled.addEventListener('abort', () => end(LOADING), {once: true});

  tell(LOADING);
  load(work.signal, part).then(
    (value) => end({state: 'ready', value}),
    (cause: unknown) => end({state: 'failed', failure: describe(cause)}),
  );
}

const LATE: Failure = {
  kind: 'late',
  title: 'The service takes too long',
  detail: 'There was no answer in time. It may come if you try again.',
  canRetry: true,
};
