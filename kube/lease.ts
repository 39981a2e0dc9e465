import type { KubeClient } from './client.ts';
import { isAlreadyExists, isConflict, isNotFound } from './errors.ts';
import { leases, namespaces, type LeaseObject } from './resources.ts';
import { sleep } from './sleep.ts';

export interface LeaseOptions {
  readonly client: KubeClient;
  /** Made when it is missing and we may. */
  readonly namespace: string;
  readonly name: string;
  /** Unique among the contenders. */
  readonly identity: string;
  /** How long a silent holder is respected, in ms. Default 8000. */
  readonly leaseDurationMs?: number;
  /** Time between renewals, in ms. Default 2000. */
  readonly renewMs?: number;
  readonly onProblem?: (error: unknown) => void;
}

/** A claim to be the only one, among all who use the same lease. */
export interface Lease {
  readonly held: boolean;
  /**
   * Contends until `stop`. Each time the lease is won `onAcquire` runs; its signal is aborted when the lease is lost, which happens
   * before anyone else can win it. When `onAcquire` ends by itself, or throws, the lease is given up and contended for anew.
   */
  run(onAcquire: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Ends `run`: aborts the signal, waits for `onAcquire`, and frees the lease, so that another has it at once. */
  stop(): Promise<void>;
}

export function createLease(options: LeaseOptions): Lease {
  return new ObservedLease(options);
}

/** What a contender has seen of the lease, and since when by his own clock: clocks of different machines are never compared. */
interface Observation {
  readonly resourceVersion: string;
  readonly since: number;
}

class ObservedLease implements Lease {
  readonly #options: LeaseOptions;
  readonly #leaseDurationMs: number;
  readonly #renewMs: number;
  readonly #stopping = new AbortController();
  #observed: Observation | undefined;
  #lease: LeaseObject | undefined;
  #held = false;
  #running: Promise<void> | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#leaseDurationMs = options.leaseDurationMs ?? 8_000;
    this.#renewMs = options.renewMs ?? 2_000;
  }

  get held(): boolean {
    return this.#held;
  }

  run(onAcquire: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#running ??= this.#contend(onAcquire);
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the lease is given up'));
    await this.#running;
  }

  async #contend(onAcquire: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const wonAt = await this.#tryAcquire(signal);
        if (wonAt === undefined) await this.#untilWorthTrying(signal);
        else await this.#hold(wonAt, onAcquire);
      } catch (error) {
        if (!signal.aborted) this.#options.onProblem?.(error);
        await sleep(this.#renewMs * (0.5 + Math.random() / 2), signal).catch(() => {});
      }
    }
  }

  /** When the winning request was sent, by our clock; undefined while the lease is somebody else's. */
  async #tryAcquire(signal: AbortSignal): Promise<number | undefined> {
    const { client, namespace, name, identity } = this.#options;
    const lease = await client.find(leases, namespace, name, { signal });
    this.#observe(lease);
    const sentAt = performance.now();
    try {
      if (lease === undefined) {
        await this.#create(signal);
      } else {
        const { holderIdentity } = lease.spec ?? {};
        if (holderIdentity && holderIdentity !== identity && this.#respectedMs(lease) > 0) return undefined;
        this.#observe(await this.#update(lease, true, signal));
      }
      return sentAt;
    } catch (error) {
      if (isConflict(error) || isAlreadyExists(error)) return undefined;
      throw error;
    }
  }

  /** How long the holder of this lease is still to be respected, in ms. */
  #respectedMs(lease: LeaseObject): number {
    const stated = (lease.spec?.leaseDurationSeconds ?? 0) * 1000;
    const since = this.#observed?.since ?? performance.now();
    return Math.max(stated, this.#leaseDurationMs) - (performance.now() - since);
  }

  async #create(signal: AbortSignal): Promise<void> {
    const { client, namespace, name } = this.#options;
    const lease = { metadata: { name, namespace }, spec: this.#spec(undefined, true) };
    try {
      this.#observe(await client.create(leases, namespace, lease, { signal }));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.#createNamespace(signal);
      this.#observe(await client.create(leases, namespace, lease, { signal }));
    }
  }

  async #createNamespace(signal: AbortSignal): Promise<void> {
    const { client, namespace } = this.#options;
    try {
      await client.create(namespaces, undefined, { metadata: { name: namespace } }, { signal });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  #update(lease: LeaseObject, acquiring: boolean, signal: AbortSignal): Promise<LeaseObject> {
    const { client, namespace, name } = this.#options;
    return client.replace(leases, namespace, name, { ...lease, spec: this.#spec(lease, acquiring) }, { signal });
  }

  #spec(lease: LeaseObject | undefined, acquiring: boolean): NonNullable<LeaseObject['spec']> {
    const { identity } = this.#options;
    const now = new Date().toISOString().replace('Z', '000Z');
    const changesHands = acquiring && lease?.spec?.holderIdentity !== identity;
    return {
      ...lease?.spec,
      holderIdentity: identity,
      leaseDurationSeconds: Math.max(1, Math.ceil(this.#leaseDurationMs / 1000)),
      renewTime: now,
      ...(changesHands && {
        acquireTime: now,
        leaseTransitions: lease === undefined ? 0 : (lease.spec?.leaseTransitions ?? 0) + 1,
      }),
    };
  }

  async #hold(wonAt: number, onAcquire: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const ending = new AbortController();
    this.#held = true;
    const work = Promise.resolve()
      .then(() => onAcquire(ending.signal))
      .then(
        () => ending.abort(new Error('the elected work has ended')),
        (error: unknown) => {
          if (!ending.signal.aborted) this.#options.onProblem?.(error);
          ending.abort(error);
        },
      );
    const end = (): void => ending.abort(this.#stopping.signal.reason);
    this.#stopping.signal.addEventListener('abort', end, { once: true });
    if (this.#stopping.signal.aborted) end();
    try {
      await this.#renewUntil(wonAt, ending);
    } finally {
      this.#held = false;
      this.#stopping.signal.removeEventListener('abort', end);
      await work;
      await this.#release();
    }
    if (!this.#stopping.signal.aborted) await sleep(this.#renewMs, this.#stopping.signal).catch(() => {});
  }

  /** Renews until the signal ends it, or until others may soon think us dead. */
  async #renewUntil(wonAt: number, ending: AbortController): Promise<void> {
    // A request that hangs must not outlive the lease: the deadline stands apart from the requests.
    const lose = (): void => {
      this.#held = false;
      ending.abort(new Error(`the lease ${this.#options.name} could not be renewed in time`));
    };
    const grace = this.#leaseDurationMs - this.#renewMs / 2;
    let deadline = setTimeout(lose, wonAt + grace - performance.now());
    try {
      while (!ending.signal.aborted) {
        await sleep(this.#renewMs, ending.signal).catch(() => {});
        if (ending.signal.aborted) return;
        const sentAt = performance.now();
        const outcome = await this.#renew(ending.signal);
        if (outcome === 'lost') lose();
        if (outcome !== 'renewed') continue;
        clearTimeout(deadline);
        deadline = setTimeout(lose, sentAt + grace - performance.now());
      }
    } finally {
      clearTimeout(deadline);
    }
  }

  async #renew(signal: AbortSignal): Promise<'renewed' | 'failed' | 'lost'> {
    const { client, namespace, name, identity } = this.#options;
    try {
      if (this.#lease === undefined) return 'lost';
      this.#observe(await this.#update(this.#lease, false, signal));
      return 'renewed';
    } catch (error) {
      if (signal.aborted) return 'failed';
      if (isNotFound(error)) return 'lost';
      if (!isConflict(error)) {
        this.#options.onProblem?.(error);
        return 'failed';
      }
    }
    try {
      // Either somebody took it, or our own renewal arrived and its reply was lost.
      const lease = await client.get(leases, namespace, name, { signal });
      this.#observe(lease);
      if (lease.spec?.holderIdentity !== identity) return 'lost';
      this.#observe(await this.#update(lease, false, signal));
      return 'renewed';
    } catch (error) {
      if (!signal.aborted) this.#options.onProblem?.(error);
      return isNotFound(error) ? 'lost' : 'failed';
    }
  }

  async #release(): Promise<void> {
    const { client, namespace, name, identity } = this.#options;
    const signal = AbortSignal.timeout(this.#renewMs);
    try {
      const lease = await client.find(leases, namespace, name, { signal });
      if (lease?.spec?.holderIdentity !== identity) return;
      const spec = { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1 };
      this.#observe(await client.replace(leases, namespace, name, { ...lease, spec }, { signal }));
    } catch (error) {
      // Then the others wait until it runs out.
      if (!isConflict(error)) this.#options.onProblem?.(error);
    }
  }

  /** Waits until the lease changes or runs out, watching it: a lease that is freed is taken at once. */
  async #untilWorthTrying(signal: AbortSignal): Promise<void> {
    const { client, namespace, name } = this.#options;
    const lease = this.#lease;
    if (lease === undefined) return;
    const left = Math.max(0, this.#respectedMs(lease));
    const ending = new AbortController();
    const either = AbortSignal.any([signal, ending.signal]);
    const timer = setTimeout(() => ending.abort(), left + Math.random() * this.#renewMs * 0.1);
    try {
      const stream = client.watch(leases, namespace, {
        resourceVersion: lease.metadata.resourceVersion,
        fieldSelector: `metadata.name=${name}`,
        timeoutSeconds: Math.ceil(left / 1000) + 1,
        signal: either,
      });
      for await (const event of stream) {
        if (event.type === 'ERROR') break;
        if (event.type === 'BOOKMARK') continue;
        if (event.type === 'DELETED') return;
        this.#observe(event.object);
        if (!event.object.spec?.holderIdentity) return;
        clearTimeout(timer);
        return;
      }
      await sleep(Math.min(left, this.#renewMs), either);
    } catch (error) {
      if (signal.aborted || ending.signal.aborted) return;
      await sleep(Math.min(left, this.#renewMs), either).catch(() => {});
      this.#options.onProblem?.(error);
    } finally {
      clearTimeout(timer);
      ending.abort();
    }
  }

  #observe(lease: LeaseObject | undefined): void {
    this.#lease = lease;
    const resourceVersion = lease?.metadata.resourceVersion ?? '';
    if (this.#observed?.resourceVersion !== resourceVersion) {
      this.#observed = { resourceVersion, since: performance.now() };
    }
  }
}
