import { describe, expect, it } from 'vitest';
import { slowStart } from './slow-start.ts';

type Result = { readonly kind: 'done' | 'refused' };

async function callsOf(count: number, refusedFrom = Infinity): Promise<{ started: number[]; results: Result[] }> {
  const started: number[] = [];
  const items = Array.from({ length: count }, (_, index) => index);
  const results = await slowStart(items, async (index): Promise<Result> => {
    started.push(index);
    await Promise.resolve();
    return { kind: index >= refusedFrom ? 'refused' : 'done' };
  });
  return { started, results };
}

describe('slowStart', () => {
  it('works on everything, in order', async () => {
    const { started, results } = await callsOf(10);
    expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(results).toHaveLength(10);
  });

  it.each([
    [0, 1],
    [1, 3],
    [3, 7],
    [6, 7],
    [7, 15],
  ])(
    'SS-70: a refusal of item %i leaves %i calls made: the rest of its batch of 1, 2, 4, ..., and no further batch',
    async (refusedFrom, made) => {
      const { results } = await callsOf(100, refusedFrom);
      expect(results).toHaveLength(made);
    },
  );

  it('does nothing with nothing', async () => {
    expect(await slowStart([], async () => ({ kind: 'done' }))).toEqual([]);
  });
});
