import {Code, ConnectError} from '@connectrpc/connect';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {ErrorInfoSchema, RetryInfoSchema} from '../../gen/google/rpc/error_details_pb';
import {type Found, type NameSearch, PAUSE_MS, searchNames} from './name_search';

const FOUND: Found = {
  people: [{id: 'p1', name: 'Ada Khan', organisation: ''}],
  isCutShort: true,
};

const tooOften = (seconds: bigint, nanos = 0) =>
  new ConnectError('slowly', Code.ResourceExhausted, undefined, [
    {desc: ErrorInfoSchema, value: {reason: 'INVITATION_SEARCHES_EXCEEDED'}},
    {desc: RetryInfoSchema, value: {retryDelay: {seconds, nanos}}},
  ]);

describe('a search for names', () => {
  let states: NameSearch[];
  let cancelled: AbortController;
  const ask = vi.fn<(query: string, signal: AbortSignal) => Promise<Found>>();
  const search = (typed: string) =>
    searchNames(typed, ask, (state) => states.push(state), cancelled.signal);
  const names = () => states.map(({state}) => state);

  beforeEach(() => {
    vi.useFakeTimers();
    states = [];
    cancelled = new AbortController();
    ask.mockReset().mockResolvedValue(FOUND);
  });
  afterEach(() => vi.useRealTimers());

  it('asks after a pause, once', async () => {
    search(' ad ');
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(ask).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ask.mock.calls.map(([query]) => query)).toEqual(['ad']);
    expect(names()).toEqual(['asking', 'found']);
    expect(states[1]).toMatchObject(FOUND);
  });

  it('asks nothing for too few letters, or too many', async () => {
    for (const typed of ['', ' ', 'a', 'a'.repeat(201)]) search(typed);
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(names()).toEqual(['idle', 'idle', 'too-short', 'too-long']);
    expect(ask).not.toHaveBeenCalled();
  });

  it('asks nothing, and tells nothing, once it is cancelled', async () => {
    search('ad');
    cancelled.abort();
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(ask).not.toHaveBeenCalled();
    expect(names()).toEqual(['asking']);
  });

  it('cancels what is under way', async () => {
    let signal: AbortSignal | undefined;
    ask.mockImplementation((_, given) => {
      signal = given;
      return new Promise((_resolve, reject) => {
        given.addEventListener('abort', () => reject(given.reason));
      });
    });
    search('ad');
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    cancelled.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(signal!.aborted).toBe(true);
    expect(names()).toEqual(['asking']);
  });

  it('asks again by itself once the service takes more', async () => {
    ask.mockRejectedValueOnce(tooOften(2n, 500_000_000));
    search('ad');
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(states.at(-1)).toEqual({state: 'waiting', seconds: 3});
    await vi.advanceTimersByTimeAsync(2_499);
    expect(ask).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(names()).toEqual(['asking', 'waiting', 'found']);
  });

  it('does not hurry where no delay is given, nor wait for ever', async () => {
    ask.mockRejectedValueOnce(tooOften(0n)).mockRejectedValueOnce(tooOften(999n));
    search('ad');
    await vi.advanceTimersByTimeAsync(PAUSE_MS + 1_000);
    expect(states.slice(1)).toEqual([
      {state: 'waiting', seconds: 1},
      {state: 'waiting', seconds: 30},
    ]);
    cancelled.abort();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('fails with what a respondent can make of it', async () => {
    ask.mockRejectedValue(new ConnectError('gone', Code.Unavailable));
    search('ad');
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(states.at(-1)).toMatchObject({failure: {canRetry: true}});
  });
});
