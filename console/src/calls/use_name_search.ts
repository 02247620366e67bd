import {useEffect, useState} from 'preact/hooks';
import {type Found, type NameSearch, searchNames} from './name_search';

export function useNameSearch(
  typed: string,
  ask: (query: string, signal: AbortSignal) => Promise<Found>,
): {readonly search: NameSearch; readonly retry: () => void} {
  const [attempt, setAttempt] = useState(0);
  const [known, setKnown] = useState<{of: string; search: NameSearch}>({
    of: '',
    search: {state: 'idle'},
  });
  useEffect(() => {
    const cancelled = new AbortController();
    searchNames(typed, ask, (search) => setKnown({of: typed, search}), cancelled.signal);
    return () => cancelled.abort();
  }, [typed, attempt]);
  return {
    // Nobody is chosen from what was found for other letters.
    search: known.of === typed ? known.search : {state: typed === '' ? 'idle' : 'asking'},
    retry: () => setAttempt((count) => count + 1),
  };
}
