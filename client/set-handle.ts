import { randomUUID } from 'node:crypto';
import { isConflict } from '../kube/errors.ts';
import { setsOf } from '../kube/resources.ts';
import { annotations } from '../model/annotations.ts';
import { chooseRevisions } from '../model/revisions.ts';
import type { ControllerRevision, PodTemplate, SetFlavour, SetKey, StatefulSet } from '../model/objects.ts';
import { abortOf, asIs, causeOf, type Change, isPaused, toTemplate, underWay, withRequest } from './change.ts';
import { isObject, oneOf, replicasOf, setFlavours } from './arguments.ts';
import { settleClaims } from './claim-policy.ts';
import { type ApplyOptions, applySet, type Manifest } from './apply-set.ts';
import type { Converted, ConvertOptions } from './convert-set.ts';
import { NotFoundError, OrdinalError, translating } from './errors.ts';
import { type Explanation, explain } from './explain.ts';
import { type HistoryEntry, historyOf, restoredTemplate, revisionToRestore } from './history.ts';
import { setNotFound } from './not-found.ts';
import { createOperation, looksAt, type OperationHandle } from './operation.ts';
import type { FoundSet, OrdinalClient } from './ordinal-client.ts';
import { outcomeOf, type Target } from './outcome.ts';
import { type PlannedWork, plannedWork } from './planned-work.ts';
import type { MergePatch } from './merge-patch.ts';
import { rememberedId, requestAnnotations, type RequestOptions, wasRequested } from './request.ts';
import { changedTemplate, checkedChange, restartedTemplate, type RolloutChange } from './rollout-change.ts';
import { loadView, hypothetically, lookAt, type SetLook } from './set-view.ts';
import { type SetSummary, summarize } from './summary.ts';
import type { Run } from './temporal.ts';

export interface DeleteOptions extends RequestOptions {
  /** What becomes of the pods. `background` (default): they go; `foreground`: they go first, without order; `orphan`: they stay. */
  readonly cascade?: 'background' | 'foreground' | 'orphan';
  /**
   * What becomes of the claims; writes `persistentVolumeClaimRetentionPolicy.whenDeleted` first, and deletes when the owner references of the claims follow
   * it, which takes list on pods, and list and patch on persistentvolumeclaims. Default: as the set says.
   */
  readonly claims?: 'Retain' | 'Delete';
}

/** One set, by its name. Every method asks the cluster anew and rejects with `OrdinalError`. */
export class StatefulSetHandle {
  readonly namespace: string;
  readonly name: string;
  readonly #client: OrdinalClient;
  readonly #flavour: SetFlavour | undefined;

  constructor(
    client: OrdinalClient,
    of: { readonly namespace: string; readonly name: string; readonly flavour?: SetFlavour },
  ) {
    this.#client = client;
    this.namespace = of.namespace;
    this.name = of.name;
    this.#flavour = of.flavour;
  }

  /** The set as it is. */
  async get(): Promise<StatefulSet> {
    return (await this.#find()).set;
  }

  /** The set as it is, and which API serves it. */
  located(): Promise<FoundSet> {
    return this.#find();
  }

  /** Creates the set or brings it to the manifest, by server-side apply. Name and namespace of the handle win over missing ones. */
  async apply(manifest: Manifest, options: ApplyOptions = {}): Promise<OperationHandle> {
    const id = options.id ?? randomUUID();
    const { namespace, name } = this;
    const of = { namespace, name, ...(this.#flavour && { flavour: this.#flavour }) };
    const { key, set, changed } = await applySet(this.#client.kube, of, manifest, {
      ...this.#by(options),
      ...options,
    });
    return this.#operation(id, changed, {
      key,
      set,
      verb: 'change',
      template: set.spec.template,
      replicas: set.spec.replicas ?? 1,
    });
  }

  /** Changes the pod template. */
  async rollout(change: RolloutChange, options: RequestOptions = {}): Promise<OperationHandle> {
    checkedChange(change);
    return this.#request(options, ({ set }) => toTemplate(set, changedTemplate(set, change)), 'template');
  }

  /** Makes all pods anew from the same template. */
  restart(options: RequestOptions = {}): Promise<OperationHandle> {
    const now = new Date().toISOString();
    return this.#request(options, ({ set }) => toTemplate(set, restartedTemplate(set.spec.template, now)), 'template');
  }

  /** `replicas`: a whole number from 0 to 2147483647. */
  async scale(replicas: number, options: RequestOptions = {}): Promise<OperationHandle> {
    replicasOf(replicas);
    return this.#request(
      options,
      ({ set }) => ({
        replicas,
        ...((set.spec.replicas ?? 1) !== replicas && { patch: { spec: { replicas } } }),
      }),
      'replicas',
    );
  }

  /** Returns to a former template: the one before, or that of the revision with this number (see `history`). */
  async undo(options: RequestOptions & { readonly toRevision?: number } = {}): Promise<UndoneOperation> {
    let revision: ControllerRevision | undefined;
    const handle = await this.#request(
      options,
      async ({ key, set }) => {
        const view = await this.#view(key, set);
        revision = revisionToRestore(view, options.toRevision);
        // As revisions are told apart: one holds the API server's defaults, which a set of our own leaves out.
        const { update } = chooseRevisions(view);
        const isThere = update.action !== 'check' && update.name === revision.metadata.name;
        return toTemplate(set, isThere ? set.spec.template : restoredTemplate(revision));
      },
      'template',
    );
    return { ...handle, revision: revision?.revision ?? options.toRevision ?? 0 };
  }

  /** Holds updates and scaling in; lost pods still come back. */
  pause(options: RequestOptions = {}): Promise<OperationHandle> {
    return this.#request(options, ({ key, set }) => {
      if (isPaused(set)) return {};
      const held = key.flavour === 'ordinal.dev/v1';
      return {
        patch: held ? { spec: { paused: true } } : { metadata: { annotations: { [annotations.paused]: 'true' } } },
      };
    });
  }

  resume(options: RequestOptions = {}): Promise<OperationHandle> {
    return this.#request(options, ({ set }) => {
      if (!isPaused(set)) return {};
      const own = set.spec.paused === true;
      const lift = { metadata: { annotations: { [annotations.paused]: null } } };
      return { patch: own ? { ...lift, spec: { paused: false } } : lift };
    });
  }

  /** Ends what is under way at the next safe point and holds the set until `retry`. */
  abort(options: RequestOptions = {}): Promise<OperationHandle> {
    return this.#request(options, ({ set }) => abortOf(set));
  }

  /** Lifts an abort. */
  retry(options: RequestOptions = {}): Promise<OperationHandle> {
    return this.#request(options, ({ set }) => {
      if (set.metadata.annotations?.[annotations.abort] === undefined) return {};
      return { patch: { metadata: { annotations: { [annotations.abort]: null } } } };
    });
  }

  /** Deletes the set as it is now: not another one that gets its name meanwhile. */
  async delete(options: DeleteOptions = {}): Promise<OperationHandle> {
    const { claims, dryRun = false } = options;
    const cascade = oneOf('cascade', options.cascade ?? 'background', ['background', 'foreground', 'orphan']);
    if (claims !== undefined) oneOf('claims', claims, ['Retain', 'Delete']);
    const { key, set } = await this.#find();
    const { kube } = this.#client;
    const resource = setsOf(key.flavour);
    const id = options.id ?? randomUUID();
    return translating(this.#subject(), async () => {
      let follows = set;
      if (claims !== undefined && set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted !== claims) {
        const spec = { persistentVolumeClaimRetentionPolicy: { whenDeleted: claims } };
        const body = {
          metadata: { uid: set.metadata.uid, annotations: requestAnnotations(id, this.#by(options), set) },
          spec,
        };
        follows = await kube.patch(resource, key.namespace, key.name, body, 'merge', { dryRun });
      }
      // Also where the policy was so already: whoever wrote it may have done so just now.
      if (claims !== undefined && !dryRun) await settleClaims(kube, key, follows);
      const propagationPolicy = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;
      await kube.remove(resource, key.namespace, key.name, {
        uid: set.metadata.uid,
        propagationPolicy: propagationPolicy[cascade],
        dryRun,
      });
      return this.#operation(id, true, { key, set, verb: 'deletion' });
    });
  }

  /**
   * Moves the set to the other API, without touching a pod; finishes what an earlier call had begun. Refuses while an operation is under way, and
   * where the other API, or who serves it, would not do the same; see `ConvertOptions.force`.
   */
  async convert(options: ConvertOptions): Promise<Converted> {
    oneOf('to', options.to, setFlavours);
    const { convertSet } = await import('./convert-set.ts');
    return convertSet(
      this.#client.kube,
      { namespace: this.namespace, name: this.name },
      { ...this.#by(options), ...options },
    );
  }

  /** What is going on, in plain data. */
  async status(): Promise<SetSummary> {
    return summarize(await this.#look());
  }

  /** Revisions that can be returned to, oldest first. */
  async history(): Promise<readonly HistoryEntry[]> {
    const { key, set } = await this.#find();
    return historyOf(await this.#view(key, set));
  }

  /** The template of the revision with this number. */
  async template(revision: number): Promise<PodTemplate> {
    const { key, set } = await this.#find();
    return restoredTemplate(revisionToRestore(await this.#view(key, set), revision));
  }

  /** What is left to do, in order; with a change, what would be left after it. Changes nothing: the API server only tries the patch. */
  async plan(change?: RolloutChange | { readonly replicas: number }): Promise<PlannedWork> {
    if (change === undefined) return plannedWork(await this.#look());
    const replicas = isObject(change) && 'replicas' in change ? replicasOf(change.replicas) : undefined;
    if (replicas === undefined) checkedChange(change as RolloutChange);
    const { key, set } = await this.#find();
    const body =
      replicas === undefined
        ? toTemplate(set, changedTemplate(set, change as RolloutChange)).patch
        : { spec: { replicas } };
    const { kube } = this.#client;
    const changed =
      body === undefined
        ? set
        : await translating(this.#subject(), () =>
            kube.patch(setsOf(key.flavour), key.namespace, key.name, body, 'merge', { dryRun: true }),
          );
    return plannedWork(hypothetically(await this.#view(key, changed), Date.now()));
  }

  /** Why it is as it is, what it waits for and since when, and what a person can do. */
  async explain(): Promise<Explanation> {
    return explain(await this.#look());
  }

  /** The state now and after every change, until the set is gone or the signal is aborted. */
  async *watch(options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<SetSummary, void, undefined> {
    for await (const look of this.#looks(options.signal)) if (look !== undefined) yield summarize(look);
  }

  /** An operation on the set as it is, to wait until it is as its spec asks: whoever asked. */
  async current(): Promise<OperationHandle> {
    const { key, set } = await this.#find();
    const id = set.metadata.annotations?.[annotations.requestId] ?? '';
    const verb = set.metadata.deletionTimestamp === undefined ? 'change' : 'deletion';
    return this.#operation(id, false, { key, set, verb, template: set.spec.template });
  }

  /** The workflows of the set, newest first, as Temporal knows them; also of one that is gone, for as long as Temporal keeps them. */
  async runs(limit?: number): Promise<readonly Run[]> {
    const { namespace, name } = this;
    const flavour = this.#flavour;
    const found = await this.#client.find({ namespace, name, ...(flavour && { flavour }) });
    // Those of a name are the same for both APIs.
    const key = found?.key ?? { namespace, name, flavour: flavour ?? 'ordinal.dev/v1' };
    const runs = await this.#client.temporal.runs(await this.#client.clusterId(), key, limit);
    if (found === undefined && runs.length === 0) throw await setNotFound(this.#client.kube, namespace, name, flavour);
    return runs;
  }

  /** Where the set's workflow is shown in the Temporal UI; undefined when it is not known where that is. */
  async uiLink(): Promise<string | undefined> {
    const { key } = await this.#find();
    return this.#client.temporal.uiLink(await this.#client.clusterId(), key);
  }

  async *#looks(signal?: AbortSignal): AsyncGenerator<SetLook | undefined, void, undefined> {
    yield* looksAt(this.#client.kube, await this.#find(), signal);
  }

  async #find(): Promise<FoundSet> {
    const { namespace, name } = this;
    const found = await this.#client.find({ namespace, name, ...(this.#flavour && { flavour: this.#flavour }) });
    if (found === undefined) throw await setNotFound(this.#client.kube, namespace, name, this.#flavour);
    return found;
  }

  async #look(): Promise<SetLook> {
    const { key, set } = await this.#find();
    return lookAt(await this.#view(key, set), Date.now());
  }

  async #view(key: SetKey, set: StatefulSet) {
    const view = await translating(this.#subject(), () => loadView(this.#client.kube, key, set));
    if (view === undefined) throw new NotFoundError(`${this.#subject()} not found`);
    return view;
  }

  /** One patch: the change, with who asked for it and why. Made anew when somebody else was faster. */
  async #request(
    options: RequestOptions,
    make: (found: FoundSet) => Change | Promise<Change>,
    about?: 'template' | 'replicas',
  ): Promise<OperationHandle> {
    const id = options.id ?? randomUUID();
    for (let attempt = 1; ; attempt++) {
      const found = await this.#find();
      const { key, set } = found;
      const isRepeat = wasRequested(set, options.id);
      const {
        patch,
        template,
        replicas,
        guarded = false,
        withdrawn = false,
      }: Change = isRepeat ? asIs(set, about) : await make(found);
      const asked = { ...(template && { template }), ...(replicas !== undefined && { replicas }) };
      // A request with an id is remembered also when there is nothing to change: asked again, it must not undo what others have asked for since.
      if (patch === undefined && (isRepeat || withdrawn || options.id === undefined)) {
        return this.#operation(id, false, { key, set, verb: 'change', ...asked });
      }
      try {
        const { kube } = this.#client;
        const dryRun = options.dryRun ?? false;
        const write = (body: MergePatch) =>
          kube.patch(setsOf(key.flavour), key.namespace, key.name, body, 'merge', { dryRun });
        if (patch === undefined) {
          const noted = await write(withRequest({}, set, rememberedId(id, set), false));
          return this.#operation(id, false, { key, set: noted, verb: 'change', ...asked });
        }
        const body = withRequest(
          patch,
          set,
          { ...requestAnnotations(id, this.#by(options), set), ...(about === 'template' && causeOf(set, options)) },
          guarded,
        );
        const written = await write(body);
        const wanted = { ...asked, ...(template && { template: written.spec.template }) };
        const overtakes = underWay(set, this.#by(options).requestedBy);
        const operation = this.#operation(id, true, { key, set: written, verb: 'change', ...wanted });
        return overtakes === undefined ? operation : { ...operation, overtakes };
      } catch (error) {
        if (isConflict(error) && attempt < 20) continue;
        return translating(this.#subject(), () => Promise.reject(error as Error));
      }
    }
  }

  /** Aborts the set, when it still is about what the operation asked for. */
  async #cancel(target: Target, options: RequestOptions): Promise<boolean> {
    const { namespace, name } = this;
    if (target.verb === 'deletion') {
      throw new OrdinalError(
        'Refused',
        `${this.#subject()}: a deletion cannot be cancelled; apply the set again once it is gone`,
      );
    }
    const handle = new StatefulSetHandle(this.#client, { namespace, name, flavour: target.key.flavour });
    let isOn = false;
    const aborted = handle.#request(options, async ({ key, set }) => {
      isOn = outcomeOf(target, lookAt(await this.#view(key, set), Date.now())) === undefined;
      return isOn ? { ...abortOf(set), guarded: true } : { withdrawn: true };
    });
    return aborted.then(
      () => isOn,
      (error: unknown) => {
        if (error instanceof NotFoundError) return false;
        throw error;
      },
    );
  }

  #operation(id: string, changed: boolean, target: Target): OperationHandle {
    return createOperation({
      kube: this.#client.kube,
      id,
      target,
      changed,
      uiLink: () => this.uiLink(),
      cancel: (options) => this.#cancel(target, options),
    });
  }

  #by(options: RequestOptions): RequestOptions {
    const { requestedBy } = this.#client;
    return requestedBy === undefined ? options : { requestedBy, ...options };
  }

  #subject(): string {
    return `StatefulSet ${this.namespace}/${this.name}`;
  }
}

/** The handle of an undo says which revision it goes back to. */
export interface UndoneOperation extends OperationHandle {
  readonly revision: number;
}
