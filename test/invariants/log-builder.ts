import type { AuditEvent, DeleteRequest, KubeObject, Log, Pod, Revision, StatefulSet, WatchEvent } from './objects.ts';

export type By = 'controller' | 'user' | 'garbage-collector';

const agents: Readonly<Record<By, string>> = {
  controller: 'ordinal/0.2.0',
  user: 'kubectl/v1.36.0',
  'garbage-collector': 'kube-controller-manager/v1.36.0 system:serviceaccount:kube-system:generic-garbage-collector',
};

export interface SetChange {
  readonly spec?: Partial<StatefulSet['spec']>;
  readonly status?: StatefulSet['status'];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deleted?: true;
}

export interface DeletePod {
  readonly by?: By;
  readonly preconditions?: 'full' | 'uid' | 'none';
  readonly code?: number;
}

/** The revision of the template in force, as the builder names it: `web-a`, `web-b`, ... after the image. */
const revisionFor = (set: StatefulSet) => `${set.metadata.name}-${imageOf(set)}`;

const imageOf = (set: StatefulSet) => String((set.spec.template as { readonly image?: string } | undefined)?.image);

/**
 * Writes a pair of logs the way a test tells a story: each step is one write to the API server, `pace` ms after the one before (default 2000, longer
 * than any grace). Without `by`, the controller did it. The set is `web` in namespace `test`, its template `{ image: 'a' }`.
 */
export class LogBuilder {
  readonly #watch: WatchEvent[] = [];
  readonly #audit: AuditEvent[] = [];
  readonly #objects = new Map<string, KubeObject>();
  #at = Date.parse('2026-01-01T00:00:00Z');
  #rv = 100;
  #pace = 2000;
  #set: StatefulSet;

  constructor({ spec = {}, annotations = {}, native = false }: SetChange & { readonly native?: boolean } = {}) {
    this.#set = {
      apiVersion: native ? 'apps/v1' : 'ordinal.dev/v1',
      kind: 'StatefulSet',
      metadata: { name: 'web', namespace: 'test', uid: 'set-1', resourceVersion: '1', generation: 1, annotations },
      spec: { replicas: 3, template: { image: 'a' }, ...spec },
    };
    this.#tick();
    this.#writeSet('ADDED', this.#set);
    this.#addRevision();
  }

  /** Milliseconds between the steps that follow. */
  pace(ms: number): this {
    this.#pace = ms;
    return this;
  }

  /** A user changes the set; a new template makes a ControllerRevision. */
  change({ spec = {}, status, annotations = {}, deleted }: SetChange): this {
    this.#tick();
    const { metadata } = this.#set;
    this.#writeSet('MODIFIED', {
      ...this.#set,
      metadata: {
        ...metadata,
        generation: (metadata.generation ?? 0) + (Object.keys(spec).length > 0 ? 1 : 0),
        annotations: { ...metadata.annotations, ...annotations },
        ...(deleted === undefined ? {} : { deletionTimestamp: this.#now() }),
      },
      spec: { ...this.#set.spec, ...spec },
      ...(status === undefined ? {} : { status }),
    });
    if (spec.template !== undefined) this.#addRevision();
    return this;
  }

  image(image: string): this {
    return this.change({ spec: { template: { image } } });
  }

  setGone(): this {
    this.#tick();
    return this.#writeSet('DELETED', this.#set);
  }

  /** Creates the pod of an ordinal; at the revision of the template in force unless told. */
  create(ordinal: number, options: { readonly by?: By; readonly revision?: string } = {}): this {
    this.#tick();
    const { by = 'controller', revision = revisionFor(this.#set) } = options;
    const name = `web-${ordinal}`;
    this.#call(by, 'create', 'pods', name, { metadata: { name } }, 201);
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace: 'test',
        uid: `${name}-at-${this.#rv}`,
        resourceVersion: '',
        creationTimestamp: this.#now().replace(/\.\d+/, ''),
        labels: { 'controller-revision-hash': revision },
        ownerReferences: [{ kind: 'StatefulSet', name: 'web', uid: 'set-1', controller: true }],
      },
      status: { phase: 'Pending' },
    };
    return this.#write('ADDED', pod);
  }

  ready(ordinal: number): this {
    this.#tick();
    const lastTransitionTime = this.#now();
    return this.#status(ordinal, {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }],
    });
  }

  unready(ordinal: number): this {
    this.#tick();
    return this.#status(ordinal, { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] });
  }

  failed(ordinal: number): this {
    this.#tick();
    return this.#status(ordinal, { phase: 'Failed' });
  }

  crashing(ordinal: number): this {
    this.#tick();
    return this.#status(ordinal, {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    });
  }

  /** Created and Ready, one after the other. */
  start(...ordinals: readonly number[]): this {
    for (const ordinal of ordinals) this.create(ordinal).ready(ordinal);
    return this;
  }

  /** Begins the deletion of a pod: it terminates until `gone`. */
  delete(ordinal: number, { by = 'controller', preconditions = 'full', code = 200 }: DeletePod = {}): this {
    this.#tick();
    const name = `web-${ordinal}`;
    const pod = this.#get(name);
    const { uid, resourceVersion } = pod.metadata;
    const all = { none: {}, uid: { uid }, full: { uid, resourceVersion } };
    const request = { preconditions: all[by === 'controller' ? preconditions : 'none'] };
    this.#call(by, 'delete', 'pods', name, request, code);
    if (code >= 400) return this;
    return this.#write('MODIFIED', { ...pod, metadata: { ...pod.metadata, deletionTimestamp: this.#now() } });
  }

  /** The deletion began, and no call of the audit log says why. */
  vanish(ordinal: number): this {
    this.#tick();
    return this.#write('DELETED', this.#get(`web-${ordinal}`));
  }

  gone(ordinal: number): this {
    return this.vanish(ordinal);
  }

  /** Deleted, gone, created, Ready. */
  replace(...ordinals: readonly number[]): this {
    for (const ordinal of ordinals) this.delete(ordinal).gone(ordinal).start(ordinal);
    return this;
  }

  claim(ordinal: number, ownerReferences: KubeObject['metadata']['ownerReferences'] = []): this {
    this.#tick();
    const name = `www-web-${ordinal}`;
    const metadata = { name, namespace: 'test', uid: `${name}-at-${this.#rv}`, resourceVersion: '', ownerReferences };
    return this.#write('ADDED', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata });
  }

  deleteClaim(ordinal: number, by: By): this {
    this.#tick();
    const claim = this.#get(`www-web-${ordinal}`);
    const { name, uid, resourceVersion } = claim.metadata;
    this.#call(by, 'delete', 'persistentvolumeclaims', name, { preconditions: { uid, resourceVersion } }, 200);
    return this.#write('DELETED', claim);
  }

  /** A call that leaves no trace in the watch log. */
  call(event: Partial<AuditEvent>): this {
    this.#tick();
    this.#audit.push({ ...this.#auditEvent('controller', 'delete', 'pods', 'web-0', {}, 200), ...event });
    return this;
  }

  uidOf(ordinal: number): string {
    return this.#get(`web-${ordinal}`).metadata.uid;
  }

  build(): Log {
    return { watch: [...this.#watch], audit: [...this.#audit] };
  }

  #tick(): void {
    this.#at += this.#pace;
    this.#rv += 1;
  }

  #now(): string {
    return new Date(this.#at).toISOString();
  }

  #get(name: string): KubeObject {
    const object = this.#objects.get(name);
    if (object === undefined) throw new Error(`the story has no ${name} now`);
    return object;
  }

  #status(ordinal: number, status: Pod['status']): this {
    const pod: Pod = { ...this.#get(`web-${ordinal}`), ...(status === undefined ? {} : { status }) };
    return this.#write('MODIFIED', pod);
  }

  #writeSet(type: WatchEvent['type'], set: StatefulSet): this {
    this.#set = set;
    return this.#write(type, set);
  }

  #addRevision(): void {
    const name = revisionFor(this.#set);
    if (this.#objects.has(name)) return;
    this.#rv += 1;
    const ownerReferences = [{ kind: 'StatefulSet', name: 'web', uid: 'set-1', controller: true }];
    const metadata = { name, namespace: 'test', uid: name, resourceVersion: '', ownerReferences };
    const data = { spec: { template: { ...(this.#set.spec.template as object), $patch: 'replace' } } };
    const revision: Revision = { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata, data };
    this.#write('ADDED', revision);
  }

  #write(type: WatchEvent['type'], object: KubeObject): this {
    const written = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#rv) } };
    if (type === 'DELETED') this.#objects.delete(object.metadata.name);
    else this.#objects.set(object.metadata.name, written);
    this.#watch.push({ at: this.#at, type, object: written });
    return this;
  }

  #call(by: By, verb: string, resource: string, name: string, request: CallBody, code: number): void {
    this.#audit.push(this.#auditEvent(by, verb, resource, name, request, code));
  }

  #auditEvent(by: By, verb: string, resource: string, name: string, request: CallBody, code: number): AuditEvent {
    return {
      auditID: `call-${this.#rv}`,
      stage: 'ResponseComplete',
      level: 'Request',
      verb,
      requestURI: `/api/v1/namespaces/test/${resource}/${name}`,
      userAgent: agents[by],
      user: { username: by },
      objectRef: { resource, namespace: 'test', name },
      responseStatus: { code },
      requestObject: request,
      requestReceivedTimestamp: this.#now(),
      stageTimestamp: this.#now(),
    };
  }
}

type CallBody = DeleteRequest & { readonly metadata?: { readonly name: string } };
