import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Crash, Hit } from './point.ts';

/** What the workers of a folder are told to do at their side effects. */
export interface Orders {
  /** Where they write down what they did; what is counted is counted in here. */
  readonly folder: string;
  /** Which of them is the last thing that the worker does. */
  readonly crash?: Crash;
}

const file = 'orders.json';

/** Tells the workers of `folder` from now on; what is under way is written down where it began. */
export function order(folder: string, orders: Orders): void {
  mkdirSync(orders.folder, { recursive: true });
  const path = join(folder, file);
  writeFileSync(`${path}.new`, JSON.stringify(orders));
  renameSync(`${path}.new`, path);
}

/** The orders of a folder; undefined before the first. */
export function ordersOf(folder: string): Orders | undefined {
  const text = readOr(join(folder, file), '');
  return text === '' ? undefined : (JSON.parse(text) as Orders);
}

/** The how manieth side effect of this name it is, among all workers of the folder: each number is given once. */
export function takeHit(folder: string, label: string): number {
  for (let hit = 1; ; hit += 1) {
    try {
      closeSync(openSync(join(folder, `${encodeURIComponent(label)}.${hit}`), 'wx'));
      return hit;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

export function tell(folder: string, hit: Hit): void {
  appendFileSync(join(folder, 'hits.jsonl'), `${JSON.stringify(hit)}\n`);
}

/** What the workers went through, in order. */
export function hitsOf(folder: string): readonly Hit[] {
  const lines = readOr(join(folder, 'hits.jsonl'), '').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Hit);
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return otherwise;
  }
}
