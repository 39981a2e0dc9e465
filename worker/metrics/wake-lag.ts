import { setKeyText } from '../../kube/set-key.ts';
import type { SetKey } from '../../model/objects.ts';
import { Counter } from './counter.ts';
import type { Family } from './exposition.ts';
import { Histogram } from './histogram.ts';

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How far the change feed is behind: what has happened to sets and could not be told to their workflows yet. */
export class WakeLag {
  readonly #stopwatch: () => number;
  /** When it was first tried to tell a set's workflow, by the stopwatch, for those that were not told since. */
  readonly #since = new Map<string, number>();
  readonly #wakes = new Counter(
    'ordinal_feed_wakes_total',
    'Signals of the change feed to workflows, by outcome (sent, failed); a failed one is sent again.',
    [{ outcome: 'sent' }, { outcome: 'failed' }],
  );
  readonly #seconds = new Histogram(
    'ordinal_feed_wake_duration_seconds',
    'Time from the decision to wake the workflow of a set until it was woken, failed attempts included.',
    bounds,
  );

  constructor(stopwatch: () => number) {
    this.#stopwatch = stopwatch;
  }

  /** The same `wake`, watched. */
  watching(wake: (key: SetKey) => Promise<void>): (key: SetKey) => Promise<void> {
    return async (key) => {
      const text = setKeyText(key);
      const since = this.#since.get(text) ?? this.#stopwatch();
      this.#since.set(text, since);
      try {
        await wake(key);
      } catch (error) {
        this.#wakes.add(1, { outcome: 'failed' });
        throw error;
      }
      this.#since.delete(text);
      this.#wakes.add(1, { outcome: 'sent' });
      this.#seconds.observe((this.#stopwatch() - since) / 1_000);
    };
  }

  /** The lease is lost: what is still to be told is another worker's to tell. */
  forget(): void {
    this.#since.clear();
  }

  read(): readonly Family[] {
    const oldest = Math.min(this.#stopwatch(), ...this.#since.values());
    return [
      this.#wakes.read(),
      this.#seconds.read(),
      {
        name: 'ordinal_feed_pending_sets',
        type: 'gauge',
        help: 'Sets whose workflows are to be woken and have not been yet.',
        samples: [{ value: this.#since.size }],
      },
      {
        name: 'ordinal_feed_lag_seconds',
        type: 'gauge',
        help: 'For how long the change feed has been trying to wake the workflow that waits longest.',
        samples: [{ value: (this.#stopwatch() - oldest) / 1_000 }],
      },
    ];
  }
}
