/**
 * Runs `work` on each item, at most `atOnce` at a time, in order. The first failure
 * keeps the rest from being started, and is thrown.
 */
export async function pooled<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      try {
        await work(items[index]!, index);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({length: Math.min(atOnce, items.length)}, worker));
}
