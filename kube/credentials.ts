import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { ProxyAgent, type Dispatcher } from 'undici';

export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Tls;
  /** Changes when the connections must be made anew. */
  readonly fingerprint: string;
  /** Set when the cluster is behind a proxy. */
  readonly dispatcher?: (connections: number | null) => Dispatcher;
}

interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** Who we are to the cluster of the current context: asked again every `freshMs`, and at once after `forget`. */
export function createCredentials(
  config: KubeConfig,
  freshMs: number,
): { readonly server: string; readonly current: () => Promise<Credentials>; readonly forget: () => void } {
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error(`the kubeconfig's context ${config.currentContext || '(none)'} names no cluster`);
  const usable = cluster.server.startsWith('http:') && !cluster.skipTLSVerify ? allowingHttp(config) : config;
  let cached: { readonly until: number; readonly credentials: Promise<Credentials> } | undefined;
  return {
    server: cluster.server,
    current: () => {
      if (cached === undefined || performance.now() > cached.until) {
        const credentials = ask(usable, cluster.proxyUrl);
        const entry = { until: performance.now() + freshMs, credentials };
        cached = entry;
        credentials.catch(() => {
          if (cached === entry) cached = undefined;
        });
      }
      return cached.credentials;
    },
    forget: () => {
      cached = undefined;
    },
  };
}

/** The token of a pod's service account. The library reads it once a minute, however often the API server refuses it: we read it when we ask. */
function tokenFileOf(config: KubeConfig): string | undefined {
  const provider = config.getCurrentUser()?.authProvider as
    { readonly config?: { readonly tokenFile?: string } } | undefined;
  return provider?.config?.tokenFile;
}

async function ask(config: KubeConfig, proxyUrl: string | undefined): Promise<Credentials> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = String(value);
  }
  if (typeof options.auth === 'string') {
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  const file = tokenFileOf(config);
  if (file !== undefined) headers['authorization'] = `Bearer ${(await readFile(file, 'utf8')).trim()}`;
  const tls: Tls = {
    ...pem('ca', options.ca),
    ...pem('cert', options.cert),
    ...pem('key', options.key),
    ...(options.servername !== undefined && { servername: options.servername }),
    ...(options.rejectUnauthorized !== undefined && { rejectUnauthorized: options.rejectUnauthorized }),
  };
  const fingerprint = createHash('sha256').update(JSON.stringify(tls)).digest('hex');
  if (proxyUrl === undefined) return { headers, tls, fingerprint };
  if (!/^https?:/.test(proxyUrl)) throw new Error(`proxy-url ${proxyUrl}: only http and https proxies are supported`);
  const dispatcher = (connections: number | null): Dispatcher =>
    new ProxyAgent({ uri: proxyUrl, requestTls: tls, connections, allowH2: false });
  return { headers, tls, fingerprint, dispatcher };
}

function pem(name: 'ca' | 'cert' | 'key', value: unknown): Tls {
  if (value === undefined) return {};
  if (typeof value === 'string') return { [name]: value };
  if (value instanceof Uint8Array) return { [name]: Buffer.from(value).toString('utf8') };
  throw new TypeError(`the kubeconfig's ${name} is not PEM text`);
}

/** The package refuses plain http unless TLS is not verified; there is no TLS to verify. */
function allowingHttp(config: KubeConfig): KubeConfig {
  const copy = new KubeConfig();
  copy.loadFromOptions({
    clusters: config.clusters.map((each) =>
      each.server.startsWith('http:') ? { ...each, skipTLSVerify: true } : each,
    ),
    contexts: config.contexts,
    users: config.users,
    currentContext: config.currentContext,
  });
  return copy;
}
