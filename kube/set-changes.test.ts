import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SetChanges } from './set-changes.ts';
import type { SetKey } from './set-key.ts';

const large: SetKey = { flavour: 'apps/v1', namespace: 'default', name: 'large' };
const small: SetKey = { ...large, name: 'small' };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('changes of a large set', () => {
  const heard: string[] = [];
  const changes = () => {
    heard.length = 0;
    const made = new SetChanges(
      () => undefined,
      ({ name }) => (name === 'large' ? 50 : 0),
    );
    made.watchAll(({ name }) => heard.push(name));
    return made;
  };
  const turn = () => vi.advanceTimersByTime(1);

  test('are told at once when there was none before, then together after a pause', () => {
    const made = changes();
    made.touch(large, 'exists');
    turn();
    expect(heard).toEqual(['large']);
    for (let times = 0; times < 5; times++) {
      made.touch(large, 'exists');
      turn();
    }
    expect(heard).toEqual(['large']);
    vi.advanceTimersByTime(60);
    expect(heard).toEqual(['large', 'large']);
    vi.advanceTimersByTime(1_000);
    expect(heard).toEqual(['large', 'large']);
  });

  test('hold up nobody else, and their version is known at once', () => {
    const made = changes();
    made.touch(large, 'exists');
    turn();
    const version = made.version(large);
    made.touch(large, 'exists');
    made.touch(small, 'exists');
    turn();
    expect(heard).toEqual(['large', 'small']);
    expect(made.version(large)).toBeGreaterThan(version);
  });
});
