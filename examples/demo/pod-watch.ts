import type { KubeClient } from '../../kube/client.ts';
import { pods as podResource } from '../../kube/resources.ts';
import { Shelf } from '../../kube/shelf.ts';
import type { Pod } from '../../model/objects.ts';
import { isRunningAndReady } from '../../model/readiness.ts';

/** One thing that happened to a pod, as `kubectl get pod -w` shows it. */
export interface Moment {
  readonly what: 'created' | 'ready' | 'back-off' | 'leaving' | 'gone';
  readonly pod: string;
  readonly uid: string;
  readonly image: string;
}

/** All that happens to the pods of one namespace, from a watch of its own. */
export class PodWatch {
  readonly #shelf: Shelf<Pod>;
  readonly #listeners = new Set<(moment: Moment) => void>();
  #story: Moment[] = [];

  constructor(client: KubeClient, namespace: string) {
    this.#shelf = new Shelf<Pod>({ client, resource: podResource, namespace });
    this.#shelf.store.onChange((change) => {
      const previous = change.type === 'modified' ? change.previous : undefined;
      if (previous !== undefined && previous.metadata.uid !== change.object.metadata.uid) {
        this.#tell('gone', previous);
        this.#notice(undefined, change.object);
      } else if (change.type === 'deleted') {
        if (change.object.metadata.deletionTimestamp === undefined) this.#tell('leaving', change.object);
        this.#tell('gone', change.object);
      } else this.#notice(previous, change.object);
    });
  }

  async start(): Promise<void> {
    this.#shelf.reflector.start();
    await this.#shelf.reflector.synced;
  }

  stop(): Promise<void> {
    return this.#shelf.reflector.stop();
  }

  /** What happened since the last `mark`, in order. */
  get story(): readonly Moment[] {
    return this.#story;
  }

  mark(): void {
    this.#story = [];
  }

  /** The uids of the pods that exist, by name. */
  uids(): ReadonlyMap<string, string> {
    return new Map([...this.#shelf.store.values()].map(({ metadata }) => [metadata.name, metadata.uid]));
  }

  onMoment(listener: (moment: Moment) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when this has happened since the last mark. Rejects, with what has happened instead, after `timeoutMs`. */
  async until(what: Moment['what'], pod: string, timeoutMs = 60_000): Promise<void> {
    const isIt = (moment: Moment) => moment.what === what && moment.pod === pod;
    if (this.#story.some(isIt)) return;
    await new Promise<void>((resolve, reject) => {
      const done = (finish: () => void) => {
        clearTimeout(timer);
        stop();
        finish();
      };
      const stop = this.onMoment((moment) => isIt(moment) && done(resolve));
      const fail = () => reject(new Error(`${pod} was not ${what} within ${timeoutMs / 1000} s`));
      const timer = setTimeout(() => done(fail), timeoutMs);
    });
  }

  /** Resolves when the story since the last mark has so many moments, or after `timeoutMs` when it never does. */
  async hasShown(moments: number, timeoutMs: number): Promise<void> {
    if (this.#story.length >= moments) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const stop = this.onMoment(() => this.#story.length >= moments && done());
      const timer = setTimeout(done, timeoutMs);
    });
  }

  #notice(previous: Pod | undefined, pod: Pod): void {
    if (previous === undefined) this.#tell('created', pod);
    const isLeaving = pod.metadata.deletionTimestamp !== undefined;
    if (isLeaving && previous?.metadata.deletionTimestamp === undefined) this.#tell('leaving', pod);
    if (isLeaving) return;
    if (isRunningAndReady(pod) && (previous === undefined || !isRunningAndReady(previous))) this.#tell('ready', pod);
    if (backsOff(pod) && (previous === undefined || !backsOff(previous))) this.#tell('back-off', pod);
  }

  #tell(what: Moment['what'], { metadata, spec }: Pod): void {
    const [container] = (spec.containers ?? []) as readonly { readonly image?: string }[];
    const moment: Moment = { what, pod: metadata.name, uid: metadata.uid, image: container?.image ?? '' };
    this.#story.push(moment);
    for (const listener of this.#listeners) listener(moment);
  }
}

function backsOff({ status }: Pod): boolean {
  return status?.containerStatuses?.some(({ state }) => state?.waiting?.reason === 'ImagePullBackOff') === true;
}
