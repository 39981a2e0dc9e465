import type { KubeObject } from './resources.ts';
import { ScriptedServer, type Pending } from './scripted-server.fixture.ts';

interface Logged {
  readonly version: number;
  readonly collection: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

interface Watching {
  readonly collection: string;
  readonly call: Pending;
}

type Body = KubeObject & { readonly metadata: { readonly resourceVersion?: string } };

/** A small API server in memory: lists, watches, gets, creates, updates guarded by resourceVersion, deletes. Knows nothing of kinds. */
export class FakeApi {
  readonly server: ScriptedServer;
  /** Collections that are not served. */
  readonly missing = new Set<string>();
  /** While true, events reach no watch. */
  mute = false;
  /** Answers instead of the server when it returns true. */
  intercept: (call: Pending) => boolean = () => false;
  readonly #objects = new Map<string, KubeObject>();
  readonly #log: Logged[] = [];
  readonly #watches = new Set<Watching>();
  #version = 100;

  constructor(server: ScriptedServer) {
    this.server = server;
    server.answer((call) => {
      if (!this.intercept(call)) this.#answer(call);
    });
  }

  static async start(): Promise<FakeApi> {
    return new FakeApi(await ScriptedServer.start());
  }

  get version(): string {
    return String(this.#version);
  }

  /** Creates or updates; `collection` is the path without namespace. Returns the object at its new version. */
  put<T extends KubeObject>(collection: string, object: T): T {
    const key = keyOf(collection, object.metadata.namespace, object.metadata.name);
    const type = this.#objects.has(key) ? 'MODIFIED' : 'ADDED';
    this.#version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: this.version } };
    this.#objects.set(key, stored);
    this.#tell({ version: this.#version, collection, type, object: stored });
    return stored;
  }

  drop(collection: string, name: string, namespace = 'default'): void {
    const key = keyOf(collection, namespace, name);
    const object = this.#objects.get(key);
    if (object === undefined) return;
    this.#objects.delete(key);
    this.#version += 1;
    const gone = { ...object, metadata: { ...object.metadata, resourceVersion: this.version } };
    this.#tell({ version: this.#version, collection, type: 'DELETED', object: gone });
  }

  find(collection: string, name: string, namespace = 'default'): KubeObject | undefined {
    return this.#objects.get(keyOf(collection, namespace, name));
  }

  #tell(logged: Logged): void {
    this.#log.push(logged);
    if (this.mute) return;
    for (const { collection, call } of this.#watches) {
      if (collection === logged.collection) call.lines({ type: logged.type, object: logged.object });
    }
  }

  #answer(call: Pending): void {
    const { collection, namespace, name } = parsePath(call.path);
    if (this.missing.has(collection)) return call.status(404, 'NotFound');
    if (call.method === 'POST') return this.#create(call, collection, namespace);
    if (name !== undefined) return this.#one(call, collection, namespace, name);
    if (call.query.has('watch')) return this.#watch(call, collection);
    const items = [...this.#objects].filter(([key]) => key.startsWith(`${collection} `)).map(([, object]) => object);
    call.json({ metadata: { resourceVersion: this.version }, items });
  }

  #create(call: Pending, collection: string, namespace: string | undefined): void {
    const body = JSON.parse(call.body) as Body;
    if (
      namespace !== undefined &&
      collection.includes('leases') &&
      !this.#objects.has(`/api/v1/namespaces /${namespace}`)
    ) {
      return call.status(404, 'NotFound');
    }
    if (this.#objects.has(keyOf(collection, namespace, body.metadata.name))) return call.status(409, 'AlreadyExists');
    call.json(this.put(collection, body), 201);
  }

  #one(call: Pending, collection: string, namespace: string | undefined, name: string): void {
    const stored = this.#objects.get(keyOf(collection, namespace, name));
    if (stored === undefined) return call.status(404, 'NotFound');
    if (call.method !== 'PUT') return call.json(stored);
    const body = JSON.parse(call.body) as Body;
    if (body.metadata.resourceVersion !== stored.metadata.resourceVersion) return call.status(409, 'Conflict');
    call.json(this.put(collection, body));
  }

  #watch(call: Pending, collection: string): void {
    const from = Number(call.query.get('resourceVersion'));
    const missed = this.#log.filter((each) => each.collection === collection && each.version > from);
    call.lines(...missed.map(({ type, object }) => ({ type, object })));
    const watching = { collection, call };
    this.#watches.add(watching);
    void call.closed.then(() => this.#watches.delete(watching));
  }
}

function keyOf(collection: string, namespace: string | undefined, name: string): string {
  return `${collection} ${namespace ?? ''}/${name}`;
}

function parsePath(path: string): { collection: string; namespace?: string; name?: string } {
  const parts = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?$/.exec(path);
  const [, root = '', namespace, plural = '', name] = parts ?? [];
  return { collection: `${root}/${plural}`, ...(namespace && { namespace }), ...(name && { name }) };
}
