// What is typed to find a name, and whether the service is asked for it.

/** As the contract has it. */
const BYTES_MAX = 200;
const LETTERS_MIN = 2;

const LETTER = /[\p{L}\p{N}]/gu;
const CHINESE_JAPANESE_KOREAN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** What was typed, without what no name has. */
export const queryOf = (typed: string) => typed.replace(/\p{Cc}+/gu, ' ').trim();

export function isLongEnough(query: string): boolean {
  const letters = query.match(LETTER)?.length ?? 0;
  return letters >= LETTERS_MIN || CHINESE_JAPANESE_KOREAN.test(query);
}

export const isTooLong = (query: string) =>
  new TextEncoder().encode(query).length > BYTES_MAX;
