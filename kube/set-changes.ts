import { setKeyText, type SetKey } from './set-key.ts';

type Listener = (key: SetKey) => void;

/**
 * Who wants to know that something of a set changed; tells once for all changes of one turn of the event loop. Of a large set, whose every
 * look costs, it tells the first change at once and those that follow within `pauseOf` (ms) together: else n pods that start cost n looks at n pods.
 */
export class SetChanges {
  readonly #perSet = new Map<string, Set<Listener>>();
  readonly #forAll = new Set<Listener>();
  readonly #versions = new Map<string, number>();
  readonly #onListenerError: (key: SetKey, error: unknown) => void;
  readonly #pauseOf: (key: SetKey) => number;
  readonly #later = new Set<string>();
  readonly #toldAt = new Map<string, number>();
  #pending = new Map<string, SetKey>();
  #clock = 0;

  constructor(onListenerError: (key: SetKey, error: unknown) => void, pauseOf: (key: SetKey) => number = () => 0) {
    this.#onListenerError = onListenerError;
    this.#pauseOf = pauseOf;
  }

  /** 0 for a set that is not there. */
  version(key: SetKey): number {
    return this.#versions.get(setKeyText(key)) ?? 0;
  }

  /** Something of the set changed; `exists` tells whether the set itself is there (`gone`: it was until now). */
  touch(key: SetKey, existence: 'exists' | 'gone' | 'absent'): void {
    const text = setKeyText(key);
    if (existence === 'exists') this.#versions.set(text, (this.#clock += 1));
    else this.#versions.delete(text);
    if (existence === 'absent' && !this.#perSet.has(text)) return;
    const pause = this.#pauseOf(key);
    const waitMs = pause === 0 ? 0 : (this.#toldAt.get(text) ?? -Infinity) + pause - performance.now();
    if (pause === 0) this.#toldAt.delete(text);
    if (waitMs <= 0) return this.#tell(text, key);
    if (this.#later.has(text)) return;
    this.#later.add(text);
    setTimeout(() => {
      this.#later.delete(text);
      this.#tell(text, key);
    }, waitMs);
  }

  #tell(text: string, key: SetKey): void {
    if (this.#pending.size === 0) setImmediate(() => this.#flush());
    this.#pending.set(text, key);
  }

  watchAll(listener: Listener): () => void {
    // Wrapped, so that the same function can be registered twice and each registration ends by itself.
    const entry: Listener = (changed) => listener(changed);
    this.#forAll.add(entry);
    return () => this.#forAll.delete(entry);
  }

  /** One-shot wait for a change after the call. */
  next(key: SetKey, signal: AbortSignal, timeoutMs: number): Promise<'changed' | 'timeout'> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        unwatch();
      };
      const abort = (): void => {
        end();
        reject(signal.reason as Error);
      };
      const settle = (outcome: 'changed' | 'timeout'): void => {
        end();
        resolve(outcome);
      };
      const timer = setTimeout(settle, timeoutMs, 'timeout');
      const unwatch = this.#watch(key, () => settle('changed'));
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  #watch(key: SetKey, listener: Listener): () => void {
    const text = setKeyText(key);
    const listeners = this.#perSet.get(text) ?? new Set();
    this.#perSet.set(text, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#perSet.get(text) === listeners) this.#perSet.delete(text);
    };
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = new Map();
    for (const [text, key] of pending) {
      if (this.#pauseOf(key) > 0) this.#toldAt.set(text, performance.now());
      for (const listener of [...(this.#perSet.get(text) ?? []), ...this.#forAll]) {
        try {
          listener(key);
        } catch (error) {
          this.#onListenerError(key, error);
        }
      }
    }
  }
}
