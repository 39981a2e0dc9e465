import { setTimeout as sleep } from 'node:timers/promises';
import type { SetFlavour } from '../../model/objects.ts';
import { openKubeApi, type KubeApi } from '../../sandbox/kube-api.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { check } from '../invariants/check.ts';
import type { AuditEvent, WatchEvent } from '../invariants/objects.ts';
import { record, type Recorder } from '../invariants/recorder.ts';
import { table } from '../invariants/table.ts';
import { auditSlice, type AuditSlice } from './audit.ts';
import { annotated, readExample, toYaml, type ExampleOptions, type Manifest } from './example.ts';
import { type Kubectl, kubectlIn } from './kubectl.ts';
import { type Claim, hasSettled, type Pod, type StatefulSet } from './objects.ts';
import { commandLine } from './command-line.ts';
import { podStory, type PodMoment } from './pod-story.ts';
import type { Target } from './target.ts';

/**
 * A namespace for one test, and all that is seen to happen in it.
 *
 * What is known comes from watches that began before the test's first write: nothing is missed, and `pods()` is never older than `story()`.
 */
export class Scene {
  readonly target: Target;
  readonly namespace: string;
  /** Of the sets that it plays with. */
  readonly flavour: SetFlavour;
  readonly kubectl: Kubectl;
  readonly api: KubeApi;
  readonly #recorder: Recorder;
  readonly #audit: AuditSlice;
  #mark = 0;
  #mayHaveGaps = false;

  private constructor(
    target: Target,
    namespace: string,
    flavour: SetFlavour,
    api: KubeApi,
    recorder: Recorder,
    audit: AuditSlice,
  ) {
    this.target = target;
    this.namespace = namespace;
    this.flavour = flavour;
    this.kubectl = kubectlIn(target, namespace);
    this.api = api;
    this.#recorder = recorder;
    this.#audit = audit;
  }

  /** Creates the namespace `<prefix>-<random>` and waits for its default service account; or takes a namespace that is there. */
  static async open(
    target: Target,
    prefix: string,
    { existing, flavour = 'apps/v1' }: { readonly existing?: string; readonly flavour?: SetFlavour } = {},
  ): Promise<Scene> {
    const namespace = existing ?? `${prefix}-${Math.random().toString(36).slice(2, 7)}`;
    const api = openKubeApi(target.kubeconfig);
    const [recorder, audit] = await Promise.all([
      record({ kubeconfig: target.kubeconfig, namespaces: [namespace] }),
      auditSlice(target.auditLog, namespace),
    ]);
    if (existing === undefined) await api.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    await waitUntil(`namespace ${namespace} has a default service account`, () =>
      api.call('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`),
    );
    return new Scene(target, namespace, flavour, api, recorder, audit);
  }

  /** Whether its sets are those of `apps/v1`. */
  get native(): boolean {
    return this.flavour === 'apps/v1';
  }

  /** What kubectl calls its sets. */
  get kind(): 'statefulset' | 'osts' {
    return this.native ? 'statefulset' : 'osts';
  }

  /** Reads an example, moved to this namespace and to sets of this flavour. */
  example(folder: string, options?: ExampleOptions): Promise<Manifest[]> {
    return readExample(folder, this.namespace, { apiVersion: this.flavour, ...options });
  }

  /** Asks native sets by annotation for what sets of our own resource do by default. */
  asking(objects: readonly Manifest[], feature: 'ordered-deletion' | 'parallel-replace'): Manifest[] {
    return this.native ? annotated(objects, { [`ordinal.dev/${feature}`]: 'true' }) : [...objects];
  }

  /** Runs our command line on this namespace. Resolves with what it printed, trimmed; rejects when its exit code is not 0. */
  async ordinal(args: readonly string[]): Promise<string> {
    const at = ['-n', this.namespace, '--kubeconfig', this.target.kubeconfig];
    const { code, out, err } = await commandLine([...args, ...at]);
    if (code !== 0) throw new Error(`ordinal ${args.join(' ')}: exit code ${code}: ${err}`);
    return out.trim();
  }

  /** A verb of `kubectl rollout`, which knows native sets only: for those of our own resource it is a verb of `ordinal`. */
  rollout(verb: 'status' | 'history' | 'undo' | 'restart', set: string, ...flags: readonly string[]): Promise<string> {
    return this.native
      ? this.kubectl(['rollout', verb, 'statefulset', set, ...flags])
      : this.ordinal([verb, `osts/${set}`, ...flags]);
  }

  async apply(objects: readonly Manifest[]): Promise<void> {
    await this.kubectl(['apply', '-f', '-'], toYaml(objects));
  }

  /** Replaces the image of the first container by a JSON patch, as a user does. */
  async patchImage(set: string, image: string): Promise<void> {
    const patch = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image }];
    await this.kubectl(['patch', this.kind, set, '--type=json', `--patch=${JSON.stringify(patch)}`]);
  }

  /** Changes the spec by a merge patch, which both flavours understand. */
  async patchSpec(set: string, spec: object): Promise<void> {
    await this.kubectl(['patch', this.kind, set, '--type=merge', '-p', JSON.stringify({ spec })]);
  }

  /** `kubectl scale`: through the scale subresource. */
  async scale(set: string, replicas: number): Promise<void> {
    await this.kubectl(['scale', this.kind, set, `--replicas=${replicas}`]);
  }

  /** `kubectl delete` with these flags; without any it waits a minute for the set to be gone. */
  async deleteSet(set: string, ...flags: readonly string[]): Promise<void> {
    await this.kubectl(['delete', this.kind, set, ...(flags.length === 0 ? ['--timeout=60s'] : flags)]);
  }

  get events(): readonly WatchEvent[] {
    return this.#recorder.events;
  }

  /** Names of what happened to the pods since the last `mark`, in order: `created web-0`, `ready web-0`, `leaving web-0`, `gone web-0`. */
  story(): readonly string[] {
    return this.moments().map(({ what, name }) => `${what} ${name}`);
  }

  moments(): readonly PodMoment[] {
    return podStory(this.events).slice(this.#mark);
  }

  /** What happened so far is no longer told by `story` and `moments`. */
  mark(): void {
    this.#mark = podStory(this.events).length;
  }

  /** The pods that exist, by name. */
  pods(): ReadonlyMap<string, Pod> {
    return this.#present<Pod>('Pod');
  }

  claims(): ReadonlyMap<string, Claim> {
    return this.#present<Claim>('PersistentVolumeClaim');
  }

  set(name: string): StatefulSet | undefined {
    return this.#present<StatefulSet>('StatefulSet').get(name);
  }

  /** Where the API server has a set. */
  setPath(name: string): string {
    return `/apis/${this.flavour}/namespaces/${this.namespace}/statefulsets/${name}`;
  }

  async getSet(name: string): Promise<StatefulSet> {
    return this.api.call<StatefulSet>('GET', this.setPath(name));
  }

  /** Waits until `condition` holds of what has been watched. A failure tells what happened to the pods instead. */
  async until<T>(what: string, condition: () => T | undefined | false, timeoutMs = 30_000): Promise<T> {
    try {
      return await waitUntil(what, condition, { timeoutMs, everyMs: 10 });
    } catch (error) {
      const statuses = [...this.#present<StatefulSet>('StatefulSet').values()].map(({ status }) =>
        JSON.stringify(status),
      );
      throw new Error(
        `${String(error)}\nstory:\n  ${this.moments()
          .map(({ what, name, at }) => `${new Date(at).toISOString()} ${what} ${name}`)
          .join('\n  ')}\nstatus: ${statuses.join('\n')}`,
        {
          cause: error,
        },
      );
    }
  }

  /** Waits until the story since the mark has `length` moments or more. */
  async untilStory(length: number, timeoutMs?: number): Promise<readonly string[]> {
    await this.until(`${length} moments`, () => this.story().length >= length, timeoutMs);
    return this.story();
  }

  /** Waits until this generation of the set, or a newer one, is through (`hasSettled`). */
  async untilSettled(name: string, timeoutMs?: number): Promise<StatefulSet> {
    const { generation = 0 } = (await this.getSet(name)).metadata;
    return this.until(
      `set ${name} has settled`,
      () => {
        const set = this.set(name);
        return set !== undefined && (set.metadata.generation ?? 0) >= generation && hasSettled(set) && set;
      },
      timeoutMs,
    );
  }

  /** Waits until the server's state has been seen: what has not been seen then has not happened. */
  settle(): Promise<void> {
    return this.#recorder.settle();
  }

  /** Calls to the API server that concern this namespace. */
  calls(): Promise<readonly AuditEvent[]> {
    return this.#audit.read();
  }

  /** For a test that takes the API server itself away: nothing happens there meanwhile, and lists tell the rest. */
  allowGaps(): void {
    this.#mayHaveGaps = true;
  }

  /** Judges all that happened. The audit log may lag behind the watches by some milliseconds: a call that is missing is looked for again. */
  async verify(): Promise<void> {
    await this.settle();
    const deadline = Date.now() + 3_000;
    let violations = check({ watch: this.events, audit: await this.calls() });
    while (violations.some(({ rule }) => rule === 'evidence') && Date.now() < deadline) {
      await sleep(50);
      violations = check({ watch: this.events, audit: await this.calls() });
    }
    if (violations.length > 0) throw new Error(`invariants broken:\n${table(violations)}`);
    if (this.#recorder.gaps.length > 0 && !this.#mayHaveGaps)
      throw new Error(`the recording has gaps:\n${this.#recorder.gaps.join('\n')}`);
  }

  /** Ends the watches and has the namespace removed, without waiting for it. */
  async close(keepNamespace = false): Promise<void> {
    await this.#recorder.stop({ settle: false });
    if (!keepNamespace) await this.api.call('DELETE', `/api/v1/namespaces/${this.namespace}`).catch(() => undefined);
    await this.api.close();
  }

  #present<T extends { readonly metadata: { readonly name: string } }>(kind: string): ReadonlyMap<string, T> {
    const present = new Map<string, T>();
    for (const { type, object } of this.events) {
      if (object.kind !== kind) continue;
      if (type === 'DELETED') present.delete(object.metadata.name);
      else present.set(object.metadata.name, object as unknown as T);
    }
    return present;
  }
}
