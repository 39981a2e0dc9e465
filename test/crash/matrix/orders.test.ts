import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hitsOf, order, ordersOf, takeHit, tell } from './orders.ts';
import { parseCrash } from './point.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'crash-orders-'))));
afterEach(() => rm(folder, { recursive: true }));

test('workers read what they were told last, and nothing before the first time', () => {
  expect(ordersOf(folder)).toBeUndefined();
  order(folder, { folder: join(folder, 'run-1') });
  order(folder, { folder: join(folder, 'run-2'), crash: parseCrash('delete pod web-2 #1 after') });
  expect(ordersOf(folder)).toEqual({
    folder: join(folder, 'run-2'),
    crash: { label: 'delete pod web-2', hit: 1, phase: 'after' },
  });
});

test('each hit of a name has a number of its own, whoever asks, and each run begins anew', () => {
  const [run, next] = [join(folder, 'run-1'), join(folder, 'run-2')];
  order(folder, { folder: run });
  order(folder, { folder: next });
  const taken = [takeHit(run, 'signal web'), takeHit(run, 'signal web'), takeHit(run, 'start settlePods a/b,c')];
  expect(taken).toEqual([1, 2, 1]);
  expect(takeHit(next, 'signal web')).toBe(1);
});

test('what workers went through is read in order', () => {
  const hits = (['before', 'after'] as const).map((phase) => ({ label: 'signal web', hit: 1, phase, pid: 1, at: 2 }));
  expect(hitsOf(folder)).toEqual([]);
  for (const hit of hits) tell(folder, hit);
  expect(hitsOf(folder)).toEqual(hits);
});
