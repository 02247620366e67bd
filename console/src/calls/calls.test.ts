import {Code, ConnectError} from '@connectrpc/connect';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {ErrorInfoSchema} from '../../gen/google/rpc/error_details_pb';
import {failureOf} from './failure';
import {pooled} from './pooled';
import {follow, GIVE_UP_AFTER_MS, type Remote, SLOW_AFTER_MS} from './remote';
import {tenantOf} from './session';

describe('something that is asked for', () => {
  let states: Remote<string>[];
  let cancelled: AbortController;
  const ask = (load: Parameters<typeof follow<string>>[0]) =>
    follow(load, (state) => states.push(state), cancelled.signal);
  const names = () =>
    states.map((one) => (one.state === 'loading' && one.isSlow ? 'slow' : one.state));

  beforeEach(() => {
    vi.useFakeTimers();
    states = [];
    cancelled = new AbortController();
  });
  afterEach(() => vi.useRealTimers());

  it('is loading, then ready', async () => {
    ask(() => Promise.resolve('all'));
    await vi.advanceTimersByTimeAsync(0);
    expect(names()).toEqual(['loading', 'ready']);
  });

  it('that is whole is not aborted', async () => {
    let signal: AbortSignal | undefined;
    ask((given) => {
      signal = given;
      return Promise.resolve('all');
    });
    await vi.advanceTimersByTimeAsync(GIVE_UP_AFTER_MS);
    expect(signal!.aborted).toBe(false);
  });

  it('says that it is slow, and never waits for ever', async () => {
    let signal: AbortSignal | undefined;
    ask((given) => {
      signal = given;
      return new Promise(() => {});
    });
    await vi.advanceTimersByTimeAsync(SLOW_AFTER_MS);
    expect(names()).toEqual(['loading', 'slow']);
    await vi.advanceTimersByTimeAsync(GIVE_UP_AFTER_MS);
    expect(names()).toEqual(['loading', 'slow', 'failed']);
    expect(states.at(-1)).toMatchObject({failure: {kind: 'late', canRetry: true}});
    expect(signal!.aborted).toBe(true);
  });

  it('shows parts, and gives up once no more of them come', async () => {
    ask((_, part) => {
      part('some');
      setTimeout(() => part('more'), GIVE_UP_AFTER_MS - 1);
      return new Promise(() => {});
    });
    await vi.advanceTimersByTimeAsync(GIVE_UP_AFTER_MS + 1);
    expect(names()).toEqual(['loading', 'ready', 'ready']);
    await vi.advanceTimersByTimeAsync(GIVE_UP_AFTER_MS);
    expect(names()).toEqual(['loading', 'ready', 'ready', 'failed']);
  });

  it('is failed with what went wrong', async () => {
    ask(() => Promise.reject(new ConnectError('gone', Code.NotFound)));
    await vi.advanceTimersByTimeAsync(0);
    expect(states.at(-1)).toMatchObject({state: 'failed', failure: {kind: 'missing'}});
  });

  it('tells nothing once it is cancelled', async () => {
    ask(() => new Promise((resolve) => setTimeout(() => resolve('late'), 10)));
    cancelled.abort();
    await vi.advanceTimersByTimeAsync(GIVE_UP_AFTER_MS);
    expect(names()).toEqual(['loading']);
  });
});

describe('a failure', () => {
  const refused = (reason: string, metadata: Record<string, string> = {}) =>
    failureOf(
      new ConnectError('text', Code.PermissionDenied, undefined, [
        {desc: ErrorInfoSchema, value: {reason, metadata}},
      ]),
    );

  it('of a service that is gone names it', () => {
    const error = new ConnectError(
      'the network service cannot be reached',
      Code.Unavailable,
    );
    expect(failureOf(error)).toMatchObject({
      kind: 'unreachable',
      title: 'The network service does not answer',
      canRetry: true,
    });
  });

  it('of the gateway is told from that of a service', () => {
    const error = ConnectError.from(new TypeError('Failed to fetch'));
    expect(failureOf(error).title).toBe('The console cannot be reached');
  });

  it('for want of a permission names it, and is not worth another try', () => {
    expect(refused('PERMISSION_MISSING', {permission: 'ROLES_READ'})).toMatchObject({
      kind: 'forbidden',
      detail: 'No role of yours has the permission ROLES_READ.',
      canRetry: false,
    });
    expect(refused('TENANT_FORBIDDEN').detail).toBe(
      'It is of another tenant than yours.',
    );
  });

  it('is none where a figure would give somebody away', () => {
    const error = new ConnectError('too few', Code.FailedPrecondition);
    error.details = [{desc: ErrorInfoSchema, value: {reason: 'RELEASE_TOO_SMALL'}}];
    expect(failureOf(error)).toMatchObject({kind: 'withheld', canRetry: false});
  });

  it('of any other kind says what the service said', () => {
    const error = new ConnectError('the wave is open', Code.FailedPrecondition);
    expect(failureOf(error)).toMatchObject({kind: 'other', detail: 'the wave is open'});
  });
});

describe('the tenant of a token', () => {
  const token = (claims: unknown) =>
    `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;

  it('is read from its claims', () => {
    expect(tenantOf(token({tenant: 'north', sub: 'ä'}))).toBe('north');
  });

  it('is not there in what is no token, or of no tenant', () => {
    for (const text of ['', 'x', 'a.b.c', token({}), token([]), token({tenant: 7})]) {
      expect(tenantOf(text), text).toBeUndefined();
    }
  });
});

describe('pooled work', () => {
  it('does all, never more at once than it may', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await pooled([1, 2, 3, 4, 5], 2, async (item) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      done.push(item);
    });
    expect(most).toBe(2);
    expect(done.sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('starts nothing after a failure', async () => {
    const begun: number[] = [];
    const work = pooled([1, 2, 3], 1, async (item) => {
      begun.push(item);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(begun).toEqual([1]);
  });
});
