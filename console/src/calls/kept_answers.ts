// The place on a device where an answer is kept until it is sent. What somebody has
// not sent is not the service's to keep, so it is kept here.
//
// Its key is a digest of the invitation: whoever reads what a browser keeps must not
// find there what lets an answer in.

import {keptUntilOf} from '../model/draft_text';

const PREFIX = 'pulsetaker.answer.';

export interface KeptAnswer {
  readonly key: string;
  read(): string | undefined;
  /** Whether it is kept. */
  write(text: string): boolean;
  remove(): void;
}

/** Drafts whose invitation has ended, of anybody who answered on this device. */
function removeEnded(storage: Storage, now: number): void {
  const keys = Array.from({length: storage.length}, (_, index) => storage.key(index));
  for (const key of keys) {
    if (key?.startsWith(PREFIX) && keptUntilOf(storage.getItem(key) ?? '') <= now) {
      storage.removeItem(key);
    }
  }
}

async function keyFor(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  const bytes = [...new Uint8Array(digest)];
  return PREFIX + bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Undefined where the browser keeps nothing, or cannot make the key. */
export async function keptAnswerFor(
  token: string,
  storageOf: () => Storage = () => localStorage,
): Promise<KeptAnswer | undefined> {
  try {
    const storage = storageOf();
    const key = await keyFor(token);
    removeEnded(storage, Date.now());
    return {
      key,
      read: () => storage.getItem(key) ?? undefined,
      write: (text) => {
        try {
          storage.setItem(key, text);
          return true;
        } catch {
          // What is older must not pass for all that was answered.
          storage.removeItem(key);
          return false;
        }
      },
      remove: () => storage.removeItem(key),
    };
  } catch {
    return undefined;
  }
}
