/** SS-70: most calls of one batch. */
const largestBatch = 64;

/**
 * Runs `work` on all items in batches of 1, 2, 4, ... and goes on to the next batch only when the last had a success, so that what is
 * refused once is not refused a thousand times. Items of batches that were not begun have no result.
 */
export async function slowStart<Item, Result extends { readonly kind: string }>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let size = 1;
  for (let from = 0; from < items.length; from += size, size = Math.min(size * 2, largestBatch)) {
    const batch = await Promise.all(items.slice(from, from + size).map(work));
    results.push(...batch);
    if (batch.some((result) => result.kind === 'refused')) break;
  }
  return results;
}
