import {useEffect, useRef, useState} from 'preact/hooks';
import {type Change, changed, type Draft, EMPTY_DRAFT} from '../model/draft';
import {keptDraftIn, textOf} from '../model/draft_text';
import type {Questions} from '../model/questions';
import type {KeptAnswer} from './kept_answers';

export interface DraftOnDevice {
  readonly draft: Draft;
  /** Whether the device keeps each change. */
  readonly isKept: boolean;
  /** Makes the change, keeps what comes of it, and only then goes on. */
  readonly change: (change: Change) => void;
  /** Leaves nothing of it, on the device or here. */
  readonly clear: () => void;
}

interface UseDraftOptions {
  readonly kept: KeptAnswer | undefined;
  readonly questions: Questions;
  readonly keptUntil: number;
  readonly language: string;
  /** Called when another tab has sent the answer, or deleted it. */
  readonly onGone: () => void;
}

export function useDraft(options: UseDraftOptions): DraftOnDevice {
  const {kept, questions, keptUntil, language, onGone} = options;
  const [isKept, setIsKept] = useState(kept !== undefined);
  const begin = (): Draft => {
    const found = keptDraftIn(kept?.read() ?? '', questions)?.draft ?? EMPTY_DRAFT;
    return {...found, language: found.language || language};
  };
  const [draft, setDraft] = useState(begin);
  // Changes that come one after the other before anything is drawn must not undo each
  // other.
  const latest = useRef({draft, savedAt: 0});

  const show = (next: Draft, savedAt: number) => {
    latest.current = {draft: next, savedAt};
    setDraft(next);
  };

  useEffect(() => {
    if (kept === undefined) return;
    const follow = ({key, newValue}: StorageEvent) => {
      // Without a key, all was deleted.
      if (key !== null && key !== kept.key) return;
      if (newValue === null) return onGone();
      const other = keptDraftIn(newValue, questions);
      if (other === undefined || other.savedAt < latest.current.savedAt) return;
      const {step, language: own} = latest.current.draft;
      show({...other.draft, step, language: own}, other.savedAt);
    };
    addEventListener('storage', follow);
    return () => removeEventListener('storage', follow);
  }, []);

  return {
    draft,
    isKept,
    change: (change) => {
      const next = changed(latest.current.draft, change);
      const savedAt = Date.now();
      if (kept !== undefined) {
        setIsKept(kept.write(textOf({draft: next, savedAt, keptUntil})));
      }
      show(next, savedAt);
    },
    clear: () => {
      kept?.remove();
      show({...EMPTY_DRAFT, language: latest.current.draft.language}, Date.now());
    },
  };
}
