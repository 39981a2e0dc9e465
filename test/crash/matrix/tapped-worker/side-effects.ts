import { ordersOf, takeHit, tell, type Orders } from '../orders.ts';
import { crashText, type Phase } from '../point.ts';

/** Writes down every side effect of this process, and ends it, as nothing but a `kill -9` does, at the one that its orders name. */
export class SideEffects {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async around<T>(label: string, act: () => Promise<T>): Promise<T> {
    const end = this.begin(label);
    try {
      return await act();
    } finally {
      end();
    }
  }

  /** For what does not end where it begins: the function that is returned is to be called when it is done. */
  begin(label: string): () => void {
    const orders = ordersOf(this.#folder);
    if (orders === undefined) return () => undefined;
    const hit = takeHit(orders.folder, label);
    reach(orders, label, hit, 'before');
    return () => reach(orders, label, hit, 'after');
  }
}

function reach({ folder, crash }: Orders, label: string, hit: number, phase: Phase): void {
  const point = { label, hit, phase };
  tell(folder, { ...point, pid: process.pid, at: Date.now() });
  if (crash === undefined || crashText(crash) !== crashText(point)) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal has been sent; not one more line of this thread may run until it takes effect.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
