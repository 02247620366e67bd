import {useEffect, useState} from 'preact/hooks';
import {type Failure, failureOf} from './failure';
import {follow, LOADING, type Remote} from './remote';

export interface Asked<T> {
  readonly remote: Remote<T>;
  /** Asks again, and shows that it does. */
  readonly retry: () => void;
  /** Asks again, and shows what is known until there is something newer. */
  readonly refresh: () => void;
}

/**
 * Asks when the component is first shown, when `key` changes, and on `retry`. Whatever
 * is still under way by then is cancelled, so that no late answer replaces a newer one.
 */
export function useRemote<T>(
  key: string,
  load: (signal: AbortSignal, part: (value: T) => void) => Promise<T>,
  describe: (cause: unknown) => Failure = failureOf,
): Asked<T> {
  const [attempt, setAttempt] = useState({count: 0, isQuiet: false});
  const [known, setKnown] = useState<{of: string; remote: Remote<T>}>({
    of: key,
    remote: LOADING,
  });
  useEffect(() => {
    const cancelled = new AbortController();
    const tell = (remote: Remote<T>) => {
      if (attempt.isQuiet && remote.state === 'loading') return;
      setKnown({of: key, remote});
    };
    follow(load, tell, cancelled.signal, describe);
    return () => cancelled.abort();
  }, [key, attempt.count]);
  const again = (isQuiet: boolean) => () =>
    setAttempt(({count}) => ({count: count + 1, isQuiet}));
  return {
    // What was known of another key is never shown under this one, not for one frame.
    remote: known.of === key ? known.remote : LOADING,
    retry: again(false),
    refresh: again(true),
  };
}
